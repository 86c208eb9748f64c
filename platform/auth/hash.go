package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/secure/precis"

	"commonweal/platform/fault"
)

// DefaultParams are the argon2id parameters of new passwords: 19 MiB, two
// passes, one lane, as the OWASP password storage cheat sheet recommends.
var DefaultParams = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Bounds of a password, after NIST SP 800-63B section 3.1.1: length, no
// composition rules.
const (
	minPassword = 10  // characters
	maxPassword = 256 // characters
)

// hasher makes and checks password hashes, a few at a time: each takes a core
// and memory, and a flood of sign-ins must not starve the pages.
type hasher struct {
	params argon2id.Params
	slots  *semaphore.Weighted
	dummy  func() string // hash of nobody's password
	runs   atomic.Int64  // argon2id runs so far; tests count them
}

func newHasher(p argon2id.Params) *hasher {
	h := &hasher{params: p, slots: semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)-1)))}
	h.dummy = sync.OnceValue(func() string {
		hash, err := argon2id.CreateHash(rand.Text(), &h.params)
		if err != nil {
			panic("auth: " + err.Error()) // no randomness: nothing is safe
		}
		return hash
	})
	return h
}

// make returns the PHC string of a password that was accepted.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	prepared, err := preparePassword(password)
	if err != nil {
		return "", err
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.slots.Release(1)
	return argon2id.CreateHash(prepared, &h.params)
}

// check compares a password with a PHC string; old is true when the string
// was made with other parameters than today's. An empty string stands for
// nobody: the work is the same and the answer is no.
func (h *hasher) check(ctx context.Context, password, phc string) (ok, old bool, err error) {
	prepared, err := preparePassword(password)
	if err != nil {
		prepared, phc = "", "" // same work, answer no
	}
	nobody := phc == ""
	if nobody {
		phc = h.dummy()
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.slots.Release(1)
	ok, params, err := argon2id.CheckHash(prepared, phc)
	if err != nil {
		return false, false, err
	}
	return ok && !nobody, *params != h.params, nil
}

func (h *hasher) enter(ctx context.Context) error {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return fault.New(fault.Unavailable, "auth.busy", "", "too many people are signing in at this moment; try again in a minute")
	}
	h.runs.Add(1)
	return nil
}

// preparePassword brings a password into the one form of RFC 8265 (profile
// OpaqueString), so that it does not depend on the keyboard that typed it.
func preparePassword(password string) (string, error) {
	if len(password) > 4*maxPassword {
		return "", errors.New("too long")
	}
	return precis.OpaqueString.String(password)
}
