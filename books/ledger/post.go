package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// The classifications that the books read. Practices put them on events.
const (
	classDistribution = "cw:distribution/"        // + the identifier of the distribution
	classNumber       = "cw:distribution-number/" // + its number, for people
	classContribution = "cw:contribution/"
)

// class is what the classifications of an event say to the books.
type class struct {
	kind         string // "income/sale", "distribution", "contribution/work"; the action when there is none
	distribution store.ID
	number       string // of the distribution
}

func classOf(e *vf.Event, log int64) class {
	c := class{kind: string(e.Action), number: fmt.Sprint(log)}
	for _, text := range e.ClassifiedAs {
		rest, ours := strings.CutPrefix(text, "cw:")
		switch {
		case !ours:
		case strings.HasPrefix(text, classNumber):
			if n := text[len(classNumber):]; isNumber(n) {
				c.number = n
			}
		case strings.HasPrefix(text, classDistribution):
			c.kind, c.distribution = "distribution", store.ID(text[len(classDistribution):])
		case c.kind == string(e.Action):
			c.kind = rest
		}
	}
	return c
}

func isNumber(s string) bool {
	return s != "" && len(s) < 19 && strings.Trim(s, "0123456789") == ""
}

// event adds the entry of an event, if it has one.
func (l *Ledger) event(a Act, n int32, e *vf.Event) {
	c := classOf(e, a.Log)
	l.opened = len(l.postings)
	r := row{event: keyOf(e.ID), log: a.Log, recorded: store.Micros(a.At), n: n, day: l.day(e, a.At), known: l.known(a.At), first: int32(len(l.postings)), corrects: -1,
		payee: l.ids.number(l.Party(e)), project: l.ids.number(l.Project(e))}
	switch i, at, known := l.original(e); {
	case !known:
		r.kind, r.distribution = l.kinds.number(c.kind), l.ids.number(c.distribution)
		l.post(e, c, place{a.Log, n})
	case i < 0: // of what was nothing, such as the opening of an account
		r.kind, r.distribution = l.kinds.number(c.kind), l.ids.number(c.distribution)
		l.correct(e, c, i, at, place{a.Log, n})
	default:
		o := l.rows[i]
		r.corrects, r.kind, r.distribution, r.project, r.payee = i, o.kind, o.distribution, o.project, o.payee
		l.correct(e, c, i, at, place{a.Log, n})
		if l.rows[i].corrected == 0 {
			l.rows[i].corrected = a.Log
		}
	}
	l.drop()
	if int(r.first) == len(l.postings) {
		if e.Corrects == "" && (e.ResourceInventoriedAs != "" || e.ToResourceInventoriedAs != "") {
			l.silent[r.event] = place{a.Log, n}
		}
		return
	}
	l.byEvent[r.event] = int32(len(l.rows))
	l.rows = append(l.rows, r)
}

// known returns the day an act was recorded. The log's order is the order of
// recording, whatever a clock said.
func (l *Ledger) known(at time.Time) int32 {
	day := dayIn(at, l.zone)
	if n := len(l.rows); n > 0 {
		return max(day, l.rows[n-1].known)
	}
	return day
}

// Project returns the project of an event: its own, or that of its process.
func (l *Ledger) Project(e *vf.Event) store.ID {
	return cmp.Or(e.InScopeOf, l.scopes[e.InputOf], l.scopes[e.OutputOf])
}

// Party returns the other party of the commons in an event.
func (l *Ledger) Party(e *vf.Event) store.ID {
	if e.Provider == l.commons {
		return e.Receiver
	}
	return e.Provider
}

// post appends the postings of an event.
func (l *Ledger) post(e *vf.Event, c class, at place) {
	if e.ResourceInventoriedAs == e.ToResourceInventoriedAs && e.ResourceQuantity != nil && e.ResourceInventoriedAs != "" {
		l.shared[keyOf(e.ID)] = e.ResourceQuantity.Micros
	}
	x, y := l.accountable(e)
	l.pass(e.ResourceInventoriedAs, x, e, c, at)
	l.pass(e.ToResourceInventoriedAs, y, e, c, at)
	for _, p := range e.Postings() {
		if _, known := l.resources[p.Resource]; known && p.Accounting != 0 {
			l.add(p.Resource, p.Accounting, e)
			l.enter(l.resources[p.Resource], p.Accounting, e, c)
		}
	}
	if strings.HasPrefix(c.kind, "contribution/") || c.kind == string(vf.Work) {
		l.contribution(e)
	}
}

// contribution counts what somebody gave, in its own unit.
func (l *Ledger) contribution(e *vf.Event) {
	given, account := e.EffortQuantity, Contributed
	if given == nil {
		given = e.ResourceQuantity
	}
	if given == nil || e.ResourceInventoriedAs != "" || e.ToResourceInventoriedAs != "" {
		return // what enters a resource is counted there
	}
	switch given.Unit {
	case quantity.Hour, quantity.CareHour, quantity.LoveHour:
		account = Hours
		if e.Action != vf.Work {
			account = Contributed
		}
	}
	l.put(account, given.Unit, given.Micros)
	l.put(Contributions, given.Unit, -given.Micros)
}

// put adds to the posting of the entry on an account and unit, or appends it.
func (l *Ledger) put(account Account, unit quantity.Unit, micros int64) {
	a, u := l.accounts.number(account), l.units.number(unit)
	for i := l.opened; i < len(l.postings); i++ {
		if p := &l.postings[i]; p.account == a && p.unit == u {
			sum, err := quantity.AddMicros(p.micros, micros)
			p.micros, l.overflowed = sum, l.overflowed || err != nil
			return
		}
	}
	l.postings = append(l.postings, posting{a, u, micros})
}

// drop leaves out postings of the last entry that came to nothing.
func (l *Ledger) drop() {
	kept := slices.DeleteFunc(l.postings[l.opened:], func(p posting) bool { return p.micros == 0 })
	l.postings = l.postings[:l.opened+len(kept)]
}

// The years that both tools can read; an event outside stands on the day it
// was recorded.
const firstYear, lastYear = 1000, 2999

// day returns the day an event happened, in days since 1970-01-01.
func (l *Ledger) day(e *vf.Event, recorded time.Time) int32 {
	at := recorded
	for _, t := range [...]time.Time{e.HasPointInTime, e.HasBeginning, e.HasEnd} {
		if y := t.Year(); !t.IsZero() && y > firstYear && y < lastYear {
			at = t
			break
		}
	}
	return dayIn(at, l.zone)
}

func dayIn(at time.Time, zone *time.Location) int32 {
	y, m, d := at.In(zone).Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// Day returns the day on which the books count an event.
func (l *Ledger) Day(e *vf.Event, recorded time.Time) string { return dayText(l.day(e, recorded)) }

// Known returns the day on which the books count what was recorded at a time.
func (l *Ledger) Known(at time.Time) string { return dayText(dayIn(at, l.zone)) }

func dayText(day int32) string { return time.Unix(int64(day)*86_400, 0).UTC().Format(time.DateOnly) }
