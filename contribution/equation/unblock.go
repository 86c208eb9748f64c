package equation

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"unicode/utf8"
)

// DecodeBlock appends the contributions of a block. It refuses a block that is
// damaged, out of order, or points outside the dictionaries, and then leaves
// the ledger as it was.
func (l *Ledger) DecodeBlock(block []byte) error {
	n := len(block) - crc32.Size
	if n < len(blockMagic) || string(block[:len(blockMagic)]) != blockMagic || binary.LittleEndian.Uint32(block[n:]) != crc32.ChecksumIEEE(block[:n]) {
		return badBlock("its checksum does not match")
	}
	grown := *l
	r := &columnReader{b: block[len(blockMagic):n]}
	if err := r.read(&grown); err != nil {
		return err
	}
	grown.index = nil
	*l = grown
	return nil
}

// columnReader takes a block apart; bad stays true after the first mistake.
type columnReader struct {
	b   []byte
	bad bool
}

func (r *columnReader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 { // most of them
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads a number of things that take at least size bytes each.
func (r *columnReader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.b)/size) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *columnReader) texts() []string {
	n := r.count(1)
	out := make([]string, 0, n)
	for range n {
		size := r.count(1)
		text := string(r.b[:size])
		r.b = r.b[size:]
		r.bad = r.bad || !utf8.ValidString(text)
		out = append(out, text)
	}
	return out
}

func (r *columnReader) read(l *Ledger) error {
	if from := r.uvarint(); from != uint64(l.Len()) {
		return badBlock("it does not follow the contributions before it")
	}
	rows := r.count(len(ID{}))
	for _, entries := range l.texts() {
		start := r.uvarint()
		added := r.texts()
		if r.bad || start != uint64(len(*entries)) {
			return badBlock("its dictionaries do not follow those before it")
		}
		*entries = append(*entries, added...)
	}
	if err := r.deliverables(l); err != nil {
		return err
	}
	if rows > len(r.b)/len(ID{}) {
		return badBlock("it is too short")
	}
	for range rows {
		l.ID = append(l.ID, ID(r.b[:len(ID{})]))
		r.b = r.b[len(ID{}):]
	}
	if !l.columns(func(_ int, _ func(int) int64, put func(int64) bool) bool { return r.column(rows, put) }) {
		return badBlock("a figure is outside its range or its dictionary")
	}
	if r.bad || len(r.b) > 0 {
		return badBlock("its length is wrong")
	}
	return nil
}

func (r *columnReader) deliverables(l *Ledger) error {
	first := r.uvarint()
	start := r.uvarint()
	flat := r.texts()
	if r.bad || start != 0 || first != uint64(len(l.Deliverables)) || len(flat)%2 != 0 {
		return badBlock("its deliverables do not follow those before it")
	}
	for i := 0; i < len(flat); i += 2 {
		l.Deliverables = append(l.Deliverables, Deliverable{DeliverableKind(flat[i]), flat[i+1]})
	}
	return nil
}

func (r *columnReader) column(rows int, put func(int64) bool) bool {
	scale := r.uvarint()
	if scale == 0 || scale > 1_000_000 {
		return false
	}
	last := int64(0)
	for range rows {
		u := r.uvarint()
		if u == 0 {
			if r.bad || !put(Missing) {
				return false
			}
			continue
		}
		zigzag := u - 1
		if u == math.MaxUint64 {
			zigzag = r.uvarint()
		}
		last += int64(zigzag>>1) ^ -int64(zigzag&1)
		v := last * int64(scale)
		if v/int64(scale) != last || v == Missing || !put(v) {
			return false
		}
	}
	return !r.bad
}
