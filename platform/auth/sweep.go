package auth

import (
	"context"
	"sync"
	"time"

	"commonweal/platform/store"
)

// seenEvery is how exact "last used" is.
const seenEvery = time.Hour

// seen collects which secrets were used, until Sweep writes it down.
type seen struct {
	mu   sync.Mutex
	when map[string]time.Time // by key of the cache of secrets
}

func (s *seen) note(key string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.when == nil {
		s.when = map[string]time.Time{}
	}
	s.when[key] = now
}

func (s *seen) take() map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	when := s.when
	s.when = nil
	return when
}

var (
	insertSeen  = store.Into("auth_seen", "hash", "at")
	sessionSeen = store.SQL(`UPDATE auth_session SET seen = auth_seen.at,
		expires = CASE WHEN auth_seen.at + $2 < auth_session.created + $3 THEN auth_seen.at + $2 ELSE auth_session.created + $3 END
		FROM auth_seen WHERE auth_session.commons_id = $1 AND auth_seen.commons_id = $1 AND auth_seen.hash = auth_session.hash`)
	tokenSeen = store.SQL(`UPDATE auth_token SET seen = auth_seen.at
		FROM auth_seen WHERE auth_token.commons_id = $1 AND auth_seen.commons_id = $1 AND auth_seen.hash = auth_token.hash`)
	deleteSeen = store.SQL(`DELETE FROM auth_seen WHERE commons_id = $1`)

	expired = []*store.Statement{
		store.SQL(`DELETE FROM auth_session WHERE commons_id = $1 AND expires < $2`),
		store.SQL(`DELETE FROM auth_token WHERE commons_id = $1 AND expires < $2`),
		store.SQL(`DELETE FROM auth_link WHERE commons_id = $1 AND expires < $2`),
		store.SQL(`DELETE FROM auth_ceremony WHERE commons_id = $1 AND expires < $2`),
	}
	oldFailures = store.SQL(`DELETE FROM auth_failure WHERE commons_id = $1 AND at < $2`)
)

// Sweep writes down which sessions and tokens were used since the last sweep,
// prolongs those sessions, removes what has expired, and the accounts that were
// made for a commons that never admitted them.
func (g *Gate) Sweep(ctx context.Context) error {
	used := g.seen.take()
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		if len(used) > 0 {
			if err := writeSeen(tx, used); err != nil {
				return struct{}{}, err
			}
		}
		for _, s := range expired {
			if _, err := tx.Exec(s, store.Micros(tx.Now())); err != nil {
				return struct{}{}, err
			}
		}
		_, err := tx.Exec(oldFailures, store.Micros(tx.Now().Add(-forgetAfter)))
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	return g.sweepPending(ctx)
}

func writeSeen(tx *store.Tx, used map[string]time.Time) error {
	for key, at := range used {
		if err := tx.Append(insertSeen, []byte(key[1:]), store.Micros(at)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sessionSeen, IdleLife.Microseconds(), FullLife.Microseconds()); err != nil {
		return err
	}
	if _, err := tx.Exec(tokenSeen); err != nil {
		return err
	}
	_, err := tx.Exec(deleteSeen)
	return err
}
