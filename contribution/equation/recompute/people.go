package recompute

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"commonweal/contribution/equation"
	"commonweal/quantity"
)

// piece is what one receiver gets for the claims of one person.
type piece struct {
	owner, receiver string
	weight          *big.Int
	share, surplus  *big.Int
}

func (p piece) lotName() string {
	if p.owner == p.receiver {
		return p.receiver
	}
	return p.owner + "\x00" + p.receiver
}

func (c *computation) lots(names []string) func(a, b int) int {
	return func(a, b int) int {
		x, y := quantity.TieKeyFor(c.in.Distribution, names[a]), quantity.TieKeyFor(c.in.Distribution, names[b])
		return slices.Compare(x[:], y[:])
	}
}

// pay splits the payable amount over people, then over their claims.
func (c *computation) pay(i int, b *equation.Bucket, list []*claim, payable *big.Int) *big.Int {
	var pieces []*piece
	for _, owner := range owners(list) {
		w := sum(of(list, by(owner)), func(k *claim) *big.Int { return k.weight })
		if b.Policy.Kind == equation.Balanced {
			w = c.gap(b, list, owner, payable)
		}
		pieces = append(pieces, c.pieces(owner, w)...)
	}
	pieces = slices.DeleteFunc(pieces, func(p *piece) bool { return p.weight.Sign() == 0 })
	c.shareOut(pieces, payable, func(p *piece) *big.Int { return p.weight })
	for _, owner := range owners(list) {
		c.limitOwner(b, of(list, by(owner)), piecesOf(pieces, func(p *piece) bool { return p.owner == owner }))
	}
	c.limitReceivers(b, pieces)
	paid := new(big.Int)
	shares, surpluses := map[string]*big.Int{}, map[string]*big.Int{}
	for _, p := range pieces {
		shares[p.receiver], surpluses[p.receiver] = plus(shares[p.receiver], p.share), plus(surpluses[p.receiver], p.surplus)
		paid.Add(paid, p.share)
		paid.Add(paid, p.surplus)
	}
	for name := range shares {
		c.line(i, name, equation.LineShare, shares[name])
		c.line(i, name, equation.LineSurplus, surpluses[name])
	}
	for _, owner := range owners(list) {
		got := new(big.Int)
		for _, p := range piecesOf(pieces, func(p *piece) bool { return p.owner == owner }) {
			got.Add(got, p.share)
		}
		c.payClaims(of(list, by(owner)), got)
	}
	return paid
}

func plus(a, b *big.Int) *big.Int {
	if a == nil {
		a = new(big.Int)
	}
	return a.Add(a, b)
}

func piecesOf(all []*piece, keep func(*piece) bool) []*piece {
	var out []*piece
	for _, p := range all {
		if keep(p) {
			out = append(out, p)
		}
	}
	return out
}

// gap is how far past pay stays behind a person's target.
func (c *computation) gap(b *equation.Bucket, list []*claim, owner string, budget *big.Int) *big.Int {
	score := func(keep func(*claim) bool) *big.Int {
		return sum(of(c.scored, keep), func(k *claim) *big.Int { return k.share })
	}
	person := int32(slices.Index(c.in.Ledger.People, owner))
	total := new(big.Int).Add(budget, c.paidSince(b, b.Policy.From, -1))
	total.Add(total, c.paidBefore(b.Policy.From, -1))
	all := score(func(*claim) bool { return true })
	if all.Sign() == 0 || total.Sign() <= 0 {
		return new(big.Int)
	}
	target := new(big.Rat).SetFrac(new(big.Int).Mul(total, score(by(owner))), all)
	gap := new(big.Int).Sub(floor(target), c.paidSince(b, b.Policy.From, person))
	gap.Sub(gap, c.paidBefore(b.Policy.From, person))
	if gap.Sign() < 0 {
		return new(big.Int)
	}
	return gap
}

// pieces divides a person's weight over the person and the helpers, and theirs.
func (c *computation) pieces(owner string, weight *big.Int) []*piece {
	got := map[string]*big.Int{}
	c.give(owner, weight, got)
	var out []*piece
	for name, w := range got {
		out = append(out, &piece{owner, name, w, new(big.Int), new(big.Int)})
	}
	slices.SortFunc(out, func(a, b *piece) int { return cmp.Compare(a.receiver, b.receiver) })
	return out
}

func (c *computation) give(person string, weight *big.Int, got map[string]*big.Int) {
	keep := new(big.Int).Set(weight)
	today := c.in.AsOf.Format(time.DateOnly)
	for _, h := range c.in.Helpers {
		if h.Person != person || (h.From != "" && today < h.From) || (h.To != "" && h.To < today) {
			continue
		}
		n := floor(percentOf(h.Percent, weight))
		keep.Sub(keep, n)
		c.give(h.Helper, n, got)
	}
	got[person] = plus(got[person], keep)
}

// shareOut splits a total over pieces.
func (c *computation) shareOut(pieces []*piece, total *big.Int, weight func(*piece) *big.Int) {
	var weights []*big.Rat
	var names []string
	for _, p := range pieces {
		weights, names = append(weights, new(big.Rat).SetInt(weight(p))), append(names, p.lotName())
	}
	for k, share := range c.split(total, weights, names) {
		pieces[k].share = share
	}
}

// limitOwner keeps what is paid on one person's claims within their limits.
func (c *computation) limitOwner(b *equation.Bucket, mine []*claim, pieces []*piece) {
	minor := big.NewInt(c.e.Unit.Step())
	limit := new(big.Int)
	for _, k := range mine {
		if b.AboveOwed != equation.Proportional {
			limit.Add(limit, new(big.Int).Mul(ceil(k.weight, minor), minor))
			continue
		}
		if k.rule.Claim != equation.UntilPaid && k.weight.Sign() > 0 {
			return
		}
		if k.weight.Sign() > 0 {
			limit.Add(limit, k.owed())
		}
	}
	c.cut(pieces, c.toSteps(limit), b.AboveOwed == equation.Proportional)
}

func (k *claim) owed() *big.Int {
	if k.before == nil {
		return k.original
	}
	return new(big.Int).Sub(k.original, k.before)
}

func ceil(a, b *big.Int) *big.Int {
	return new(big.Int).Neg(floor(new(big.Rat).SetFrac(new(big.Int).Neg(a), b)))
}

// cut reduces pieces to a limit; what is cut is surplus or is not paid.
func (c *computation) cut(pieces []*piece, limit *big.Int, surplus bool) {
	total := new(big.Int)
	before := map[*piece]*big.Int{}
	for _, p := range pieces {
		total.Add(total, p.share)
		before[p] = p.share
	}
	if total.Cmp(limit) <= 0 {
		return
	}
	c.shareOut(pieces, limit, func(p *piece) *big.Int { return before[p] })
	for _, p := range pieces {
		if surplus {
			p.surplus = plus(new(big.Int).Set(p.surplus), new(big.Int).Sub(before[p], p.share))
		}
	}
}

// limitReceivers applies the caps per person, to surplus before shares.
func (c *computation) limitReceivers(b *equation.Bucket, pieces []*piece) {
	if b.Cap.PerPerson == "" && b.Cap.PerPersonPerPeriod == "" {
		return
	}
	names := map[string]bool{}
	for _, p := range pieces {
		names[p.receiver] = true
	}
	for name := range names {
		mine := piecesOf(pieces, func(p *piece) bool { return p.receiver == name })
		limit := c.personLimit(b, name)
		c.cut(mine, limit, false)
		room := new(big.Int).Set(limit)
		for _, p := range mine {
			room.Sub(room, p.share)
		}
		for _, p := range mine {
			p.surplus = smaller(p.surplus, room)
			room = new(big.Int).Sub(room, p.surplus)
		}
	}
}

func (c *computation) personLimit(b *equation.Bucket, name string) *big.Int {
	var limit *big.Int
	if b.Cap.PerPerson != "" {
		limit = amount(b.Cap.PerPerson)
	}
	if b.Cap.PerPersonPerPeriod != "" {
		left := amount(b.Cap.PerPersonPerPeriod)
		if person := slices.Index(c.in.Ledger.People, name); person >= 0 {
			today := c.in.AsOf.In(zone(b.Filter)).Format(time.DateOnly)
			left = new(big.Int).Sub(left, c.paidSince(b, periodStart(b.Cap.Period, today), int32(person)))
		}
		if left.Sign() < 0 {
			left = new(big.Int)
		}
		if limit == nil || left.Cmp(limit) < 0 {
			limit = left
		}
	}
	return c.toSteps(limit)
}

// payClaims splits what one person got over that person's claims.
func (c *computation) payClaims(mine []*claim, got *big.Int) {
	minor := big.NewInt(c.e.Unit.Step())
	units := new(big.Int).Quo(got, minor)
	entitled, most := new(big.Int), new(big.Int)
	weights := make([]*big.Rat, len(mine))
	for i, k := range mine {
		weights[i] = new(big.Rat).SetInt(k.weight)
		entitled.Add(entitled, k.weight)
		most.Add(most, ceil(k.weight, minor))
	}
	first := smaller(units, most)
	if new(big.Int).Mul(first, minor).Cmp(entitled) <= 0 {
		for i, n := range largestRemainder(first, weights, inOrder) {
			mine[i].amount = n
		}
	} else {
		c.roundUp(mine, first, minor)
	}
	if above := new(big.Int).Sub(units, first); above.Sign() > 0 {
		for i, n := range largestRemainder(above, roomOf(mine, minor), inOrder) {
			mine[i].amount = new(big.Int).Add(mine[i].amount, n)
		}
	}
	for _, k := range mine {
		k.amount = new(big.Int).Mul(k.amount, minor)
	}
}

// roundUp gives whole entitlements, and one unit more to the largest fractions.
func (c *computation) roundUp(mine []*claim, units, minor *big.Int) {
	left := new(big.Int).Set(units)
	rest := make([]*big.Rat, len(mine))
	for i, k := range mine {
		whole, fraction := new(big.Int).QuoRem(k.weight, minor, new(big.Int))
		k.amount, rest[i] = whole, new(big.Rat).SetInt(fraction)
		left.Sub(left, whole)
	}
	for _, i := range places(rest, inOrder)[:left.Int64()] {
		mine[i].amount = new(big.Int).Add(mine[i].amount, big.NewInt(1))
	}
}

// roomOf weighs claims for what is above the entitlements: those without a
// debt by entitlement, else all by what they are still owed.
func roomOf(mine []*claim, minor *big.Int) []*big.Rat {
	free := false
	for _, k := range mine {
		free = free || k.rule.Claim != equation.UntilPaid && k.weight.Sign() > 0
	}
	room := make([]*big.Rat, len(mine))
	for i, k := range mine {
		room[i] = new(big.Rat)
		switch {
		case free && k.rule.Claim != equation.UntilPaid:
			room[i].SetInt(k.weight)
		case !free:
			left := new(big.Int).Quo(k.owed(), minor)
			room[i].SetInt(left.Sub(left, k.amount))
		}
	}
	return room
}
