package relay

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func keyOf(name string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte((name + strings.Repeat(".", 32))[:32]))
}

func publicOf(name string) string { return KeyText(keyOf(name).Public().(ed25519.PublicKey)) }

func refused(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("it ended with %v, want the refusal %s", err, code)
	}
}

// Three hours of a village are worth two of a town: five of the town cost seven
// and a half, and what does not come out even is rounded up.
func TestRateIsAFraction(t *testing.T) {
	r := Rate{Ours: 3, Theirs: 2}
	for theirs, want := range map[int64]int64{5_000_000: 7_500_000, 1: 2, 2: 3} {
		if got, err := r.Cost(theirs); err != nil || got != want {
			t.Errorf("%d of theirs cost %d (%v), want %d", theirs, got, err, want)
		}
	}
	if !r.Same(Rate{Ours: 6, Theirs: 4}) || r.Same(Rate{Ours: 1, Theirs: 2}) || r.Same(r.Turned()) {
		t.Error("a rate is the same as itself in other numbers, and as no other")
	}
	refused(t, Rate{Ours: 0, Theirs: 1}.Check(), "relay.rate")
	refused(t, Fee{Part: 2, In: 10}.Check(), "relay.fee")
}

// Who goes to the neighbor and back with everything they were given never has
// more than before.
func TestInvariant5ThereAndBackGainsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{Ours: rapid.Int64Range(1, 1_000_000).Draw(t, "ours"), Theirs: rapid.Int64Range(1, 1_000_000).Draw(t, "theirs")}
		there := rapid.Int64Range(1, 1<<40).Draw(t, "there")
		paid, err := r.Cost(there)
		if err != nil {
			t.Skip("out of bounds")
		}
		for back := range 3 { // the most that can be bought back with it
			if again, err := r.Turned().Cost(paid + 1 + int64(back)); err == nil && again <= there && paid+1+int64(back) > paid {
				t.Fatalf("%d bought %d and that %d", paid, there, paid+1+int64(back))
			}
		}
	})
}

// What a community is given covers what it gives, whatever the rate and the fee.
func TestInvariant5NobodyOnThePathLoses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{Ours: rapid.Int64Range(1, 1000).Draw(t, "ours"), Theirs: rapid.Int64Range(1, 1000).Draw(t, "theirs")}
		next := rapid.Int64Range(1, 1<<40).Draw(t, "next")
		p, err := Pass(r, Fee{Part: rapid.Int64Range(0, 10).Draw(t, "part"), In: 100}, 10_000, next)
		if err != nil || p.In != p.Out+p.Fee || p.Fee%10_000 != 0 || p.Out*r.Theirs < next*r.Ours || (p.Out-1)*r.Theirs >= next*r.Ours {
			t.Fatalf("%+v for %d at %+v: %v", p, next, r, err)
		}
	})
}

// Payments that reduce an imbalance are admitted even where no trust is extended.
func TestInvariant4CapsOfAllTogether(t *testing.T) {
	all := []Holding{{Balance: -40, Outgoing: 10}, {Balance: 20, Incoming: 5}}
	for _, c := range []struct {
		caps Caps
		net  int64
		want bool
	}{
		{Caps{Trust: 50}, -20, true}, {Caps{Trust: 50}, -21, false}, {Caps{Debt: 10}, 25, true}, {Caps{Debt: 10}, 26, false}, {Caps{}, 15, true}, {Caps{}, 16, false}, {Caps{}, -1, false},
	} {
		if got := c.caps.Admits(all, c.net); got != c.want {
			t.Errorf("%+v admits %d: %t", c.caps, c.net, got)
		}
	}
}

func hello(a, b string) Message {
	return Message{From: a, To: b, Kind: Reserve, Transfer: "t1", Payee: "dirk", Paid: 7, Deadline: 9, Path: []Hop{{Community: b, Amount: 5}}}
}

// A message is read by the key of its writer, in its order, once.
func TestInvariant6ChainOfMessages(t *testing.T) {
	ours := Chain{}
	theirs := Chain{Key: publicOf("a")}
	first, ours := ours.Say(hello("a", "b"), keyOf("a"))
	second, ours := ours.Say(Message{From: "a", To: "b", Kind: NewKey, Key: publicOf("a2")}, keyOf("a"))
	third, _ := ours.Say(hello("a", "b"), keyOf("a2"))

	_, _, err := theirs.Hear(second, "a", "b")
	refused(t, err, "relay.gap")
	for _, e := range []Envelope{first, second, third} {
		m, next, err := theirs.Hear(e, "a", "b")
		if err != nil || m.Hash() != e.Hash() {
			t.Fatal(m, err)
		}
		if _, _, err := next.Hear(e, "a", "b"); e != second { // after the new key the old signature is none
			refused(t, err, "relay.repeated")
		}
		theirs = next
	}
	forged, _ := Chain{Head: Head{Seq: 3, Hash: hashOf(nil)}}.Say(hello("a", "b"), keyOf("a2"))
	_, _, err = theirs.Hear(forged, "a", "b")
	refused(t, err, "relay.fork")
	old, _ := Chain{Head: theirs.Head}.Say(hello("a", "b"), keyOf("a"))
	_, _, err = theirs.Hear(old, "a", "b")
	refused(t, err, "relay.signature")
	other, _ := Chain{Head: theirs.Head}.Say(hello("a", "c"), keyOf("a2"))
	_, _, err = theirs.Hear(other, "a", "b")
	refused(t, err, "relay.address")
}

// One changed byte, one space too much, one member too many: refused.
func TestInvariant6ChangedMessages(t *testing.T) {
	e, _ := Chain{}.Say(hello("a", "b"), keyOf("a"))
	changed := e
	changed.Message = strings.Replace(e.Message, `"paid":"7"`, `"paid":"9"`, 1)
	_, err := changed.Open(publicOf("a"))
	refused(t, err, "relay.signature")
	for text, code := range map[string]string{
		strings.Replace(e.Message, ":", ": ", 1): "relay.not_canonical", `{"x":1}`: "relay.malformed", "": "relay.malformed", e.Message + " ": "relay.not_canonical",
		strings.Replace(e.Message, `"v":1`, `"v":2`, 1): "relay.version", strings.Replace(e.Message, `"paid":"7"`, `"paid":"-7"`, 1): "relay.malformed",
		strings.Replace(e.Message, `"community":"b"`, `"community":"c"`, 1): "relay.malformed",
		strings.Repeat("x", MaxMessage+1):                                   "relay.too_large",
	} {
		_, err := sign(keyOf("a"), forMessage, []byte(text)).Open(publicOf("a"))
		refused(t, err, code)
	}
	round := hello("a", "b")
	round.Path = append(round.Path, Hop{Community: "a", Amount: 5})
	cyclic, _ := Chain{}.Say(round, keyOf("a"))
	_, err = cyclic.Open(publicOf("a"))
	refused(t, err, "relay.cycle")
	_, err = sign(keyOf("a"), forQuestion, []byte(e.Message)).Open(publicOf("a"))
	refused(t, err, "relay.signature")
}

func TestQuestions(t *testing.T) {
	q := Question{From: "a", To: "b", Target: "d", Payee: "dirk", Amount: 5, Left: 2, At: noon.UnixMicro()}
	read, err := q.Sign(keyOf("a")).Question(publicOf("a"), noon.UnixMicro())
	if err != nil || read.Target != "d" {
		t.Fatal(read, err)
	}
	_, err = q.Sign(keyOf("a")).Question(publicOf("a"), noon.Add(6*time.Minute).UnixMicro())
	refused(t, err, "relay.old")
	good := Quote{Hops: []Quoted{{Hop: Hop{Community: "b", Amount: 6}}, {Hop: Hop{Community: "d", Amount: 5}}}}
	if err := good.Check(q); err != nil {
		t.Error(err)
	}
	good.Hops[1].Amount = 4
	refused(t, good.Check(q), "relay.quote")
	best, ok := Cheapest([]Route{{Neighbor: "x", Passage: Passage{In: 9}}, {Neighbor: "z", Passage: Passage{In: 8}}, {Neighbor: "y", Passage: Passage{In: 8}}})
	if !ok || best.Neighbor != "y" {
		t.Errorf("chose %+v", best)
	}
}

// FuzzOpen reads any message: what it takes it writes again as it was.
func FuzzOpen(f *testing.F) {
	e, _ := Chain{}.Say(hello("a", "b"), keyOf("a"))
	f.Add(e.Message)
	f.Add(strings.Replace(e.Message, "reserve", "receipt", 1))
	f.Add("{}")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := sign(keyOf("a"), forMessage, []byte(text)).Open(publicOf("a"))
		if err == nil && m.Hash() != hashOf([]byte(text)) {
			t.Fatalf("%q became %s", text, canonical(m))
		}
		var q Question
		if strict([]byte(text), &q) == nil && string(canonical(q)) != text {
			t.Fatalf("%q became %s", text, canonical(q))
		}
		var any Envelope
		_ = json.Unmarshal([]byte(text), &any)
	})
}
