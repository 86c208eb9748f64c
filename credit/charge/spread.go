package charge

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"commonweal/quantity"
)

// part is somebody who shares: by which weight, and at most how many steps.
type part struct {
	account string
	weight  int64
	most    int64
}

// spread shares a number of steps. Those who can bear least for their weight
// come first: as long as one of them cannot bear more than the exact share of
// what is left, that one bears all it can. Everybody after that can bear more than
// the exact share, hence at least the next whole step, and largest remainder never
// asks for more.
func (l Loss) spread(steps int64) ([]Share, error) {
	parts, weights := l.parts()
	var out []Share
	left := steps
	for len(parts) > 0 && parts[0].cut(left, weights) {
		p := parts[0]
		out = append(out, Share{p.account, Micros(p.most) * l.Step})
		left -= p.most
		weights.Sub(weights, big.NewInt(p.weight))
		parts = parts[1:]
	}
	rest, err := l.apportion(left, parts)
	out = append(out, rest...)
	slices.SortFunc(out, func(a, b Share) int { return strings.Compare(a.Account, b.Account) })
	return out, err
}

// parts are those who share, the least able for their weight first, and the sum of all weights.
func (l Loss) parts() (list []part, weights *big.Int) {
	weights = new(big.Int)
	for _, b := range l.Bearers {
		p := part{b.Account, int64(l.Rule.weight(b)), int64(down(b.Spendable, l.Step) / l.Step)}
		if p.weight > 0 && p.most > 0 {
			list = append(list, p)
			weights.Add(weights, big.NewInt(p.weight))
		}
	}
	slices.SortFunc(list, func(a, b part) int {
		return cmp.Or(compareProducts(a.most, b.weight, b.most, a.weight), strings.Compare(a.account, b.account))
	})
	return list, weights
}

// cut reports whether the exact share of what is left is all that one can bear, or more.
func (p part) cut(left int64, weights *big.Int) bool {
	can := new(big.Int).Mul(big.NewInt(p.most), weights)
	share := new(big.Int).Mul(big.NewInt(left), big.NewInt(p.weight))
	return can.Cmp(share) <= 0
}

// apportion shares steps by largest remainder; with nobody left nothing is shared.
func (l Loss) apportion(steps int64, parts []part) ([]Share, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	weights := make([]int64, len(parts))
	ties := make([]quantity.TieKey, len(parts))
	for i, p := range parts {
		weights[i], ties[i] = p.weight, quantity.TieKeyFor(l.ID, p.account)
	}
	shares, err := quantity.ApportionInt64(steps, weights, ties)
	if err != nil {
		return nil, err
	}
	var out []Share
	for i, n := range shares {
		if n > 0 {
			out = append(out, Share{parts[i].account, Micros(n) * l.Step})
		}
	}
	return out, nil
}

// compareProducts compares a × b with c × d, all zero or more, through 128 bits.
func compareProducts(a, b, c, d int64) int {
	high, low := bits.Mul64(uint64(a), uint64(b))
	otherHigh, otherLow := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(high, otherHigh), cmp.Compare(low, otherLow))
}
