package contribution

import (
	"slices"
	"strconv"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
)

// view returns the ledger as it stood just before a journal entry: without
// what was logged, decided or rated from there on. It is the caller's to keep:
// later readings do not change it.
func (c *Columns) view(asOf int64) *equation.Ledger {
	n := c.rowsBefore(asOf)
	v := c.Ledger.Prefix(n)
	v.Flags = slices.Clone(v.Flags)
	v.RatingNum, v.RatingDen = slices.Clone(v.RatingNum), slices.Clone(v.RatingDen)
	for i := len(c.decided) - 1; i >= 0 && c.decided[i].seq >= asOf; i-- {
		if row := int(c.decided[i].row); row < n {
			v.Flags[row] = c.decided[i].flags
		}
	}
	for i := len(c.rated) - 1; i >= 0 && c.rated[i].seq >= asOf; i-- {
		if row := int(c.rated[i].row); row < n {
			v.RatingNum[row], v.RatingDen[row] = c.rated[i].num, c.rated[i].den
		}
	}
	return v
}

// rowsBefore returns how many contributions were logged before a journal entry.
func (c *Columns) rowsBefore(seq int64) int {
	n, _ := slices.BinarySearchFunc(c.no, EntryNo{seq, 0}, func(a, b EntryNo) int {
		switch {
		case before(a, b):
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	return n
}

// basis returns everything that a distribution is computed from, as of a
// journal entry: the ledger, the claims and pay that earlier distributions
// left, and what is known of people.
func (p *Practice) basis(r *store.Snapshot, d Distribution) (in equation.Input, err error) {
	in = equation.Input{Distribution: d.key(), Pot: d.Pot.Micros, AsOf: d.At, Deliverable: d.deliverable()}
	err = p.Columns(r, func(c *Columns) error {
		in.Ledger = c.view(d.No)
		return nil
	})
	if err != nil {
		return in, err
	}
	past, err := p.past(r, in.Ledger, d)
	if err != nil {
		return in, err
	}
	in.Prior, in.History, in.Carries = past.claims, past.history, past.carries
	if past.last.No > 0 {
		p.markLate(r, in.Ledger, past.last)
	}
	if in.Walks, err = p.walks(r, in.Ledger, d); err != nil {
		return in, err
	}
	exits, err := Exits(r)
	if err != nil {
		return in, err
	}
	exitsFor(&in, exits, d, past.last.No)
	in.Facts, err = p.facts(r, in.Ledger, d)
	return in, err
}

// markLate flags what was logged after the last distribution for a day that it covered.
func (p *Practice) markLate(r *store.Snapshot, l *equation.Ledger, last Distribution) {
	covered := dayIn(last.At, utc)
	_ = p.Columns(r, func(c *Columns) error {
		for i := c.rowsBefore(last.No); i < l.Len(); i++ {
			if l.Day[i] < covered {
				l.Flags[i] |= equation.Late
			}
		}
		return nil
	})
}

// numberText writes a journal number as the distributions' tie keys spell it.
func numberText(no int64) string { return strconv.FormatInt(no, 10) }
