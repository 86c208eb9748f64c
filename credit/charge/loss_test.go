package charge

import (
	"slices"
	"testing"
)

// bearers of a small commons; eve left with a debt of 90.
func bearers() []Bearer {
	return []Bearer{{"ada", u(40), u(90), u(10)}, {"bas", u(20), u(70), u(30)}, {"cleo", u(-30), u(20), u(20)}}
}

func TestLossByEachRule(t *testing.T) {
	for rule, want := range map[Sharing]Split{
		ByBalance: {Reserve: u(30), Members: []Share{{"ada", u(40)}, {"bas", u(20)}}},
		ByTrade:   {Reserve: u(30), Members: []Share{{"ada", u(10)}, {"bas", u(30)}, {"cleo", u(20)}}},
		PerHead:   {Reserve: u(30), Members: []Share{{"ada", u(20)}, {"bas", u(20)}, {"cleo", u(20)}}},
		Kept:      {Reserve: u(30), Kept: u(60)},
	} {
		got, err := Loss{ID: "7", Debtor: "eve", Amount: u(90), Step: cent, Reserve: u(30), Rule: rule, Bearers: bearers()}.Split()
		must(t, err)
		same(t, string(rule), got, want)
	}
}

// A share is cut at the floor, and the others bear the rest in proportion.
func TestLossIsCutAtTheFloor(t *testing.T) {
	list := bearers()
	list[1].Spendable = u(12)
	loss := Loss{ID: "7", Debtor: "eve", Amount: u(60), Step: cent, Rule: ByTrade, Bearers: list}
	got, err := loss.Split()
	must(t, err)
	same(t, "cut", got, Split{Members: []Share{{"ada", u(28)}, {"bas", u(12)}, {"cleo", u(20)}}})
	loss.Amount = u(200) // more than all can bear
	got, err = loss.Split()
	must(t, err)
	same(t, "all cut", got, Split{Members: []Share{{"ada", u(90)}, {"bas", u(12)}, {"cleo", u(20)}}, Kept: u(78)})
}

// A loss of 1 for three: 0.34, 0.33 and 0.33, by a lot that everybody can draw again.
func TestLossByLargestRemainder(t *testing.T) {
	got, err := Loss{ID: "7", Debtor: "eve", Amount: u(1), Step: cent, Rule: PerHead, Bearers: bearers()}.Split()
	must(t, err)
	sizes := []Micros{got.Members[0].Amount, got.Members[1].Amount, got.Members[2].Amount}
	slices.Sort(sizes)
	if !slices.Equal(sizes, []Micros{33 * cent, 33 * cent, 34 * cent}) {
		t.Errorf("1 was shared as %v", sizes)
	}
}

func TestRecoveryComesToMembersFirst(t *testing.T) {
	r := Recovery{ID: "7", Step: cent, Borne: Split{Reserve: u(30), Members: []Share{{"ada", u(40)}, {"bas", u(20)}}}}
	got, err := r.Pay(u(45))
	must(t, err)
	same(t, "first", got, Split{Members: []Share{{"ada", u(30)}, {"bas", u(15)}}})
	r.Returned = u(45)
	got, err = r.Pay(u(30))
	must(t, err)
	same(t, "second", got, Split{Reserve: u(15), Members: []Share{{"ada", u(10)}, {"bas", u(5)}}})
	together, err := Recovery{ID: "7", Step: cent, Borne: r.Borne, Together: true}.Pay(u(45))
	must(t, err)
	same(t, "together", together, Split{Reserve: u(15), Members: []Share{{"ada", u(20)}, {"bas", u(10)}}})
	_, err = r.Pay(u(46))
	refused(t, err, "charge.recovered")
}

// What was kept on the deficit account is paid along with the members.
func TestRecoveryOfWhatWasKept(t *testing.T) {
	r := Recovery{ID: "7", Step: cent, Borne: Split{Members: []Share{{"ada", u(20)}}, Kept: u(40), Reserve: u(5)}}
	got, err := r.Pay(u(30))
	must(t, err)
	same(t, "kept", got, Split{Members: []Share{{"ada", u(10)}}, Kept: u(20)})
	only := Recovery{ID: "7", Step: cent, Borne: Split{Reserve: u(5)}}
	got, err = only.Pay(u(5))
	must(t, err)
	same(t, "reserve only", got, Split{Reserve: u(5)})
}

func TestLossesThatAreRefused(t *testing.T) {
	right := Loss{ID: "7", Debtor: "eve", Amount: u(90), Step: cent, Rule: PerHead, Bearers: bearers()}
	for code, change := range map[string]func(*Loss){
		"charge.step":    func(l *Loss) { l.Step = 0 },
		"charge.name":    func(l *Loss) { l.ID = "/deficit" },
		"charge.loss":    func(l *Loss) { l.Amount = 1 },
		"charge.sharing": func(l *Loss) { l.Rule = "friends" },
		"charge.debtor":  func(l *Loss) { l.Debtor = "bas" },
		"charge.twice":   func(l *Loss) { l.Bearers = append(l.Bearers, Bearer{Account: "ada"}) },
		"charge.balance": func(l *Loss) { l.Bearers[0].Trade = -1 },
	} {
		l := right
		l.Bearers = slices.Clone(right.Bearers)
		change(&l)
		_, err := l.Split()
		refused(t, err, code)
	}
	for _, amount := range []Micros{0, -u(1), 1 << 62, u(1) + 1} {
		l := right
		l.Amount = amount
		_, err := l.Split()
		refused(t, err, "charge.loss")
	}
}

func TestRecoveriesThatAreRefused(t *testing.T) {
	borne := Split{Members: []Share{{"ada", u(20)}}, Reserve: u(5)}
	for _, c := range []struct {
		code   string
		r      Recovery
		amount Micros
	}{
		{"charge.payment", Recovery{ID: "7", Step: cent, Borne: borne}, 0},
		{"charge.payment", Recovery{ID: "7", Step: cent, Borne: borne}, 1},
		{"charge.payment", Recovery{ID: "7", Step: cent, Borne: borne}, -u(1)},
		{"charge.step", Recovery{ID: "7", Borne: borne}, u(1)},
		{"charge.name", Recovery{Step: cent, Borne: borne}, u(1)},
		{"charge.borne", Recovery{ID: "7", Step: cent, Borne: Split{Kept: -u(1)}}, u(1)},
		{"charge.borne", Recovery{ID: "7", Step: cent, Borne: Split{Kept: 1}}, u(1)},
		{"charge.borne", Recovery{ID: "7", Step: cent, Borne: Split{Kept: 1 << 62, Reserve: 1 << 62}}, u(1)},
		{"charge.borne", Recovery{ID: "7", Step: cent, Borne: borne, Returned: u(26)}, u(1)},
		{"charge.twice", Recovery{ID: "7", Step: cent, Borne: Split{Members: []Share{{"ada", u(1)}, {"ada", u(1)}}}}, u(1)},
	} {
		_, err := c.r.Pay(c.amount)
		refused(t, err, c.code)
	}
}

func same(t testing.TB, what string, got, want Split) {
	t.Helper()
	if got.Reserve != want.Reserve || got.Kept != want.Kept || !slices.Equal(got.Members, want.Members) {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}
