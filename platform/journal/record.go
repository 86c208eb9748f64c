package journal

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// MaxEntry is the size of the largest entry in bytes: entry bundles of the
// C2SP layout write its length in 16 bits.
const MaxEntry = 65_535

// Record is what an act tells the journal.
type Record struct {
	// Act is the word of the room and the verb: "contribution.log".
	Act string
	// By is the agent who acted; empty when the host itself did.
	By store.ID
	// Public is marshaled to a JSON object that anyone may see. By custom the
	// key "vf" holds the vf.Changes of the act, which the verifier replays; when
	// they are too large for an entry the attachment "vf" does.
	// Its numbers must be whole and below 2^53 in size; amounts are strings.
	Public any
	// Sealed holds the private fields by name; the record shows commitments only.
	Sealed map[string]string
	// Attached holds content too large for an entry, by name; the record shows
	// its SHA-256, the bytes are kept beside the entries and exported with them.
	Attached map[string][]byte
}

// Append adds the record to the journal of the act's commons and returns its
// sequence number. The entry becomes durable with the act.
//
// It refuses with Invalid: journal.control_character, journal.number,
// journal.invalid_text, journal.not_an_object, journal.field_name,
// journal.act, journal.entry_too_large, journal.sealed_too_large and journal.blob_too_large.
func Append(tx *store.Tx, r Record) (seq int64, err error) {
	if !isAct(r.Act) {
		return 0, fault.Invalidf("journal.act", "act", "%.60q does not name an act; write the room and the verb, such as contribution.log", r.Act)
	}
	openings, err := seal(r.Sealed)
	if err != nil {
		return 0, err
	}
	attached, err := digests(r.Attached)
	if err != nil {
		return 0, err
	}
	seq, err = tx.Enter(func(seq int64) ([]byte, error) {
		buf := buffers.Get().(*[]byte)
		defer buffers.Put(buf)
		body, err := canonicalBody((*buf)[:0], r.Public)
		if err != nil {
			return nil, err
		}
		if cap(body) <= 2*MaxEntry {
			*buf = body
		}
		e := Entry{Act: r.Act, At: tx.Now().Format(TimeFormat), Attached: attached, Body: json.RawMessage(body),
			By: r.By, Commons: tx.Commons(), Sealed: commitments(openings), Seq: seq, V: Version}
		return e.Canonical()
	})
	if err != nil {
		return 0, err
	}
	if err := keepSealed(tx, seq, openings); err != nil {
		return 0, err
	}
	return seq, attach(tx, attached, r.Attached)
}

// buffers are scratch space for bodies: an entry outlives Append, its body does not.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// marshalOptions write values as encoding/json does, but refuse what it
// repairs in silence (invalid UTF-8) and skip the escapes that canonical form undoes,
// also in what is marshaled already: json.Marshal writes "&" as an escape.
var marshalOptions = jsonv2.JoinOptions(jsonv1.DefaultOptionsV1(),
	jsontext.EscapeForHTML(false), jsontext.EscapeForJS(false), jsontext.PreserveRawStrings(false),
	jsontext.AllowInvalidUTF8(false), jsontext.AllowDuplicateNames(false))

// canonicalBody appends the canonical form of the public content to buf.
func canonicalBody(buf []byte, public any) ([]byte, error) {
	if public == nil {
		return append(buf, "{}"...), nil
	}
	w := writer(buf)
	if err := jsonv2.MarshalWrite(&w, public, marshalOptions); err != nil {
		return nil, fault.Invalidf("journal.invalid_text", "", "this cannot be written down: %v", err)
	}
	body := jsontext.Value(w)
	if err := checkPlain(body); err != nil { // before numbers are rounded to canonical form
		return nil, err
	}
	if body.Kind() != '{' {
		return nil, fault.Invalidf("journal.not_an_object", "", "the public part of a record is a JSON object, not %s", body.Kind())
	}
	return body, body.Canonicalize()
}

// writer is a byte slice that can be written to.
type writer []byte

func (w *writer) Write(b []byte) (int, error) {
	*w = append(*w, b...)
	return len(b), nil
}

// Version is the version of the shape of entries.
const Version = 1

// TimeFormat is how entries write a time.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// Entry is one record as it stands in the journal. Its canonical form is its
// JSON with the members in this order (RFC 8785), on one line.
type Entry struct {
	Act      string            `json:"act"`
	At       string            `json:"at"` // RFC 3339, microseconds, UTC
	Attached map[string]string `json:"attached,omitempty"`
	Body     json.RawMessage   `json:"body"`
	By       store.ID          `json:"by,omitempty"`
	Commons  store.ID          `json:"commons"`
	Sealed   map[string]string `json:"sealed,omitempty"`
	Seq      int64             `json:"seq"`
	V        int               `json:"v"` // version of this shape: 1
}

// Time returns the time of the entry.
func (e Entry) Time() (time.Time, error) { return time.Parse(TimeFormat, e.At) }

// Canonical returns the bytes of an entry: its RFC 8785 form, which is its line
// in an export and what its leaf is the hash of. The body already has that form.
func (e Entry) Canonical() ([]byte, error) {
	b := make([]byte, 0, len(e.Body)+256+80*(len(e.Sealed)+len(e.Attached)))
	b = appendText(append(b, `{"act":`...), e.Act)
	b = appendText(append(b, `,"at":`...), e.At)
	b = appendMap(b, `,"attached":{`, e.Attached)
	b = append(append(b, `,"body":`...), e.Body...)
	if e.By != "" {
		b = appendText(append(b, `,"by":`...), string(e.By))
	}
	b = appendText(append(b, `,"commons":`...), string(e.Commons))
	b = appendMap(b, `,"sealed":{`, e.Sealed)
	b = strconv.AppendInt(append(b, `,"seq":`...), e.Seq, 10)
	b = strconv.AppendInt(append(b, `,"v":`...), int64(e.V), 10)
	b = append(b, '}')
	if len(b) > MaxEntry {
		return nil, fault.Invalidf("journal.entry_too_large", "",
			"the record of %s has %d bytes; an entry holds at most %d, larger content is attached", e.Act, len(b), MaxEntry)
	}
	return b, nil
}

// appendMap appends a member that holds an object of texts, or nothing when it
// is empty. Names are plain ASCII (checkName), so byte order is the order of RFC 8785.
func appendMap(b []byte, open string, m map[string]string) []byte {
	if len(m) == 0 {
		return b
	}
	b = append(b, open...)
	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(appendText(b, name), ':'), m[name])
	}
	return append(b, '}')
}

// appendText appends a JSON string; act words, identifiers, names and hashes
// never need a replacement character, so the error cannot occur.
func appendText(b []byte, text string) []byte {
	b, _ = jsontext.AppendQuote(b, text)
	return b
}
