package commonweal

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// The example of Standard Webhooks is taken once, while it is fresh, and only unchanged.
func TestReceiver(t *testing.T) {
	now := time.Unix(1614265330, 0)
	body := []byte(`{"test": 2432232314}`)
	h := http.Header{}
	h.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	h.Set("webhook-timestamp", "1614265330")
	h.Set("webhook-signature", "v1,bm90aGluZw== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	r := &Receiver{Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Clock: func() time.Time { return now }}
	check := func(want error, body []byte, what string) {
		t.Helper()
		if err := r.Check(h, body); !errors.Is(err, want) {
			t.Errorf("%s: %v; want %v", what, err, want)
		}
	}
	check(ErrSignature, []byte(`{"test": 2432232315}`), "changed")
	check(nil, body, "first")
	check(ErrReplayed, body, "again")
	r.Forget(h)
	check(nil, body, "given back")
	now = now.Add(6 * time.Minute)
	r.Forget(h)
	check(ErrOld, body, "late")
	now = now.Add(-12 * time.Minute)
	check(ErrOld, body, "early")
	for _, secret := range []string{"", "whsec_", "whsec_AAAA"} {
		r.Secret = secret
		check(ErrSignature, body, "another secret")
	}
}
