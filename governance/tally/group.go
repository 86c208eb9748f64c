package tally

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// grouped merges ballots that say the same, in the order in which they first
// come. The table holds places only; its hash has a seed of its own each time,
// so that nobody can write ballots that collide.
func grouped(ballots []Ballot) []Ballot {
	size := 16
	for size < 2*len(ballots) {
		size *= 2
	}
	var (
		seed  = maphash.MakeSeed()
		table = make([]int32, size) // place in out, plus one
		out   = make([]Ballot, 0, len(ballots))
		key   []byte
	)
	for _, b := range ballots {
		key = b.appendKey(key[:0])
		at := int(maphash.Bytes(seed, key)) & (size - 1)
		for table[at] != 0 && !out[table[at]-1].alike(b) {
			at = (at + 1) & (size - 1)
		}
		if table[at] == 0 {
			out = append(out, b)
			table[at] = int32(len(out))
			continue
		}
		same := &out[table[at]-1]
		same.Voters += b.Voters
		same.Votes += b.Votes
	}
	return out
}

func (b Ballot) appendKey(key []byte) []byte {
	key = binary.LittleEndian.AppendUint64(key, b.Classes)
	if b.Spoiled {
		key = append(key, 1)
	}
	for _, m := range b.Marks {
		key = binary.LittleEndian.AppendUint16(key, uint16(m))
	}
	return key
}

// alike reports whether two ballots say the same.
func (b Ballot) alike(o Ballot) bool {
	return b.Classes == o.Classes && b.Spoiled == o.Spoiled && slices.Equal(b.Marks, o.Marks)
}
