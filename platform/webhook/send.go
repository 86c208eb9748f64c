package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

const (
	// turn is how many entries of the log are looked at before the place is kept.
	turn = 200
	// lease is how long a process may work on a turn before another takes over.
	lease = 10 * time.Minute
	// turnTime bounds a turn, well within the lease.
	turnTime = 5 * time.Minute
	// atOnce is how many subscriptions of a commons are worked on at a time.
	atOnce = 8
	// keepLog is how long attempts stay listed.
	keepLog = 30 * 24 * time.Hour
)

// Sender delivers.
type Sender struct {
	Store *store.Store
	// HTTP makes the requests. It must refuse addresses that are not public when
	// it connects and follow no redirect: outbound.NewClient.
	HTTP *http.Client
	// Private allows addresses in private networks and plain http.
	Private bool
}

var (
	leaseHook  = store.SQL(`UPDATE webhook_hook SET due = $4 WHERE commons_id = $1 AND id = $2 AND due <= $3 AND NOT resting`)
	moveHook   = store.SQL(`UPDATE webhook_hook SET cursor = $3, tries = $4, due = $5, resting = (resting OR $6) WHERE commons_id = $1 AND id = $2 AND cursor <= $3`)
	addAttempt = store.Into("webhook_attempt", "hook", "at", "seq", "act", "status", "why")
	dropOld    = store.SQL(`DELETE FROM webhook_attempt WHERE commons_id = $1 AND hook = $2 AND at < $3`)
)

// Deliver works on every subscription of a commons that is due. It returns
// when all of them have moved on or are put off; the tender calls it again and again.
func (s *Sender) Deliver(ctx context.Context, commons store.ID) error {
	var hooks []Hook
	var size int64
	err := s.Store.Read(ctx, commons, func(r *store.Snapshot) (err error) {
		if hooks, err = Hooks(r); err != nil || len(hooks) == 0 {
			return err
		}
		head, err := journal.ReadHead(r)
		size = head.Size
		return err
	})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	places := make(chan struct{}, atOnce)
	for _, h := range hooks {
		if h.Resting || h.Due.After(s.Store.Now()) || h.Next >= size {
			continue
		}
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			one := s.serve(ctx, commons, h)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, one)
		})
	}
	all.Wait()
	return err
}

// serve is one turn of a subscription.
func (s *Sender) serve(ctx context.Context, commons store.ID, h Hook) error {
	mine, err := store.Write(ctx, s.Store, store.Command{Commons: commons}, func(tx *store.Tx) (bool, error) {
		n, err := tx.Exec(leaseHook, h.ID, store.Micros(tx.Now()), store.Micros(tx.Now().Add(lease)))
		if err != nil || n == 0 {
			return false, err
		}
		h, err = Get(tx, h.ID) // its secrets and its place as they are now
		return true, err
	})
	if err != nil || !mine {
		return err
	}
	var lines []journal.Line
	err = s.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		if err != nil {
			return err
		}
		for line, err := range journal.Lines(r, h.Next, min(head.Size, h.Next+turn)) {
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	tried := s.turn(ctx, commons, &h, lines)
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx) // what was delivered is written down, whoever stops us
	}
	return s.keep(ctx, commons, h, tried)
}

// turn delivers until something is refused; h moves on behind what was taken.
func (s *Sender) turn(ctx context.Context, commons store.ID, h *Hook, lines []journal.Line) (tried []Attempt) {
	ctx, stop := context.WithTimeout(ctx, turnTime)
	defer stop()
	for _, line := range lines {
		e, err := journal.Parse(line.Record)
		if err != nil || !h.wants(e.Act) {
			h.Next = line.Seq + 1 // the log's own checks complain of a broken entry
			continue
		}
		if ctx.Err() != nil {
			return tried
		}
		a := s.post(ctx, commons, h, e, line)
		tried = append(tried, a)
		switch {
		case a.Good():
			h.Next, h.Tries = line.Seq+1, 0
			continue
		case a.Status == http.StatusGone || h.Tries >= len(Schedule):
			h.Resting = true
		}
		h.Tries++
		return tried
	}
	return tried
}

// message is the body of a delivery.
type message struct {
	Type      string          `json:"type"` // the word of the act
	Timestamp string          `json:"timestamp"`
	Data      json.RawMessage `json:"data"` // the entry, as it is hashed
}

// post makes one request.
func (s *Sender) post(ctx context.Context, commons store.ID, h *Hook, e journal.Entry, line journal.Line) Attempt {
	now := s.Store.Now()
	a := Attempt{At: now, Seq: line.Seq, Act: e.Act}
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false) // the entry as it is hashed
	if err := out.Encode(message{e.Act, e.At, line.Record}); err != nil {
		a.Why = err.Error()
		return a
	}
	body := text.Bytes()
	id := fmt.Sprintf("msg_%s_%d", commons, line.Seq)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		a.Why = err.Error()
		return a
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "commonweal")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", h.signatures(id, now, body))
	resp, err := s.HTTP.Do(req)
	if err != nil {
		a.Why = plain(err)
		return a
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 16<<10)) // so that the connection can be used again
	a.Status = resp.StatusCode
	return a
}

// plain is why there was no answer, without the address, which may hold a secret.
func plain(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return fmt.Sprintf("%.200s", err.Error())
}

// keep writes down where a subscription stands and what was tried.
func (s *Sender) keep(ctx context.Context, commons store.ID, h Hook, tried []Attempt) error {
	_, err := store.Write(ctx, s.Store, store.Command{Commons: commons}, func(tx *store.Tx) (int, error) {
		due := tx.Now()
		if h.Tries > 0 {
			due = due.Add(Schedule[min(h.Tries, len(Schedule))-1])
		}
		n, err := tx.Exec(moveHook, h.ID, h.Next, h.Tries, store.Micros(due), h.Resting)
		if err != nil || n == 0 { // it was ended, or somebody else is further
			return 0, err
		}
		if len(tried) == 0 {
			return 0, nil
		}
		if _, err := tx.Exec(dropOld, h.ID, store.Micros(tx.Now().Add(-keepLog))); err != nil {
			return 0, err
		}
		for _, a := range tried {
			if err := tx.Append(addAttempt, h.ID, store.Micros(a.At), a.Seq, a.Act, a.Status, a.Why); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	return err
}
