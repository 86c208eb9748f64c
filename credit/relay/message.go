package relay

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"commonweal/platform/fault"
)

// Kind is what a message is for.
type Kind string

// The kinds of message. The first two from the side of the payer, the next two
// from that of the payee, and again from that of the payer.
const (
	Reserve Kind = "reserve" // set an amount aside and pass it on
	Receipt Kind = "receipt" // it is set aside all the way: we vouch for it
	Decline Kind = "decline" // it cannot be, and nothing is set aside any more
	Done    Kind = "posted"  // your receipt came in time: it is posted
	Over    Kind = "lapsed"  // no receipt came in time: it is not
	NewKey  Kind = "key"     // from now on messages are signed with this key
)

// Hop is a community on the path of a payment and what it is given in its own
// unit, in millionths.
type Hop struct {
	Amount    int64  `json:"amount,string"`
	Community string `json:"community"` // its address
}

// Head is the end of a chain of messages: how many there are, and the hash of
// the last, in hexadecimal.
type Head struct {
	Hash string `json:"hash"`
	Seq  int64  `json:"seq,string"`
}

// Message is what one neighbor tells another. Members stand in the order of
// their names, which is the order of the canonical form.
type Message struct {
	Ack      Head   `json:"ack"`                      // of the messages that the writer has of the reader
	At       int64  `json:"at,string"`                // microseconds UTC, by the writer's clock
	Deadline int64  `json:"deadline,omitzero,string"` // of a reserve: until when a receipt counts, by the clock of the writer
	From     string `json:"from"`                     // address of the writer
	Key      string `json:"key,omitzero"`             // of a key: the new one
	Kind     Kind   `json:"kind"`
	Paid     int64  `json:"paid,omitzero,string"` // of a reserve: what the writer books on the reader's account, in its own unit
	Path     []Hop  `json:"path,omitzero"`        // of a reserve: the reader first, the community of the payee last
	Payee    string `json:"payee,omitzero"`       // of a reserve: an account of the last community
	Prev     string `json:"prev"`                 // hash of the message before; empty for the first
	Reason   string `json:"reason,omitzero"`      // of a decline: a code
	Reserve  string `json:"reserve,omitzero"`     // of an answer: the hash of the reserve it is about
	Seq      int64  `json:"seq,string"`           // 1, 2, 3, ...
	To       string `json:"to"`                   // address of the reader
	Transfer string `json:"transfer,omitzero"`    // the same on every ledger of the path
	V        int    `json:"v"`                    // 1
}

// The bounds of a message.
const (
	version    = 1
	MaxMessage = 8 << 10 // bytes of the canonical form
	MaxHops    = 6       // communities after the payer's
	maxText    = 300     // bytes of an address or an account
)

// canonical is the JSON of RFC 8785 of something of ours: members in the order
// of their names, no spaces, nothing escaped that need not be.
func canonical(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("relay: " + err.Error()) // texts and whole numbers always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// strict reads what canonical wrote, and refuses what it would have written otherwise.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fault.Invalidf("relay.malformed", "", "this is no message: %v", err)
	}
	if !bytes.Equal(canonical(v), data) {
		return fault.Invalidf("relay.not_canonical", "", "the message is not written in its canonical form (RFC 8785)")
	}
	return nil
}

// Hash is the SHA-256 of the canonical form, in hexadecimal.
func (m Message) Hash() string { return hashOf(canonical(m)) }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// check says what is wrong with a message, whoever wrote it.
func (m Message) check() error {
	malformed := func(field, value string) error {
		return fault.Invalidf("relay.malformed", field, "%.60q does not belong into the %s of a message", value, field)
	}
	if m.V != version {
		return fault.Invalidf("relay.version", "v", "the message has version %d; this program reads version %d", m.V, version)
	}
	if m.Seq < 1 || (m.Seq == 1) != (m.Prev == "") || m.Ack.Seq < 0 || (m.Ack.Seq == 0) != (m.Ack.Hash == "") {
		return malformed("seq", m.Prev)
	}
	for field, text := range map[string]string{"from": m.From, "to": m.To, "key": m.Key, "payee": m.Payee, "prev": m.Prev, "reason": m.Reason, "reserve": m.Reserve, "transfer": m.Transfer} {
		if !plain(text) {
			return malformed(field, text)
		}
	}
	switch m.Kind {
	case Reserve:
		return m.CheckPath()
	case Receipt, Decline, Done, Over:
		if m.Transfer == "" || m.Reserve == "" || len(m.Path) > 0 || m.Key != "" || m.Paid != 0 {
			return malformed("kind", string(m.Kind))
		}
	case NewKey:
		if _, err := ParseKey(m.Key); err != nil {
			return err
		}
	default:
		return malformed("kind", string(m.Kind))
	}
	return nil
}

// CheckPath holds the plan of a reservation: amounts above zero, and no community twice.
func (m Message) CheckPath() error {
	if m.Transfer == "" || m.Payee == "" || m.Paid <= 0 || m.Deadline <= 0 || len(m.Path) == 0 || len(m.Path) > MaxHops || m.Path[0].Community != m.To {
		return fault.Invalidf("relay.malformed", "path", "a reservation has a payee, amounts above zero, and a path of 1 to %d communities that begins with its reader", MaxHops)
	}
	seen := map[string]bool{m.From: true}
	for _, h := range m.Path {
		if h.Amount <= 0 || !plain(h.Community) || h.Community == "" {
			return fault.Invalidf("relay.malformed", "path", "%.60q with %d is no step of a path", h.Community, h.Amount)
		}
		if seen[h.Community] {
			return fault.Invalidf("relay.cycle", "path", "the path comes to %.100q twice", h.Community)
		}
		seen[h.Community] = true
	}
	return nil
}

// plain reports whether a text is short and has nothing in it that two programs
// would write differently.
func plain(text string) bool {
	return len(text) <= maxText && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > 0x7e })
}
