package equation

import (
	"slices"

	"commonweal/contribution/equation/formula"
	"commonweal/quantity"
)

// kind is what the engine knows of a kind of contribution. Kinds that are not
// in the table may be used too: any event kind may be a rule's.
type kind struct {
	unit      unitOf
	byDefault string // the default formula
	doubtful  string // why a rule for it deserves a warning
}

// unitOf says in what unit the quantity of a kind is.
type unitOf int

const (
	ownUnit  unitOf = iota // each contribution its own
	timeUnit               // hours of its stream
	potUnit                // the equation's currency
)

const (
	byRate  = "quantity * rate"
	byUnit  = "quantity * valuePerUnit"
	byUse   = "quantity * valuePerUnitOfUse"
	byValue = "value"
	byCount = "quantity"
)

var kinds = map[string]kind{
	"work":     {timeUnit, byRate, ""},
	"money":    {potUnit, byValue, ""},
	"cash":     {potUnit, byCount, ""},
	"payment":  {potUnit, byCount, ""},
	"cite":     {potUnit, byCount, ""},
	"expense":  {potUnit, byValue, ""},
	"purchase": {ownUnit, byValue, ""},
	"goods":    {ownUnit, byValue, ""},
	"receive":  {ownUnit, byValue, ""},
	"use":      {ownUnit, byUse, ""},
	"produce":  {ownUnit, byUnit, ""},

	"consume":    {ownUnit, byUnit, "what is consumed was contributed before and may be paid twice"},
	"shipment":   {ownUnit, byUnit, "a shipment moves things; who made them is claimed elsewhere"},
	"adjustment": {ownUnit, byUnit, "an adjustment corrects a count; nobody contributed"},
}

// DefaultFormula returns the formula of a rule that has none, for one kind:
// the face amount of money and citations, the value of goods and purchases,
// use by the value of a unit of use, work by its rate, and everything else by
// the value of a unit.
func DefaultFormula(kindName string) string {
	if k, ok := kinds[kindName]; ok {
		return k.byDefault
	}
	return byUnit
}

// quantityUnit returns the unit of a rule's quantities, or formula.OwnUnit
// when each contribution has its own.
func (r *Rule) quantityUnit(currency quantity.Unit) string {
	if r.Unit != "" {
		return string(r.Unit)
	}
	if len(r.Kinds) == 0 {
		return formula.OwnUnit
	}
	basis := kinds[r.Kinds[0]].unit
	for _, k := range r.Kinds[1:] {
		if kinds[k].unit != basis {
			return formula.OwnUnit
		}
	}
	switch basis {
	case timeUnit:
		return string(r.hour())
	case potUnit:
		return string(currency)
	}
	return formula.OwnUnit
}

// hour returns the unit of time of the rule's streams: care and love have
// hours of their own, which no factor turns into paid hours.
func (r *Rule) hour() quantity.Unit {
	switch r.stream() {
	case Care:
		return quantity.CareHour
	case Love:
		return quantity.LoveHour
	}
	return quantity.Hour
}

// stream returns the one stream that the rule covers.
func (r *Rule) stream() string {
	if len(r.Streams) == 0 {
		return Livelihood
	}
	return r.Streams[0]
}

// scope returns the names that the rule's formula may use.
func (r *Rule) scope(e *Equation) formula.Scope {
	number := formula.NumberType(formula.Unit{})
	own, pot := formula.UnitOf(r.quantityUnit(e.Unit)), formula.UnitOf(string(e.Unit))
	price := formula.NumberType(pot.Over(own))
	s := formula.Scope{
		Inputs: map[string]formula.Type{
			"quantity": formula.NumberType(own), "hours": formula.NumberType(formula.UnitOf(string(r.hour()))),
			"rate": price, "valuePerUnit": price, "pricePerUnit": price, "valuePerUnitOfUse": price,
			"value": formula.NumberType(pot), "rating": number, "quality": number, "karma": number, "importance": number,
			"seniorityMonths": formula.NumberType(formula.UnitOf("month")), "riskFactor": number,
			"stream": formula.TextType(Livelihood, Love, Care), "role": formula.TextType(), "kind": formula.TextType(),
		},
		Constants: map[string]formula.Constant{}, Unavailable: map[string]string{},
	}
	if r.stream() != Livelihood {
		for _, name := range []string{"rate", "value", "valuePerUnit", "pricePerUnit", "valuePerUnitOfUse"} {
			delete(s.Inputs, name)
			s.Unavailable[name] = r.stream() + " is not priced; name a voted rate, a constant in " + string(e.Unit) + "/" + string(r.hour())
		}
	}
	for _, c := range e.Constants {
		value, err1 := c.Value.Rat()
		unit, err2 := formula.ParseUnit(c.Unit)
		if err1 == nil && err2 == nil {
			s.Constants[c.Name] = formula.Constant{Value: value, Unit: unit}
		}
	}
	return s
}

// formulaText returns the rule's formula, or the default when its kinds share
// one.
func (r *Rule) formulaText() (string, bool) {
	if r.Formula != "" {
		return r.Formula, true
	}
	if len(r.Kinds) == 0 {
		return "", false
	}
	text := DefaultFormula(r.Kinds[0])
	shared := !slices.ContainsFunc(r.Kinds, func(k string) bool { return DefaultFormula(k) != text })
	if len(r.RiskMultipliers) > 0 {
		text = "(" + text + ") * riskFactor"
	}
	return text, shared
}

// compileFormula parses and checks the rule's formula.
func (r *Rule) compileFormula(e *Equation) (*formula.Formula, error) {
	text, _ := r.formulaText()
	root, err := formula.Parse(text)
	if err != nil {
		return nil, err
	}
	return formula.Check(root, r.scope(e), formula.UnitOf(string(e.Unit)))
}
