package main

import (
	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/quantity"
)

// lanternScript is a care co-operative: its hours are counted apart from paid
// work, and priced by a rate that its members decided.
func lanternScript() demoScript {
	flu := [12]int{15, 15, 12, 10, 9, 8, 8, 8, 9, 10, 12, 14}
	return demoScript{
		slug: "lantern", name: "Lantern", seed: 37, statement: "Neighbours who look after each other, by day and by night.",
		people: []demoPerson{{"Noor Example", "noor"}, {"Bram Example", "bram"}, {"Joris Example", "joris"}, {"Wilma Example", "wilma"}, {"Efua Example", "efua"},
			{"Stan Example", "stan"}, {"Mei Example", "mei"}, {"Petra Example", "petra"}, {"Luuk Example", "luuk"}},
		projects: []string{"Home visits", "Night line", "Respite weekends"},
		kinds: []contribution.Kind{
			{Kind: "care", Name: "Care work", Stream: contribution.Care, Action: "work", Unit: quantity.CareHour, Evidence: "witness or circle",
				Validation: contribution.Validation{Validators: 1, ValidBelow: quantity.MustParse("1", quantity.CareHour), MonthlyMaximum: quantity.Of(120, quantity.CareHour)}},
			{Kind: "night", Name: "Night on call", Stream: contribution.Care, Action: "work", Unit: quantity.CareHour, Evidence: "rota", Validation: contribution.Validation{Validators: 2}},
			{Kind: "driving", Name: "Driving", Stream: contribution.Livelihood, Action: "transfer", Unit: "kilometre", Rate: quantity.MustParse("0.23", "EUR"), Evidence: "visit", Validation: contribution.Validation{Validators: 1}},
		},
		tasks: []demoTask{
			{0, "care", []int{3, 4, 5, 6, 7}, 5, flu, 2, 12, []string{"breakfast and a walk", "helped with washing", "groceries and a chat", "to the doctor and back", "played cards"}},
			{0, "driving", []int{3, 5, 8}, 1.3, evenly, 24, 140, []string{"visits of the week", "to the hospital"}},
			{1, "night", []int{4, 5, 6, 8}, 1.8, flu, 16, 40, []string{"on call, two calls", "on call, a quiet night", "on call, one visit"}},
			{2, "care", []int{2, 3, 6, 7}, 1, [12]int{4, 4, 8, 10, 14, 16, 16, 14, 12, 8, 6, 6}, 12, 40, []string{"weekend at the lake house", "cooked and sang", "took the children out"}},
			{2, "purchase", []int{1, 7}, 0.4, evenly, 1500, 9000, []string{"food for the weekend", "medicine box"}},
			{0, "work", []int{0, 1}, 0.9, evenly, 4, 14, []string{"rota and phone", "books of the month", "course on lifting"}},
			{0, "love", []int{2, 8, 4}, 0.6, evenly, 4, 12, []string{"garden of the old school", "birthday round"}},
		},
		incomes: []demoIncome{
			{project: 0, kind: contribution.FeeIn, every: 1, month: 1, day: 4, payers: []string{"Households of Lantern"}, least: 900, most: 1300, season: evenly, prefix: "HOME"},
			{project: 1, kind: contribution.GrantIn, every: 3, month: 1, day: 18, payers: []string{"Municipality of Exampledorp"}, least: 1800, most: 2400, season: evenly, prefix: "NIGHT", host: "Example Fiscal Host"},
			{project: 2, kind: contribution.Donation, every: 6, month: 5, day: 22, payers: []string{"Example Neighborhood Fund"}, least: 700, most: 1500, season: evenly, prefix: "LAKE"},
		},
		equations: []demoEquation{
			{project: 0, month: 1, versions: []demoVersion{{0, contribution.Adopted, visitShares}, {18, contribution.Adopted, visitSharesCapped}}},
			{project: 1, month: 2, versions: []demoVersion{{0, contribution.Adopted, nightShares}}},
			{project: 2, month: 3, versions: []demoVersion{{2, contribution.Adopted, lakeShares}}},
		},
		rounds: []demoRound{{name: "A hundred thanks", every: 6, month: 6, rules: gifts()}},
	}
}

func visitShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Home visits", Unit: "EUR", Base: equation.Whole,
		Constants: []equation.Constant{{Name: "careRate", Value: "14", Unit: "EUR/careHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "reserve", Label: "Reserve for illness", Percent: "15", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "office", Label: "Office and kilometers", Percent: "25", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "office", Kinds: []string{"work", "driving"}, Claim: equation.UntilPaid, Formula: "value"}}},
			{Sequence: 3, Key: "carers", Label: "Carers", Percent: "60", Rules: []equation.Rule{
				{ID: "visits", Kinds: []string{"care"}, Streams: []string{equation.Care}, Claim: equation.UntilPaid, Formula: "hours * careRate"}}},
		}}
}

func visitSharesCapped(s demoScope) equation.Equation {
	e := visitShares(s)
	e.MinimumPayout = "1"
	e.Constants[0].Value = "15.5"
	e.Buckets[2].Cap = equation.Cap{PerPersonPerPeriod: "900", Period: equation.Quarter}
	return e
}

func nightShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Night line", Unit: "EUR", Base: equation.Remaining,
		Constants: []equation.Constant{{Name: "nightRate", Value: "9.5", Unit: "EUR/careHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "reserve", Label: "Reserve for illness", Percent: "10", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "nights", Label: "Those on call", Percent: "100", Policy: equation.Policy{Kind: equation.Balanced}, Rules: []equation.Rule{
				{ID: "nights", Kinds: []string{"night"}, Streams: []string{equation.Care}, Unit: quantity.CareHour, Claim: equation.Forever, Formula: "quantity * nightRate"}}},
		}}
}

func lakeShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Respite weekends", Unit: "EUR", Base: equation.Remaining,
		Constants: []equation.Constant{{Name: "careRate", Value: "6", Unit: "EUR/careHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "bills", Label: "Bills", Percent: "70", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "bills", Kinds: []string{"purchase"}, Claim: equation.UntilPaid, Formula: "value"}}},
			{Sequence: 2, Key: "hosts", Label: "Hosts", Percent: "100", Rules: []equation.Rule{
				{ID: "weekends", Kinds: []string{"care"}, Streams: []string{equation.Care}, Claim: equation.UntilPaid, Formula: "hours * careRate"}}},
		}}
}
