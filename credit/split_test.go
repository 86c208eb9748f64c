package credit

import (
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Ada paid ten hours of music for the four of them: she asks each of the others
// for 2.50.
func TestAskingEachForTheirPart(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		ada, _ := v.account(v.ada)
		others := []store.ID{v.bas.Agent, v.cleo.Agent, v.dirk.Agent}
		made, err := Split(ctx, v.db, v.ada, "", SplitAsk{Account: ada.ID, Others: others, Amount: h("10"), Ask: true, Myself: true, Note: "music"})
		must(t, err)
		for _, p := range made {
			if p.State != Pending || p.Legs[0].Amount != Micros(h("2.5").Micros) || p.Legs[0].To != ada.ID {
				t.Errorf("asked for %+v", p)
			}
		}
		_, err = MovePayment(ctx, v.db, v.bas, "", MoveAsk{Payment: made[0].ID, To: Completed})
		must(t, err)
		v.stands(v.ada, "2.5")
		v.followsFromLog()
	})
}

// Paying many is one payment: where one of them cannot be paid, none is.
func TestInvariant4PayingManyIsOnePayment(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		ada, _ := v.account(v.ada)
		ask := SplitAsk{Account: ada.ID, Others: []store.ID{v.bas.Agent, v.cleo.Agent, v.dirk.Agent}, Amount: h("10")}
		made, err := Split(ctx, v.db, v.ada, "", ask)
		must(t, err)
		if len(made) != 1 || len(made[0].Legs) != 3 {
			t.Fatalf("made %+v", made)
		}
		v.stands(v.bas, "3.34")
		v.stands(v.dirk, "3.33")
		v.stands(v.ada, "-10")
		ask.Amount = h("10.01")
		_, err = Split(ctx, v.db, v.ada, "", ask)
		refused(t, err, "credit.spendable")
		v.stands(v.cleo, "3.33")
		ask.Others = nil
		_, err = Split(ctx, v.db, v.ada, "", ask)
		refused(t, err, "credit.split_number")
		ask.Others, ask.Amount = []store.ID{v.bas.Agent, v.cleo.Agent, v.dirk.Agent}, h("0.02")
		_, err = Split(ctx, v.db, v.ada, "", ask)
		refused(t, err, "credit.split_small")
		v.followsFromLog()
	})
}

// The parts come to the amount, and differ by at most the smallest amount.
func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Currency{Name: "Leaf", Unit: "leaf", Decimals: rapid.IntRange(0, 6).Draw(t, "decimals")}
		n := rapid.IntRange(1, maxSplit).Draw(t, "n")
		amount := rapid.Int64Range(int64(n), 1_000_000).Draw(t, "steps") * int64(c.Step())
		parts, err := SplitAsk{Others: make([]store.ID, n), Amount: quantity.Micros(amount, "leaf")}.parts(c)
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for _, p := range parts {
			sum += p.Micros
			if p.Micros > parts[0].Micros || parts[0].Micros-p.Micros > int64(c.Step()) || p.Micros <= 0 {
				t.Fatalf("one gets %s and another %s", p, parts[0])
			}
		}
		if sum != amount {
			t.Fatalf("the parts come to %d of %d", sum, amount)
		}
	})
}
