package recompute

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"commonweal/contribution/equation"
	"commonweal/quantity"
)

// Outcome is a distribution as recomputed. Amounts are millionths.
type Outcome struct {
	Lines    []equation.Line // by bucket, receiver, kind; Person is not set
	Residue  int64           // all that stays undistributed
	Payouts  []equation.Payout
	Payments []Payment // by bucket, rule, contribution
	Held     []equation.HeldCount
}

// Payment is what one claim got.
type Payment struct {
	Bucket                     int
	Rule                       string
	Contribution               int32
	Original, Entitled, Amount int64
}

// computation is one distribution under way.
type computation struct {
	e   equation.Equation
	in  equation.Input
	out Outcome
	// scored is the claims of the bucket at hand, paid up or not.
	scored []*claim
}

// Run computes the distribution of in.Pot by an equation. It expects an
// equation that Check accepts and an input that the engine accepts.
func Run(e equation.Equation, in equation.Input) (*Outcome, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	c := &computation{e: e, in: in}
	c.e.Buckets = slices.Clone(e.Buckets)
	slices.SortFunc(c.e.Buckets, func(a, b equation.Bucket) int { return cmp.Compare(a.Sequence, b.Sequence) })
	allotted := c.allot()
	rest, carried := big.NewInt(in.Pot), new(big.Int)
	for i := range c.e.Buckets {
		b := &c.e.Buckets[i]
		have := new(big.Int)
		if c.e.Base == equation.Whole {
			have.Add(allotted[i], carried)
		} else {
			have = c.toSteps(floor(percentOf(b.Percent, rest)))
		}
		paid := c.bucket(i, b, have)
		unused := new(big.Int).Sub(have, paid)
		rest.Sub(rest, paid)
		carried = new(big.Int)
		switch b.Leftover.To {
		case equation.ToNext:
			if c.e.Base == equation.Whole {
				carried = unused
			}
		case equation.ToReceiver:
			rest.Sub(rest, unused)
			c.line(i, b.Leftover.Agent, equation.LineLeftover, unused)
		default:
			rest.Sub(rest, unused)
			c.out.Residue += unused.Int64()
		}
	}
	c.out.Residue += rest.Int64()
	c.finish()
	return &c.out, nil
}

func rat(d equation.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// amount returns a decimal in millionths.
func amount(d equation.Decimal) *big.Int {
	return floor(new(big.Rat).Mul(rat(d), million))
}

func percentOf(percent equation.Decimal, of *big.Int) *big.Rat {
	r := rat(percent)
	return r.Mul(r, new(big.Rat).SetFrac(of, big.NewInt(100)))
}

func (c *computation) step() *big.Int {
	if c.e.Step == "" {
		return big.NewInt(c.e.Unit.Step())
	}
	return amount(c.e.Step)
}

// toSteps cuts an amount down to whole rounding steps.
func (c *computation) toSteps(n *big.Int) *big.Int {
	return new(big.Int).Sub(n, new(big.Int).Mod(n, c.step()))
}

// allot splits the pot over the percentages and what they leave unassigned.
func (c *computation) allot() []*big.Int {
	rest := big.NewRat(100, 1)
	var weights []*big.Rat
	var names []string
	for _, b := range c.e.Buckets {
		weights, names = append(weights, rat(b.Percent)), append(names, "bucket "+b.Key)
		rest.Sub(rest, rat(b.Percent))
	}
	return c.split(big.NewInt(c.in.Pot), append(weights, rest), append(names, "unassigned"))
}

// split divides whole steps by largest remainder; equal remainders go by the
// published lot of each name.
func (c *computation) split(total *big.Int, weights []*big.Rat, names []string) []*big.Int {
	step := c.step()
	units := new(big.Int).Quo(total, step)
	shares := largestRemainder(units, weights, func(a, b int) int {
		x, y := quantity.TieKeyFor(c.in.Distribution, names[a]), quantity.TieKeyFor(c.in.Distribution, names[b])
		return slices.Compare(x[:], y[:])
	})
	for _, s := range shares {
		s.Mul(s, step)
	}
	return shares
}

// largestRemainder is the method of Hamilton, as written in a textbook.
func largestRemainder(units *big.Int, weights []*big.Rat, lot func(a, b int) int) []*big.Int {
	sum := new(big.Rat)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	shares, rest := make([]*big.Int, len(weights)), make([]*big.Rat, len(weights))
	left := new(big.Int).Set(units)
	for i, w := range weights {
		shares[i], rest[i] = new(big.Int), new(big.Rat)
		if sum.Sign() == 0 {
			continue
		}
		exact := new(big.Rat).Mul(new(big.Rat).SetInt(units), w)
		exact.Quo(exact, sum)
		shares[i] = floor(exact)
		rest[i].Sub(exact, new(big.Rat).SetInt(shares[i]))
		left.Sub(left, shares[i])
	}
	if sum.Sign() == 0 {
		return shares
	}
	for _, i := range places(rest, lot)[:left.Int64()] {
		shares[i].Add(shares[i], big.NewInt(1))
	}
	return shares
}

// places orders by larger rest, then by lot.
func places(rest []*big.Rat, lot func(a, b int) int) []int {
	order := make([]int, len(rest))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(rest[b].Cmp(rest[a]), lot(a, b)) })
	return order
}

// inOrder is the lot among the claims of one person: the list decides.
func inOrder(a, b int) int { return cmp.Compare(a, b) }

func (c *computation) line(bucket int, receiver string, kind equation.LineKind, n *big.Int) {
	if n.Sign() > 0 {
		c.out.Lines = append(c.out.Lines, equation.Line{Bucket: bucket, Receiver: receiver, Person: equation.None, Kind: kind, Amount: n.Int64()})
	}
}

// finish orders the lines and adds up the payouts.
func (c *computation) finish() {
	slices.SortFunc(c.out.Lines, func(a, b equation.Line) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Receiver, b.Receiver), cmp.Compare(a.Kind, b.Kind))
	})
	sums := map[string]*equation.Payout{}
	of := func(name string) *equation.Payout {
		if sums[name] == nil {
			sums[name] = &equation.Payout{Receiver: name, Person: equation.None}
		}
		return sums[name]
	}
	for _, line := range c.out.Lines {
		of(line.Receiver).Lines += line.Amount
	}
	for _, carry := range c.in.Carries {
		of(carry.Receiver).CarryIn += carry.Amount
	}
	minimum := amount(c.e.MinimumPayout).Int64()
	for _, p := range sums {
		if sum := p.Lines + p.CarryIn; sum < minimum {
			p.CarryOut = sum
		} else {
			p.Paid = sum
		}
		c.out.Payouts = append(c.out.Payouts, *p)
	}
	slices.SortFunc(c.out.Payouts, func(a, b equation.Payout) int { return cmp.Compare(a.Receiver, b.Receiver) })
}

// room returns what the caps let a bucket pay now; nil is no limit.
func (c *computation) room(b *equation.Bucket) *big.Int {
	var room *big.Int
	today := c.in.AsOf.In(zone(b.Filter)).Format(time.DateOnly)
	if b.Cap.Until != "" && today > b.Cap.Until {
		return new(big.Int)
	}
	if b.Cap.Bucket != "" {
		room = amount(b.Cap.Bucket)
	}
	if b.Cap.PerPeriod != "" {
		left := new(big.Int).Sub(amount(b.Cap.PerPeriod), c.paidSince(b, periodStart(b.Cap.Period, today), -1))
		if left.Sign() < 0 {
			left.SetInt64(0)
		}
		if room == nil || left.Cmp(room) < 0 {
			room = left
		}
	}
	return room
}

// paidSince adds up what the bucket paid from a day on, to one person or (-1) to all.
func (c *computation) paidSince(b *equation.Bucket, day string, person int32) *big.Int {
	return c.paidBy(b.Key, day, person)
}

// paidBefore adds up what was paid in another system.
func (c *computation) paidBefore(day string, person int32) *big.Int {
	return c.paidBy(equation.PaidBefore, day, person)
}

func (c *computation) paidBy(bucket, day string, person int32) *big.Int {
	sum := new(big.Int)
	h := c.in.History
	if h == nil {
		return sum
	}
	for i := range h.Bucket {
		if h.Buckets[h.Bucket[i]] == bucket && dayText(h.Day[i]) >= day && (person < 0 || h.Person[i] == person) {
			sum.Add(sum, big.NewInt(h.Amount[i]))
		}
	}
	return sum
}

// periodStart returns the first day of the calendar period of a day.
func periodStart(p equation.Period, day string) string {
	t, _ := time.Parse(time.DateOnly, day)
	switch p {
	case equation.Week:
		for t.Weekday() != time.Monday {
			t = t.AddDate(0, 0, -1)
		}
	case equation.Month:
		t = t.AddDate(0, 0, 1-t.Day())
	case equation.Quarter:
		t = t.AddDate(0, 0, 1-t.Day())
		for t.Month()%3 != 1 {
			t = t.AddDate(0, -1, 0)
		}
	default:
		t = t.AddDate(0, 0, 1-t.YearDay())
	}
	return t.Format(time.DateOnly)
}
