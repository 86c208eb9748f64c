package auth

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"commonweal/platform/fault"
)

// limit is how failures under one kind of key slow down the next attempt.
type limit struct {
	free    int           // failures that cost nothing
	longest time.Duration // bound of the wait
}

// The limits. Only somebody who guesses one name from one address waits long:
// the owner of the name, elsewhere, and the neighbors of the guesser must be
// able to get in, while a crowd of guessers still gets one guess a minute.
var (
	oneNameHere = limit{3, 15 * time.Minute}
	oneName     = limit{12, time.Minute}
	oneAddress  = limit{20, 30 * time.Second}
)

// maxDoublings keeps the shift in range: 2^20 seconds are longer than any longest wait.
const maxDoublings = 20

// forgetAfter is how long failures are remembered.
const forgetAfter = 24 * time.Hour

// delay is how long to wait after the last of some failures: nothing for the
// free ones, then one second, then twice as long each time, up to the longest.
func (l limit) delay(failures int) time.Duration {
	over := failures - l.free
	if over < 0 {
		return 0
	}
	return min(time.Second<<min(over, maxDoublings), l.longest)
}

// backoffKeys bounds the memory that attackers can make us use: 65,536 keys are a few megabytes.
const backoffKeys = 1 << 16

// tries counts attempts that have not succeeded.
type tries struct {
	failures int
	last     time.Time
}

// at returns what is remembered of the tries at a later time.
func (t tries) at(now time.Time) tries {
	if now.Sub(t.last) > forgetAfter {
		return tries{}
	}
	return t
}

// wait is how long the next attempt must wait yet.
func (t tries) wait(now time.Time, l limit) time.Duration {
	return t.last.Add(l.delay(t.failures)).Sub(now)
}

// backoff slows down guessing in this process; the counter per name is kept
// in the database as well, for restarts and for other processes.
type backoff struct {
	mu   sync.Mutex
	held *lru.Cache[string, tries]
}

func newBackoff() *backoff {
	held, err := lru.New[string, tries](backoffKeys)
	if err != nil {
		panic("auth: " + err.Error())
	}
	return &backoff{held: held}
}

// attempt is one try to sign in: the keys it counts under, each with its
// limit; that of the address comes last.
type attempt []struct {
	key string
	limit
}

// byName is the place of the key of the name alone in an attempt with a name.
const byName = 1

func newAttempt(subject digest, address string) attempt {
	name := string(subject[:])
	return attempt{{name + "@" + address, oneNameHere}, {name, oneName}, {"@" + address, oneAddress}}
}

// byAddress is an attempt without a name: by passkey.
func byAddress(address string) attempt { return attempt{{"@" + address, oneAddress}} }

// begin refuses an attempt that comes too early, and else counts it as failed
// until succeeded takes that back: parallel guesses gain nothing.
// stored is the counter of the name in the database.
func (b *backoff) begin(a attempt, stored tries, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if stored.last.After(now) {
		b.adopt(a[byName].key, stored, now)
		stored = tries{}
	}
	wait := stored.at(now).wait(now, oneName)
	seen := make([]tries, len(a))
	for i, k := range a {
		seen[i] = b.known(k.key, now)
		wait = max(wait, seen[i].wait(now, k.limit))
	}
	if wait > 0 {
		return fault.New(fault.TooMany, "auth.too_many_attempts", "",
			"too many attempts to sign in; wait %s, then try again", wait.Round(time.Second)+time.Second)
	}
	for i, k := range a {
		b.held.Add(k.key, tries{seen[i].failures + 1, now})
	}
	return nil
}

// known is what is remembered of a key. Where the clock was set back since, the
// wait counts from the moment that this shows: it is as long as ever and ends.
func (b *backoff) known(key string, now time.Time) tries {
	t, _ := b.held.Get(key)
	if t.last.After(now) {
		t.last = now
		b.held.Add(key, t)
	}
	return t.at(now)
}

// adopt takes failures over that the database dates later than now, so that
// their wait ends too.
func (b *backoff) adopt(key string, stored tries, now time.Time) {
	if b.known(key, now).failures < stored.failures {
		b.held.Add(key, tries{stored.failures, now})
	}
}

// succeeded forgets the failures of the name, and takes back the one counted
// for the address: an attacker's own account must not clear their address.
func (b *backoff) succeeded(a attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := len(a) - 1
	for _, k := range a[:last] {
		b.held.Remove(k.key)
	}
	if t, ok := b.held.Get(a[last].key); ok && t.failures > 0 {
		b.held.Add(a[last].key, tries{t.failures - 1, t.last})
	}
}
