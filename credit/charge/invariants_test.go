package charge

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func drawAmount(t *rapid.T, what string, least, most Micros) Micros {
	return Micros(rapid.Int64Range(int64(least), int64(most)).Draw(t, what))
}

func drawStep(t *rapid.T) Micros { return rapid.SampledFrom([]Micros{1, cent, Unit}).Draw(t, "step") }

func drawRules(t *rapid.T, step Micros) (list []Rule) {
	for i := range rapid.IntRange(1, 3).Draw(t, "rules") {
		r := Rule{Name: fmt.Sprint("r", i), On: PerAccount, Flat: drawAmount(t, "flat", 1, 50) * step}
		if rapid.Bool().Draw(t, "demurrage") {
			in := rapid.Int64Range(1, partsLimit).Draw(t, "in")
			r = Rule{Name: r.Name, On: OnSurplus, Daily: Fraction{rapid.Int64Range(1, min(in, 9)).Draw(t, "of"), in}, Free: drawAmount(t, "free", 0, u(30))}
		}
		list = append(list, r)
	}
	return list
}

func drawDays(t *rapid.T, least, most Micros) (list []Stretch) {
	for range rapid.IntRange(0, 5).Draw(t, "stretches") {
		list = append(list, Stretch{drawAmount(t, "balance", least, most), rapid.Int64Range(0, 40).Draw(t, "days")})
	}
	return list
}

func drawAccounts(t *rapid.T, least, most Micros) (list []Account) {
	for i := range rapid.IntRange(1, 5).Draw(t, "accounts") {
		list = append(list, Account{ID: fmt.Sprint("a", i), Spendable: drawAmount(t, "spendable", -u(5), u(100)), Days: drawDays(t, least, most)})
	}
	return list
}

func TestInvariant1ChargedIsReceived(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := drawStep(t)
		sheet, err := Period(drawRules(t, step), drawAccounts(t, -u(100), u(100)), step)
		must(t, err)
		fund := make(map[string]Micros)
		for _, l := range sheet.Lines {
			fund[l.Rule] += l.Taken
			if l.Due != l.Taken+l.Owed || l.Taken < 0 || l.Owed < 0 || l.Due%step != 0 || l.Taken%step != 0 {
				t.Errorf("%+v does not add up in steps of %s", l, step)
			}
		}
		for rule, m := range sheet.Fund {
			if fund[rule] != m {
				t.Errorf("%s charged %s, and the fund received %s", rule, fund[rule], m)
			}
		}
	})
}

func TestInvariant2CarryPlusChargesIsTheExactSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := drawStep(t)
		exact, charged, carry := new(big.Rat), Micros(0), new(big.Rat)
		for range rapid.IntRange(1, 6).Draw(t, "periods") {
			in := rapid.Int64Range(1, 5000).Draw(t, "in") // the commons may change its rate
			r := Rule{Name: "idle", On: OnSurplus, Daily: Fraction{1, in}, Free: drawAmount(t, "free", 0, u(30))}
			days := drawDays(t, -u(100), u(100))
			for _, s := range days {
				for range s.Days {
					exact.Add(exact, big.NewRat(int64(max(0, s.Balance-r.Free)), in))
				}
			}
			due, rest, err := r.Demurrage(carry, days, step)
			must(t, err)
			charged, carry = charged+due, rest
			if carry.Sign() < 0 || carry.Cmp(big.NewRat(int64(step), 1)) >= 0 {
				t.Fatalf("a carry of %s is not below the step of %s", carry, step)
			}
		}
		if got := new(big.Rat).Add(carry, big.NewRat(int64(charged), 1)); got.Cmp(exact) != 0 {
			t.Errorf("charged and carried %s, exactly due was %s", got, exact)
		}
	})
}

func TestInvariant3ASplitPeriodChargesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step, days := drawStep(t), drawDays(t, -u(100), u(100))
		r := Rule{Name: "idle", On: OnSurplus, Daily: Fraction{1, rapid.Int64Range(1, 5000).Draw(t, "in")}, Free: drawAmount(t, "free", 0, u(30))}
		whole, rest, err := r.Demurrage(new(big.Rat), days, step)
		must(t, err)
		sum, carry := Micros(0), new(big.Rat)
		for _, s := range days {
			first := rapid.Int64Range(0, s.Days).Draw(t, "first")
			for _, part := range []int64{first, s.Days - first} {
				due, left, err := r.Demurrage(carry, []Stretch{{s.Balance, part}}, step)
				must(t, err)
				sum, carry = sum+due, left
			}
		}
		if sum != whole || carry.Cmp(rest) != 0 {
			t.Errorf("in parts %s and %s, at once %s and %s", sum, carry, whole, rest)
		}
	})
}

func TestInvariant4NobodyIsBroughtBelowTheFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step, list := drawStep(t), drawAccounts(t, -u(100), u(100))
		sheet, err := Period(drawRules(t, step), list, step)
		must(t, err)
		for _, a := range list {
			taken, owed := Micros(0), Micros(0)
			for _, l := range sheet.Lines {
				if l.Account == a.ID {
					taken, owed = taken+l.Taken, owed+l.Owed
				}
			}
			if taken > max(0, a.Spendable) {
				t.Errorf("%s was taken where %s may be spent", taken, a.Spendable)
			}
			if left := max(0, a.Spendable) - taken; owed > 0 && left >= step {
				t.Errorf("%s is owed while %s could still be spent", owed, left)
			}
		}
	})
}

// Whatever rules the table takes: an account in debit pays the flat levies, as
// everybody does, whether it was in debit for a day or for years; and nobody is credited.
func TestInvariant5NoInterestAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := drawStep(t)
		rules, list := drawRules(t, step), drawAccounts(t, -Largest, 0)
		sheet, err := Period(rules, list, step)
		must(t, err)
		flat := make(map[string]Micros)
		for _, r := range rules {
			flat[r.Name] = r.Flat
		}
		for _, l := range sheet.Lines {
			if l.Due != flat[l.Rule] || l.Due == 0 || l.Carry.Sign() != 0 {
				t.Errorf("in debit, %+v is due where everybody pays %s", l, flat[l.Rule])
			}
		}
		for i := range list {
			list[i].Days = append(list[i].Days, Stretch{-u(1000), 3650})
		}
		later, err := Period(rules, list, step)
		must(t, err)
		if !reflect.DeepEqual(sheet, later) {
			t.Errorf("ten years in debit change %+v to %+v", sheet, later)
		}
	})
}

// The policies by which interest comes in disguise cannot be written.
func TestInvariant5InterestCannotBeWritten(t *testing.T) {
	for what, r := range map[string]Rule{
		"a charge by days in debit":    {Name: "x", On: "debit", Daily: Fraction{1, 3000}},
		"a levy that only debtors pay": {Name: "x", On: "debit", Flat: u(1)},
		"a charge on a credit line":    {Name: "x", On: "line", Daily: Fraction{1, 3000}},
		"a late fee":                   {Name: "x", On: "overdue", Flat: u(1)},
		"a charge either way":          {Name: "x", On: "balance", Daily: Fraction{1, 3000}},
		"an allowance below zero":      {Name: "x", On: OnSurplus, Daily: Fraction{1, 3000}, Free: -u(50)},
		"interest on savings":          {Name: "x", On: OnSurplus, Daily: Fraction{-1, 3000}},
	} {
		t.Run(what, func(t *testing.T) { refused(t, r.Check(cent), "charge.interest") })
	}
}

func drawLoss(t *rapid.T) Loss {
	step := drawStep(t)
	l := Loss{ID: rapid.StringMatching(`[a-z]{1,4}`).Draw(t, "id"), Debtor: "eve", Step: step, Amount: drawAmount(t, "loss", 1, 300) * step,
		Reserve: drawAmount(t, "reserve", -5, 200) * step, Rule: rapid.SampledFrom([]Sharing{ByBalance, ByTrade, PerHead, Kept}).Draw(t, "rule")}
	for i := range rapid.IntRange(0, 7).Draw(t, "bearers") {
		l.Bearers = append(l.Bearers, Bearer{fmt.Sprint("b", i), drawAmount(t, "balance", -20, 40) * step, drawAmount(t, "spendable", -5, 60) * step, drawAmount(t, "trade", 0, 50) * step})
	}
	return l
}

func TestInvariant6And7ALossIsBorneWholeAndWithinFloors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoss(t)
		got, err := l.Split()
		must(t, err)
		if got.Total() != l.Amount || got.Kept < 0 || got.Kept%l.Step != 0 || got.Reserve != max(0, min(l.Amount, l.Reserve)) {
			t.Fatalf("%+v splits as %+v", l, got)
		}
		borne := make(map[string]Micros)
		for _, s := range got.Members {
			borne[s.Account] = s.Amount
		}
		exact := exactShares(l, l.Amount-got.Reserve)
		for _, b := range l.Bearers {
			share := borne[b.Account]
			if share > max(0, b.Spendable) || share%l.Step != 0 {
				t.Errorf("%+v bears %s", b, share)
			}
			if got.Kept > 0 && l.Rule.weight(b) > 0 && share != max(0, b.Spendable) {
				t.Errorf("%s is kept while %+v bears %s", got.Kept, b, share)
			}
			off := new(big.Rat).Sub(big.NewRat(int64(share), 1), exact[b.Account])
			if off.Abs(off).Cmp(big.NewRat(int64(l.Step), 1)) >= 0 {
				t.Errorf("%s bears %s, its exact share is %s", b.Account, share, exact[b.Account].FloatString(3))
			}
		}
	})
}

// exactShares is the rule as it is told: share in proportion, cut whoever cannot
// bear it, and share the rest among the others again until nobody is cut.
func exactShares(l Loss, left Micros) map[string]*big.Rat {
	out, open := make(map[string]*big.Rat), slices.Clone(l.Bearers)
	for _, b := range open {
		out[b.Account] = new(big.Rat)
	}
	for again := true; again; {
		again = false
		weights := int64(0)
		for _, b := range open {
			weights += int64(l.Rule.weight(b))
		}
		if weights == 0 {
			return out
		}
		rest, pool := open[:0:0], left
		for _, b := range open {
			share := big.NewRat(int64(pool), weights)
			share.Mul(share, big.NewRat(int64(l.Rule.weight(b)), 1))
			most := max(0, b.Spendable)
			if share.Cmp(big.NewRat(int64(most), 1)) > 0 {
				share.SetInt64(int64(most))
				left, again = left-most, true
			} else {
				rest = append(rest, b)
			}
			out[b.Account] = share
		}
		open = rest
	}
	return out
}

func TestInvariant8RecoveryGivesBackWhatWasBorne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoss(t)
		borne, err := l.Split()
		must(t, err)
		r := Recovery{ID: l.ID, Step: l.Step, Borne: borne, Together: rapid.Bool().Draw(t, "together")}
		back, sum := make(map[string]Micros), Split{}
		for r.Left() > 0 {
			amount := drawAmount(t, "amount", 1, r.Left()/l.Step) * l.Step
			part, err := r.Pay(amount)
			must(t, err)
			if part.Total() != amount || part.Reserve < 0 || part.Kept < 0 {
				t.Fatalf("%s goes back as %+v", amount, part)
			}
			r.Returned += amount
			sum.Reserve, sum.Kept = sum.Reserve+part.Reserve, sum.Kept+part.Kept
			for _, s := range part.Members {
				back[s.Account] += s.Amount
			}
			atOnce, err := Recovery{ID: r.ID, Step: r.Step, Borne: borne, Together: r.Together}.Pay(r.Returned)
			must(t, err)
			for _, s := range borne.Members {
				if back[s.Account] > s.Amount || back[s.Account] < 0 {
					t.Errorf("%s bore %s and has %s back", s.Account, s.Amount, back[s.Account])
				}
				if !r.Together && sum.Reserve > 0 && back[s.Account] != s.Amount {
					t.Errorf("the reserve has %s back, and %s only %s of %s", sum.Reserve, s.Account, back[s.Account], s.Amount)
				}
			}
			for _, s := range atOnce.Members {
				if back[s.Account] != s.Amount {
					t.Errorf("in parts %s has %s back, at once %s", s.Account, back[s.Account], s.Amount)
				}
			}
			if sum.Reserve != atOnce.Reserve || sum.Kept != atOnce.Kept {
				t.Errorf("in parts %+v, at once %+v", sum, atOnce)
			}
		}
		if sum.Reserve != borne.Reserve || sum.Kept != borne.Kept {
			t.Errorf("all is recovered, and %+v of %+v came back", sum, borne)
		}
	})
}

func TestInvariant9OrderDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoss(t)
		want, err := l.Split()
		must(t, err)
		before := slices.Clone(l.Bearers)
		shuffled := l
		shuffled.Bearers = slices.Clone(l.Bearers)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(before), func(i, j int) {
			shuffled.Bearers[i], shuffled.Bearers[j] = shuffled.Bearers[j], shuffled.Bearers[i]
		})
		got, err := shuffled.Split()
		must(t, err)
		if !reflect.DeepEqual(got, want) || !slices.Equal(l.Bearers, before) {
			t.Errorf("in another order %+v, want %+v", got, want)
		}
	})
}
