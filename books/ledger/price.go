package ledger

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Price is what money of one unit was exchanged for in money of another: of
// what was done under an agreement, in what was done in return (ValueFlows:
// realizationOf and reciprocalRealizationOf). It is information only: no sum
// of the books depends on it.
type Price struct {
	Day    string          // of the last event of the exchange
	Entry  string          // the code of that event's entry
	Done   quantity.Amount // what was done, more than zero
	Return quantity.Amount // what was done in return for it, more than zero
}

// rateDigits is how many decimals a rate is written with at most.
const rateDigits = 12

// Rate is the price of one of the unit that was done, as a decimal rounded to
// twelve places; "0" when it is too small for that.
func (p Price) Rate() string {
	text := big.NewRat(p.Return.Micros, p.Done.Micros).FloatString(rateDigits)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// exchange is the two sides of an agreement under which money of one unit
// became money of another.
type exchange struct {
	done, back quantity.Amount
	rows       []int32
}

// exchangesOf finds the events of an act that change money of one unit into
// another: those of one agreement, of which what is done is in one unit and
// what is done in return in one other. Practices may also say so, by the
// classification cw:conversion/UNIT with the other unit; that is no price.
func (l *Ledger) exchangesOf(events []vf.Event) (pairs [][2]side) {
	sides := map[store.ID]*[2]side{} // agreement → done, and done in return
	var agreements []store.ID        // in the order of the log
	for i := range events {
		e := &events[i]
		if e.ResourceQuantity == nil || e.Corrects != "" || !l.resources[cmp.Or(e.ResourceInventoriedAs, e.ToResourceInventoriedAs)].money {
			continue
		}
		for way, agreement := range [...]store.ID{e.RealizationOf, e.ReciprocalRealizationOf} {
			if agreement == "" {
				continue
			}
			if sides[agreement] == nil {
				sides[agreement] = &[2]side{}
				agreements = append(agreements, agreement)
			}
			sides[agreement][way].add(e)
		}
	}
	for _, agreement := range agreements {
		if s := sides[agreement]; s[0].one() && s[1].one() && s[0].sum.Unit != s[1].sum.Unit {
			pairs = append(pairs, *s)
		}
	}
	return pairs
}

// othersOf says of each event of exchanges which unit is given for its own.
func othersOf(pairs [][2]side) map[store.ID]quantity.Unit {
	if len(pairs) == 0 {
		return nil
	}
	others := map[store.ID]quantity.Unit{}
	for _, s := range pairs {
		for way := range s {
			for _, id := range s[way].events {
				others[id] = s[1-way].sum.Unit
			}
		}
	}
	return others
}

// note keeps the exchanges of an act that has been entered. One whose events
// have no entries, or of nothing, has no price.
func (l *Ledger) note(pairs [][2]side) {
	for _, s := range pairs {
		x := exchange{done: s[0].sum, back: s[1].sum}
		entered := x.done.Micros > 0 && x.back.Micros > 0
		for _, id := range slices.Concat(s[0].events, s[1].events) {
			i, known := l.byEvent[keyOf(id)]
			entered = entered && known
			x.rows = append(x.rows, i)
		}
		if entered {
			l.traded = append(l.traded, x)
		}
	}
}

// prices returns the prices of a selection by day, then as in the log: of
// exchanges that lie in it whole and of which nothing is known to be corrected.
func (l *Ledger) prices(s selection) (out []Price) {
	for _, x := range l.traded {
		last := x.rows[0]
		whole := true
		for _, i := range x.rows {
			r := &l.rows[i]
			whole = whole && s.in(r) && l.touches(s, i) && (r.corrected == 0 || r.corrected >= s.size)
			if at := &l.rows[last]; s.day(r) > s.day(at) || s.day(r) == s.day(at) && i > last {
				last = i
			}
		}
		if whole {
			e := l.entryIn(last, s)
			out = append(out, Price{e.Day, e.Code(), x.done, x.back})
		}
	}
	slices.SortStableFunc(out, func(a, b Price) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

// side is one side of an exchange.
type side struct {
	sum    quantity.Amount
	bad    bool // of several units, or too much
	events []store.ID
}

func (s *side) add(e *vf.Event) {
	s.bad = s.bad || len(s.events) > 0 && s.sum.Unit != e.ResourceQuantity.Unit
	sum, err := quantity.AddMicros(s.sum.Micros, e.ResourceQuantity.Micros)
	s.bad = s.bad || err != nil
	s.sum = quantity.Micros(sum, e.ResourceQuantity.Unit)
	s.events = append(s.events, e.ID)
}

// one reports whether the side has events, all in one unit.
func (s *side) one() bool { return len(s.events) > 0 && !s.bad }
