package main

import (
	"time"

	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/platform/store"
)

// demoScript is what the demo tells about one commons: who is there, what they
// do and how often, what comes in, and by which rules it flows on.
type demoScript struct {
	slug, name, statement string
	seed                  uint64
	people                []demoPerson // the first two are its stewards
	projects              []string
	kinds                 []contribution.Kind // besides the ones every commons has
	tasks                 []demoTask
	incomes               []demoIncome
	equations             []demoEquation
	batches               []demoBatch
	rounds                []demoRound
	story                 demoStory // what is made and counted; nil for nothing
	sheet                 bool      // hours were kept on paper before, and are imported
	closes                int       // the project that ends in the second year; 0 for none
}

// demoPerson is one of the cast. Everybody has the last name Example.
type demoPerson struct{ name, handle string }

// demoTask is something that people do again and again.
type demoTask struct {
	project     int
	kind        string
	who         []int    // of people
	perWeek     float64  // in a month of season 10
	season      [12]int  // by month; 10 is the usual
	least, most int      // quarters of the kind's unit; cents for money
	notes       []string //
}

// demoIncome is money that comes in again and again.
type demoIncome struct {
	project     int
	kind        contribution.IncomeKind
	every       int // months
	month, day  int // of the first in a year, and day of the month
	payers      []string
	least, most int // whole euros
	season      [12]int
	prefix      string // of its references
	processor   string // takes 1.9 % + 0.35; empty for none
	host        string // takes 5 %; empty for none
	tax         bool   // 21 % of what was paid is value added tax
}

// demoEquation is the life of one value equation: its versions by the month
// (from the start) in which they come, and what becomes of each.
type demoEquation struct {
	project  int
	versions []demoVersion
	// quarterly distributions begin in this month of a quarter
	month int
}

type demoVersion struct {
	from  int // months after the start
	state contribution.EquationState
	text  func(demoScope) equation.Equation
}

// demoScope is what the text of an equation names.
type demoScope struct{ project, commons store.ID }

// demoBatch is a kind of product that a project makes in steps, each a process
// with its own work, and that is sold to order.
type demoBatch struct {
	project int
	every   int // months
	name    string
	prefix  string // of the orders
	parts   []demoPart
	final   demoPart
	price   int
	payers  []string
}

type demoPart struct {
	name  string // of the process and of what comes out of it
	who   []int
	hours int // quarters, of everybody
	notes []string
	cites string // a design that is used
}

// demoDay is one day of the demo.
type demoDay struct {
	n    int       // from 0
	left int       // days that follow
	at   time.Time // when everybody writes down what they did the day before
}

// evenly is a task of every season.
var evenly = [12]int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10}

// demoScripts is the federation.
func demoScripts() []demoScript {
	return []demoScript{windworksScript(), gardenScript(), lanternScript()}
}
