package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"commonweal/platform/fault"
)

// Command names an act: whose lane it goes into, and the idempotency key that
// makes a repeat harmless.
type Command struct {
	Commons ID
	// Key is chosen by the caller, at most 200 bytes; the same Key with the
	// same Ask returns the first result, for ever. Empty means: no replay.
	Key string
	// Ask is the content that the Key stands for; its JSON is hashed.
	Ask any
}

// maxKey is the length of an idempotency key in bytes.
const maxKey = 200

// Write runs an act in the lane of its commons and returns its result once it
// is durable. An act that fails leaves nothing behind. The result must survive
// encoding/json, because a replay returns it from there.
//
// The act may run more than once before it is durable (when an act beside it
// spoils their group, or the database was away), on another goroutine than the
// caller's. It must have no side effects but on its Tx; Tx.AfterCommit is for those.
//
// When ctx ends before the act has begun, Write returns its error and the act
// never runs; once begun, Write waits for the outcome.
func Write[R any](ctx context.Context, s *Store, c Command, act func(*Tx) (R, error)) (R, error) {
	var result R
	raw, err := s.write(ctx, c, func(tx *Tx) ([]byte, error) {
		r, err := act(tx)
		if err != nil {
			return nil, err
		}
		result = r
		if c.Key == "" {
			return nil, nil
		}
		return json.Marshal(r)
	})
	if err != nil {
		var none R
		return none, err
	}
	if raw == "" {
		return result, nil
	}
	var replayed R
	if err := json.Unmarshal([]byte(raw), &replayed); err != nil {
		return replayed, fmt.Errorf("store: the result kept for key %q does not fit: %w", c.Key, err)
	}
	return replayed, nil
}

// write puts the act into its lane and waits; replayed is the JSON of the
// first result when the key was used before.
func (s *Store) write(ctx context.Context, c Command, act func(*Tx) ([]byte, error)) (replayed string, err error) {
	if ctx.Value(insideAct{}) != nil {
		return "", fmt.Errorf("store: an act may not call Write: it would wait for itself")
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	call := &call{ctx: ctx, commons: c.Commons, key: c.Key, act: act, done: make(chan struct{}, 1)}
	if c.Key != "" {
		if call.digest, err = digest(c); err != nil {
			return "", err
		}
	}
	if err := s.enqueue(call); err != nil {
		return "", err
	}
	select {
	case <-call.done:
	case <-ctx.Done():
		if call.claim() {
			return "", ctx.Err()
		}
		<-call.done
	}
	if call.panicked != nil {
		s.config.Log.Error("an act panicked", "commons", c.Commons, "panic", call.panicked.value, "stack", call.panicked.stack)
	}
	return call.replayed, call.err
}

// digest checks the key and hashes what it stands for.
func digest(c Command) (sum [sha256.Size]byte, err error) {
	if len(c.Key) > maxKey {
		return sum, fault.Invalidf("store.key_too_long", "key", "the idempotency key has %d bytes; at most %d are allowed", len(c.Key), maxKey)
	}
	if err := checkText(c.Key); err != nil {
		return sum, err
	}
	ask, err := json.Marshal(c.Ask)
	if err != nil {
		return sum, fmt.Errorf("store: what key %q stands for: %w", c.Key, err)
	}
	return sha256.Sum256(ask), nil
}
