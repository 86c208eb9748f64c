package clearing

import "hash/maphash"

// Twice says that the name at Again was at First already.
type Twice struct{ First, Again int }

// Repeated lists the obligations whose id an earlier one has, in order.
func (p *Problem) Repeated() []Twice {
	return repeated(len(p.Obligations), func(i int32) string { return p.Obligations[i].ID })
}

// repeated finds names that were there already, in a table of 32-bit places:
// eight bytes a name, where a map would take fifty.
func repeated(n int, name func(int32) string) (out []Twice) {
	size := 16
	for size < 2*n {
		size *= 2
	}
	table, seed := make([]int32, size), maphash.MakeSeed() // places count from 1
	for i := range int32(n) {
		s := name(i)
		at := int(maphash.String(seed, s)) & (size - 1)
		for table[at] != 0 && name(table[at]-1) != s {
			at = (at + 1) & (size - 1)
		}
		if table[at] != 0 {
			out = append(out, Twice{int(table[at] - 1), int(i)})
			continue
		}
		table[at] = i + 1
	}
	return out
}
