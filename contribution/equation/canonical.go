package equation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"commonweal/contribution/equation/formula"
)

// Canonical returns the one text of an equation: its JSON with buckets in
// sequence, sets sorted, decimals in their shortest form and formulas in
// canonical spelling. Equations that differ in spelling only share it; what
// cannot be read stays as it was written.
func (e Equation) Canonical() string {
	text, err := json.Marshal(e.normal())
	if err != nil {
		return "" // the types hold nothing that JSON refuses
	}
	return string(text)
}

// Hash returns the version hash: the SHA-256 of Canonical in hexadecimal.
func (e Equation) Hash() string {
	sum := sha256.Sum256([]byte(e.Canonical()))
	return hex.EncodeToString(sum[:])
}

// normal returns a deep copy in canonical form.
func (e Equation) normal() Equation {
	e.Step, e.MinimumPayout = e.Step.canonical(), e.MinimumPayout.canonical()
	e.Constants = slices.Clone(e.Constants)
	for i := range e.Constants {
		c := &e.Constants[i]
		c.Value = c.Value.canonical()
		if u, err := formula.ParseUnit(c.Unit); err == nil {
			c.Unit = u.String()
		}
	}
	slices.SortStableFunc(e.Constants, func(a, b Constant) int { return cmp.Compare(a.Name, b.Name) })
	e.Buckets = slices.Clone(e.Buckets)
	for i := range e.Buckets {
		e.Buckets[i] = e.Buckets[i].normal()
	}
	e.Exit = e.Exit.normal()
	slices.SortStableFunc(e.Buckets, func(a, b Bucket) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return e
}

func (b Bucket) normal() Bucket {
	b.Percent = b.Percent.canonical()
	b.Fixed = slices.Clone(b.Fixed)
	for i := range b.Fixed {
		b.Fixed[i].Weight = b.Fixed[i].Weight.canonical()
	}
	slices.SortStableFunc(b.Fixed, func(x, y Receiver) int { return cmp.Compare(x.Agent, y.Agent) })
	b.Game = b.Game.normal(len(b.Fixed))
	f := &b.Filter
	f.Orders, f.Shipments, f.Processes, f.Projects = sorted(f.Orders), sorted(f.Shipments), sorted(f.Processes), sorted(f.Projects)
	if f.Zone == "UTC" {
		f.Zone = ""
	}
	c := &b.Cap
	c.Bucket, c.PerPerson = c.Bucket.canonical(), c.PerPerson.canonical()
	c.PerPeriod, c.PerPersonPerPeriod = c.PerPeriod.canonical(), c.PerPersonPerPeriod.canonical()
	if b.AboveOwed == Stop {
		b.AboveOwed = ""
	}
	if b.Leftover.To == ToPot {
		b.Leftover.To = ""
	}
	b.Policy.Discount = b.Policy.Discount.canonical()
	b.Rules = slices.Clone(b.Rules)
	for i := range b.Rules {
		b.Rules[i] = b.Rules[i].normal()
	}
	slices.SortStableFunc(b.Rules, func(x, y Rule) int { return cmp.Compare(x.ID, y.ID) })
	return b
}

func (r Rule) normal() Rule {
	r.Kinds, r.ProcessTypes, r.ResourceTypes = sorted(r.Kinds), sorted(r.ProcessTypes), sorted(r.ResourceTypes)
	if r.Streams = sorted(r.Streams); slices.Equal(r.Streams, []string{Livelihood}) {
		r.Streams = nil
	}
	r.Premium, r.PerClaimCap = r.Premium.canonical(), r.PerClaimCap.canonical()
	if r.Premium == "0" {
		r.Premium = ""
	}
	if r.Division == InProportion {
		r.Division = ""
	}
	if root, err := formula.Parse(r.Formula); err == nil {
		r.Formula = formula.Print(root)
	}
	r.RiskMultipliers = slices.Clone(r.RiskMultipliers)
	for i := range r.RiskMultipliers {
		r.RiskMultipliers[i].Factor = r.RiskMultipliers[i].Factor.canonical()
	}
	slices.SortStableFunc(r.RiskMultipliers, func(a, b RiskMultiplier) int { return cmp.Compare(a.Kind, b.Kind) })
	return r
}

func sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
