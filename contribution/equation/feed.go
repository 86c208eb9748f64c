package equation

import (
	"math/big"
	"slices"

	"commonweal/contribution/equation/formula"
	"commonweal/quantity"
)

// feed brings the figures of contributions to a formula, as columns for many
// and as a formula.Source for one. Both read through figure and text, so they
// cannot differ.
type feed struct {
	in       *Input
	rule     *rule
	f        *formula.Formula
	kinds    []figureKind // per slot
	unit     int          // the unit expected of quantities; -1 for any
	hour     int          // the unit of hours
	currency int
	karma    [][]int64 // per slot
	codes    [][]int32 // per slot of text: dictionary index → literal
}

type figureKind int

const (
	figQuantity figureKind = iota
	figHours
	figRate
	figValue
	figRating
	figKarma
	figImportance
	figSeniority
	figValuePerUnit
	figPricePerUnit
	figValuePerUse
	figRisk
	figStream
	figRole
	figKindName
)

var figures = map[string]figureKind{
	"quantity": figQuantity, "hours": figHours, "rate": figRate, "value": figValue, "rating": figRating, "quality": figRating, "karma": figKarma,
	"importance": figImportance, "seniorityMonths": figSeniority, "valuePerUnit": figValuePerUnit, "pricePerUnit": figPricePerUnit,
	"valuePerUnitOfUse": figValuePerUse, "riskFactor": figRisk, "stream": figStream, "role": figRole, "kind": figKindName,
}

// absentUnit never equals a unit index.
const absentUnit = -2

func newFeed(in *Input, r *rule, f *formula.Formula, currency quantity.Unit) *feed {
	l := in.Ledger
	d := &feed{in: in, rule: r, f: f, unit: -1, hour: unitIndex(l, string(r.hour())), currency: unitIndex(l, string(currency))}
	if r.unit != formula.OwnUnit {
		d.unit = unitIndex(l, r.unit)
	}
	for _, s := range f.Slots {
		kind := figures[s.Name]
		d.kinds = append(d.kinds, kind)
		d.karma = append(d.karma, in.Facts.karma(s.Domain))
		d.codes = append(d.codes, d.textCodes(kind))
	}
	return d
}

func unitIndex(l *Ledger, unit string) int {
	if i := slices.Index(l.Units, unit); i >= 0 {
		return i
	}
	return absentUnit
}

func (f *Facts) karma(domain string) []int64 {
	for _, k := range f.Karma {
		if k.Domain == domain {
			return k.Micros
		}
	}
	return nil
}

// textCodes maps the dictionary behind a text input to the formula's literals.
func (d *feed) textCodes(kind figureKind) []int32 {
	var dictionary []string
	switch kind {
	case figStream:
		dictionary = d.in.Ledger.Streams
	case figKindName:
		dictionary = d.in.Ledger.Kinds
	case figRole:
		dictionary = d.in.Facts.Roles
	}
	codes := make([]int32, len(dictionary))
	for i, text := range dictionary {
		codes[i] = int32(slices.Index(d.f.Literals, text))
	}
	return codes
}

// reduced returns millionths as a fraction with a small denominator.
func reduced(v int64) (n, d int64) {
	switch {
	case v%1_000_000 == 0:
		return v / 1_000_000, 1
	case v%10_000 == 0:
		return v / 10_000, 100
	}
	return v, 1_000_000
}

func known(v int64) (n, d int64, p formula.Problem) {
	if v == Missing {
		return 0, 1, formula.Missing
	}
	n, d = reduced(v)
	return n, d, formula.NoProblem
}

// of reads entry i of a column that may not be kept.
func of(column []int64, i int32) (n, d int64, p formula.Problem) {
	if i == None || len(column) == 0 {
		return 0, 1, formula.Missing
	}
	return known(column[i])
}

// figure returns a number of a contribution.
func (d *feed) figure(slot int, event int32) (n, den int64, p formula.Problem) {
	l := d.in.Ledger
	switch d.kinds[slot] {
	case figQuantity:
		if d.unit != -1 && int(l.Unit[event]) != d.unit {
			return 0, 1, formula.WrongUnit
		}
		return known(l.Quantity[event])
	case figHours:
		switch {
		case int(l.Unit[event]) == d.hour:
			return known(l.Quantity[event])
		case d.unit != -1:
			return 0, 1, formula.WrongUnit
		}
		return 0, 1, formula.Missing
	case figRate:
		return d.money(l.Rate[event], event)
	case figValue:
		return d.money(l.Value[event], event)
	case figRating:
		if l.RatingDen[event] == 0 {
			return 0, 1, formula.Missing
		}
		return int64(l.RatingNum[event]), int64(l.RatingDen[event]), formula.NoProblem
	}
	return d.fact(slot, event)
}

// fact returns a number of the contribution's person, process or resource type.
func (d *feed) fact(slot int, event int32) (n, den int64, p formula.Problem) {
	l, f := d.in.Ledger, &d.in.Facts
	switch d.kinds[slot] {
	case figKarma:
		return of(d.karma[slot], l.Person[event])
	case figImportance:
		return of(f.Importance, l.Process[event])
	case figSeniority:
		return of(f.SeniorityMonths, l.Person[event])
	case figValuePerUnit:
		return of(f.ValuePerUnit, l.ResourceType[event])
	case figPricePerUnit:
		return of(f.PricePerUnit, l.ResourceType[event])
	case figValuePerUse:
		return of(f.ValuePerUnitOfUse, l.ResourceType[event])
	}
	factor, listed := d.rule.risk[l.Kinds[l.Kind[event]]]
	if !listed {
		return 1, 1, formula.NoProblem
	}
	return known(factor)
}

func (d *feed) money(v int64, event int32) (n, den int64, p formula.Problem) {
	if v != Missing && int(d.in.Ledger.Currency[event]) != d.currency {
		return 0, 1, formula.WrongCurrency
	}
	return known(v)
}

// text returns the dictionary index of a text of a contribution.
func (d *feed) text(slot int, event int32) (int32, formula.Problem) {
	l := d.in.Ledger
	switch d.kinds[slot] {
	case figStream:
		return int32(l.Stream[event]), formula.NoProblem
	case figKindName:
		return int32(l.Kind[event]), formula.NoProblem
	}
	person := l.Person[event]
	if len(d.in.Facts.Roles) == 0 || d.in.Facts.Roles[person] == "" {
		return 0, formula.Missing
	}
	return person, formula.NoProblem
}

// fill lays contributions into a batch.
func (d *feed) fill(b *formula.Batch, events []int32) {
	b.Rows = len(events)
	for slot := range d.kinds {
		c := &b.Columns[slot]
		if c.Code == nil {
			for i, event := range events {
				c.N[i], c.D[i], c.Problem[i] = d.figure(slot, event)
			}
			continue
		}
		for i, event := range events {
			var at int32
			if at, c.Problem[i] = d.text(slot, event); c.Problem[i] == formula.NoProblem {
				c.Code[i] = d.codes[slot][at]
			}
		}
	}
}

// one is the formula.Source of a single contribution.
type one struct {
	*feed
	event int32
}

func (o one) Number(slot int) (*big.Rat, formula.Problem) {
	n, d, p := o.figure(slot, o.event)
	return big.NewRat(n, d), p
}

func (o one) Text(slot int) (string, formula.Problem) {
	at, p := o.text(slot, o.event)
	if p != formula.NoProblem {
		return "", p
	}
	switch o.kinds[slot] {
	case figStream:
		return o.in.Ledger.Streams[at], p
	case figKindName:
		return o.in.Ledger.Kinds[at], p
	}
	return o.in.Facts.Roles[at], p
}
