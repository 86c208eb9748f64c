package equation

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"sync"

	"commonweal/quantity"
)

// distribution is one run of a program: the buckets are paid in sequence.
type distribution struct {
	s      *Session
	p      *Program
	r      *Result
	claims []*claims // per bucket; nil for fixed receivers
	spent  []*spent  // per bucket; nil where no claim was paid

	once     sync.Once
	payments *Payments
}

// spent is what a bucket paid on its claims.
type spent struct {
	e     [][]int64 // entitlements as the division rule left them
	sums  sums      // of e
	paid  []int64   // per person: on that person's claims
	parts []part
}

// pay fills in the result.
func (d *distribution) pay() error {
	d.spent = make([]*spent, len(d.p.buckets))
	allotted, err := d.allot()
	if err != nil {
		return err
	}
	rest, fromLast := d.r.Pot, int64(0)
	for i := range d.p.buckets {
		b := &d.p.buckets[i]
		br := BucketResult{Key: b.Key, Label: b.Label, Sequence: b.Sequence, Percent: string(b.Percent), Of: d.r.Pot, FromLast: fromLast, UnusedTo: b.home()}
		if d.p.eq.Base == Remaining {
			br.Of, br.Allotted = rest, wholeSteps(percentOf(b.percent, rest), d.p.step)
		} else {
			br.Allotted = allotted[i]
		}
		if err := d.bucket(i, b, &br); err != nil {
			return err
		}
		fromLast = 0
		rest -= br.Paid
		switch {
		case b.Leftover.To != ToNext:
			rest -= br.Unused
			d.leftover(i, b, br.Unused)
		case d.p.eq.Base == Whole:
			fromLast = br.Unused
		}
		d.r.Buckets = append(d.r.Buckets, br)
	}
	d.residue(allotted, rest)
	d.count()
	d.order()
	return d.payouts()
}

// home names where the bucket's unused part goes.
func (b *Bucket) home() string {
	switch b.Leftover.To {
	case ToNext:
		return string(ToNext)
	case ToReceiver:
		return b.Leftover.Agent
	}
	return string(ToPot)
}

// percentOf returns percent/100 of an amount, rounded down.
func percentOf(percent *big.Rat, amount int64) int64 {
	n := new(big.Int).Mul(percent.Num(), big.NewInt(amount))
	return n.Quo(n, new(big.Int).Mul(percent.Denom(), big.NewInt(100))).Int64()
}

func wholeSteps(amount, step int64) int64 { return amount - amount%step }

// allot splits the whole steps of the pot over all percentages and the
// unassigned percent by largest remainder; the last entry is the unassigned.
// It is nil under base remaining.
func (d *distribution) allot() ([]int64, error) {
	if d.p.eq.Base != Whole {
		return nil, nil
	}
	free := new(big.Rat).Set(ratHundred)
	percents := make([]*big.Rat, 0, len(d.p.buckets)+1)
	ties := make([]quantity.TieKey, 0, len(d.p.buckets)+1)
	for i := range d.p.buckets {
		b := &d.p.buckets[i]
		free.Sub(free, b.percent)
		percents = append(percents, b.percent)
		ties = append(ties, quantity.TieKeyFor(d.s.in.Distribution, "bucket "+b.Key))
	}
	percents, ties = append(percents, free), append(ties, quantity.TieKeyFor(d.s.in.Distribution, "unassigned"))
	parts, err := quantity.Apportion(d.r.Pot/d.p.step, scaled(percents), ties)
	for i := range parts {
		parts[i] *= d.p.step
	}
	return parts, err
}

// bucket pays one bucket from what it has.
func (d *distribution) bucket(i int, b *bucket, br *BucketResult) error {
	have := br.Allotted + br.FromLast
	br.Available = wholeSteps(min(have, d.room(b)), d.p.step)
	br.CapCut = have - br.Available
	var err error
	if len(b.Fixed) > 0 {
		br.Payable = br.Available
		err = d.fixed(i, b, br)
	} else {
		err = d.onClaims(i, b, br)
	}
	br.Unused = have - br.Paid
	return err
}

// room returns what the caps let the bucket pay in this distribution.
func (d *distribution) room(b *bucket) int64 {
	today := DayOf(d.s.in.AsOf.In(b.zone))
	if today > b.cap.until {
		return 0
	}
	room := b.cap.bucket
	if b.cap.period != math.MaxInt64 {
		paid := int64(0)
		d.history(b.Key, b.Cap.Period.start(today), func(_ int32, amount int64) { paid += amount })
		room = min(room, b.cap.period-paid)
	}
	return max(room, 0)
}

// history visits what a bucket paid from a day on.
func (d *distribution) history(bucket string, from int32, visit func(person int32, amount int64)) {
	h := d.s.in.History
	key := slices.Index(h.Buckets, bucket)
	for i := range h.Bucket {
		if int(h.Bucket[i]) == key && h.Day[i] >= from {
			visit(h.Person[i], h.Amount[i])
		}
	}
}

func (d *distribution) line(bucket int, receiver string, person int32, kind LineKind, amount int64) {
	if amount > 0 {
		d.r.Lines = append(d.r.Lines, Line{bucket, receiver, person, kind, amount})
	}
}

// fixed divides the bucket over its fixed receivers.
func (d *distribution) fixed(i int, b *bucket, br *BucketResult) error {
	ties := make([]quantity.TieKey, len(b.Fixed))
	for k, r := range b.Fixed {
		ties[k] = quantity.TieKeyFor(d.s.in.Distribution, r.Agent)
	}
	shares, err := quantity.Apportion(br.Payable/d.p.step, b.weights, ties)
	for k, n := range shares {
		d.line(i, b.Fixed[k].Agent, None, LineFixed, n*d.p.step)
		br.Paid += n * d.p.step
	}
	return err
}

// leftover sends a bucket's unused part to its declared home.
func (d *distribution) leftover(i int, b *bucket, unused int64) {
	if b.Leftover.To == ToReceiver {
		d.line(i, b.Leftover.Agent, None, LineLeftover, unused)
	} else if unused > 0 {
		d.r.Residue = append(d.r.Residue, Residue{i, ResidueUnused, unused})
	}
}

// The reasons of a residue.
const (
	ResidueUnused     = "unused"     // by a bucket whose leftover stays in the pot
	ResidueUnassigned = "unassigned" // no percentage covers it
	ResidueBelowStep  = "below_step" // less than a rounding step
)

// residue names what stays undistributed besides the buckets' leftovers.
func (d *distribution) residue(allotted []int64, rest int64) {
	if allotted == nil {
		d.keep(ResidueUnassigned, rest)
		return
	}
	unassigned := allotted[len(allotted)-1]
	d.keep(ResidueUnassigned, unassigned)
	d.keep(ResidueBelowStep, rest-unassigned)
}

func (d *distribution) keep(reason string, amount int64) {
	if amount > 0 {
		d.r.Residue = append(d.r.Residue, Residue{-1, reason, amount})
	}
}

// order puts lines and counts into their published order.
func (d *distribution) order() {
	slices.SortFunc(d.r.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Receiver, b.Receiver), cmp.Compare(a.Kind, b.Kind))
	})
	for _, list := range [][]HeldCount{d.r.Held, d.r.Dropped, d.r.Warnings} {
		slices.SortFunc(list, func(a, b HeldCount) int {
			return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason))
		})
	}
}

func (d *distribution) count() {
	for i, c := range d.claims {
		if c == nil {
			continue
		}
		for _, h := range c.held {
			h.Bucket = i
			d.r.Held = append(d.r.Held, h)
		}
		for _, h := range c.dropped {
			h.Bucket = i
			d.r.Dropped = append(d.r.Dropped, h)
		}
		if c.sel.late > 0 {
			d.r.Warnings = append(d.r.Warnings, HeldCount{Bucket: i, Reason: LateEntry, Count: c.sel.late})
		}
	}
}

// payouts adds the lines of each receiver to what was held over for him, and
// holds over what is still below the minimum.
func (d *distribution) payouts() error {
	at := map[string]int{}
	payout := func(receiver string, person int32) *Payout {
		i, ok := at[receiver]
		if !ok {
			i = len(d.r.Payouts)
			at[receiver] = i
			d.r.Payouts = append(d.r.Payouts, Payout{Receiver: receiver, Person: person})
		}
		p := &d.r.Payouts[i]
		p.Person = max(p.Person, person)
		return p
	}
	for _, line := range d.r.Lines {
		payout(line.Receiver, line.Person).Lines += line.Amount
	}
	people := lookup(d.s.in.Ledger.People)
	for _, c := range d.s.in.Carries {
		person, known := people[c.Receiver]
		if !known {
			person = None
		}
		p := payout(c.Receiver, person)
		var err error
		if p.CarryIn, err = quantity.AddMicros(p.CarryIn, c.Amount); err != nil {
			return err
		}
	}
	for i := range d.r.Payouts {
		p := &d.r.Payouts[i]
		sum, err := quantity.AddMicros(p.Lines, p.CarryIn)
		if err != nil {
			return err
		}
		if sum < d.p.minimum {
			p.CarryOut = sum
		} else {
			p.Paid = sum
		}
	}
	slices.SortFunc(d.r.Payouts, func(a, b Payout) int { return cmp.Compare(a.Receiver, b.Receiver) })
	return nil
}
