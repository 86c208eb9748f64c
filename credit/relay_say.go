package credit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Pauses between tries double from the first to the last, for ever: a neighbor
// that comes back after a year hears everything that was said to it.
const (
	firstPause = time.Second
	lastPause  = 5 * time.Minute
	atOnce     = 50        // messages in one request
	maxAnswer  = 256 << 10 // bytes of an answer
)

// said is messages on their way, and heard how far they came.
type (
	said struct {
		From     string           `json:"from"`
		Messages []relay.Envelope `json:"messages"`
	}
	heard struct {
		Ack     relay.Head `json:"ack"`
		Refused string     `json:"refused,omitempty"` // why what follows ack was not taken, a code
	}
)

// Run says what acts decide as soon as it is durable, until the context ends.
// What did not get through waits for the next call of Talk.
func (x *Relay) Run(ctx context.Context) {
	var rounds sync.WaitGroup
	defer rounds.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-x.wake:
			rounds.Go(func() {
				if err := x.Talk(ctx, c); err != nil && ctx.Err() == nil {
					x.Log.Warn("credit: talking to neighbors", "commons", c, "error", err)
				}
			})
		}
	}
}

// Talk says to each neighbor of a commons what it has not heard, where it is due.
// That a neighbor does not answer is no error.
func (x *Relay) Talk(ctx context.Context, commons store.ID) error {
	var list []chains
	var s *Settings
	err := x.Store.Read(ctx, commons, func(r *store.Snapshot) (err error) {
		if list, err = store.All(r, scanChains, selectChains); err == nil && len(list) > 0 {
			s, err = settings.Get(r)
		}
		return err
	})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	failures := make([]error, len(list))
	for i, c := range list {
		if c.Out.Seq == c.Acked || c.Next.After(x.Store.Now()) {
			continue
		}
		n, err := s.neighbor(func(n Neighbor) bool { return n.ID == c.Neighbor })
		if err != nil {
			return err
		}
		all.Go(func() {
			lock, _ := x.talking.LoadOrStore(n.ID, new(sync.Mutex))
			lock.(*sync.Mutex).Lock()
			defer lock.(*sync.Mutex).Unlock()
			failures[i] = x.sayAll(ctx, commons, n)
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// sayAll brings over what a neighbor has not heard, until there is no more or it
// does not get through.
func (x *Relay) sayAll(ctx context.Context, commons store.ID, n Neighbor) error {
	for ctx.Err() == nil {
		var list []relay.Envelope
		err := x.Store.Read(ctx, commons, func(r *store.Snapshot) error {
			c, _, err := store.One(r, scanChains, selectChain, n.ID)
			if err == nil && c.Out.Seq > c.Acked {
				list, err = store.All(r, scanEnvelope, selectUnheard, n.ID, true, c.Acked, atOnce)
			}
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		var answer heard
		failure := x.post(ctx, n.Address+"/messages", said{From: x.Address(commons), Messages: list}, &answer)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		moved, err := x.keepHeard(ctx, commons, n, answer, failure)
		if err != nil || !moved {
			return err
		}
	}
	return ctx.Err()
}

// keepHeard remembers how far a neighbor heard us, and says whether it went on.
func (x *Relay) keepHeard(ctx context.Context, commons store.ID, n Neighbor, answer heard, failure error) (moved bool, err error) {
	return store.Write(ctx, x.Store, store.Command{Commons: commons}, func(tx *store.Tx) (bool, error) {
		c, _, err := store.One(tx, scanChains, selectChain, n.ID)
		if err != nil {
			return false, err
		}
		moved := failure == nil && answer.Ack.Seq > c.Acked && answer.Ack.Seq <= c.Out.Seq
		if moved {
			c.Acked, c.Tries, c.Next = answer.Ack.Seq, 0, tx.Now()
		} else if c.Acked < c.Out.Seq {
			c.Next = tx.Now().Add(min(lastPause, firstPause<<min(c.Tries, 20)))
			c.Tries++
		}
		stopped, err := frozenAccount(tx, n)
		if err != nil {
			return false, err
		}
		if !stopped { // else it says why
			c.Problem = answer.Refused
			if fault.As(failure) != nil {
				c.Problem = fault.CodeOf(failure)
			}
		}
		return moved, c.keep(tx)
	})
}

// post sends something to a neighbor and reads what it answers.
//
// Faults: relay.unreachable, relay.refused with the code of the neighbor.
func (x *Relay) post(ctx context.Context, address string, ask, answer any) error {
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	return x.fetch(req, answer)
}

func (x *Relay) fetch(req *http.Request, answer any) error {
	resp, err := x.HTTP.Do(req)
	if err != nil {
		return fault.Conflictf("relay.unreachable", "", "%.100q does not answer", req.URL.Host)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fault.Conflictf("relay.unreachable", "", "%.100q does not answer", req.URL.Host)
	}
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(text, answer); err != nil {
			return fault.Conflictf("relay.answer", "", "%.100q answers what cannot be read", req.URL.Host)
		}
		return nil
	}
	var refusal struct{ Error struct{ Code string } }
	_ = json.Unmarshal(text, &refusal) // where it is something else there is no code
	switch refusal.Error.Code {
	case "credit.unknown_payee":
		return unknownPayee()
	case "credit.not_a_neighbor":
		return fault.Conflictf("credit.not_introduced", "", "the other community has not introduced us yet; its steward does that on the page of neighbors")
	case "relay.no_route":
		return fault.NotFoundf("relay.no_way", "to", "there is no way to that community from here")
	}
	return fault.Conflictf("relay.refused", "", "%.100q refuses with %.60q", req.URL.Host, refusal.Error.Code)
}
