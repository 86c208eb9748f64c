package recompute

import (
	"math/big"
	"slices"
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/equation/formula"
	"commonweal/quantity"
)

// million is the number of millionths in a unit.
var million = big.NewRat(1_000_000, 1)

// claim is a claim of a bucket on the way through the distribution; amounts
// are millionths.
type claim struct {
	contribution int
	row          equation.Contribution
	rule         *equation.Rule
	created      *big.Int // value at creation
	original     *big.Int // what exits leave of it
	before       *big.Int // paid earlier; nil when the claim is new
	share        *big.Int // what counts of it in this distribution
	entitled     *big.Int
	lost         *big.Rat // what cutting entitled to a whole millionth takes off
	den          string   // denominator of the fraction
	weight       *big.Int // entitled, as the division rule leaves it
	amount       *big.Int // paid now
}

// held is a claim that has no value.
type held struct {
	contribution int
	rule         string
	reason       string
}

// claims gathers the claims of a bucket that have an entitlement.
func (c *computation) claims(b *equation.Bucket) (list []*claim, waiting []held) {
	fractions := c.fractions(b.Filter)
	for i := range c.in.Ledger.Len() {
		row := c.in.Ledger.Row(i)
		fraction := big.NewRat(1, 1)
		if fractions != nil {
			if fraction = fractions[i]; fraction == nil {
				continue
			}
		}
		if !earns(row) || !c.passes(b, row) {
			continue
		}
		rule := choose(b, row)
		if rule == nil || c.frozen(rule, row) {
			continue
		}
		k, reason := c.claim(rule, i, row)
		if reason == "" {
			reason = c.leave(k)
		}
		if reason != "" {
			waiting = append(waiting, held{i, rule.ID, reason})
			continue
		}
		c.entitle(b, k, fraction)
		list = append(list, k)
	}
	return list, waiting
}

func earns(row equation.Contribution) bool {
	return row.Flags&equation.Validated != 0 && row.Flags&(equation.Rejected|equation.Disputed|equation.Superseded) == 0
}

// passes applies the project and the dates of the filter.
func (c *computation) passes(b *equation.Bucket, row equation.Contribution) bool {
	f := b.Filter
	projects := f.Projects
	if len(projects) == 0 && len(f.Orders)+len(f.Shipments)+len(f.Processes) == 0 {
		projects = []string{c.e.Project}
	}
	if len(projects) > 0 && !slices.Contains(projects, equation.AnyProject) && !slices.Contains(projects, row.Project) {
		return false
	}
	day := dayText(row.Day)
	if row.Flags&equation.DayOnly == 0 {
		day = time.UnixMicro(row.At).In(zone(f)).Format(time.DateOnly)
	}
	return (f.From == "" || f.From <= day) && (f.To == "" || day <= f.To)
}

func zone(f equation.Filter) *time.Location {
	z, err := time.LoadLocation(f.Zone)
	if err != nil {
		return time.UTC
	}
	return z
}

func dayText(day int32) string {
	return time.Date(1970, 1, 1+int(day), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// choose returns the most specific rule that matches.
func choose(b *equation.Bucket, row equation.Contribution) *equation.Rule {
	var best *equation.Rule
	most := -1
	for i := range b.Rules {
		r := &b.Rules[i]
		streams := r.Streams
		if len(streams) == 0 {
			streams = []string{equation.Livelihood}
		}
		if !matches(r.Kinds, row.Kind) || !slices.Contains(streams, row.Stream) || !matches(r.ProcessTypes, row.ProcessType) || !matches(r.ResourceTypes, row.ResourceType) {
			continue
		}
		specific := min(len(r.ProcessTypes), 1) + min(len(r.ResourceTypes), 1)
		if specific > most {
			best, most = r, specific
		}
	}
	return best
}

func matches(set []string, text string) bool { return len(set) == 0 || slices.Contains(set, text) }

// fractions returns what part of each contribution went into the filter's
// deliverables; nil when it names none.
func (c *computation) fractions(f equation.Filter) map[int]*big.Rat {
	wanted := map[equation.Deliverable]bool{}
	for _, id := range f.Orders {
		wanted[c.named(equation.Order, id)] = true
	}
	for _, id := range f.Shipments {
		wanted[c.named(equation.Shipment, id)] = true
	}
	for _, id := range f.Processes {
		wanted[c.named(equation.Process, id)] = true
	}
	if len(wanted) == 0 {
		return nil
	}
	sums := map[int]*big.Rat{}
	plus := func(i int, r *big.Rat) {
		if sums[i] == nil {
			sums[i] = new(big.Rat)
		}
		sums[i].Add(sums[i], r)
	}
	walked := map[equation.Deliverable]bool{}
	for _, w := range c.in.Walks {
		if wanted[w.Deliverable] {
			walked[w.Deliverable] = true
			for k, i := range w.Contribution {
				plus(int(i), big.NewRat(w.Num[k], w.Den[k]))
			}
		}
	}
	for d := range wanted {
		for i := range c.in.Ledger.Len() {
			row := c.in.Ledger.Row(i)
			logged := row.Deliverable == d || (d.Kind == equation.Process && row.Process == d.ID)
			if !walked[d] && d != (equation.Deliverable{}) && logged {
				plus(i, big.NewRat(1, 1))
			}
		}
	}
	for i, r := range sums {
		if !r.Num().IsInt64() || !r.Denom().IsInt64() { // published grain of long fractions
			grain := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil))
			sums[i] = new(big.Rat).SetInt(floor(new(big.Rat).Mul(r, grain)))
			sums[i].Quo(sums[i], grain)
		}
	}
	return sums
}

func (c *computation) named(kind equation.DeliverableKind, id string) equation.Deliverable {
	if id == equation.OfIncome {
		return c.in.Deliverable
	}
	return equation.Deliverable{Kind: kind, ID: id}
}

// claim finds the stored claim of a contribution, or values a new one.
func (c *computation) claim(r *equation.Rule, i int, row equation.Contribution) (*claim, string) {
	k := &claim{contribution: i, row: row, rule: r, amount: new(big.Int)}
	if p := c.in.Prior; p != nil {
		for j := range p.Rule {
			if p.Rules[p.Rule[j]] == r.ID && int(p.Contribution[j]) == i {
				k.original, k.before = big.NewInt(p.Original[j]), big.NewInt(p.Paid[j])
				return k, ""
			}
		}
	}
	var problem string
	k.original, problem = c.worth(r, row)
	return k, problem
}

// worth values a contribution by a rule: premium, rounding and cap included.
func (c *computation) worth(r *equation.Rule, row equation.Contribution) (*big.Int, string) {
	root, err := formula.Parse(c.formula(r))
	if err != nil {
		return nil, "formula"
	}
	v := eval(root, c.names(r, row))
	if v.problem != "" {
		return nil, v.problem
	}
	worth := new(big.Rat).Set(v.number)
	if premium := rat(r.Premium); premium.Sign() > 0 {
		worth.Mul(worth, premium.Quo(premium.Add(premium, big.NewRat(100, 1)), big.NewRat(100, 1)))
		if (value{number: worth}).tooLarge() {
			return nil, "too_large"
		}
	}
	minor := big.NewRat(c.e.Unit.Step(), 1)
	worth.Mul(worth, million)
	worth = round(worth.Quo(worth, minor), "half_even")
	worth.Mul(worth, minor)
	switch {
	case worth.Sign() < 0:
		return nil, "negative"
	case !worth.Num().IsInt64():
		return nil, "too_large"
	}
	original := new(big.Int).Set(worth.Num())
	if r.PerClaimCap != "" {
		original = smaller(original, amount(r.PerClaimCap))
	}
	return original, ""
}

func smaller(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func (c *computation) formula(r *equation.Rule) string {
	if r.Formula != "" {
		return r.Formula
	}
	text := equation.DefaultFormula(r.Kinds[0])
	if len(r.RiskMultipliers) > 0 {
		return "(" + text + ") * riskFactor"
	}
	return text
}

// names gives a formula the figures of one contribution.
func (c *computation) names(r *equation.Rule, row equation.Contribution) env {
	f := c.in.Facts
	l := c.in.Ledger
	person, process, thing := slices.Index(l.People, row.Person), slices.Index(l.Processes, row.Process), slices.Index(l.ResourceTypes, row.ResourceType)
	expected := c.unit(r)
	return func(name, domain string) value {
		switch name {
		case "quantity":
			if expected != "" && row.Unit != expected {
				return fails("unit")
			}
			return known(row.Quantity)
		case "hours":
			if row.Unit == string(hour(r)) {
				return known(row.Quantity)
			}
			if expected != "" {
				return fails("unit")
			}
			return fails("missing_input")
		case "rate", "value":
			figure := map[string]int64{"rate": row.Rate, "value": row.Value}[name]
			if figure != equation.Missing && row.Currency != string(c.e.Unit) {
				return fails("currency")
			}
			return known(figure)
		case "rating", "quality":
			if row.RatingDen == 0 {
				return fails("missing_input")
			}
			return number(big.NewRat(int64(row.RatingNum), int64(row.RatingDen)))
		case "karma":
			for _, k := range f.Karma {
				if k.Domain == domain {
					return at(k.Micros, person)
				}
			}
			return fails("missing_input")
		case "seniorityMonths":
			return at(f.SeniorityMonths, person)
		case "importance":
			return at(f.Importance, process)
		case "valuePerUnit":
			return at(f.ValuePerUnit, thing)
		case "pricePerUnit":
			return at(f.PricePerUnit, thing)
		case "valuePerUnitOfUse":
			return at(f.ValuePerUnitOfUse, thing)
		case "riskFactor":
			for _, m := range r.RiskMultipliers {
				if m.Kind == row.Kind {
					return number(rat(m.Factor))
				}
			}
			return number(big.NewRat(1, 1))
		case "stream":
			return value{text: row.Stream}
		case "kind":
			return value{text: row.Kind}
		case "role":
			if len(f.Roles) == 0 || f.Roles[person] == "" {
				return fails("missing_input")
			}
			return value{text: f.Roles[person]}
		}
		for _, k := range c.e.Constants {
			if k.Name == name {
				return number(rat(k.Value))
			}
		}
		return fails("missing_input")
	}
}

func known(micros int64) value {
	if micros == equation.Missing {
		return fails("missing_input")
	}
	return number(new(big.Rat).Quo(big.NewRat(micros, 1), million))
}

func at(column []int64, i int) value {
	if i < 0 || len(column) == 0 {
		return fails("missing_input")
	}
	return known(column[i])
}

func hour(r *equation.Rule) quantity.Unit {
	switch {
	case slices.Contains(r.Streams, equation.Care):
		return quantity.CareHour
	case slices.Contains(r.Streams, equation.Love):
		return quantity.LoveHour
	}
	return quantity.Hour
}

// unit returns the unit a rule expects of quantities; empty for any: hours
// for work, the currency for money and citations, when all kinds agree.
func (c *computation) unit(r *equation.Rule) string {
	if r.Unit != "" {
		return string(r.Unit)
	}
	expected := ""
	for i, k := range r.Kinds {
		unit := ""
		switch k {
		case "work":
			unit = string(hour(r))
		case "money", "cash", "payment", "cite", "expense":
			unit = string(c.e.Unit)
		}
		if i > 0 && unit != expected {
			return ""
		}
		expected = unit
	}
	return expected
}
