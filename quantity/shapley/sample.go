package shapley

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Sampling says how orders are drawn for a game of more than MaxExact players.
type Sampling struct {
	Seed string // of the lots; fix it before anybody knows the worths
	// Orders is how many are drawn, MinOrders to MaxOrders; 0 is DefaultOrders.
	Orders int
}

// How many orders may be drawn. A hundred times as many make the error ten
// times smaller.
const (
	MinOrders     = 100
	DefaultOrders = 20_000
	MaxOrders     = 200_000
)

// Estimate is the mean of what each player brings over the orders drawn.
type Estimate struct {
	Values []*big.Rat
	Orders int // 0: all there are, and the values are exact
	// Error bounds the distance of every one of the values from the exact ones,
	// with a probability of at least 95 percent; nil when they are exact.
	Error *big.Rat
}

// Sample draws orders of the players and returns the mean of what each adds
// when it is their turn. In order k the players come by their lots, the smaller
// key of quantity.TieKeyFor(seed + "/" + k, player) first, k from 1. Gain bounds
// what a player can add or take away at once; for a game in which more people
// are never worth less it is the worth of everybody.
//
// It refuses more than MaxPlayers, names that are not unique, and a number of
// orders out of range.
func Sample(players []string, worth func(Coalition) int64, gain int64, by Sampling) (Estimate, error) {
	if by.Orders == 0 {
		by.Orders = DefaultOrders
	}
	if err := checkSample(players, by); err != nil {
		return Estimate{}, err
	}
	sums := make([]*big.Int, len(players))
	for i := range sums {
		sums[i] = new(big.Int)
	}
	lots, order := make([]quantity.TieKey, len(players)), make([]int, len(players))
	for k := 1; k <= by.Orders; k++ {
		name := by.Seed + "/" + strconv.Itoa(k)
		for i, p := range players {
			lots[i], order[i] = quantity.TieKeyFor(name, p), i
		}
		slices.SortFunc(order, func(a, b int) int { return slices.Compare(lots[a][:], lots[b][:]) })
		there, before := Coalition(0), int64(0)
		for _, i := range order {
			there |= 1 << i
			after := worth(there)
			sums[i].Add(sums[i], big.NewInt(after))
			sums[i].Sub(sums[i], big.NewInt(before))
			before = after
		}
	}
	e := Estimate{Orders: by.Orders, Error: hoeffding(gain, by.Orders)}
	for _, sum := range sums {
		e.Values = append(e.Values, new(big.Rat).SetFrac(sum, big.NewInt(int64(by.Orders))))
	}
	return e, nil
}

func checkSample(players []string, by Sampling) error {
	if n := len(players); n < 1 || n > MaxPlayers {
		return fault.Invalidf("shapley.players", "players", "there are %d players; it is 1 to %d", n, MaxPlayers)
	}
	if by.Orders < MinOrders || by.Orders > MaxOrders {
		return fault.Invalidf("shapley.orders", "orders", "%d orders cannot be drawn; it is %d to %d", by.Orders, MinOrders, MaxOrders)
	}
	for i, p := range players {
		if slices.Contains(players[:i], p) {
			return fault.Invalidf("shapley.twice", "players", "%q plays twice; everybody plays once", clip(p))
		}
	}
	return nil
}

// hoeffding returns the error that the mean of m draws, each in a range as wide
// as gain, passes with a probability of at most 5 percent for any of up to
// MaxPlayers players: gain · √(ln(2·32/0.05) / 2m), rounded up to a whole unit.
func hoeffding(gain int64, m int) *big.Rat {
	const logarithm, hundredths = 716, 100 // ln 1280 = 7.1546…
	square := new(big.Int).Mul(big.NewInt(gain), big.NewInt(gain))
	square.Mul(square, big.NewInt(logarithm))
	square.Quo(square, big.NewInt(2*hundredths*int64(m)))
	return new(big.Rat).SetInt(square.Add(square.Sqrt(square), big.NewInt(1)))
}

// clip keeps an error message short when the value is not.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
