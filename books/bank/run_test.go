package bank

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// many is a statement of so many lines, some of which look the same.
func many(n int) string {
	moves := make([]move, n)
	for i := range moves {
		moves[i] = move{1 + i%28, int64(100 + i%50), fmt.Sprintf("Payer %d", i%7), fmt.Sprintf("line %d", i/3)}
	}
	return camtOf(0, moves...)
}

// A run that is stopped after its first act goes on where it stopped.
func TestAStoppedRunGoesOn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		text := many(2*chunkSize + 50)
		batch := Batch{ID: store.NewID(), Format: Camt}
		life, stop := context.WithCancel(ctx)
		_, err := d.Run(life, d.ada, batch, Reading{Format: Camt}, strings.NewReader(text), func(int, int) { stop() })
		if err == nil {
			t.Fatal("the run went on")
		}
		out, err := d.Run(ctx, d.ada, batch, Reading{Format: Camt}, strings.NewReader(text), nil)
		must(t, err)
		if out.Resumed < chunkSize || out.Resumed+out.Brought != 2*chunkSize+50 || out.Known != 0 {
			t.Errorf("%+v", out)
		}
		d.counts(2*chunkSize + 50)
		if _, err := d.TakeBack(ctx, d.ada, TakeBackAsk{batch.ID, "a test"}, nil); err != nil {
			t.Error(err)
		}
		d.counts(0)
	})
}

// Two people who bring the same file at once bring it once.
func TestInvariant1TwoRunsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		text := many(chunkSize + 50)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if _, err := d.Run(ctx, d.ada, Batch{ID: store.NewID(), Format: Camt}, Reading{Format: Camt}, strings.NewReader(text), nil); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		d.counts(chunkSize + 50)
	})
}

// counts checks how many lines are open.
func (d *desk) counts(want int64) {
	d.t.Helper()
	must(d.t, d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
		n, err := Counts(r)
		if n[Open] != want {
			d.t.Errorf("%d lines are open, not %d", n[Open], want)
		}
		return err
	}))
}

// Where the money of an entry comes from and where it goes are paired to the
// last unit, whatever the entry; each flow is used up, none beyond itself.
func TestPairsUseUpEveryFlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := intake.Entry{}
		m := Mapping{Accounts: map[string]Mapped{}, Units: map[string]quantity.Unit{"EUR": "EUR"}}
		for i, n := range rapid.SliceOfN(rapid.Int64Range(-1000, 1000), 1, 8).Draw(t, "amounts") {
			account := fmt.Sprintf("a%d", i)
			m.Accounts[account] = Mapped{Role: rapid.SampledFrom(Roles).Draw(t, "role"), Kind: "k", Name: account}
			e.Postings = append(e.Postings, intake.Posting{Account: account, Amount: quantity.Micros(n, "EUR")})
		}
		flows, err := m.flows(&e, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		used := map[*flow]int64{}
		for _, p := range pairs(flows) {
			if p.micros <= 0 {
				t.Fatalf("a pair of %d", p.micros)
			}
			used[p.from] += p.micros
			used[p.to] -= p.micros
		}
		for i := range flows {
			sum += flows[i].micros
			if used[&flows[i]] != flows[i].micros {
				t.Fatalf("of %d, %d are used", flows[i].micros, used[&flows[i]])
			}
		}
		if sum != 0 {
			t.Fatalf("the flows come to %d", sum)
		}
	})
}

func FuzzDetect(f *testing.F) {
	for _, s := range []string{camtOf(0, march...), mt940Of(0, march...), "a;b\n1;2\n", "\xff\xfe<\x00", ""} {
		f.Add("x", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		how := Reading{Format: Detect(name, head)}
		if how.Format.IsJournal() {
			_, _ = how.Journal(strings.NewReader(string(head)))
			return
		}
		statements, err := how.Statements(strings.NewReader(string(head)))
		if err != nil {
			return
		}
		for _, l := range linesOf(statements) {
			if _, ok := store.ParseID(string(fingerprint(&l))); !ok {
				t.Errorf("the fingerprint %q is no identifier", l.Fingerprint)
			}
		}
	})
}
