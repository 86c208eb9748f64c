package contribution

import (
	"testing"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Care is paid by the rate that was decided for it, from a program that has
// just started too: the stream of a contribution is that of its kind.
func TestCareIsPaidByItsOwnRate(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		e, err := LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "care", Project: w.project.ID, Quant: quantity.MustParse("2", quantity.CareHour)})
		must(t, err)
		w.decide(w.cleo, e.No, Accept)
		if got := w.entry(e.No); got.Stream != Care {
			t.Errorf("read back in stream %q", got.Stream)
		}
		text := w.allToMakers()
		text.Constants = []equation.Constant{{Name: "careRate", Value: "9", Unit: "EUR/careHour"}}
		text.Buckets[0].Rules = []equation.Rule{{ID: "care", Kinds: []string{"care"}, Streams: []string{equation.Care}, Claim: equation.UntilPaid, Formula: "hours * careRate"}}
		v := w.adopt(text)
		w.sell("50")
		w.practice = New(w.db)
		w.distribute(v)
		w.wantOwed("0", "18", "0")
	})
}

// A kind never becomes another one under the contributions logged with it.
func TestKindKeepsItsNature(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		var k Kind
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			s, err := LoadSettings(r)
			if err == nil {
				k = s.Kinds["care"]
			}
			return err
		}))
		k.Name = "Looking after each other"
		_, err := ConfigureKind(ctx, w.db, w.ada, "", "EUR", k)
		must(t, err)
		for _, change := range []func(*Kind){func(k *Kind) { k.Stream = Love }, func(k *Kind) { k.Unit = quantity.LoveHour }, func(k *Kind) { k.Action = "use" }} {
			other := k
			change(&other)
			_, err := ConfigureKind(ctx, w.db, w.ada, "", "EUR", other)
			wantCode(t, err, "contribution.kind_fixed")
		}
	})
}
