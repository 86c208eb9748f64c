package charge

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"commonweal/platform/fault"
)

const cent = Unit / 100

// u is an amount of whole units.
func u(n int64) Micros { return Micros(n) * Unit }

func must(t interface {
	Helper()
	Fatal(...any)
}, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("it ended with %v, want the refusal %s", err, code)
	}
}

// Wörgl, 1932: a note of 10 schilling needs a stamp of 10 groschen each month, 1 %.
func TestWoergl(t *testing.T) {
	woergl := Rule{Name: "stamp", On: OnSurplus, Daily: Fraction{1, 3000}}
	sheet, err := Period([]Rule{woergl}, []Account{{ID: "note", Spendable: u(10), Days: []Stretch{{u(10), 30}}}}, cent)
	must(t, err)
	if sheet.Fund["stamp"] != 10*cent || sheet.Lines[0].Carry.Sign() != 0 {
		t.Errorf("a month on 10 costs %+v, want 0.1 exactly", sheet)
	}
}

// A time bank takes two hours a year from everybody, and a little of what lies idle above 20.
func TestPeriodOfATimeBank(t *testing.T) {
	rules := []Rule{{Name: "upkeep", On: PerAccount, Flat: u(2)}, {Name: "circulation", On: OnSurplus, Daily: Fraction{1, 3000}, Free: u(20)}}
	sheet, err := Period(rules, []Account{
		{ID: "ada", Spendable: u(60), Days: []Stretch{{u(50), 30}}},
		{ID: "bas", Spendable: u(3) / 2, Days: []Stretch{{u(-9), 30}}},
		{ID: "cleo", Spendable: u(-5), Days: []Stretch{{u(20) + Unit/10, 30}}},
	}, cent)
	must(t, err)
	want := []struct{ due, taken, owed Micros }{{u(2), u(2), 0}, {u(2), u(3) / 2, Unit / 2}, {u(2), 0, u(2)}, {30 * cent, 30 * cent, 0}, {0, 0, 0}}
	for i, w := range want {
		if l := sheet.Lines[i]; l.Due != w.due || l.Taken != w.taken || l.Owed != w.owed {
			t.Errorf("line %d is %+v, want %+v", i, l, w)
		}
	}
	if c := sheet.Lines[4].Carry; c.Cmp(big.NewRat(1000, 1)) != 0 || sheet.Fund["upkeep"] != u(7)/2 {
		t.Errorf("cleo carries %s, and the fund has %s of upkeep", c.RatString(), sheet.Fund["upkeep"])
	}
}

func TestAClassIsChargedAlone(t *testing.T) {
	sheet, err := Period([]Rule{{Name: "upkeep", On: PerAccount, Flat: u(1), Class: "business"}},
		[]Account{{ID: "ada", Spendable: u(1)}, {ID: "bakery", Class: "business", Spendable: u(1)}}, cent)
	must(t, err)
	if len(sheet.Lines) != 1 || sheet.Lines[0].Account != "bakery" {
		t.Errorf("charged were %+v, want the bakery only", sheet.Lines)
	}
}

func TestClosingsOfTheCommonsZone(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	must(t, err)
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		must(t, err)
		return moment
	}
	days, err := Closings(amsterdam, "2026-03-28", 4, u(10), []Posting{
		{at("2026-03-30T12:00:00Z"), u(-3)},
		{at("2026-03-28T23:30:00Z"), u(5)}, // past midnight in Amsterdam: the 29th, which has 23 hours
		{at("2026-03-29T21:59:59Z"), u(1)}, // the last second of the 29th, in summer time
	})
	must(t, err)
	if want := []Stretch{{u(10), 1}, {u(16), 1}, {u(13), 2}}; !slices.Equal(days, want) {
		t.Errorf("the days closed with %v, want %v", days, want)
	}
	_, err = Closings(amsterdam, "2026-03-28", 4, 0, []Posting{{at("2026-03-31T22:00:00Z"), 1}})
	refused(t, err, "charge.days")
	_, err = Closings(amsterdam, "2026-02-30", 4, 0, nil)
	refused(t, err, "charge.days")
	_, err = Closings(amsterdam, "2026-03-28", 1, 0, []Posting{{at("2026-03-28T12:00:00Z"), Largest + 1}})
	refused(t, err, "charge.balance")
	_, err = Closings(amsterdam, "2026-03-28", 1, Largest+1, nil)
	refused(t, err, "charge.balance")
}

func TestRulesThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		code string
		rule Rule
	}{
		{"charge.base", Rule{Name: "x", On: "moon", Flat: 1}},
		{"charge.base", Rule{Name: "x", Flat: u(1)}},
		{"charge.flat", Rule{Name: "x", On: PerAccount}},
		{"charge.flat", Rule{Name: "x", On: PerAccount, Flat: -u(1)}},
		{"charge.flat", Rule{Name: "x", On: PerAccount, Flat: 1}},
		{"charge.flat", Rule{Name: "x", On: PerAccount, Flat: 1 << 62}},
		{"charge.free", Rule{Name: "x", On: OnSurplus, Daily: Fraction{1, 9}, Free: Largest + 1}},
		{"charge.mixed", Rule{Name: "x", On: PerAccount, Flat: u(1), Daily: Fraction{1, 3000}}},
		{"charge.mixed", Rule{Name: "x", On: PerAccount, Flat: u(1), Free: u(1)}},
		{"charge.mixed", Rule{Name: "x", On: OnSurplus, Flat: u(1), Daily: Fraction{1, 3000}}},
		{"charge.rate", Rule{Name: "x", On: OnSurplus}},
		{"charge.rate", Rule{Name: "x", On: OnSurplus, Daily: Fraction{2, 1}}},
		{"charge.rate", Rule{Name: "x", On: OnSurplus, Daily: Fraction{1, -3}}},
		{"charge.rate", Rule{Name: "x", On: OnSurplus, Daily: Fraction{1, 1_000_001}}},
		{"charge.name", Rule{On: PerAccount, Flat: u(1)}},
	} {
		refused(t, c.rule.Check(cent), c.code)
	}
	refused(t, Rule{Name: "x", On: PerAccount, Flat: u(1)}.Check(0), "charge.step")
}

func TestPeriodsThatAreRefused(t *testing.T) {
	levy := Rule{Name: "x", On: PerAccount, Flat: Largest / cent * cent}
	idle := Rule{Name: "y", On: OnSurplus, Daily: Fraction{1, 1}}
	for _, c := range []struct {
		code     string
		rules    []Rule
		accounts []Account
	}{
		{"charge.twice", []Rule{levy, levy}, nil},
		{"charge.twice", nil, []Account{{ID: "ada"}, {ID: "ada"}}},
		{"charge.name", nil, []Account{{}}},
		{"charge.balance", nil, []Account{{ID: "ada", Days: []Stretch{{1 << 62, 1}}}}},
		{"charge.days", nil, []Account{{ID: "ada", Days: []Stretch{{1, -1}}}}},
		{"charge.carry", nil, []Account{{ID: "ada", Carries: map[string]*big.Rat{"y": big.NewRat(-1, 3)}}}},
		{"charge.balance", []Rule{idle}, []Account{{ID: "ada", Days: []Stretch{{Largest, 2}}}}},
		{"charge.balance", []Rule{levy}, []Account{{ID: "ada", Spendable: Largest}, {ID: "bas", Spendable: Largest}}},
	} {
		_, err := Period(c.rules, c.accounts, cent)
		refused(t, err, c.code)
	}
}
