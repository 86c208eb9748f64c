package shapley

import (
	"math/big"
	"math/bits"

	"commonweal/platform/fault"
)

// The number of players that a game may have.
const (
	MaxExact   = 12 // 4,096 groups: beyond, orders are drawn
	MaxPlayers = 32
)

// Coalition is a group of players: bit i is set when player i belongs to it.
type Coalition uint32

// everybody is the coalition of the first n players.
func everybody(n int) Coalition { return Coalition(uint64(1)<<n - 1) }

// Exact returns the value of each of n players, by the definition: the sum,
// over all groups S without the player, of |S|! (n-|S|-1)! / n! times what the
// player adds to S. worth is called once for each group, and may be any
// function with a worth of zero for the empty group, also one by which somebody
// takes away from what others do.
//
// It refuses no players, more than MaxExact, and an empty group with a worth.
func Exact(n int, worth func(Coalition) int64) ([]*big.Rat, error) {
	if n < 1 || n > MaxExact {
		return nil, fault.Invalidf("shapley.players", "players", "%d players cannot be computed exactly; it is 1 to %d", n, MaxExact)
	}
	worths := make([]int64, everybody(n)+1)
	for s := range worths {
		worths[s] = worth(Coalition(s))
	}
	if worths[0] != 0 {
		return nil, fault.Invalidf("shapley.empty_group", "worth", "the worth of nobody is %d; it is zero", worths[0])
	}
	// By size of the group that is joined: sums fit whole numbers of any length.
	bySize := make([][]*big.Int, n)
	for i := range bySize {
		bySize[i] = added(i, n, worths)
	}
	weights, orders := joining(n)
	values := make([]*big.Rat, n)
	for i, sums := range bySize {
		total := new(big.Int)
		for size, sum := range sums {
			total.Add(total, sum.Mul(sum, weights[size]))
		}
		values[i] = new(big.Rat).SetFrac(total, orders)
	}
	return values, nil
}

// added sums up what player i adds to the groups without i, by their size.
func added(i, n int, worths []int64) []*big.Int {
	sums := make([]*big.Int, n)
	for size := range sums {
		sums[size] = new(big.Int)
	}
	me := 1 << i
	for s := range worths {
		if s&me == 0 {
			sum := sums[bits.OnesCount(uint(s))]
			sum.Add(sum, big.NewInt(worths[s|me]))
			sum.Sub(sum, big.NewInt(worths[s]))
		}
	}
	return sums
}

// joining returns, by the size of a group, in how many orders of n players
// exactly this group is there when a given player comes, and the number of all
// orders.
func joining(n int) (weights []*big.Int, orders *big.Int) {
	factorial := []*big.Int{big.NewInt(1)}
	for k := int64(1); k <= int64(n); k++ {
		factorial = append(factorial, new(big.Int).Mul(factorial[k-1], big.NewInt(k)))
	}
	for size := range n {
		weights = append(weights, new(big.Int).Mul(factorial[size], factorial[n-size-1]))
	}
	return weights, factorial[n]
}
