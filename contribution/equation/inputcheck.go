package equation

import (
	"fmt"
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// check refuses an input that contradicts itself. It costs one pass.
func (in *Input) check() error {
	l := in.Ledger
	if err := l.Check(); err != nil {
		return err
	}
	if in.Prior != nil {
		if err := in.Prior.Check(l); err != nil {
			return err
		}
	}
	if err := in.checkFacts(); err != nil {
		return err
	}
	for i, w := range in.Walks {
		if err := w.check(l.Len()); err != nil {
			return fmt.Errorf("walk %d: %w", i, err)
		}
	}
	for _, c := range in.Carries {
		if c.Receiver == "" {
			return fault.Invalidf("equation.carry", "carries", "a carry of %s belongs to nobody", micros(c.Amount))
		}
	}
	for _, x := range in.Exits {
		if x.Person == "" || !slices.Contains(Ways(), x.Way) {
			return fault.Invalidf("equation.exit", "exits", "%q left as %q; an exit is somebody's, in one of the ways of leaving", clip(x.Person), clip(string(x.Way)))
		}
	}
	if h := in.History; h != nil {
		if len(h.Person) != len(h.Bucket) || len(h.Day) != len(h.Bucket) || len(h.Amount) != len(h.Bucket) {
			return fault.Invalidf("equation.history", "history", "the columns of the history differ in length")
		}
		for i := range h.Bucket {
			if int(h.Bucket[i]) >= len(h.Buckets) || !within(h.Person[i], l.People, false) {
				return fault.Invalidf("equation.history", "history", "payment %d points outside a dictionary", i)
			}
		}
	}
	return checkHelpers(in.Helpers, DayOf(in.AsOf))
}

func (in *Input) checkFacts() error {
	l, f := in.Ledger, in.Facts
	type column struct{ have, want int }
	columns := []column{
		{len(f.SeniorityMonths), len(l.People)}, {len(f.Roles), len(l.People)}, {len(f.Importance), len(l.Processes)},
		{len(f.ValuePerUnit), len(l.ResourceTypes)}, {len(f.PricePerUnit), len(l.ResourceTypes)}, {len(f.ValuePerUnitOfUse), len(l.ResourceTypes)},
	}
	for _, k := range f.Karma {
		columns = append(columns, column{len(k.Micros), len(l.People)})
	}
	for _, c := range columns {
		if c.have != 0 && c.have != c.want {
			return fault.Invalidf("equation.facts", "facts", "a column of facts has %d entries, its dictionary %d", c.have, c.want)
		}
	}
	return nil
}

func (w *Walk) check(contributions int) error {
	if len(w.Num) != len(w.Contribution) || len(w.Den) != len(w.Contribution) {
		return fault.Invalidf("equation.walk", "walks", "the columns of the walk differ in length")
	}
	for i, c := range w.Contribution {
		if c < 0 || int(c) >= contributions || w.Num[i] < 0 || w.Den[i] <= 0 {
			return fault.Invalidf("equation.walk", "walks", "entry %d of the walk points outside the ledger or has a negative fraction", i)
		}
	}
	return nil
}

// checkHelpers refuses percentages above 100 and circles among the helpers
// in force on the day.
func checkHelpers(helpers []Helper, today int32) error {
	sums, gives := map[string]*big.Rat{}, map[string][]string{}
	for i, h := range helpers {
		p, err := h.Percent.Rat()
		if err != nil || p.Sign() < 0 || h.Person == h.Helper || h.Helper == "" {
			return fault.Invalidf("equation.helper", fmt.Sprintf("helpers[%d]", i), "%q gives %q percent to %q; it is 0 to 100 percent to somebody else", clip(h.Person), clip(string(h.Percent)), clip(h.Helper))
		}
		force, err := h.inForce(today)
		if err != nil {
			return fault.Invalidf("equation.day", fmt.Sprintf("helpers[%d]", i), "%q to %q is not a range of days; write YYYY-MM-DD", clip(h.From), clip(h.To))
		}
		if !force {
			continue
		}
		if sums[h.Person] == nil {
			sums[h.Person] = new(big.Rat)
		}
		if sums[h.Person].Add(sums[h.Person], p).Cmp(ratHundred) > 0 {
			return fault.Invalidf("equation.helper_over_hundred", "helpers", "%q gives away more than 100 percent", clip(h.Person))
		}
		gives[h.Person] = append(gives[h.Person], h.Helper)
	}
	for person := range gives {
		if path := cycleFrom(person, gives); path != nil {
			return fault.Invalidf("equation.helper_cycle", "helpers", "helpers pass shares around in a circle")
		}
	}
	return nil
}

func (h Helper) inForce(today int32) (bool, error) {
	from, to := int32(-1<<31), int32(1<<31-1)
	var err error
	if h.From != "" {
		if from, err = parseDay(h.From); err != nil {
			return false, err
		}
	}
	if h.To != "" {
		if to, err = parseDay(h.To); err != nil {
			return false, err
		}
	}
	return from <= today && today <= to, nil
}
