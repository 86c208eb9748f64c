package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

//go:embed schema/*.sql
var tables embed.FS

// Schema is the tables of this room.
var Schema = store.Schema{Room: "webhook", Files: tables}

// Manage is the capability to say who is told what happens.
const Manage auth.Capability = "webhook.manage"

// Grants is the room's part of the capability table.
var Grants = []auth.Grant{{Capability: Manage, Least: auth.Steward, Meaning: "say which programs are told what happens, and see what they answered"}}

// The bounds of subscriptions.
const (
	maxHooks = 50  // in a commons
	maxActs  = 50  // in a subscription
	maxURL   = 800 // bytes
	// overlap is how long a former secret still signs.
	overlap = 24 * time.Hour
)

// Schedule is how long after each failure the next attempt follows; after the
// last a subscription rests.
var Schedule = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// Hook is a subscription.
type Hook struct {
	ID      store.ID  `json:"id"`
	URL     string    `json:"url"`
	Acts    []string  `json:"acts"` // acts or rooms; empty: everything
	Created time.Time `json:"created"`
	Next    int64     `json:"next"`  // the entry that comes next
	Tries   int       `json:"tries"` // failures in a row
	Due     time.Time `json:"due"`   // when it may be tried
	Resting bool      `json:"resting"`

	secret, former string
	formerUntil    time.Time
}

// Attempt is one request that was made.
type Attempt struct {
	At     time.Time `json:"at"`
	Seq    int64     `json:"seq"`
	Act    string    `json:"act"`
	Status int       `json:"status"` // of the answer; 0: there was none
	Why    string    `json:"why,omitempty"`
}

// Good reports whether the receiver took it.
func (a Attempt) Good() bool { return a.Status >= 200 && a.Status < 300 }

// wants reports whether a subscription chose an act, by its word or its room.
func (h *Hook) wants(act string) bool {
	room, _, _ := strings.Cut(act, ".")
	return len(h.Acts) == 0 || slices.Contains(h.Acts, act) || slices.Contains(h.Acts, room)
}

var actWord = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)?$`)

// CheckActs splits and checks the acts that a subscription chooses.
func CheckActs(text string) ([]string, error) {
	acts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
	if len(acts) > maxActs {
		return nil, fault.Invalidf("webhook.acts", "acts", "%d acts; choose at most %d, or all of a room by its word", len(acts), maxActs)
	}
	for _, a := range acts {
		if !actWord.MatchString(a) {
			return nil, fault.Invalidf("webhook.acts", "acts", "%.60q is no act such as contribution.log, and no room such as contribution", a)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(acts))), nil
}

// checkURL refuses what is no address to post to. Where its name leads is
// checked when the connection is made.
func checkURL(text string, private bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || len(text) > maxURL || u.User != nil || u.Fragment != "":
		return fault.Invalidf("webhook.url", "url", "%.100q is no address such as https://example.org/hooks/commons", text)
	case private && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case u.Scheme != "https":
		return fault.Invalidf("webhook.url", "url", "%.100q does not begin with https://", text)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && (!ip.IsGlobalUnicast() || ip.IsPrivate()) || u.Hostname() == "localhost" {
		return fault.Invalidf("webhook.url", "url", "%.100q leads into this host's own network", text)
	}
	return nil
}

// secretPrefix marks a secret in configuration files, as the standard has it.
const secretPrefix = "whsec_"

func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// sign signs a message after Standard Webhooks.
func sign(secret, id string, at time.Time, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		panic("webhook: a secret that was not made here")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signatures are those of every secret that is good now.
func (h *Hook) signatures(id string, now time.Time, body []byte) string {
	out := sign(h.secret, id, now, body)
	if h.former != "" && now.Before(h.formerUntil) {
		out += " " + sign(h.former, id, now, body)
	}
	return out
}
