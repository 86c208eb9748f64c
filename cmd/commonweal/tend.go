package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"commonweal/platform/store"
)

// How often the host looks after what no request looks after.
const (
	dueEvery     = time.Minute
	hooksEvery   = 2 * time.Second
	talkEvery    = 2 * time.Second
	blocksEvery  = 5 * time.Minute
	silenceEvery = time.Hour
	sweepEvery   = time.Hour
	purgeEvery   = 12 * time.Hour
)

// tend does what goes on beside requests, until the context ends: sessions are
// swept, long work is done, rounds that are due are closed, what nobody objected
// to is valid, neighbors are asked to cosign the logs, activities are delivered to other servers, programs are told
// what happened, caches are warmed and kept, work that ended long ago is forgotten. It returns when all of that has
// come to its end.
func (h *House) tend(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { h.Gate.Run(ctx) })
	all.Go(func() { h.complain("jobs", h.Jobs.Work(ctx)) })
	all.Go(func() {
		h.inEach(ctx, "warming", h.warm)
		h.every(ctx, blocksEvery, "keeping columns", h.Contribution.KeepBlocks)
	})
	all.Go(func() {
		h.every(ctx, dueEvery, "closing rounds", func(ctx context.Context, c store.ID) error {
			_, err := h.Contribution.CloseDue(ctx, c)
			return err
		})
	})
	all.Go(func() {
		h.every(ctx, silenceEvery, "validating by silence", func(ctx context.Context, c store.ID) error {
			_, err := h.Contribution.SweepSilent(ctx, c)
			return err
		})
	})
	all.Go(func() {
		h.every(ctx, dueEvery, "ending payments that nobody answered", func(ctx context.Context, c store.ID) error {
			_, err := h.Credit.Expire(ctx, c)
			return err
		})
	})
	all.Go(func() {
		h.every(ctx, dueEvery, "making planned payments", func(ctx context.Context, c store.ID) error {
			_, err := h.Credit.PayDue(ctx, c)
			return err
		})
	})
	all.Go(func() {
		h.every(ctx, dueEvery, "following months and decisions that ended", func(ctx context.Context, c store.ID) error {
			_, err := h.Credit.FollowTime(ctx, c)
			return err
		})
	})
	all.Go(func() { h.Credit.Relay.Run(ctx) })
	all.Go(func() { h.every(ctx, talkEvery, "talking to communities", h.Credit.Relay.Talk) })
	all.Go(func() {
		h.every(ctx, talkEvery, "ending payments between communities", func(ctx context.Context, c store.ID) error {
			_, err := h.Credit.Relay.Lapse(ctx, c)
			return err
		})
	})
	all.Go(func() {
		h.every(ctx, dueEvery, "closing clearing rounds", func(ctx context.Context, c store.ID) error {
			_, lapsing := h.Credit.LapseDebts(ctx, c)
			_, closing := h.Credit.CloseRounds(ctx, c)
			return errors.Join(lapsing, closing)
		})
	})
	all.Go(func() { h.every(ctx, dueEvery, "asking neighbors", h.Asker.Ask) })
	all.Go(func() { h.Federation.Run(ctx) })
	all.Go(func() { h.every(ctx, dueEvery, "delivering to other servers", h.Federation.Deliver) })
	all.Go(func() { h.every(ctx, purgeEvery, "forgetting what was received", h.Federation.Sweep) })
	all.Go(func() { h.every(ctx, hooksEvery, "telling programs", h.Hooks.Deliver) })
	all.Go(func() { h.every(ctx, sweepEvery, "taking old downloads away", h.Books.SweepDownloads) })
	all.Go(func() {
		h.every(ctx, purgeEvery, "forgetting ended work", func(ctx context.Context, c store.ID) error {
			_, err := h.Jobs.Purge(ctx, c, h.Store.Now().Add(-h.KeepRuns))
			return err
		})
	})
	all.Wait()
}

// every does something in each commons, at once and then again and again,
// until the context ends.
func (h *House) every(ctx context.Context, pause time.Duration, what string, do func(context.Context, store.ID) error) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for ctx.Err() == nil {
		h.inEach(ctx, what, do)
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// inEach does something in each commons; what fails in one does not keep it
// from the others.
func (h *House) inEach(ctx context.Context, what string, do func(context.Context, store.ID) error) {
	ids, err := h.commonsIDs(ctx)
	h.complain(what, err)
	for _, id := range ids {
		if ctx.Err() != nil {
			return
		}
		h.complain(what, do(ctx, id))
	}
}

// complain logs what went wrong where nobody waits for an answer.
func (h *House) complain(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		h.Place.Log.Warn("in the background", "what", what, "error", err)
	}
}

// warm fills the indexes in memory, so that the first page is not slow.
func (h *House) warm(ctx context.Context, c store.ID) error {
	return h.Store.Read(ctx, c, func(r *store.Snapshot) error {
		return errors.Join(h.Register.Warm(r), h.Core.Tracer.Warm(r))
	})
}
