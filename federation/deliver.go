package federation

import (
	"context"
	"errors"
	"sync"
	"time"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Pauses between tries double from the first to the last; after lastTry in vain an
// activity is given up, about three days after it was sent.
const (
	firstPause = time.Minute
	lastPause  = 12 * time.Hour
	lastTry    = 15
)

// inRound bounds what one round delivers; atOnce is to how many peers at a time.
const (
	inRound = 200
	atOnce  = 4
)

// due is an activity that waits to be delivered to a peer.
type due struct {
	activity, peer store.ID
	tries          int
	document       string
}

var (
	selectDue = store.SQL(`SELECT d.activity, d.peer, d.tries, a.document FROM federation_delivery d
		JOIN federation_activity a ON a.commons_id = d.commons_id AND a.id = d.activity
		WHERE d.commons_id = $1 AND d.state = 'waiting' AND d.next <= $2
		AND NOT EXISTS (SELECT 1 FROM federation_delivery e WHERE e.commons_id = d.commons_id AND e.peer = d.peer AND e.state = 'waiting' AND e.next > $2 AND e.activity < d.activity)
		ORDER BY d.activity LIMIT $3`)
	setDelivery = store.SQL(`UPDATE federation_delivery SET state = $4, tries = $5, next = $6, problem = $7, at = $8 WHERE commons_id = $1 AND activity = $2 AND peer = $3`)
	deleteSeen  = store.SQL(`DELETE FROM federation_seen WHERE commons_id = $1 AND at < $2`)
)

// keepSeen is how long it is remembered what was received.
const keepSeen = 90 * 24 * time.Hour

// Sweep forgets what was received so long ago that no server sends it again.
func (f *Federation) Sweep(ctx context.Context, c store.ID) error {
	_, err := store.Write(ctx, f.Store, store.Command{Commons: c}, func(tx *store.Tx) (int64, error) {
		return tx.Exec(deleteSeen, store.Micros(tx.Now().Add(-keepSeen)))
	})
	return err
}

// Run delivers what acts send as soon as they are durable, until the context ends.
// What could not be delivered waits for the next call of Deliver.
func (f *Federation) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-f.wake:
			if err := f.Deliver(ctx, c); err != nil && ctx.Err() == nil {
				f.Log.Warn("federation: delivering", "commons", c, "error", err)
			}
		}
	}
}

// Deliver delivers everything of a commons that is due. To one peer activities go
// in the order in which they were sent: while one waits, those behind it wait too.
// That a peer does not answer is no error.
func (f *Federation) Deliver(ctx context.Context, c store.ID) error {
	lock, _ := f.posted.LoadOrStore(c, new(sync.Mutex))
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	key, queues, peers, err := f.due(ctx, c)
	if err != nil || len(queues) == 0 {
		return err
	}
	var posting sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	failures := make([]error, len(queues))
	for i, queue := range queues {
		posting.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			failures[i] = f.deliverTo(ctx, c, key, peers[queue[0].peer], queue)
		})
	}
	posting.Wait()
	return errors.Join(failures...)
}

// due reads what is due, a queue for each peer.
func (f *Federation) due(ctx context.Context, c store.ID) (key *activitypub.Key, queues [][]due, peers map[store.ID]Peer, err error) {
	err = f.Store.Read(ctx, c, func(r *store.Snapshot) error {
		a, err := readAccount(r)
		if err != nil || !a.takesPart {
			return err
		}
		list, err := store.All(r, func(s store.Scanner) (d due, err error) {
			err = s.Scan(&d.activity, &d.peer, &d.tries, &d.document)
			return d, err
		}, selectDue, store.Micros(r.Now()), inRound)
		if err != nil || len(list) == 0 {
			return err
		}
		place := map[store.ID]int{}
		var ids []store.ID
		for _, d := range list {
			if _, known := place[d.peer]; !known {
				place[d.peer] = len(queues)
				queues, ids = append(queues, nil), append(ids, d.peer)
			}
			queues[place[d.peer]] = append(queues[place[d.peer]], d)
		}
		if peers, err = getPeers(r, ids...); err != nil {
			return err
		}
		key, err = f.signing(c, a)
		return err
	})
	return key, queues, peers, err
}

// deliverTo delivers a queue until one delivery has to wait.
func (f *Federation) deliverTo(ctx context.Context, c store.ID, key *activitypub.Key, to Peer, queue []due) error {
	for _, d := range queue {
		blocked := false
		err := f.Store.Read(ctx, c, func(r *store.Snapshot) error { return checkBlocked(r, to.Host) })
		if fault.CodeOf(err) == "federation.blocked" {
			blocked = true
		} else if err == nil {
			err = f.Client.Post(ctx, to.Inbox, []byte(d.document), key, f.Store.Now())
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		waits, err := f.keepDelivery(ctx, c, d, err, blocked)
		if err != nil || waits {
			return err
		}
	}
	return nil
}

// keepDelivery remembers how a delivery went, and says whether it has to be tried again.
func (f *Federation) keepDelivery(ctx context.Context, c store.ID, d due, failure error, blocked bool) (waits bool, err error) {
	state, problem, pause := "delivered", "", time.Duration(0)
	if failure != nil {
		var refusal *activitypub.Refusal
		lasting := blocked || errors.As(failure, &refusal) && refusal.Lasting() || fault.KindOf(failure) == fault.Invalid
		state, problem, waits = "failed", failure.Error(), !lasting && d.tries+1 < lastTry
		if waits {
			state, pause = "waiting", min(lastPause, firstPause<<d.tries)
		}
	}
	_, err = store.Write(ctx, f.Store, store.Command{Commons: c}, func(tx *store.Tx) (int64, error) {
		return tx.Exec(setDelivery, d.activity, d.peer, state, d.tries+1, store.Micros(tx.Now().Add(pause)), problem, store.Micros(tx.Now()))
	})
	return waits, err
}
