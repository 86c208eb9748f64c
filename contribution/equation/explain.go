package equation

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
)

// Derivation explains what a receiver gets from a bucket, by its key. It
// refuses a bucket or receiver without a line; ask WhyNothing then.
func (r *Result) Derivation(receiver, bucketKey string) (*Derivation, error) {
	i := slices.IndexFunc(r.Buckets, func(b BucketResult) bool { return b.Key == bucketKey })
	if i < 0 {
		return nil, fault.NotFoundf("equation.no_bucket", "bucket", "distribution %s has no bucket %q", r.Distribution, clip(bucketKey))
	}
	if r.run == nil {
		return nil, fault.Conflictf("equation.no_payments", "distribution", "the inputs of distribution %s are not at hand; run it again from them", r.Distribution)
	}
	d := &Derivation{Distribution: r.Distribution, Equation: r.Equation, Receiver: receiver, Bucket: bucketKey, Unit: r.Unit}
	kinds := map[LineKind]int64{}
	for _, line := range r.Lines {
		if line.Bucket == i && line.Receiver == receiver {
			d.Amount += line.Amount
			kinds[line.Kind] += line.Amount
		}
	}
	if d.Amount == 0 {
		return nil, fault.NotFoundf("equation.no_line", "receiver", "%q receives nothing from %s in distribution %s", clip(receiver), bucketKey, r.Distribution)
	}
	e := explanation{r.run, d, i, &r.Buckets[i], &r.run.p.buckets[i]}
	e.bucket()
	if kinds[LineLeftover] > 0 {
		e.step("leftover", kinds[LineLeftover])
	}
	switch {
	case kinds[LineFixed] == 0:
	case e.b.game != nil:
		e.game(kinds[LineFixed])
	default:
		e.step("fixed", kinds[LineFixed], "weight", e.fixedWeight())
	}
	if kinds[LineShare]+kinds[LineSurplus] > 0 {
		e.people(kinds[LineSurplus])
	}
	return d, nil
}

// explanation builds one Derivation.
type explanation struct {
	run *distribution
	d   *Derivation
	i   int
	br  *BucketResult
	b   *bucket
}

// step appends a step; args are names and values in turn.
func (e *explanation) step(key string, amount int64, args ...string) {
	e.d.Steps = append(e.d.Steps, Step{message("equation.why."+key, args...), amount})
}

func (e *explanation) change(key string, args ...string) {
	e.d.Changes = append(e.d.Changes, message("equation.change."+key, args...))
}

func message(key string, args ...string) Message {
	m := Message{Key: key}
	if len(args) > 0 {
		m.Args = map[string]string{}
	}
	for i := 0; i < len(args); i += 2 {
		m.Args[args[i]] = args[i+1]
	}
	return m
}

func (e *explanation) bucket() {
	e.step("pot", e.run.r.Pot)
	if e.br.Of != e.run.r.Pot {
		e.step("remaining", e.br.Of)
	}
	e.step("bucket", e.br.Allotted, "bucket", cmp.Or(e.br.Label, e.br.Key), "percent", e.br.Percent, "of", micros(e.br.Of))
	if e.br.FromLast > 0 {
		e.step("from_last", e.br.FromLast)
	}
	if e.br.CapCut > 0 {
		e.step("bucket_cap", e.br.Available, "cut", micros(e.br.CapCut))
	}
}

func (e *explanation) fixedWeight() string {
	for _, r := range e.b.Fixed {
		if r.Agent == e.d.Receiver {
			return string(r.Weight)
		}
	}
	return ""
}

// people explains the lines that are paid on claims.
func (e *explanation) people(surplus int64) {
	sp, c := e.run.spent[e.i], e.run.claims[e.i]
	e.step("claims", e.br.Entitled, "claims", strconv.Itoa(e.br.Claims), "people", strconv.Itoa(e.br.People))
	e.step("payable", e.br.Payable)
	if e.b.oldest {
		e.step("oldest_first", sp.sums.total)
	}
	sum := new(big.Int)
	for _, p := range sp.parts {
		sum.Add(sum, big.NewInt(p.weight))
	}
	for _, p := range sp.parts {
		if e.run.receiver(p) == e.d.Receiver {
			e.part(p, sum, c)
		}
	}
	if surplus > 0 {
		e.step("surplus", surplus)
	}
	if e.br.Payable < e.br.Entitled {
		e.change("bucket_short", "missing", micros(e.br.Entitled-e.br.Payable))
	}
	slices.SortStableFunc(e.d.Claims, func(a, b ClaimStep) int { return cmp.Compare(b.Amount, a.Amount) })
	e.waiting()
}

// part explains what the receiver gets for one person's claims.
func (e *explanation) part(p part, sum *big.Int, c *claims) {
	owner := e.run.s.in.Ledger.People[p.owner]
	e.step("entitled", c.sums.person[p.owner], "person", owner)
	if p.owner != p.receiver {
		e.step("helper", p.weight, "person", owner)
	}
	if e.b.Policy.Kind == Balanced {
		e.step("balanced", p.weight, "person", owner)
	}
	exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(e.br.Payable), big.NewInt(p.weight)), new(big.Int).Mul(sum, big.NewInt(1_000_000)))
	got := p.share + p.surplus
	rounding := new(big.Rat).Sub(big.NewRat(got, 1_000_000), exact)
	step := big.NewRat(e.run.p.step, 1_000_000)
	e.step("share", got, "weight", micros(p.weight), "weights", wideMicros(sum), "exact", formula.DecimalText(exact))
	switch {
	case new(big.Rat).Neg(rounding).Cmp(step) >= 0:
		e.step("limited", got)
		e.change("limited", "person", owner)
	case rounding.Sign() > 0:
		e.step("rounded_up", got, "gained", formula.DecimalText(rounding))
	case rounding.Sign() < 0:
		e.step("rounded_down", got, "lost", formula.DecimalText(rounding.Neg(rounding)))
	}
	e.claimsOf(p.owner)
}

// wideMicros writes millionths beyond 64 bits.
func wideMicros(n *big.Int) string {
	return formula.DecimalText(new(big.Rat).SetFrac(n, big.NewInt(1_000_000)))
}

// claimsOf lists a person's claims with what each is paid.
func (e *explanation) claimsOf(owner int32) {
	c, sp, l := e.run.claims[e.i], e.run.spent[e.i], e.run.s.in.Ledger
	var mine []place
	for k, entitled := range c.e {
		for i, event := range c.sel.rules[k].events {
			if l.Person[event] == owner && entitled[i] > 0 {
				mine = append(mine, place{int32(k), int32(i)})
			}
		}
	}
	amounts := e.run.onClaimsOf(e.i, mine, sp.paid[owner])
	for n, at := range mine {
		e.d.Claims = append(e.d.Claims, e.claim(at, amounts[n]))
	}
}

func (e *explanation) claim(at place, paid int64) ClaimStep {
	c, in := e.run.claims[e.i], &e.run.s.in
	r, picked, v := &e.b.rules[at.rule], &c.sel.rules[at.rule], c.values[at.rule]
	event := picked.events[at.index]
	k := ClaimStep{Contribution: event, ID: in.Ledger.ID[event].String(), Person: in.Ledger.People[in.Ledger.Person[event]], Rule: r.ID,
		Kind: in.Ledger.Kinds[in.Ledger.Kind[event]], Trace: e.run.trace(r, event), Original: v.created(int(at.index), event), Created: true, Fraction: "1",
		Entitled: c.e[at.rule][at.index], Amount: paid}
	if v.paid != nil && v.paid[at.index] != notStored {
		k.Created, k.Before = false, v.paid[at.index]
	}
	if picked.num != nil {
		k.Fraction = big.NewRat(picked.num[at.index], picked.den[at.index]).RatString()
	}
	if left, has := v.left[event]; has {
		k.Kept, k.Left = v.original[at.index], left.reason
	}
	k.Value = e.run.worth(r, event)
	if in.References != nil {
		k.References = in.References(int(event))
	}
	return k
}

// worth returns the formula's value in whole minor units, 0 when held.
func (d *distribution) worth(r *rule, event int32) int64 {
	value, p := r.value.Eval(one{newFeed(&d.s.in, r, r.value, d.p.eq.Unit), event})
	if p != formula.NoProblem {
		return 0
	}
	count, _ := formula.Nearest(value, 1_000_000/d.p.minor)
	return count * d.p.minor
}

// trace writes the formula of a rule with the numbers of a contribution.
func (d *distribution) trace(r *rule, event int32) Trace {
	l := d.s.in.Ledger
	got := r.value.Explain(one{newFeed(&d.s.in, r, r.value, d.p.eq.Unit), event}, l.Units[l.Unit[event]])
	t := Trace{Formula: r.value.Canonical, Text: got.Text, Unit: r.value.Unit.String(), Held: Reason(got.Problem.String())}
	if got.Problem == formula.NoProblem {
		t.Result = formula.DecimalText(got.Value)
	}
	for _, in := range got.Inputs {
		name := in.Slot.Name
		if in.Slot.Domain != "" {
			name += "[" + in.Slot.Domain + "]"
		}
		t.Inputs = append(t.Inputs, TraceName{name, in.Value, in.Unit, in.Used})
	}
	return t
}

// waiting says what else of the receiver could count.
func (e *explanation) waiting() {
	person := slices.Index(e.run.s.in.Ledger.People, e.d.Receiver)
	if person < 0 {
		return
	}
	counts := map[Reason]int{}
	for _, n := range e.run.nothing(int32(person), e.i) {
		counts[n.Reason] += n.Count
	}
	for _, reason := range []Reason{NotValidated, IsDisputed, HeldMissing, HeldUnit, HeldCurrency} {
		if counts[reason] > 0 {
			e.change(string(reason), "count", strconv.Itoa(counts[reason]))
		}
	}
}
