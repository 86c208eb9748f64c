package auth

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"commonweal/platform/fault"
)

// How many failures are free before each further one doubles the wait.
const (
	freeHere = 3  // one name from one address
	freeName = 12 // one name from anywhere
	freeAddr = 20 // one address, whatever the names
)

// Bounds of the wait, and how long failures are remembered.
const (
	firstWait   = time.Second
	longestWait = 15 * time.Minute
	forgetAfter = 24 * time.Hour
)

// backoffKeys bounds the memory that attackers can make us use: 65,536 keys are a few megabytes.
const backoffKeys = 1 << 16

// Delay is how long to wait after the last of some failures: nothing for the
// free ones, then one second, then twice as long each time, at most 15 minutes.
func Delay(failures, free int) time.Duration {
	over := failures - free
	switch {
	case over < 0:
		return 0
	case over >= 10: // 2^10 s is over 15 minutes
		return longestWait
	}
	return min(firstWait<<over, longestWait)
}

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

// wait is how long the next attempt must wait yet; a clock that was set back
// does not make it longer than the delay.
func (t tries) wait(now time.Time, free int) time.Duration {
	delay := Delay(t.failures, free)
	return min(t.last.Add(delay).Sub(now), delay)
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

// attempt is one try to sign in: the keys it counts under, with what is free
// for each; the address comes last.
type attempt struct {
	keys []string
	free []int
}

func newAttempt(subject digest, address string) attempt {
	name := string(subject[:])
	return attempt{[]string{name + "@" + address, name, "@" + address}, []int{freeHere, freeName, freeAddr}}
}

// byAddress is an attempt without a name: by passkey.
func byAddress(address string) attempt {
	return attempt{[]string{"@" + address}, []int{freeAddr}}
}

// begin refuses an attempt that comes too early, and else counts it as failed
// until succeeded takes that back: parallel guesses gain nothing.
// stored is the counter of the name in the database.
func (b *backoff) begin(a attempt, stored tries, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	longest := stored.at(now).wait(now, freeName)
	seen := make([]tries, len(a.keys))
	for i, key := range a.keys {
		seen[i], _ = b.held.Get(key)
		seen[i] = seen[i].at(now)
		longest = max(longest, seen[i].wait(now, a.free[i]))
	}
	if longest > 0 {
		return fault.New(fault.TooMany, "auth.too_many_attempts", "",
			"too many attempts to sign in; wait %s, then try again", longest.Round(time.Second)+time.Second)
	}
	for i, key := range a.keys {
		b.held.Add(key, tries{seen[i].failures + 1, now})
	}
	return nil
}

// succeeded forgets the failures of the name, and takes back the one counted
// for the address: an attacker's own account must not clear their address.
func (b *backoff) succeeded(a attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := len(a.keys) - 1
	for _, key := range a.keys[:last] {
		b.held.Remove(key)
	}
	if t, ok := b.held.Get(a.keys[last]); ok && t.failures > 0 {
		b.held.Add(a.keys[last], tries{t.failures - 1, t.last})
	}
}
