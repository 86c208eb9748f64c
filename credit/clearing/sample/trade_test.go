package sample_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/credit/clearing/sample"
)

func TestInvariant1And2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := sample.Trade{Members: rapid.IntRange(2, 50).Draw(t, "members"), Debts: rapid.IntRange(0, 200).Draw(t, "debts"),
			Skew: rapid.Float64Range(0, 3).Draw(t, "skew"), Upstream: rapid.Float64Range(0, 1).Draw(t, "upstream"), Seed: rapid.Uint64().Draw(t, "seed")}
		debts := shape.Register()
		if len(debts) != shape.Debts || !slices.Equal(debts, shape.Register()) {
			t.Fatalf("%d debts, or others the second time", len(debts))
		}
		for _, d := range debts {
			if d.Debtor == d.Creditor || d.Amount <= 0 || min(d.Debtor, d.Creditor) < 0 || int(max(d.Debtor, d.Creditor)) >= shape.Members {
				t.Fatalf("%+v is no debt", d)
			}
		}
	})
}
