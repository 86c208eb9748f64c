package federation

import (
	"sync"
	"time"

	"commonweal/platform/fault"
)

// How many documents strangers may make this host fetch in a minute: of one host,
// and of all together.
const (
	asksOfHost = 20
	asksOfAll  = 120
)

// throttle keeps strangers from using this host to flood another.
type throttle struct {
	mu    sync.Mutex
	since time.Time
	all   int
	hosts map[string]int
}

// take counts a question to a host. TooMany: federation.too_many_questions.
func (t *throttle) take(host string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.since) >= time.Minute {
		t.since, t.all, t.hosts = now, 0, map[string]int{}
	}
	if t.all >= asksOfAll || t.hosts[host] >= asksOfHost {
		return fault.New(fault.TooMany, "federation.too_many_questions", "", "%s is asked too often; send it again in a minute", host)
	}
	t.all++
	t.hosts[host]++
	return nil
}
