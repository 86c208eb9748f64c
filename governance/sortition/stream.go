package sortition

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"slices"

	"commonweal/quantity"
)

// stream is random numbers from a seed: SHA-256 of the seed, a zero byte, the word
// draw, a zero byte and a counter of eight bytes, again and again.
type stream struct {
	seed string
	n    uint64
	rest []byte
}

// below is a number from 0 to below n, each as likely: as many bits as n has,
// drawn again while they make too much.
func (s *stream) below(n *big.Int) *big.Int {
	bits := n.BitLen()
	for {
		b := s.bytes((bits + 7) / 8)
		if extra := len(b)*8 - bits; extra > 0 {
			b[0] &= 0xff >> extra
		}
		if v := new(big.Int).SetBytes(b); v.Cmp(n) < 0 {
			return v
		}
	}
}

func (s *stream) bytes(n int) []byte {
	for len(s.rest) < n {
		s.rest = append(s.rest, s.block()...)
	}
	out := slices.Clone(s.rest[:n])
	s.rest = s.rest[n:]
	return out
}

// block is the next hash.
func (s *stream) block() []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.seed+"\x00draw\x00"), s.n))
	s.n++
	return sum[:]
}

// index is a number from 0 to below n, each as likely; n is small. Numbers of 32
// bits that would make some more likely than others are drawn again.
func (s *stream) index(n int) int {
	most := (1 << 32) / uint64(n) * uint64(n)
	for {
		if len(s.rest) < 4 {
			s.rest = s.block()
		}
		v := uint64(binary.BigEndian.Uint32(s.rest))
		s.rest = s.rest[4:]
		if v < most {
			return int(v % uint64(n))
		}
	}
}

// byLot orders ids by their lots (quantity.TieKeyFor), the smallest first.
func byLot(seed string, ids []string) []string {
	keys := make(map[string]quantity.TieKey, len(ids))
	for _, id := range ids {
		keys[id] = quantity.TieKeyFor(seed, id)
	}
	out := slices.Clone(ids)
	slices.SortFunc(out, func(a, b string) int {
		x, y := keys[a], keys[b]
		return bytes.Compare(x[:], y[:])
	})
	return out
}
