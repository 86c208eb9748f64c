package quantity

// places ranks receivers for the units left over: each receiver's place is a
// string of bytes, and the smaller string comes first.
type places interface {
	width() int          // bytes in a place
	digit(i, d int) byte // byte d of receiver i's place, 0 the most significant
}

// firstPlaces returns the n receivers (of count) with the smallest places, in
// no particular order; false when equal places straddle the end. It is a
// radix selection: linear in count, whatever the places hold, so no choice of
// weights can make it slow.
func firstPlaces(count, n int, p places) ([]int32, bool) {
	if n == 0 {
		return nil, true
	}
	won := make([]int32, 0, n)
	open := make([]int32, count)
	for i := range open {
		open[i] = int32(i)
	}
	for d := 0; d < p.width(); d++ {
		if len(won)+len(open) == n {
			return append(won, open...), true
		}
		won, open = narrow(won, open, n, d, p)
	}
	return append(won, open...), len(won)+len(open) == n
}

// narrow looks at digit d of the open receivers: those surely among the first
// n join won, those surely not leave, those with the deciding digit stay open.
func narrow(won, open []int32, n, d int, p places) (nowWon, stillOpen []int32) {
	var histogram [256]int
	for _, i := range open {
		histogram[p.digit(int(i), d)]++
	}
	deciding, need := 0, n-len(won)
	for need > histogram[deciding] {
		need -= histogram[deciding]
		deciding++
	}
	if histogram[deciding] == len(open) {
		return won, open
	}
	stillOpen = open[:0]
	for _, i := range open {
		switch v := int(p.digit(int(i), d)); {
		case v < deciding:
			won = append(won, i)
		case v == deciding:
			stillOpen = append(stillOpen, i)
		}
	}
	return won, stillOpen
}

// widePlace ranks by larger remainder, then smaller tie key.
type widePlace struct {
	remainders []wide
	ties       []TieKey
	bytes      int // bytes that the largest remainder needs
}

func (p widePlace) width() int { return p.bytes + len(TieKey{}) }

func (p widePlace) digit(i, d int) byte {
	if d >= p.bytes {
		return p.ties[i][d-p.bytes]
	}
	shift := uint(8 * (p.bytes - 1 - d))
	if shift >= 64 {
		return ^byte(p.remainders[i].hi >> (shift - 64))
	}
	return ^byte(p.remainders[i].lo >> shift)
}

// bigPlace is widePlace for remainders of any size, laid end to end as
// big-endian bytes.
type bigPlace struct {
	remainders []byte
	ties       []TieKey
	bytes      int
}

func (p bigPlace) width() int { return p.bytes + len(TieKey{}) }

func (p bigPlace) digit(i, d int) byte {
	if d >= p.bytes {
		return p.ties[i][d-p.bytes]
	}
	return ^p.remainders[i*p.bytes+d]
}
