package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sort"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Filter says what a statement is about. Every figure, page and export is a
// query by a filter, and prints its Hash: two figures with one hash are one
// question, and one number. The zero value of a field leaves it open.
type Filter struct {
	// From and To are the first and the last day of the period (YYYY-MM-DD, in the
	// zone of the commons).
	From string `json:"from"`
	To   string `json:"to"`
	// By is the time that the days count by.
	By Time `json:"by,omitempty"`
	// Size is how many entries of the log are known: what was recorded later
	// does not count. 0 means all.
	Size int64 `json:"size"`
	// Unit keeps one unit.
	Unit quantity.Unit `json:"unit"`
	// Account keeps the account and those below it.
	Account Account `json:"account,omitempty"`
	// Project keeps the entries of a project, Agent those of which somebody is the
	// other party.
	Project store.ID `json:"project,omitempty"`
	Agent   store.ID `json:"agent,omitempty"`
}

// Time is one of the two times of an entry.
type Time string

// The times: when it happened, and when the log heard of it.
const (
	Happened Time = ""
	Recorded Time = "recorded"
)

// Format is the version of the accounts, filters and export formats: part of
// every hash and header.
const Format = 2

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

// Check refuses days that are none, or in the wrong order, and times that are
// none of the two: books.day, books.period, books.size, books.time.
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
	if f.By != Happened && f.By != Recorded {
		return fault.Invalidf("books.time", "by", "days count by when something happened, or by when it was %q, not %.40q", Recorded, string(f.By))
	}
	return nil
}

// selection is a filter made ready for rows.
type selection struct {
	from, to       int32
	recorded       bool // days are those of the recording
	size           int64
	unit           uint32 // 0: all
	account        Account
	under          []bool // account → whether it counts; nil: all
	project, agent uint32 // 0: all
}

const firstDay, lastDay = -1 << 31, 1<<31 - 1

// selection returns the filter for rows; ok is false when nothing can match.
func (l *Ledger) selection(f Filter) (s selection, ok bool, err error) {
	if err := f.Check(); err != nil {
		return s, false, err
	}
	s = selection{from: firstDay, to: lastDay, recorded: f.By == Recorded, size: l.size, account: f.Account}
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
	if f.Account != "" {
		s.under = make([]bool, len(l.accounts.list))
		for n, a := range l.accounts.list {
			s.under[n] = a.In(f.Account)
		}
	}
	var unit, project, agent bool
	s.unit, unit = l.units.index[f.Unit]
	s.project, project = l.ids.index[f.Project]
	s.agent, agent = l.ids.index[f.Agent]
	return s, unit && project && agent, nil
}

func dayOf(text string) int32 {
	t, _ := time.Parse(time.DateOnly, text) // Check has
	return int32(t.Unix() / 86_400)
}

// day returns the day that a row counts by.
func (s *selection) day(r *row) int32 {
	if s.recorded {
		return r.known
	}
	return r.day
}

// knows reports whether a row is one that the selection is about, whenever it
// happened.
func (s *selection) knows(r *row) bool {
	return r.log < s.size && (s.project == 0 || r.project == s.project) && (s.agent == 0 || r.payee == s.agent)
}

// in reports whether a row is known and lies in the period.
func (s *selection) in(r *row) bool {
	day := s.day(r)
	return day >= s.from && day <= s.to && s.knows(r)
}

// counts reports whether a posting is on an account and in a unit that count.
func (s *selection) counts(p posting) bool {
	return (s.unit == 0 || p.unit == s.unit) && (s.under == nil || int(p.account) < len(s.under) && s.under[p.account])
}

// rowsOf returns a list that holds every row of the selection, in the order of
// its days: the shortest there is. It must not be changed.
func (l *Ledger) rowsOf(s selection) []int32 {
	best := l.order
	shorter := func(list []int32) {
		if len(list) < len(best) {
			best = list
		}
	}
	if s.project != 0 {
		shorter(l.byProject[s.project])
	}
	if s.agent != 0 {
		shorter(l.byAgent[s.agent])
	}
	if n, known := l.accounts.index[s.account]; known && s.account != "" && l.lowest(s) {
		shorter(l.byAccount[n])
	}
	if s.recorded {
		best = slices.Clone(best)
		slices.Sort(best) // rows stand as in the log
	}
	return best
}

// lowest reports whether one account at most counts.
func (l *Ledger) lowest(s selection) bool {
	n := 0
	for _, under := range s.under {
		if under {
			n++
		}
	}
	return n < 2
}

// firstOf returns the place of the first row on a day or later in such a list.
func (l *Ledger) firstOf(list []int32, s selection) int {
	return sort.Search(len(list), func(i int) bool { return s.day(&l.rows[list[i]]) >= s.from })
}

// SizeAt returns how many entries of the log tell all that was recorded by the
// end of a day: the Size of a filter for the books as they stood then.
func (l *Ledger) SizeAt(day string) int64 {
	last := dayOf(day)
	i := sort.Search(len(l.rows), func(i int) bool { return l.rows[i].known > last })
	if i == len(l.rows) {
		return l.size
	}
	return l.rows[i].log
}
