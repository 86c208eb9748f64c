package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Filter says what a statement is about. Every figure, page and export is a
// query by a filter, and prints its Hash: two figures with one hash are one
// question.
type Filter struct {
	// From and To are the days between which something happened, both included
	// (YYYY-MM-DD, in the zone of the commons); empty means open.
	From string `json:"from"`
	To   string `json:"to"`
	// Size is how many entries of the log are known: what was recorded later
	// does not count. 0 means all.
	Size int64 `json:"size"`
	// Unit keeps one unit; empty means all.
	Unit quantity.Unit `json:"unit"`
}

// Format is the version of the accounts, filters and export formats: part of
// every hash and header.
const Format = 1

// Hash names the filter: 16 hexadecimal digits of the SHA-256 of its JSON.
func (f Filter) Hash() string {
	text, err := json.Marshal(struct {
		Format int `json:"format"`
		Filter
	}{Format, f})
	if err != nil { // texts and numbers always marshal
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Check refuses days that are none, or in the wrong order: books.day, books.period.
func (f Filter) Check() error {
	for field, day := range map[string]string{"from": f.From, "to": f.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fault.Invalidf("books.day", field, "%.40q is not a day; write it as 2026-01-31", day)
		}
	}
	if f.From != "" && f.To != "" && f.To < f.From {
		return fault.Invalidf("books.period", "to", "the period ends on %s, before it begins on %s", f.To, f.From)
	}
	if f.Size < 0 {
		return fault.Invalidf("books.size", "size", "a log has no %d entries", f.Size)
	}
	return nil
}

// selection is a filter made ready for rows.
type selection struct {
	from, to int32
	size     int64
	unit     uint32 // 0: all
}

const firstDay, lastDay = -1 << 31, 1<<31 - 1

// selection returns the filter for rows; ok is false when nothing can match.
func (l *Ledger) selection(f Filter) (s selection, ok bool, err error) {
	if err := f.Check(); err != nil {
		return s, false, err
	}
	s = selection{firstDay, lastDay, l.size, 0}
	if f.From != "" {
		s.from = dayOf(f.From)
	}
	if f.To != "" {
		s.to = dayOf(f.To)
	}
	if f.Size > 0 {
		if f.Size > l.size {
			return s, false, fault.Invalidf("books.size", "size", "the log has %d entries, not %d", l.size, f.Size)
		}
		s.size = f.Size
	}
	if f.Unit != "" {
		n, known := l.units.index[f.Unit]
		s.unit = n
		return s, known, nil
	}
	return s, true, nil
}

func dayOf(text string) int32 {
	t, _ := time.Parse(time.DateOnly, text) // Check has
	return int32(t.Unix() / 86_400)
}
