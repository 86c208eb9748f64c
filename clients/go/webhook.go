package commonweal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tolerance is how far the time of a delivery may be from now.
const tolerance = 5 * time.Minute

// What a delivery is refused for.
var (
	ErrSignature = errors.New("commonweal: the delivery is not signed by our secret")
	ErrOld       = errors.New("commonweal: the delivery is older than five minutes, or from the future")
	ErrReplayed  = errors.New("commonweal: this delivery was taken before")
)

// Receiver checks the webhooks that a program gets (Standard Webhooks). It is
// safe for concurrent use.
type Receiver struct {
	Secret string           // whsec_…
	Clock  func() time.Time // nil: time.Now
	mu     sync.Mutex
	seen   map[string]time.Time
}

// Check says whether a delivery comes from the commons, is fresh, and was not
// taken before. A delivery that was then not worked through is given back with
// Forget, so that it may come again.
func (r *Receiver) Check(h http.Header, body []byte) error {
	now := time.Now()
	if r.Clock != nil {
		now = r.Clock()
	}
	id, at := h.Get("webhook-id"), h.Get("webhook-timestamp")
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Secret, "whsec_"))
	if err != nil || len(key) == 0 {
		return ErrSignature
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	if !signed(h.Get("webhook-signature"), mac.Sum(nil)) {
		return ErrSignature
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > tolerance || age < -tolerance {
		return ErrOld
	}
	return r.once(id, now)
}

// signed reports whether one of the signatures is the right one.
func signed(header string, want []byte) bool {
	for s := range strings.FieldsSeq(header) {
		text, is := strings.CutPrefix(s, "v1,")
		if got, err := base64.StdEncoding.DecodeString(text); is && err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

// once remembers an id as long as its delivery could be fresh.
func (r *Receiver) once(id string, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for old, at := range r.seen {
		if now.Sub(at) > 2*tolerance {
			delete(r.seen, old)
		}
	}
	if _, taken := r.seen[id]; taken {
		return ErrReplayed
	}
	if r.seen == nil {
		r.seen = map[string]time.Time{}
	}
	r.seen[id] = now
	return nil
}

// Forget gives a delivery back that could not be worked through.
func (r *Receiver) Forget(h http.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, h.Get("webhook-id"))
}
