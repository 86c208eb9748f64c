package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxTurn is how long a group may run acts before it commits what it has.
const maxTurn = 100 * time.Millisecond

// group is one attempt to run calls in one transaction.
type group struct {
	s       *Store
	ctx     context.Context // of the lane: no caller can cancel the others' transaction
	open    transaction     // use database
	heads   []*head
	pending *appends

	outcomes []outcome // of the calls that ran, in order; true only once committed
	last     outcome   // of the call that made the group fail, if one did
	spoiler  int       // its index, or -1 when it is not known
	err      error     // why the group fails
	verdict  verdict   // what follows from err
}

// attempt runs calls until one spoils the group or the turn is over, and
// commits. When err is nil, outcomes holds the durable fate of the first calls.
func (s *Store) attempt(calls []*call) *group {
	g := &group{s: s, ctx: context.Background(), spoiler: -1, outcomes: make([]outcome, 0, len(calls))}
	g.pending = s.buffers.Get().(*appends)
	defer func() {
		g.pending.reset()
		s.buffers.Put(g.pending)
	}()
	var err error
	if g.open, err = s.engine.begin(g.ctx); err != nil {
		g.fail(err)
		return g
	}
	defer g.open.rollback()
	begun := time.Now()
	for i, c := range calls {
		if i > 0 && time.Since(begun) > maxTurn {
			break
		}
		o := g.run(c, calls[i:])
		if g.err != nil {
			g.last = o
			return g
		}
		g.outcomes = append(g.outcomes, o)
	}
	if err := g.end(); err != nil {
		g.fail(err)
		g.last = outcome{err: g.err}
		return g
	}
	for _, h := range g.heads {
		h.keepRows(s)
	}
	s.counts.group(len(g.outcomes), time.Since(begun))
	g.afterCommit()
	return g
}

// database returns the transaction once the rows under way are in it.
func (g *group) database() (transaction, error) { return g.open, g.open.arrive() }

// fail makes the group fail.
func (g *group) fail(err error) {
	if g.err != nil {
		return
	}
	g.err, g.verdict = err, machine
	var settled *unavailable
	if !errors.As(err, &settled) {
		g.verdict = g.s.engine.judge(err)
	}
}

// spoil makes the group fail because of the call that runs.
func (g *group) spoil(err error) {
	if g.err == nil {
		g.spoiler = len(g.outcomes)
	}
	g.fail(err)
}

// run runs one call; rest are the calls from this one on, whose keys are looked
// up together. A call that fails and wrote nothing leaves the group as it was.
func (g *group) run(c *call, rest []*call) outcome {
	if err := c.ctx.Err(); err != nil {
		return outcome{err: err}
	}
	h, err := g.head(c.commons)
	if err != nil {
		g.fail(err)
		return outcome{}
	}
	if c.key != "" {
		if o, known := g.recall(h, c, rest); known || g.err != nil {
			return o
		}
	}
	tx := h.begin(g, c.ctx)
	result, p, err := tx.do(c.act)
	if g.err != nil { // a flush failed: not necessarily this act's rows
		return outcome{err: g.err, panicked: p}
	}
	if err == nil && c.key != "" {
		err = tx.remember(c, string(result))
	}
	if err == nil {
		h.keep(tx)
		return outcome{}
	}
	h.drop(tx)
	if tx.broken != nil && g.s.engine.judge(tx.broken) != ofAct {
		g.fail(tx.broken)
	} else if tx.wrote || tx.broken != nil {
		g.spoil(err)
		g.verdict = ofAct
	}
	return outcome{err: explain(g.s.engine, err), panicked: p}
}

// end seals the journals, writes what is pending and commits.
func (g *group) end() error {
	changed := false
	for _, h := range g.heads {
		if !h.changed {
			continue
		}
		changed = true
		if err := g.seal(h); err != nil {
			return err
		}
	}
	if !changed {
		return nil // replays and refusals only: nothing to make durable
	}
	if err := g.flush(); err != nil {
		return err
	}
	t, err := g.database()
	if err != nil {
		return err
	}
	for _, h := range g.heads {
		if h.changed {
			if err := h.save(g.ctx, t); err != nil {
				return err
			}
		}
	}
	return g.s.finish(g.ctx, t)
}

// seal hands the entries of one commons to the sealer.
func (g *group) seal(h *head) error {
	if g.s.config.Sealer == nil || len(h.added) == 0 {
		return nil
	}
	tx := h.begin(g, g.ctx)
	tx.sealing = true
	_, p, err := tx.do(func(tx *Tx) ([]byte, error) {
		return nil, g.s.config.Sealer.Seal(tx, h.entries, h.added)
	})
	if p != nil {
		g.s.config.Log.Error("the sealer panicked", "commons", h.commons, "panic", p.value, "stack", p.stack)
	}
	if err != nil {
		return fmt.Errorf("store: sealing entries from %d on: %w", h.entries, err)
	}
	h.after = append(h.after, tx.after...)
	return nil
}

// afterCommit runs what acts and the sealer queued, in their order.
func (g *group) afterCommit() {
	for _, h := range g.heads {
		for _, f := range h.after {
			func() {
				defer func() {
					if v := recover(); v != nil {
						p := caught(v)
						g.s.config.Log.Error("work after commit panicked", "commons", h.commons, "panic", p.value, "stack", p.stack)
					}
				}()
				f()
			}()
		}
	}
}

// do runs an act on the Tx and catches its panics. An act fails with the error
// it returns or with the first error of the driver, whichever it lets out.
func (tx *Tx) do(act func(*Tx) ([]byte, error)) (result []byte, p *panicked, err error) {
	defer func() {
		if v := recover(); v != nil {
			p = caught(v)
			err = fmt.Errorf("store: the act panicked: %v", v)
		}
		tx.finish()
		if err == nil {
			err = tx.broken
		}
	}()
	result, err = act(tx)
	return result, nil, err
}
