package match_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/books/intake/match"
	"commonweal/quantity"
)

func eur(text string) quantity.Amount { return quantity.MustParse(text, "EUR") }

func line(amount, day, name, account, reference, description string) intake.Line {
	return intake.Line{Day: day, Amount: eur(amount), Detail: intake.Detail{Party: intake.Party{Name: name, Account: intake.Account(account)}, Reference: reference, Description: description}}
}

// reasons are the codes and points of a candidate.
func reasons(c match.Candidate) string {
	var out []string
	for _, r := range c.Reasons {
		out = append(out, fmt.Sprintf("%s %d", r.Code, r.Points))
	}
	return strings.Join(out, ", ")
}

var invoice = match.Item{ID: "i118", Amount: eur("250.50"), Day: "2026-03-01", Names: []string{"Zoë Fictief"}, Accounts: []intake.Account{"DE89370400440532013000"}, References: []string{"INV-2026-118"}}

func TestPoints(t *testing.T) {
	for name, c := range map[string]struct {
		line intake.Line
		want string // reasons of the one candidate; empty for none
	}{
		"everything":            {line("250.50", "2026-03-01", "Fictief, Zoe", "DE89370400440532013000", "INV-2026-118", ""), "amount 40, reference 40, account 20"},
		"amount and day":        {line("250.50", "2026-03-04", "", "", "", ""), "amount 40, day 14"},
		"amount and name":       {line("250.50", "2026-03-31", "Z. Fictief", "", "", ""), "amount 40, name 10, day 5"},
		"amount, far away":      {line("250.50", "2026-09-01", "", "", "", ""), ""},
		"account, far away":     {line("250.50", "2026-09-01", "", "DE89370400440532013000", "", ""), "amount 40, account 25"},
		"reference, far away":   {line("250.50", "2026-09-01", "", "", "", "for inv 2026/118, thanks"), "amount 40, reference 40"},
		"a part":                {line("50.50", "2026-03-01", "", "", "inv2026118", ""), "part 10, reference 40, day 15"},
		"more":                  {line("300", "2026-03-01", "", "", "INV 2026 118", ""), "over 10, reference 40, day 15"},
		"a part, not named":     {line("50.50", "2026-03-01", "Zoë Fictief", "DE89370400440532013000", "", ""), ""},
		"the other sign":        {line("-250.50", "2026-03-01", "", "", "INV-2026-118", ""), ""},
		"a longer number":       {line("250.50", "2026-03-01", "", "", "INV-2026-1180", ""), "amount 40, day 15"},
		"a reference in a word": {line("99", "2026-03-01", "", "", "", "XINV2026118X"), ""},
	} {
		p := match.Propose([]intake.Line{c.line}, []match.Item{invoice}, match.Options{})[0]
		got := ""
		if len(p.Candidates) > 0 {
			got = reasons(p.Candidates[0])
		}
		if got != c.want || (p.Chosen == 0) != (c.want != "") {
			t.Errorf("%s: %q, chosen %d, want %q", name, got, p.Chosen, c.want)
		}
	}
	dollars := line("250.50", "2026-03-01", "", "", "INV-2026-118", "")
	dollars.Amount.Unit = "USD"
	if p := match.Propose([]intake.Line{dollars}, []match.Item{invoice}, match.Options{})[0]; len(p.Candidates) > 0 {
		t.Errorf("dollars pay euros: %+v", p)
	}
}

func TestSeveralAtOnce(t *testing.T) {
	items := []match.Item{
		{ID: "b", Amount: eur("20"), Day: "2026-03-01", References: []string{"INV-0002"}},
		{ID: "a", Amount: eur("10"), Day: "2026-03-01", References: []string{"INV-0001"}},
		{ID: "c", Amount: eur("30"), Day: "2026-03-01"},
	}
	p := match.Propose([]intake.Line{line("30", "2026-03-01", "", "", "", "INV-0001 and INV-0002")}, items, match.Options{})[0]
	if best := p.Candidates[0]; p.Chosen != 0 || !slices.Equal(best.Items, []int{1, 0}) || reasons(best) != "several 40, reference 40, day 15" {
		t.Errorf("%+v", p)
	}
}

func TestPartsAreMatchedOneByOne(t *testing.T) {
	batch := line("-30", "2026-03-01", "", "", "", "")
	batch.Parts = []intake.Part{{Amount: eur("-10")}, {Amount: eur("-20")}}
	items := []match.Item{{ID: "x", Amount: eur("-20"), Day: "2026-03-01"}, {ID: "y", Amount: eur("-10"), Day: "2026-03-01"}}
	ps := match.Propose([]intake.Line{batch}, items, match.Options{})
	if len(ps) != 2 || ps[0].Part != 0 || ps[0].Candidates[ps[0].Chosen].Items[0] != 1 || ps[1].Candidates[ps[1].Chosen].Items[0] != 0 {
		t.Errorf("%+v", ps)
	}
}

// Two alike payments and two alike items: a person says which is whose, unless
// a name does.
func TestInvariant3TiesAreLeft(t *testing.T) {
	items := []match.Item{
		{ID: "a", Amount: eur("10"), Day: "2026-03-01", Names: []string{"Ada Verzonnen"}},
		{ID: "b", Amount: eur("10"), Day: "2026-03-01", Names: []string{"Bas Bedacht"}},
	}
	ls := []intake.Line{line("10", "2026-03-01", "", "", "", ""), line("10", "2026-03-01", "", "", "", "")}
	for _, p := range match.Propose(ls, items, match.Options{}) {
		if p.Chosen >= 0 || len(p.Candidates) != 2 {
			t.Errorf("%+v", p)
		}
	}
	ls[1].Party.Name = "BEDACHT BAS"
	ls[0].Party.Name = "A. Verzonnen"
	ps := match.Propose(ls, items, match.Options{})
	if ps[0].Chosen != 0 || items[ps[0].Candidates[0].Items[0]].ID != "a" || ps[1].Chosen != 0 || items[ps[1].Candidates[0].Items[0]].ID != "b" {
		t.Errorf("%+v", ps)
	}
}

// draw makes lines and items that often have something in common.
func draw(t *rapid.T) ([]intake.Line, []match.Item) {
	amount := rapid.SampledFrom([]string{"10", "20", "30", "-10"})
	day := rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("2026-03-%02d", rapid.IntRange(1, 31).Draw(t, "d")) })
	name := rapid.SampledFrom([]string{"", "Ada Verzonnen", "Verzonnen, A.", "Bas Bedacht", "Zoë"})
	account := rapid.SampledFrom([]string{"", "A1", "A2"})
	reference := rapid.SampledFrom([]string{"", "INV-0001", "INV-0002", "77x", "inv 0003"})
	items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) match.Item {
		return match.Item{Amount: eur(amount.Draw(t, "amount")), Day: day.Draw(t, "day"), Names: []string{name.Draw(t, "name")}, Accounts: []intake.Account{intake.Account(account.Draw(t, "account"))}, References: []string{reference.Draw(t, "reference")}}
	}), 0, 8).Draw(t, "items")
	for i := range items {
		items[i].ID = fmt.Sprintf("item %d", i)
	}
	lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) intake.Line {
		return line(amount.Draw(t, "amount"), day.Draw(t, "day"), name.Draw(t, "name"), account.Draw(t, "account"), reference.Draw(t, "reference"), reference.Draw(t, "text")+" "+reference.Draw(t, "text"))
	}), 0, 8).Draw(t, "lines")
	for i := range lines {
		lines[i].BankReference = fmt.Sprintf("line %d", i)
	}
	return lines, items
}

// named writes proposals without places: by the names of lines and items.
func named(ps []match.Proposal, lines []intake.Line, items []match.Item) []string {
	var out []string
	for _, p := range ps {
		text := fmt.Sprint(lines[p.Line].BankReference, " chosen ", p.Chosen, ": ")
		for _, c := range p.Candidates {
			for _, i := range c.Items {
				text += items[i].ID + " "
			}
			text += fmt.Sprintf("%d (%s); ", c.Score, reasons(c))
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

func TestInvariant1OrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines, items := draw(t)
		otherLines, otherItems := rapid.Permutation(lines).Draw(t, "other lines"), rapid.Permutation(items).Draw(t, "other items")
		a := named(match.Propose(lines, items, match.Options{}), lines, items)
		b := named(match.Propose(otherLines, otherItems, match.Options{}), otherLines, otherItems)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%s\nor\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	})
}

func TestInvariant2And3And4ChoicesAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines, items := draw(t)
		ps := match.Propose(lines, items, match.Options{Most: 100})
		used := map[int]bool{}
		for _, p := range ps {
			for j, c := range p.Candidates {
				sum := 0
				for _, r := range c.Reasons {
					if sum += r.Points; r.Points <= 0 || r.Text == "" {
						t.Fatalf("reason %+v", r)
					}
				}
				if sum != c.Score || sum < 45 || sum > 100 || j > 0 && c.Score > p.Candidates[j-1].Score {
					t.Fatalf("candidates %+v", p.Candidates)
				}
				if p.Chosen >= 0 && j != p.Chosen && c.Score == p.Candidates[p.Chosen].Score && !slices.ContainsFunc(c.Items, func(i int) bool { return taken(ps, i, c.Score) }) {
					t.Fatalf("%d was chosen in a tie: %+v", p.Chosen, p.Candidates)
				}
			}
			if p.Chosen < 0 {
				continue
			}
			for _, i := range p.Candidates[p.Chosen].Items {
				if used[i] {
					t.Fatalf("item %d is chosen twice: %+v", i, ps)
				}
				used[i] = true
			}
		}
	})
}

// taken reports whether an item has a better bid than the score.
func taken(ps []match.Proposal, item, score int) bool {
	return slices.ContainsFunc(ps, func(p match.Proposal) bool {
		return slices.ContainsFunc(p.Candidates, func(c match.Candidate) bool { return c.Score > score && slices.Contains(c.Items, item) })
	})
}

// More in common never gives fewer points.
func TestInvariant5MoreInCommonIsNoLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines, items := draw(t)
		if len(lines) == 0 || len(items) == 0 {
			return
		}
		l, it := lines[0], items[0]
		score := func(l intake.Line) int {
			p := match.Propose([]intake.Line{l}, []match.Item{it}, match.Options{Least: 1})[0]
			if len(p.Candidates) == 0 {
				return 0
			}
			return p.Candidates[0].Score
		}
		before := score(l)
		better := l
		switch rapid.IntRange(0, 3).Draw(t, "better") {
		case 0:
			better.Day = it.Day
		case 1:
			better.Party.Name = it.Names[0]
		case 2:
			better.Party.Account = it.Accounts[0]
		case 3:
			better.Reference = it.References[0] + " " + l.Reference
		}
		if better.Party.Name == "" || better.Party.Account == "" {
			return // nothing is in common with nothing
		}
		if after := score(better); after < before {
			t.Fatalf("%d points for %+v, %d for %+v", before, l, after, better)
		}
	})
}

// Ten thousand lines against ten thousand items of a few amounts.
func BenchmarkPropose(b *testing.B) {
	var lines []intake.Line
	var items []match.Item
	for i := range 10_000 {
		amount, day := fmt.Sprint(i%500+1), fmt.Sprintf("2026-%02d-%02d", i%12+1, i%28+1)
		lines = append(lines, line(amount, day, fmt.Sprint("Person ", i), "", fmt.Sprint("INV-", 10_000+i), "some text of the payer"))
		items = append(items, match.Item{ID: fmt.Sprint(i), Amount: eur(amount), Day: day, Names: []string{fmt.Sprint("Person ", i)}, References: []string{fmt.Sprint("INV-", 10_000+i)}})
	}
	for b.Loop() {
		match.Propose(lines, items, match.Options{})
	}
}
