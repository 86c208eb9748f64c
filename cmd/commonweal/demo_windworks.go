package main

import (
	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/quantity"
)

// windworksScript is a small open-hardware network: designs, a workshop,
// customers. Its turbines are sold in spring and built in winter.
func windworksScript() demoScript {
	winter := [12]int{16, 15, 13, 10, 8, 6, 4, 5, 8, 11, 14, 13}
	return demoScript{
		slug: "windworks", name: "Windworks", seed: 11, story: deskStory, statement: "Small wind turbines that a village can build and mend.",
		people: []demoPerson{{"Noor Example", "noor"}, {"Amina Example", "amina"}, {"Joris Example", "joris"}, {"Tomás Example", "tomas"}, {"Yuki Example", "yuki"},
			{"Fenna Example", "fenna"}, {"Okan Example", "okan"}, {"Liesbeth Example", "liesbeth"}, {"Bruno Example", "bruno"}, {"Saskia Example", "saskia"}},
		projects: []string{"Turbine 3 kW", "Open workshop", "Field manual", "The move to the old dairy"}, closes: 3,
		kinds: []contribution.Kind{
			{Kind: "design", Name: "Design work", Stream: contribution.Livelihood, Action: "work", Unit: "hour", Rate: quantity.Of(16, "EUR"), Evidence: "link to the drawing", Validation: contribution.Validation{Validators: 1}},
			{Kind: "driving", Name: "Driving", Stream: contribution.Livelihood, Action: "transfer", Unit: "kilometre", Rate: quantity.MustParse("0.23", "EUR"), Evidence: "from and to", Validation: contribution.Validation{Validators: 1}},
		},
		tasks: []demoTask{
			{0, "work", []int{0, 2, 3, 4, 6}, 3.2, winter, 4, 26, []string{"wound coils for the stator", "carved blades", "welded the yaw bearing", "cast the magnet rotors", "balanced the rotor", "painted the tail vane", "wired the rectifier box"}},
			{0, "design", []int{0, 3, 4, 8}, 1.6, evenly, 4, 20, []string{"redrew the hub for a 3 mm plate", "checked the furling angle against last winter's log", "parts list for the 2.4 m rotor", "drew the mast foot for clay soil"}},
			{0, "purchase", []int{1, 2, 6}, 0.7, winter, 1200, 24000, []string{"neodymium magnets, receipt attached", "copper wire 1.4 mm", "epoxy and glass mat", "bolts and lock nuts", "cedar planks"}},
			{0, "use", []int{6, 8}, 1.1, winter, 4, 20, []string{"my lathe for the hub", "my van as a paint booth", "plasma cutter"}},
			{1, "work", []int{0, 1, 2, 5, 7, 9}, 2.6, evenly, 6, 16, []string{"ran the Tuesday workshop", "taught carving to five beginners", "mended the band saw", "sorted the metal store"}},
			{1, "use", []int{6, 9}, 0.5, evenly, 6, 16, []string{"my band saw on workshop evenings", "my welding set"}},
			{1, "love", []int{5, 7, 9, 2}, 0.8, evenly, 4, 12, []string{"cooked for the workshop evening", "swept up afterwards", "poster for the open day"}},
			{2, "work", []int{4, 5, 7}, 1.6, evenly, 3, 16, []string{"wrote the chapter on furling", "translated the safety pages", "photographs of the winding jig", "answered questions of readers"}},
			{0, "care", []int{0, 1, 5, 7}, 1, evenly, 2, 8, []string{"talked two people through a quarrel", "sat in for the treasurer", "took minutes", "welcomed new people"}},
			{1, "driving", []int{3, 8}, 0.5, evenly, 48, 640, []string{"fetched a mast from the harbor", "took the demo turbine to the fair"}},
			{3, "love", []int{0, 2, 3, 5, 6, 9}, 1.5, evenly, 4, 24, []string{"painted walls", "carried the lathe with six people", "laid cable"}},
		},
		incomes: []demoIncome{
			{project: 0, kind: contribution.Sale, every: 1, month: 1, day: 12, payers: []string{"Village of Exampledorp", "Example Dairy", "Farm at the Example Dike"}, least: 1100, most: 2600, season: [12]int{6, 8, 14, 18, 16, 12, 8, 6, 9, 9, 7, 5}, prefix: "INV", processor: "Example Payments", tax: true},
			{project: 1, kind: contribution.FeeIn, every: 1, month: 1, day: 3, payers: []string{"Workshop visitors"}, least: 180, most: 420, season: evenly, prefix: "EVENING", processor: "Example Payments"},
			{project: 2, kind: contribution.Donation, every: 2, month: 2, day: 20, payers: []string{"Readers of the manual", "Example Fund for Open Books"}, least: 90, most: 450, season: evenly, prefix: "GIFT", host: "Example Fiscal Host"},
			{project: 2, kind: contribution.GrantIn, every: 12, month: 9, day: 8, payers: []string{"Example Province, energy office"}, least: 4000, most: 6000, season: evenly, prefix: "GRANT", host: "Example Fiscal Host"},
		},
		equations: []demoEquation{
			{project: 0, month: 1, versions: []demoVersion{{0, contribution.Adopted, turbineByHours}, {14, contribution.Adopted, turbineWithCare}, {34, contribution.Draft, turbineDraft}}},
			{project: 1, month: 2, versions: []demoVersion{{0, contribution.Adopted, workshopShares}}},
			{project: 2, month: 3, versions: []demoVersion{{1, contribution.Adopted, manualShares}, {33, contribution.Simulated, manualShares}}},
		},
		rounds: []demoRound{{name: "How well it was made", every: 2, month: 1, project: 0, kinds: []string{"work", "design"}, rules: marks(evaluation.FivePoint, "0.4")}},
		batches: []demoBatch{{project: 0, every: 4, name: "Turbine 3 kW", prefix: "WW", price: 4200, payers: []string{"Village of Exampledorp", "Campsite Example", "Farm at the Example Dike"},
			parts: []demoPart{
				{name: "Stator", who: []int{2, 3}, hours: 44, notes: []string{"wound and cast the stator"}, cites: "Winding jig drawing"},
				{name: "Set of blades", who: []int{4, 2}, hours: 60, notes: []string{"carved and balanced three blades"}, cites: "Blade templates 2.4 m"},
				{name: "Frame and tail", who: []int{6}, hours: 38, notes: []string{"welded frame, yaw and tail"}},
			},
			final: demoPart{name: "Turbine 3 kW", who: []int{3, 6, 8}, hours: 36, notes: []string{"assembled, tested on the roof, packed"}}}},
	}
}

func turbineByHours(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Those who build the turbine", Unit: "EUR", Base: equation.Remaining,
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "fund", Label: "Commons fund", Percent: "10", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "makers", Label: "Makers", Percent: "100", Rules: []equation.Rule{
				{ID: "made", Kinds: []string{"work", "design", "use", "purchase", "driving"}, Claim: equation.UntilPaid, Formula: "value"}}},
		}}
}

// turbineWithCare adds what a year of meetings asked for: care counts, people
// get at least five euros at once, and peers' marks move the hours a little.
func turbineWithCare(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Those who build the turbine", Unit: "EUR", Base: equation.Remaining, MinimumPayout: "5",
		Constants: []equation.Constant{{Name: "careRate", Value: "9", Unit: "EUR/careHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "fund", Label: "Commons fund", Percent: "8", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "care", Label: "Care", Percent: "10", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "care", Kinds: []string{"care"}, Streams: []string{equation.Care}, Claim: equation.UntilPaid, Formula: "hours * careRate"}}},
			{Sequence: 3, Key: "makers", Label: "Makers", Percent: "100", Cap: equation.Cap{PerPerson: "2500"}, Rules: []equation.Rule{
				{ID: "hours", Kinds: []string{"work", "design"}, Unit: "hour", Claim: equation.UntilPaid, Formula: "hours * rate * clamp(default(rating, 3) / 3, 0.8, 1.2)"},
				{ID: "things", Kinds: []string{"use", "purchase", "driving"}, Claim: equation.UntilPaid, Formula: "value"}}},
		}}
}

// turbineDraft is what the next meeting talks about.
func turbineDraft(s demoScope) equation.Equation {
	e := turbineWithCare(s)
	e.Buckets[0].Percent, e.Buckets[1].Percent = "5", "15"
	e.Buckets = append(e.Buckets[:2:2], equation.Bucket{Sequence: 3, Key: "money-first", Label: "Money laid out", Percent: "50", Leftover: equation.Leftover{To: equation.ToNext},
		Rules: []equation.Rule{{ID: "things", Kinds: []string{"use", "purchase", "driving"}, Claim: equation.UntilPaid, Division: equation.OldestFirst, Formula: "value"}}},
		equation.Bucket{Sequence: 4, Key: "makers", Label: "Makers", Percent: "100", Rules: []equation.Rule{e.Buckets[2].Rules[0]}})
	return e
}

func workshopShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Workshop evenings", Unit: "EUR", Base: equation.Whole,
		Constants: []equation.Constant{{Name: "loveRate", Value: "4", Unit: "EUR/loveHour"}},
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "tools", Label: "Tool fund", Percent: "25", Fixed: []equation.Receiver{{Agent: string(s.commons), Weight: "1"}}},
			{Sequence: 2, Key: "hosts", Label: "Hosts and tools", Percent: "55", Leftover: equation.Leftover{To: equation.ToNext}, Rules: []equation.Rule{
				{ID: "evenings", Kinds: []string{"work", "use", "driving"}, Claim: equation.UntilPaid, Formula: "value"}}},
			{Sequence: 3, Key: "kitchen", Label: "Kitchen and broom", Percent: "20", Rules: []equation.Rule{
				{ID: "love", Kinds: []string{"love"}, Streams: []string{equation.Love}, Claim: equation.UntilPaid, Formula: "hours * loveRate"}}},
		}}
}

// manualShares pays authors in proportion for as long as the manual is read.
func manualShares(s demoScope) equation.Equation {
	return equation.Equation{Project: string(s.project), Name: "Authors of the manual", Unit: "EUR", Base: equation.Remaining,
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "authors", Label: "Authors", Percent: "100", Rules: []equation.Rule{
				{ID: "writing", Kinds: []string{"work"}, Claim: equation.Forever, Formula: "hours * rate"}}},
		}}
}
