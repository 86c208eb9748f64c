package equation

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"commonweal/platform/fault"
)

// BlockRows is the number of contributions that a full block should hold.
const BlockRows = 8192

// A block holds a range of contributions and the dictionary entries that they
// are the first to use, so blocks are read in order:
//
//	"CWL1"                      magic and version
//	uvarint                     index of the first contribution
//	uvarint                     number of contributions
//	9 dictionaries              uvarint start, uvarint n, n × (uvarint length, bytes)
//	ids                         16 bytes each
//	18 columns                  uvarint scale, uvarints (see putColumn)
//	4 bytes                     CRC-32 (IEEE) of all before, little-endian
//
// The bytes follow from the contributions alone: the same on every machine and
// with every version of Go.
const blockMagic = "CWL1"

// EncodeBlock writes contributions from to to (not included) as a block.
func (l *Ledger) EncodeBlock(from, to int) ([]byte, error) {
	if from < 0 || to < from || to > l.Len() {
		return nil, fault.Invalidf("equation.block", "", "contributions %d to %d are not in a ledger of %d", from, to, l.Len())
	}
	b := append(make([]byte, 0, 64*(to-from)+1024), blockMagic...)
	b = binary.AppendUvarint(b, uint64(from))
	b = binary.AppendUvarint(b, uint64(to-from))
	used, after := l.used(0, from), l.used(0, to)
	for d, entries := range l.texts() {
		b = putTexts(b, *entries, used[d], max(after[d], used[d]))
	}
	b = putDeliverables(b, l.Deliverables, used[deliverableDictionary], max(after[deliverableDictionary], used[deliverableDictionary]))
	for _, id := range l.ID[from:to] {
		b = append(b, id[:]...)
	}
	l.columns(func(_ int, get func(int) int64, _ func(int64) bool) bool {
		b = putColumn(b, from, to, get)
		return true
	})
	return sealed(b), nil
}

const deliverableDictionary = 8

// texts returns the dictionaries of texts in the order of a block.
func (l *Ledger) texts() []*[]string {
	return []*[]string{&l.People, &l.Kinds, &l.Streams, &l.Projects, &l.Processes, &l.ProcessTypes, &l.ResourceTypes, &l.Units}
}

// used returns how many entries of each dictionary the contributions need.
func (l *Ledger) used(from, to int) [9]int {
	var n [9]int
	need := func(d, i int) { n[d] = max(n[d], i+1) }
	for i := from; i < to; i++ {
		need(0, int(l.Person[i]))
		need(1, int(l.Kind[i]))
		need(2, int(l.Stream[i]))
		need(3, int(l.Project[i]))
		need(4, int(l.Process[i]))
		need(5, int(l.ProcessType[i]))
		need(6, int(l.ResourceType[i]))
		need(7, int(max(l.Unit[i], l.Currency[i])))
		need(deliverableDictionary, int(l.Deliverable[i]))
	}
	return n
}

func putTexts(b []byte, entries []string, from, to int) []byte {
	b = binary.AppendUvarint(b, uint64(from))
	b = binary.AppendUvarint(b, uint64(to-from))
	for _, e := range entries[from:to] {
		b = binary.AppendUvarint(b, uint64(len(e)))
		b = append(b, e...)
	}
	return b
}

func putDeliverables(b []byte, entries []Deliverable, from, to int) []byte {
	flat := make([]string, 0, 2*(to-from))
	for _, d := range entries[from:to] {
		flat = append(flat, string(d.Kind), d.ID)
	}
	b = binary.AppendUvarint(b, uint64(from))
	return putTexts(b, flat, 0, len(flat))
}

// columns visits the columns after ID in the order of a block: with a way to
// read an entry, and one to append an entry that says whether it is in range.
func (l *Ledger) columns(visit func(n int, get func(i int) int64, put func(v int64) bool) bool) bool {
	n := 0
	next := func(get func(i int) int64, put func(v int64) bool) bool { n++; return visit(n, get, put) }
	int32s := func(c *[]int32, from, to int64) bool {
		return next(func(i int) int64 { return int64((*c)[i]) }, func(v int64) bool { *c = append(*c, int32(v)); return from <= v && v < to })
	}
	int64s := func(c *[]int64, missing bool) bool {
		return next(func(i int) int64 { return (*c)[i] }, func(v int64) bool { *c = append(*c, v); return missing || v != Missing })
	}
	uint8s := func(c *[]uint8, to int) bool {
		return next(func(i int) int64 { return int64((*c)[i]) }, func(v int64) bool { *c = append(*c, uint8(v)); return 0 <= v && v < int64(min(to, 256)) })
	}
	uint16s := func(c *[]uint16, to int) bool {
		return next(func(i int) int64 { return int64((*c)[i]) }, func(v int64) bool { *c = append(*c, uint16(v)); return 0 <= v && v < int64(min(to, 65536)) })
	}
	return int32s(&l.Person, 0, int64(len(l.People))) && uint8s(&l.Kind, len(l.Kinds)) && uint8s(&l.Stream, len(l.Streams)) && uint16s(&l.Flags, 65536) &&
		int32s(&l.Project, 0, int64(len(l.Projects))) && int32s(&l.Process, -1, int64(len(l.Processes))) && int32s(&l.ProcessType, -1, int64(len(l.ProcessTypes))) &&
		int32s(&l.ResourceType, -1, int64(len(l.ResourceTypes))) && int32s(&l.Deliverable, -1, int64(len(l.Deliverables))) && int32s(&l.Day, math.MinInt32, math.MaxInt32+1) &&
		int64s(&l.At, true) && int64s(&l.Quantity, false) && uint16s(&l.Unit, len(l.Units)) && uint16s(&l.Currency, len(l.Units)) && int64s(&l.Rate, true) && int64s(&l.Value, true) &&
		int32s(&l.RatingNum, math.MinInt32+1, math.MaxInt32+1) && int32s(&l.RatingDen, 0, math.MaxInt32+1)
}

// putColumn writes a column: its scale, the largest power of ten up to 10^6
// that divides every entry, then each entry as the difference to the one
// before, in scales: 0 for Missing, else zigzag + 1; the two largest zigzags
// follow an escape.
func putColumn(b []byte, from, to int, get func(int) int64) []byte {
	scale := int64(1_000_000)
	for i := from; i < to && scale > 1; i++ {
		for v := get(i); v != Missing && v%scale != 0; {
			scale /= 10
		}
	}
	b = binary.AppendUvarint(b, uint64(scale))
	last := int64(0)
	for i := from; i < to; i++ {
		v := get(i)
		if v == Missing {
			b = append(b, 0)
			continue
		}
		v /= scale
		delta := v - last // may wrap; the reader wraps back
		last = v
		zigzag := uint64(delta<<1) ^ uint64(delta>>63)
		if zigzag >= math.MaxUint64-1 {
			b = binary.AppendUvarint(b, math.MaxUint64)
			b = binary.AppendUvarint(b, zigzag)
			continue
		}
		b = binary.AppendUvarint(b, zigzag+1)
	}
	return b
}

// sealed appends the checksum of a block.
func sealed(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}
