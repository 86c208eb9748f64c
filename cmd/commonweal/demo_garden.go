package main

import (
	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/quantity"
)

// gardenScript is a food hub: growers, a packing shed, boxes every week. It
// lives from spring to autumn.
func gardenScript() demoScript {
	summer := [12]int{3, 4, 7, 11, 14, 15, 15, 15, 14, 11, 5, 3}
	harvest := [12]int{1, 1, 2, 4, 8, 12, 16, 20, 18, 12, 4, 2}
	return demoScript{
		slug: "garden", name: "Market Garden", seed: 23, sheet: true, story: leekStory, statement: "Vegetables of twelve small growers, in one box a week.",
		people: []demoPerson{{"Noor Example", "noor"}, {"Salma Example", "salma"}, {"Joris Example", "joris"}, {"Pieter Example", "pieter"}, {"Ines Example", "ines"}, {"Dewi Example", "dewi"},
			{"Karel Example", "karel"}, {"Marta Example", "marta"}, {"Youssef Example", "youssef"}, {"Anke Example", "anke"}, {"Rosa Example", "rosa"}, {"Hugo Example", "hugo"}},
		projects: []string{"Weekly boxes", "Soup kitchen", "Orchard"},
		kinds: []contribution.Kind{
			{Kind: "harvest", Name: "Harvest given", Stream: contribution.Livelihood, Action: "transfer", Unit: "kilogram", Rate: quantity.MustParse("1.1", "EUR"), Evidence: "weight slip", Validation: contribution.Validation{Validators: 1, ValidBelow: quantity.Of(15, "kilogram")}},
			{Kind: "driving", Name: "Driving", Stream: contribution.Livelihood, Action: "transfer", Unit: "kilometre", Rate: quantity.MustParse("0.23", "EUR"), Evidence: "round of the day", Validation: contribution.Validation{Validators: 1}},
		},
		tasks: []demoTask{
			{0, "work", []int{3, 4, 5, 6, 8}, 3.5, summer, 6, 26, []string{"packed boxes", "washed carrots", "weeded the long beds", "planted leeks", "set up the cold store", "sorted crates"}},
			{0, "harvest", []int{3, 5, 6, 7, 8, 11}, 3, harvest, 20, 320, []string{"courgettes", "potatoes", "kale", "beetroot", "tomatoes", "onions"}},
			{0, "driving", []int{2, 8, 11}, 1.6, summer, 48, 260, []string{"north round", "city round", "to the station and back"}},
			{0, "use", []int{6, 11}, 0.9, summer, 8, 32, []string{"my tractor", "my cold store"}},
			{0, "purchase", []int{1, 3, 4}, 0.7, summer, 800, 16000, []string{"seed, receipt attached", "paper bags", "fleece", "diesel"}},
			{1, "love", []int{1, 4, 7, 9, 10, 2}, 2.4, evenly, 8, 20, []string{"cooked for forty", "served", "peeled and washed up", "bread for the soup"}},
			{1, "purchase", []int{7, 9}, 0.4, evenly, 600, 4200, []string{"oil and spices", "bread flour"}},
			{2, "work", []int{5, 10, 11}, 1.1, [12]int{16, 16, 12, 6, 4, 4, 5, 8, 18, 20, 8, 10}, 6, 24, []string{"pruned the old row", "picked apples", "pressed juice", "mended the fence"}},
			{0, "care", []int{0, 1, 7}, 0.8, evenly, 2, 8, []string{"growers' meeting", "rota for next month", "listened to a grower who had a bad year"}},
		},
		incomes: []demoIncome{
			{project: 0, kind: contribution.Sale, every: 1, month: 1, day: 2, payers: []string{"Box members", "Restaurant Example", "Example School kitchen"}, least: 1300, most: 2600, season: [12]int{4, 4, 5, 7, 10, 14, 16, 18, 16, 12, 8, 5}, prefix: "BOX", processor: "Example Payments", tax: true},
			{project: 1, kind: contribution.Donation, every: 1, month: 1, day: 15, payers: []string{"Guests of the soup kitchen", "Parish of Exampledorp"}, least: 120, most: 380, season: evenly, prefix: "POT"},
			{project: 2, kind: contribution.Sale, every: 12, month: 11, day: 5, payers: []string{"Example Cider Works"}, least: 900, most: 1900, season: evenly, prefix: "APPLE", tax: true},
		},
		equations: []demoEquation{
			{project: 0, month: 1, versions: []demoVersion{{0, contribution.Adopted, boxShares}, {20, contribution.Adopted, boxSharesRecent}}},
			{project: 1, month: 2, versions: []demoVersion{{0, contribution.Adopted, soupShares}, {35, contribution.Draft, soupDraft}}},
		},
		rounds: []demoRound{{name: "Thanks for the kitchen", every: 3, month: 3, project: 1, kinds: []string{"love"}, rules: marks(evaluation.Praise, "0.1")}},
		batches: []demoBatch{{project: 2, every: 6, name: "Apple juice", prefix: "JUICE", price: 640, payers: []string{"Restaurant Example", "Example School kitchen"},
			parts: []demoPart{{name: "Crates of apples", who: []int{5, 10}, hours: 32, notes: []string{"picked and sorted"}}},
			final: demoPart{name: "Apple juice, 3 l", who: []int{11}, hours: 20, notes: []string{"pressed, heated and filled"}, cites: "Pressing table of the old orchard book"}}},
	}
}

func boxShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Growers, packers and drivers", Unit: "EUR", Base: equation.Remaining,
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "shed", Label: "Packing shed", Percent: "12", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "hub", Label: "Everyone by value", Percent: "100", Rules: []equation.Rule{
				{ID: "all", Kinds: []string{"work", "harvest", "driving", "use", "purchase"}, Claim: equation.UntilPaid, Formula: "value"}}},
		}}
}

// boxSharesRecent pays what was laid out first, oldest first, and keeps a
// bucket for care.
func boxSharesRecent(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Growers, packers and drivers", Unit: "EUR", Base: equation.Remaining, MinimumPayout: "2.5",
		Constants: []equation.Constant{{Name: "careRate", Value: "10", Unit: "EUR/careHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "shed", Label: "Packing shed", Percent: "10", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "laid-out", Label: "Money laid out", Percent: "35", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "bills", Kinds: []string{"purchase", "driving", "use"}, Claim: equation.UntilPaid, Division: equation.OldestFirst, Formula: "value"}}},
			{Sequence: 3, Key: "care", Label: "Care", Percent: "8", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "care", Kinds: []string{"care"}, Streams: []string{equation.Care}, Claim: equation.UntilPaid, Formula: "hours * careRate"}}},
			{Sequence: 4, Key: "growers", Label: "Growers and packers", Percent: "100", Rules: []equation.Rule{
				{ID: "grown", Kinds: []string{"work", "harvest"}, Claim: equation.UntilPaid, Premium: "5", Formula: "value"}}},
		}}
}

func soupShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Soup kitchen", Unit: "EUR", Base: equation.Remaining,
		Constants: []equation.Constant{{Name: "loveRate", Value: "3", Unit: "EUR/loveHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "bills", Label: "Bills of the kitchen", Percent: "60", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "bills", Kinds: []string{"purchase"}, Claim: equation.UntilPaid, Formula: "value"}}},
			{Sequence: 2, Key: "thanks", Label: "A thank-you to cooks", Percent: "100", Cap: equation.Cap{PerPerson: "150"}, Rules: []equation.Rule{
				{ID: "cooks", Kinds: []string{"love"}, Streams: []string{equation.Love}, Claim: equation.Once, Formula: "hours * loveRate"}}},
		}}
}

func soupDraft(s demoScope) equation.Equation {
	e := soupShares(s)
	e.Constants[0].Value = "4.5"
	e.Buckets[1].Cap.PerPerson = "200"
	return e
}
