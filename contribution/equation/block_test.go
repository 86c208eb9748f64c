package equation

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// blocks encodes a ledger in blocks of n contributions.
func blocks(t testing.TB, l *Ledger, n int) [][]byte {
	t.Helper()
	var out [][]byte
	for from := 0; from < l.Len(); from += n {
		b, err := l.EncodeBlock(from, min(from+n, l.Len()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func decoded(t testing.TB, list [][]byte) *Ledger {
	t.Helper()
	l := &Ledger{}
	for _, b := range list {
		if err := l.DecodeBlock(b); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func anyContribution(t *rapid.T, n int) Contribution {
	micros := func(label string) int64 {
		return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-5_000_000, 5_000_000), rapid.SampledFrom([]int64{Missing, math.MaxInt64, math.MinInt64 + 1, 0})).Draw(t, label)
	}
	word := func(label string) string {
		return rapid.SampledFrom([]string{"a", "b", "ü", "long name"}).Draw(t, label)
	}
	c := Contribution{ID: id(n), Person: word("person"), Kind: word("kind"), Project: word("project"), Process: word("process")[1:], Unit: word("unit"), Currency: "EUR",
		ProcessType: word("process type")[1:], ResourceType: word("resource type"), Day: rapid.Int32().Draw(t, "day"), At: micros("at"), Quantity: micros("quantity"), Rate: micros("rate"), Value: micros("value"),
		RatingNum: rapid.Int32Range(math.MinInt32+1, math.MaxInt32).Draw(t, "num"), RatingDen: rapid.Int32Range(0, math.MaxInt32).Draw(t, "den"), Flags: rapid.Uint16().Draw(t, "flags")}
	c.Process, c.ProcessType = fmt.Sprintf("%x", c.Process), fmt.Sprintf("%x", c.ProcessType)
	if c.Quantity == Missing {
		c.Quantity = 0
	}
	if rapid.Bool().Draw(t, "delivered") {
		c.Deliverable = Deliverable{Shipment, word("shipment")}
	}
	return c
}

func TestInvariant12BlocksBringTheLedgerBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &Ledger{}
		for n := range rapid.IntRange(0, 20).Draw(t, "contributions") {
			if _, err := l.Append(anyContribution(t, n)); err != nil {
				t.Fatal(err)
			}
		}
		size := rapid.IntRange(1, 7).Draw(t, "block")
		var list [][]byte
		for from := 0; from < l.Len(); from += size {
			b, err := l.EncodeBlock(from, min(from+size, l.Len()))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, b)
		}
		back := &Ledger{}
		for _, b := range list {
			if err := back.DecodeBlock(b); err != nil {
				t.Fatal(err)
			}
		}
		l.index = nil
		if l.Len() > 0 && !reflect.DeepEqual(l, back) {
			t.Fatalf("%+v came back as %+v", l, back)
		}
		if err := back.Check(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBlocksAreReadInOrderAndWhole(t *testing.T) {
	list := blocks(t, village(100), 40)
	l := decoded(t, list[:1])
	for name, b := range map[string][]byte{"again": list[0], "skipped": list[2], "cut": list[1][:len(list[1])-1], "empty": nil} {
		before := l.Len()
		if err := l.DecodeBlock(b); fault.CodeOf(err) != "equation.block" || l.Len() != before {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range list[1] {
		bad := bytes.Clone(list[1])
		bad[i] ^= 0x10
		if err := l.DecodeBlock(bad); err == nil {
			t.Fatalf("byte %d changed, and nobody noticed", i)
		}
	}
	if err := l.DecodeBlock(list[1]); err != nil {
		t.Errorf("after refusals the right block still follows: %v", err)
	}
}

func FuzzDecodeBlock(f *testing.F) {
	for _, b := range blocks(f, village(50), 25) {
		f.Add(b[:len(b)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := &Ledger{}
		if l.DecodeBlock(sealed(b)) != nil {
			return
		}
		if err := l.Check(); err != nil {
			t.Fatalf("a ledger that does not hold together was accepted: %v", err)
		}
		again, err := l.EncodeBlock(0, l.Len())
		if err != nil {
			t.Fatal(err)
		}
		twice := &Ledger{}
		if err := twice.DecodeBlock(again); err != nil || twice.Len() != l.Len() {
			t.Fatalf("it does not come back: %v", err)
		}
	})
}

func FuzzDecodePayments(f *testing.F) {
	r := mustRun(f, villageEquation("10", "50"), Input{Distribution: "d", Pot: cents(100_000), AsOf: noon, Ledger: village(60)})
	p, err := r.Payments()
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range p.Encode() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePayments(b)
		if err != nil {
			return
		}
		for _, again := range p.Encode() {
			if q, err := DecodePayments(again); err != nil || !reflect.DeepEqual(p, q) && len(p.Rule) <= paymentsBlock {
				t.Fatalf("%+v came back as %+v: %v", p, q, err)
			}
		}
	})
}

func TestPaymentsComeBack(t *testing.T) {
	r := mustRun(t, villageEquation("10", "50"), Input{Distribution: "d", Pot: cents(100_000_000), AsOf: noon, Ledger: village(3000)})
	p, err := r.Payments()
	if err != nil {
		t.Fatal(err)
	}
	list := p.Encode()
	if len(list) != 1 {
		t.Fatalf("%d blocks", len(list))
	}
	if back, err := DecodePayments(list[0]); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("the payments changed on the way: %v", err)
	}
}

func BenchmarkBlocks(b *testing.B) {
	l := village(1_000_000)
	list := blocks(b, l, BlockRows)
	size := 0
	for _, block := range list {
		size += len(block)
	}
	b.Run("decode/1000000", func(b *testing.B) {
		for b.Loop() {
			decoded(b, list)
		}
		b.ReportMetric(float64(size)/float64(l.Len()), "bytes/contribution")
	})
	b.Run("encode/8192", func(b *testing.B) {
		for b.Loop() {
			if _, err := l.EncodeBlock(0, BlockRows); err != nil {
				b.Fatal(err)
			}
		}
	})
}
