package equation

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"

	"commonweal/platform/fault"
)

// Prefix returns the first n contributions as a ledger of its own. Appending
// to the longer one does not change it; the columns that a caller means to
// change must be copied first.
func (l *Ledger) Prefix(n int) *Ledger {
	return &Ledger{
		People: l.People, Kinds: l.Kinds, Streams: l.Streams, Projects: l.Projects, Processes: l.Processes, ProcessTypes: l.ProcessTypes,
		ResourceTypes: l.ResourceTypes, Deliverables: l.Deliverables, Units: l.Units,
		ID: l.ID[:n:n], Person: l.Person[:n:n], Kind: l.Kind[:n:n], Stream: l.Stream[:n:n], Flags: l.Flags[:n:n], Project: l.Project[:n:n],
		Process: l.Process[:n:n], ProcessType: l.ProcessType[:n:n], ResourceType: l.ResourceType[:n:n], Deliverable: l.Deliverable[:n:n],
		Day: l.Day[:n:n], At: l.At[:n:n], Quantity: l.Quantity[:n:n], Unit: l.Unit[:n:n], Currency: l.Currency[:n:n], Rate: l.Rate[:n:n],
		Value: l.Value[:n:n], RatingNum: l.RatingNum[:n:n], RatingDen: l.RatingDen[:n:n],
	}
}

// Pay enters one line of a past distribution that was stored.
func (h *History) Pay(bucket string, person, day int32, amount int64) {
	at := -1
	for i, b := range h.Buckets {
		if b == bucket {
			at = i
		}
	}
	if at < 0 {
		at, h.Buckets = len(h.Buckets), append(h.Buckets, bucket)
	}
	h.Bucket, h.Person, h.Day, h.Amount = append(h.Bucket, uint16(at)), append(h.Person, person), append(h.Day, day), append(h.Amount, amount)
}

// paymentsFormat is the first byte of a block of payments.
const paymentsFormat = 1

// paymentsBlock is how many claims a block holds.
const paymentsBlock = 1 << 16

// Encode returns the payments as blocks to be stored, of at most 65,536 claims
// each: varints, compressed. The same payments give the same bytes.
func (p *Payments) Encode() [][]byte {
	var blocks [][]byte
	for lo := 0; lo < len(p.Rule); lo += paymentsBlock {
		hi := min(lo+paymentsBlock, len(p.Rule))
		raw := binary.AppendUvarint(nil, uint64(len(p.Rules)))
		for _, r := range p.Rules {
			raw = append(binary.AppendUvarint(raw, uint64(len(r))), r...)
		}
		raw = binary.AppendUvarint(raw, uint64(hi-lo))
		last := int64(0)
		for i := lo; i < hi; i++ {
			raw = p.appendClaim(raw, i, last)
			last = int64(p.Contribution[i])
		}
		blocks = append(blocks, deflate(paymentsFormat, raw))
	}
	return blocks
}

// appendClaim writes one claim; contributions follow each other closely, so
// their difference is written.
func (p *Payments) appendClaim(raw []byte, i int, last int64) []byte {
	var flags uint64
	if p.Created[i] {
		flags |= 1
	}
	if p.Closes[i] {
		flags |= 2
	}
	raw = binary.AppendUvarint(raw, flags)
	raw = binary.AppendUvarint(raw, uint64(p.Bucket[i]))
	raw = binary.AppendUvarint(raw, uint64(p.Rule[i]))
	raw = binary.AppendVarint(raw, int64(p.Contribution[i])-last)
	raw = binary.AppendVarint(raw, p.Original[i])
	raw = binary.AppendVarint(raw, p.Entitled[i])
	return binary.AppendVarint(raw, p.Amount[i])
}

// deflate compresses a block behind its format byte.
func deflate(format byte, raw []byte) []byte {
	var b bytes.Buffer
	b.WriteByte(format)
	w, _ := flate.NewWriter(&b, flate.BestSpeed) // the level is known to be valid
	w.Write(raw)                                 // a Buffer takes everything
	w.Close()
	return b.Bytes()
}

// maxBlock bounds what a block may unpack to: no block of ours comes near.
const maxBlock = 64 << 20

// DecodePayments reads one block of Encode. It refuses anything else.
func DecodePayments(block []byte) (*Payments, error) {
	if len(block) == 0 || block[0] != paymentsFormat {
		return nil, badBlock("its first byte is not that of a block of payments")
	}
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(block[1:])), maxBlock+1))
	if err != nil || len(raw) > maxBlock {
		return nil, badBlock("it does not unpack")
	}
	d := blockReader{raw: raw}
	p := &Payments{}
	for n := d.count(1); n > 0; n-- {
		p.Rules = append(p.Rules, string(d.bytes(d.count(1))))
	}
	last := int64(0)
	for n := d.count(7); n > 0 && !d.bad; n-- {
		last = d.claim(p, last)
	}
	if d.bad || len(d.raw) > 0 {
		return nil, badBlock("it ends too early, or too late, or names what it does not hold")
	}
	return p, nil
}

// claim reads one claim and returns its contribution.
func (d *blockReader) claim(p *Payments, last int64) int64 {
	flags, bucket, rule := d.unsigned(), d.unsigned(), d.unsigned()
	contribution := last + d.signed()
	if rule >= uint64(len(p.Rules)) || bucket > 1<<16-1 || contribution < 0 || contribution > 1<<31-1 {
		d.bad = true
	}
	p.Created, p.Closes = append(p.Created, flags&1 != 0), append(p.Closes, flags&2 != 0)
	p.Bucket, p.Rule = append(p.Bucket, uint16(bucket)), append(p.Rule, uint16(rule))
	p.Contribution = append(p.Contribution, int32(contribution))
	p.Original, p.Entitled, p.Amount = append(p.Original, d.signed()), append(p.Entitled, d.signed()), append(p.Amount, d.signed())
	return contribution
}

// blockReader reads what a block unpacked to; bad means it did not hold what was asked.
type blockReader struct {
	raw []byte
	bad bool
}

func (d *blockReader) unsigned() uint64 {
	v, n := binary.Uvarint(d.raw)
	return d.took(n, v)
}

func (d *blockReader) signed() int64 {
	v, n := binary.Varint(d.raw)
	d.took(n, 0)
	return v
}

func (d *blockReader) took(n int, v uint64) uint64 {
	if n <= 0 {
		d.bad, d.raw = true, nil
		return 0
	}
	d.raw = d.raw[n:]
	return v
}

// count reads the number of items that take at least size bytes each.
func (d *blockReader) count(size uint64) int {
	n := d.unsigned()
	if n > uint64(len(d.raw))/size {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *blockReader) bytes(n int) []byte {
	if n > len(d.raw) {
		d.bad = true
		return nil
	}
	b := d.raw[:n]
	d.raw = d.raw[n:]
	return b
}

func badBlock(why string) error {
	return fault.Invalidf("equation.block", "", "this is not a stored block: %s", why)
}
