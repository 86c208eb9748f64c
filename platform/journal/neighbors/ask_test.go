package neighbors

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/outbound"
	"commonweal/platform/store"
)

// asked runs Ask and returns the newest cosigned head and how it stands with everybody.
func (h *host) asked() (head Head, with map[string]Asked) {
	h.t.Helper()
	must(h.t, h.asker.Ask(h.t.Context(), h.commons))
	h.read(func(r *store.Snapshot) error {
		heads, err := Heads(r, 0, 1)
		if err == nil && len(heads) > 0 {
			head = heads[0]
		}
		if err == nil {
			with, err = ReadAsked(r)
		}
		return err
	})
	return head, with
}

// Three neighbors cosign a log as it grows; two are enough, and a receipt under
// their cosignatures is checked by somebody who knows the keys.
func TestNeighborsCosign(t *testing.T) {
	each(t, func(t *testing.T, h *host) {
		a, b, c := lone(t, "a.example"), lone(t, "b.example"), lone(t, "c.example")
		h.grow(3)
		if head, with := h.asked(); head.Size != 0 || len(with) != 0 {
			t.Errorf("without neighbors: %+v %v", head, with)
		}
		h.trusts(2, a, b, c)
		for _, more := range []int{1, 250, 1, 1, 300} {
			h.grow(more)
			head, with := h.asked()
			if head.Note != h.checkpoint() || len(head.Cosignatures) != 3 || len(with) != 3 {
				t.Fatalf("after %d more: %+v %v", more, head, with)
			}
			if _, err := h.policy().Check(head.Signed()); err != nil {
				t.Error(err)
			}
		}
		h.grow(5) // after the head that was cosigned
		for seq, cosigners := range map[int64]int{0: 3, 4: 3, 300: 3, 558: 0} {
			rec, err := Receipt(t.Context(), h.store, h.log, h.key, h.commons, seq)
			must(t, err)
			text, err := rec.Text()
			must(t, err)
			checked, err := journal.CheckReceipt(text, h.key.Verifier(h.commons), a.witness.Key.Cosigner(), b.witness.Key.Cosigner(), c.witness.Key.Cosigner())
			must(t, err)
			if len(checked.Cosignatures) != cosigners || !checked.Trusted || checked.Entry.Seq != seq {
				t.Errorf("the receipt of %d: %+v", seq, checked)
			}
			if alone, err := journal.CheckReceipt(text); err != nil || len(alone.Cosignatures) != cosigners {
				t.Errorf("by the keys it brought: %v, %+v", err, alone.Cosignatures)
			}
		}
		if _, err := Receipt(t.Context(), h.store, h.log, h.key, h.commons, 999); fault.CodeOf(err) != "journal.no_entry" {
			t.Errorf("of what is not there: %v", err)
		}
		_, _ = h.asked()
		h.read(func(r *store.Snapshot) error {
			served, err := Cosigned(r, h.checkpoint(), 560)
			if got, wrong := journal.Cosignatures(served, h.policy().WitnessKeys()...); err != nil || wrong != nil || len(got) != 3 {
				t.Errorf("served with %d cosignatures: %v", len(got), wrong)
			}
			return err
		})
	})
}

// A neighbor that is away is asked again later and does not keep the others; one
// that lost count of our log says so and cosigns at once.
func TestNeighborsAwayAndBehind(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	var ahead atomic.Int64
	l := &journal.Log{}
	s, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "test.db"), Schemas: schemas, Sealer: l,
		Clock: func() time.Time { return now.Add(time.Duration(ahead.Load())) }})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	h, a, b := newHost(t, s, l, "here.example").grow(3), lone(t, "a.example"), lone(t, "b.example")
	h.trusts(1, a, b)
	p := h.policy()
	p.Witnesses[1].URL = "http://127.0.0.1:1"
	must(t, h.act(func(tx *store.Tx) error { return WritePolicy(tx, p, true) }))
	var pauses []time.Duration
	for range 9 {
		head, with := h.grow(1).asked()
		away := with[b.witness.Key.Cosigner()]
		if len(head.Cosignatures) != 1 || away.Problem == "" || with[a.witness.Key.Cosigner()].Problem != "" {
			t.Fatalf("%+v, %+v", head, with)
		}
		pauses = append(pauses, away.Next.Sub(away.At))
		ahead.Add(int64(away.Next.Sub(away.At) + time.Second)) // the clock of acts runs on by itself
	}
	if !slices.IsSorted(pauses) || pauses[0] != firstPause || pauses[1] != 2*firstPause || pauses[8] != lastPause {
		t.Errorf("pauses %v", pauses)
	}
	p.Witnesses[1].URL = b.url
	must(t, h.act(func(tx *store.Tx) error { return WritePolicy(tx, p, true) }))
	ahead.Add(int64(time.Hour))
	_, err = b.witness.Cosign(t.Context(), h.ask(0)) // somebody else asked it meanwhile
	must(t, err)
	if head, with := h.grow(2).asked(); len(head.Cosignatures) != 2 || with[b.witness.Key.Cosigner()].Tries != 0 {
		t.Errorf("when it is back: %+v, %+v", head, with)
	}
}

// A database that was put back to an earlier state is found out by the neighbors.
func TestRestoredLogIsFoundOut(t *testing.T) {
	a, b := forks(t)
	n := lone(t, "n.example")
	a.grow(9).trusts(1, n)
	_, _ = a.asked()
	b.trusts(1, n)
	_, with := b.asked()
	if problem := with[n.witness.Key.Cosigner()].Problem; !strings.Contains(problem, "longer log") {
		t.Errorf("the shorter log: %q", problem)
	}
	must(t, b.act(func(tx *store.Tx) error {
		_, err := tx.Exec(upsertAsked, n.witness.Key.Cosigner(), 0, 0, 0, "", 0)
		return err
	}))
	head, with := b.grow(20).asked()
	if problem := with[n.witness.Key.Cosigner()].Problem; !strings.Contains(problem, "422") || head.Size != 0 {
		t.Errorf("the fork: %q, %+v", problem, head)
	}
}

// What a neighbor answers is kept only when it is its cosignature of our head.
func TestInvariant3OnlyGoodCosignatures(t *testing.T) {
	h, other := lone(t, "here.example").grow(3), lone(t, "other.example").grow(1)
	k, stranger := newKey(t, "odd.example"), newKey(t, "stranger.example")
	var answer func(body string) (int, string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		_, signed, _ := strings.Cut(string(b), "\n\n")
		status, text := answer(journal.Body(signed))
		w.Header().Set("Location", other.url+"/add-checkpoint")
		w.WriteHeader(status)
		io.WriteString(w, text)
	}))
	defer server.Close()
	at := time.Unix(1_780_000_000, 0)
	for what, f := range map[string]func(string) (int, string){
		"nothing":             func(string) (int, string) { return 200, "" },
		"not a line":          func(string) (int, string) { return 200, "hello\n" },
		"another head":        func(b string) (int, string) { return 200, k.Cosign(strings.Replace(b, "\n", "x\n", 1), at) },
		"by a stranger":       func(b string) (int, string) { return 200, stranger.Cosign(b, at) },
		"another note inside": func(b string) (int, string) { return 200, "\nother\n5\n\n" + k.Cosign(b, at) },
		"a redirect":          func(b string) (int, string) { return 307, k.Cosign(b, at) },
		"an error":            func(b string) (int, string) { return 500, k.Cosign(b, at) },
		"a size of nothing":   func(b string) (int, string) { return 409, "many\n" },
		"a negative size":     func(b string) (int, string) { return 409, "-1\n" },
		"ever other sizes":    func(b string) (int, string) { return 409, "2\n" },
		"a size beyond ours":  func(b string) (int, string) { return 409, "9223372036854775807\n" },
		"too long": func(b string) (int, string) {
			return 200, strings.Repeat(stranger.Cosign(b, at), 200) + k.Cosign(b, at)
		},
		"good among others": func(b string) (int, string) { return 200, stranger.Cosign(b, at) + k.Cosign(b, at) },
	} {
		answer = f
		p := witness.Policy{Witnesses: []witness.Witness{{Name: "odd", Key: k.Cosigner(), URL: server.URL}}, Quorum: "odd"}
		must(t, h.act(func(tx *store.Tx) error {
			_, err := tx.Exec(upsertAsked, k.Cosigner(), 0, 0, 0, "", 0)
			if err == nil {
				err = WritePolicy(tx, p, true)
			}
			return err
		}))
		head, with := h.asked()
		good := what == "good among others"
		if (head.Size != 0) != good || (with[k.Cosigner()].Problem == "") != good {
			t.Errorf("%s: kept %+v, said %q", what, head, with[k.Cosigner()].Problem)
		}
		if good {
			if _, err := p.Check(head.Signed()); err != nil {
				t.Error(err)
			}
			must(t, h.act(func(tx *store.Tx) error { _, err := tx.Exec(deleteHeads, 1<<40); return err }))
		}
	}
}

// No neighbor leads this host into its own network.
func TestInvariant4PrivateNetworks(t *testing.T) {
	asked := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	for _, url := range []string{server.URL, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)} { // a name that leads inside
		_, err := submit(t.Context(), NewClient(false), witness.Witness{URL: url}, witness.Request{})
		if err == nil || asked || !strings.Contains(err.Error(), "lead to a public address") {
			t.Errorf("%s: asked %t, %v", url, asked, err)
		}
	}
	for text, want := range map[string]bool{
		"9.9.9.9": true, "2620:fe::fe": true, "127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "10.0.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "::": false, "fe80::1%eth0": false, "fd00::1": false, "224.0.0.1": false, "255.255.255.255": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "198.18.0.1": false, "ff02::1": false, "fec0::1": false,
	} {
		if outbound.Public(netip.MustParseAddr(text)) != want {
			t.Errorf("%s is public: %t", text, !want)
		}
	}
	for address, want := range map[string][2]bool{ // in general, with private networks allowed
		"https://n.example/witness": {true, true}, "http://n.example/witness": {false, true}, "https://127.0.0.1/": {false, true}, "https://[::1]:8/": {false, true},
		"ftp://n.example": {false, false}, "https://": {false, false}, "n.example": {false, false}, "https://u:p@n.example": {false, false}, "https://n.example/?a=b": {false, false},
		"https://n.example/#x": {false, false}, "file:///etc/passwd": {false, false}, "https://9.9.9.9/w": {true, true},
	} {
		if got := [2]bool{CheckURL(address, false) == nil, CheckURL(address, true) == nil}; got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

func TestPoliciesOfACommons(t *testing.T) {
	h, k := lone(t, "here.example"), newKey(t, "n.example")
	w := witness.Witness{Name: "n", Key: k.Cosigner(), URL: "https://n.example/witness"}
	many := witness.Policy{Quorum: witness.NoQuorum}
	for i := range maxNeighbors + 1 {
		many.Witnesses = append(many.Witnesses, witness.Witness{Name: strings.Repeat("n", i+1), Key: newKey(t, "n.example").Cosigner()})
	}
	for code, p := range map[string]witness.Policy{
		"neighbors.log":              {Logs: []witness.Log{{Key: h.key.Verifier(h.commons)}}, Quorum: witness.NoQuorum},
		"neighbors.url":              {Witnesses: []witness.Witness{{Name: "n", Key: k.Cosigner(), URL: "https://10.0.0.1"}}, Quorum: "n"},
		"neighbors.too_many":         many,
		"witness.policy_quorum":      {Witnesses: []witness.Witness{w}, Quorum: "m"},
		"journal.cosigner_malformed": {Witnesses: []witness.Witness{{Name: "two words", Key: k.Cosigner()}}, Quorum: "two"},
		"witness.policy_line":        {Witnesses: []witness.Witness{w}},
		"witness.policy_twice":       {Witnesses: []witness.Witness{w, {Name: "m", Key: k.Cosigner()}}, Quorum: "n"},
	} {
		if err := h.act(func(tx *store.Tx) error { return WritePolicy(tx, p, false) }); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if p := h.policy(); p.Quorum != witness.NoQuorum || len(p.Witnesses) != 0 {
		t.Errorf("before anybody decided: %+v", p)
	}
}

// Old heads go, the newest stay.
func TestHeadsAreKeptBounded(t *testing.T) {
	each(t, func(t *testing.T, h *host) {
		c := journal.Cosignature{Key: "w", Line: "— w x", At: time.Unix(1, 0)}
		must(t, h.act(func(tx *store.Tx) error {
			for size := range int64(keptHeads + 5) {
				if err := keepCosignature(tx, size, c); err != nil {
					return err
				}
				if err := (cosignedHead{size, "k", "n"}).write(tx); err != nil {
					return err
				}
			}
			return nil
		}))
		h.read(func(r *store.Snapshot) error {
			heads, err := Heads(r, 0, 2*keptHeads)
			if len(heads) != keptHeads || heads[0].Size != keptHeads+4 || len(heads[keptHeads-1].Cosignatures) != 1 {
				t.Errorf("%d heads, the newest %+v", len(heads), heads[0])
			}
			return err
		})
	})
}
