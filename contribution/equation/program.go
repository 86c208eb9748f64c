package equation

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Program is an equation that was checked and compiled. It is immutable.
type Program struct {
	eq      Equation // in canonical form
	hash    string
	step    int64 // rounding step of a line, millionths
	minor   int64 // minor unit of the currency, millionths: the grain of claims
	minimum int64
	buckets []bucket // in sequence
}

// bucket is a Bucket with its texts read.
type bucket struct {
	Bucket
	percent  *big.Rat
	weights  []*big.Int // of Fixed
	game     *played    // nil: none
	rules    []rule
	cap      caps
	discount *big.Rat
	zone     *time.Location
	dates    days   // of the filter
	from     int32  // of the policy's window
	match    string // names the selection: what it depends on
	oldest   bool
}

// caps holds amounts in millionths; math.MaxInt64 is none.
type caps struct {
	bucket, person, period, personPeriod int64
	until                                int32
}

// days is an inclusive range of calendar days.
type days struct{ from, to int32 }

// rule is a Rule with its formula compiled.
type rule struct {
	Rule
	value    *formula.Formula // what the contribution is worth
	original *formula.Formula // value with the premium
	cap      int64            // per claim
	risk     map[string]int64 // millionths per kind
	unit     string           // expected of the quantity, or formula.OwnUnit
	key      string           // names the values: what they depend on

	frozenFrom int32 // what is contributed from this day on earns no slices
}

// Compile checks an equation and makes it ready to run.
func Compile(e Equation) (*Program, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	p := &Program{eq: e.normal(), hash: e.Hash(), minor: e.Unit.Step()}
	p.step = orElse(p.eq.Step, p.minor)
	p.minimum = orElse(p.eq.MinimumPayout, 0)
	for _, b := range p.eq.Buckets {
		compiled, err := p.bucket(b)
		if err != nil {
			return nil, err
		}
		p.buckets = append(p.buckets, compiled)
	}
	return p, nil
}

// Equation returns the compiled equation in canonical form.
func (p *Program) Equation() Equation { return p.eq }

// Hash returns the version hash of the equation.
func (p *Program) Hash() string { return p.hash }

// Run computes a distribution.
func (p *Program) Run(in Input) (*Result, error) {
	s, err := NewSession(in)
	if err != nil {
		return nil, err
	}
	return s.Run(p, in.Pot)
}

// orElse reads a Decimal that Check has let through.
func orElse(d Decimal, none int64) int64 {
	if d == "" {
		return none
	}
	n, _ := d.Micros()
	return n
}

func ratOf(d Decimal) *big.Rat {
	if d == "" {
		return new(big.Rat)
	}
	r, _ := d.Rat()
	return r
}

func (p *Program) bucket(b Bucket) (bucket, error) {
	zone, err := time.LoadLocation(b.Filter.Zone)
	if err != nil {
		return bucket{}, fault.Invalidf("equation.zone", "zone", "%q is not a time zone here", clip(b.Filter.Zone))
	}
	c := bucket{Bucket: b, percent: ratOf(b.Percent), discount: ratOf(b.Policy.Discount), zone: zone, from: math.MinInt32}
	c.cap = caps{orElse(b.Cap.Bucket, math.MaxInt64), orElse(b.Cap.PerPerson, math.MaxInt64), orElse(b.Cap.PerPeriod, math.MaxInt64),
		orElse(b.Cap.PerPersonPerPeriod, math.MaxInt64), dayOr(b.Cap.Until, math.MaxInt32)}
	c.dates = days{dayOr(b.Filter.From, math.MinInt32), dayOr(b.Filter.To, math.MaxInt32)}
	c.from = dayOr(b.Policy.From, math.MinInt32)
	if b.Game.isSet() {
		c.Fixed, c.weights, c.game, err = b.play()
	} else {
		c.weights, err = integerWeights(b.Fixed)
	}
	if err != nil {
		return bucket{}, err
	}
	match := []string{fmt.Sprintf("%q %q", p.eq.Project, b.Filter)}
	for _, r := range b.Rules {
		compiled, err := p.rule(r)
		if err != nil {
			return bucket{}, err
		}
		c.rules = append(c.rules, compiled)
		c.oldest = r.division() == OldestFirst
		match = append(match, fmt.Sprintf("%q %q %q %q %d", r.Kinds, r.stream(), r.ProcessTypes, r.ResourceTypes, compiled.frozenFrom))
	}
	c.match = strings.Join(match, "\n")
	return c, nil
}

func dayOr(text string, none int32) int32 {
	if text == "" {
		return none
	}
	d, _ := parseDay(text)
	return d
}

// integerWeights scales weights to integers in the same proportion.
func integerWeights(receivers []Receiver) ([]*big.Int, error) {
	rats := make([]*big.Rat, len(receivers))
	for i, r := range receivers {
		rats[i] = ratOf(r.Weight)
	}
	return scaled(rats), nil
}

// scaled multiplies rationals by their common denominator.
func scaled(rats []*big.Rat) []*big.Int {
	common := big.NewInt(1)
	for _, r := range rats {
		g := new(big.Int).GCD(nil, nil, common, r.Denom())
		common.Mul(common, new(big.Int).Quo(r.Denom(), g))
	}
	out := make([]*big.Int, len(rats))
	for i, r := range rats {
		out[i] = new(big.Int).Mul(r.Num(), new(big.Int).Quo(common, r.Denom()))
	}
	return out
}

func (p *Program) rule(r Rule) (rule, error) {
	value, err := r.compileFormula(&p.eq)
	if err != nil {
		return rule{}, err
	}
	c := rule{Rule: r, value: value, original: value, cap: orElse(r.PerClaimCap, math.MaxInt64), unit: r.quantityUnit(p.eq.Unit), risk: map[string]int64{}, frozenFrom: p.eq.frozenFrom(r)}
	if premium := ratOf(r.Premium); premium.Sign() > 0 {
		factor := premium.Add(premium, ratHundred)
		root := &formula.Node{Op: formula.Mul, Args: []*formula.Node{value.Root, {Op: formula.Number, Value: factor.Quo(factor, ratHundred)}}}
		if c.original, err = formula.Check(root, r.scope(&p.eq), formula.UnitOf(string(p.eq.Unit))); err != nil {
			return rule{}, err
		}
	}
	for _, m := range r.RiskMultipliers {
		c.risk[m.Kind] = orElse(m.Factor, quantity.Scale)
	}
	c.key = fmt.Sprintf("%s %q %s %s %q %s %d", p.eq.Unit, r.ID, c.original.Canonical, c.unit, r.RiskMultipliers, c.original.Settings(), c.cap)
	if len(r.RiskMultipliers) > 0 {
		c.key += fmt.Sprintf(" %v", p.eq.ExitRule())
	}
	return c, nil
}

// specific returns the rules' indexes, the most specific first.
func (b *bucket) specific() []int {
	order := make([]int, len(b.rules))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return b.rules[y].specificity() - b.rules[x].specificity() })
	return order
}
