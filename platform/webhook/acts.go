package webhook

import (
	"context"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

var (
	insertHook = store.Into("webhook_hook", "id", "url", "acts", "secret", "former", "former_until", "created", "cursor", "tries", "due", "resting")
	allHooks   = store.SQL(`SELECT id, url, acts, secret, former, former_until, created, cursor, tries, due, resting FROM webhook_hook WHERE commons_id = $1 ORDER BY id`)
	setSecret  = store.SQL(`UPDATE webhook_hook SET former = secret, secret = $3, former_until = $4 WHERE commons_id = $1 AND id = $2`)
	wakeHook   = store.SQL(`UPDATE webhook_hook SET resting = $3, tries = 0, due = $4 WHERE commons_id = $1 AND id = $2`)
	deleteHook = store.SQL(`DELETE FROM webhook_hook WHERE commons_id = $1 AND id = $2`)
	deleteLog  = store.SQL(`DELETE FROM webhook_attempt WHERE commons_id = $1 AND hook = $2`)
	attempts   = store.SQL(`SELECT at, seq, act, status, why FROM webhook_attempt WHERE commons_id = $1 AND hook = $2 AND at < $3 ORDER BY at DESC, seq DESC LIMIT $4`)
)

func scanHook(s store.Scanner) (h Hook, err error) {
	var acts string
	var until, created, due int64
	if err = s.Scan(&h.ID, &h.URL, &acts, &h.secret, &h.former, &until, &created, &h.Next, &h.Tries, &due, &h.Resting); err != nil {
		return h, err
	}
	h.Acts, h.formerUntil, h.Created, h.Due = strings.Fields(acts), store.Time(until), store.Time(created), store.Time(due)
	return h, nil
}

func scanAttempt(s store.Scanner) (a Attempt, err error) {
	var at, status int64
	err = s.Scan(&at, &a.Seq, &a.Act, &status, &a.Why)
	a.At, a.Status = store.Time(at), int(status)
	return a, err
}

// Hooks lists the subscriptions of a commons.
func Hooks(r store.Reader) ([]Hook, error) { return store.All(r, scanHook, allHooks) }

// Get returns one subscription; NotFound: webhook.unknown.
func Get(r store.Reader, id store.ID) (Hook, error) {
	list, err := Hooks(r)
	if err != nil {
		return Hook{}, err
	}
	for _, h := range list {
		if h.ID == id {
			return h, nil
		}
	}
	return Hook{}, fault.NotFoundf("webhook.unknown", "id", "there is no such subscription; it may have been ended")
}

// Attempts returns what was tried before a time, newest first.
func Attempts(r store.Reader, hook store.ID, before time.Time, limit int) ([]Attempt, error) {
	return store.All(r, scanAttempt, attempts, hook, store.Micros(before), limit)
}

// Subscribe tells an address from now on what happens, and returns the secret
// by which it checks that it was us.
func (s *Sender) Subscribe(ctx context.Context, who auth.Identity, url string, acts []string) (h Hook, secret string, err error) {
	if err := checkURL(url, s.Private); err != nil {
		return h, "", err
	}
	secret = newSecret()
	h, err = act(ctx, s, who, "webhook.subscribe", func(tx *store.Tx) (Hook, journal.Record, error) {
		list, err := Hooks(tx)
		if err != nil || len(list) >= maxHooks {
			if err == nil {
				err = fault.New(fault.TooMany, "webhook.too_many", "", "there are %d subscriptions already; end one first", maxHooks)
			}
			return Hook{}, journal.Record{}, err
		}
		head, err := journal.ReadHead(tx)
		if err != nil {
			return Hook{}, journal.Record{}, err
		}
		h := Hook{ID: tx.NewID(), URL: url, Acts: acts, Created: tx.Now(), Next: head.Size, Due: tx.Now()}
		err = tx.Append(insertHook, h.ID, h.URL, strings.Join(acts, " "), secret, "", 0, store.Micros(h.Created), h.Next, 0, store.Micros(h.Due), false)
		return h, journal.Record{Public: map[string]any{"hook": h.ID, "acts": acts}, Sealed: map[string]string{"url": url}}, err
	})
	return h, secret, err
}

// Rotate gives a subscription a new secret; the old one signs along for a day.
func (s *Sender) Rotate(ctx context.Context, who auth.Identity, id store.ID) (secret string, err error) {
	secret = newSecret()
	return secret, s.change(ctx, who, "webhook.rotate", id, func(tx *store.Tx) error {
		_, err := tx.Exec(setSecret, id, secret, store.Micros(tx.Now().Add(overlap)))
		return err
	})
}

// Rest stops a subscription for a while, or wakes it: it goes on where it stopped.
func (s *Sender) Rest(ctx context.Context, who auth.Identity, id store.ID, rest bool) error {
	name := "webhook.wake"
	if rest {
		name = "webhook.rest"
	}
	return s.change(ctx, who, name, id, func(tx *store.Tx) error {
		_, err := tx.Exec(wakeHook, id, rest, store.Micros(tx.Now()))
		return err
	})
}

// End ends a subscription and forgets what was tried.
func (s *Sender) End(ctx context.Context, who auth.Identity, id store.ID) error {
	return s.change(ctx, who, "webhook.end", id, func(tx *store.Tx) error {
		if _, err := tx.Exec(deleteLog, id); err != nil {
			return err
		}
		_, err := tx.Exec(deleteHook, id)
		return err
	})
}

// change is an act on a subscription that exists.
func (s *Sender) change(ctx context.Context, who auth.Identity, name string, id store.ID, do func(*store.Tx) error) error {
	_, err := act(ctx, s, who, name, func(tx *store.Tx) (Hook, journal.Record, error) {
		h, err := Get(tx, id)
		if err == nil {
			err = do(tx)
		}
		return h, journal.Record{Public: map[string]any{"hook": id}}, err
	})
	return err
}

// act is an act of a steward, journaled.
func act(ctx context.Context, s *Sender, who auth.Identity, name string, do func(*store.Tx) (Hook, journal.Record, error)) (Hook, error) {
	if err := who.Must(Manage); err != nil {
		return Hook{}, err
	}
	return store.Write(ctx, s.Store, store.Command{Commons: who.Commons}, func(tx *store.Tx) (Hook, error) {
		if err := who.In(tx); err != nil {
			return Hook{}, err
		}
		h, record, err := do(tx)
		if err != nil {
			return h, err
		}
		record.Act, record.By = name, who.Agent
		_, err = journal.Append(tx, record)
		return h, err
	})
}
