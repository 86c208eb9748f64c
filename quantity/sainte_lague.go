package quantity

import (
	"bytes"
	"container/heap"
)

// sainteLague is a heap of receivers by the rank of a unit: the next one to be
// given when giving, the last one that was given when taking back.
type sainteLague struct {
	weights []int64
	ties    []TieKey
	shares  []int64

	open   []int // receivers in the heap
	taking bool
}

// settle gives out so many units in their order, or takes back when negative.
func (q *sainteLague) settle(units int64) {
	q.taking = units < 0
	for i, w := range q.weights {
		if w > 0 && (!q.taking || q.shares[i] > 0) {
			q.open = append(q.open, i)
		}
	}
	heap.Init(q)
	for ; units > 0; units-- {
		q.shares[q.open[0]]++
		heap.Fix(q, 0)
	}
	for ; units < 0; units++ {
		first := q.open[0]
		if q.shares[first]--; q.shares[first] == 0 {
			heap.Pop(q)
		} else {
			heap.Fix(q, 0)
		}
	}
}

// before reports whether i's unit goes out before j's: w_i / (2s_i + 1) is
// larger, compared crosswise in 128 bits, or equal and i's lot smaller.
func (q *sainteLague) before(i, j int) bool {
	left := mulWide(uint64(q.weights[i]), q.divisor(j))
	right := mulWide(uint64(q.weights[j]), q.divisor(i))
	if c := left.compare(right); c != 0 {
		return c > 0
	}
	return bytes.Compare(q.ties[i][:], q.ties[j][:]) < 0
}

// divisor returns 2s + 1 for the unit in question.
func (q *sainteLague) divisor(i int) uint64 {
	s := uint64(q.shares[i])
	if q.taking {
		s--
	}
	return 2*s + 1
}

// Len, Less, Swap, Push and Pop make it a heap.Interface.
func (q *sainteLague) Len() int { return len(q.open) }

func (q *sainteLague) Less(a, b int) bool {
	i, j := q.open[a], q.open[b]
	if q.taking {
		i, j = j, i
	}
	return q.before(i, j)
}

func (q *sainteLague) Swap(a, b int) { q.open[a], q.open[b] = q.open[b], q.open[a] }

func (q *sainteLague) Push(x any) { q.open = append(q.open, x.(int)) }

func (q *sainteLague) Pop() any {
	last := q.open[len(q.open)-1]
	q.open = q.open[:len(q.open)-1]
	return last
}
