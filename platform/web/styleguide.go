package web

import (
	"fmt"
	"time"

	"commonweal/quantity"
)

// styleguideRoutes are the page with every component, for those who design
// and review: every state of every component, in the reader's language.
func (s *Shell) styleguideRoutes() []Route {
	return []Route{
		{Pattern: "GET /styleguide", Handle: s.styleguide},
		{Pattern: "POST /styleguide", Handle: s.styleguide},
		{Pattern: "GET " + commonsPrefix + "/styleguide", Needs: CapabilityHome, Handle: s.styleguide},
		{Pattern: "POST " + commonsPrefix + "/styleguide", Needs: CapabilityHome, Handle: s.styleguide},
	}
}

// samples is the data of the page. Its people are fictional.
type samples struct {
	Form    *Form
	Kinds   []Option
	Figures []Figure
	Tabs    []Tab
	Steps   []Step
	Moments []Moment
	Lines   []sampleLine
	Total   quantity.Amount
	Charts  []Chart
	Flow    Sankey
	Trace   Graph
	Now     time.Time
}

type sampleLine struct {
	Name  string
	Hours quantity.Amount
	Pay   quantity.Amount
}

func (s *Shell) styleguide(q *Request) error {
	f := q.Form()
	if q.R.Method == "POST" {
		f.Amount("hours", "hour", Required)
		f.Date("day", Required)
		f.Text("note", Required, Max(40))
		f.Choice("kind", []string{"work", "care"}, Required)
		if f.OK() {
			return q.Redirect(q.R.URL.Path, "web.home.nothing")
		}
	}
	f.Default("day", "2026-03-31")
	f.Default("kind", "work")
	now := q.Store.Now()
	v := samples{
		Form: f, Now: now,
		Kinds:   []Option{{"work", "Making and repairing", "Time spent at the bench or on site"}, {"care", "Care for people", "Cooking, listening, looking after each other"}},
		Figures: sampleFigures(q),
		Tabs:    []Tab{{"Overview", "#", true, 0}, {"Contributions", "#", false, 128}, {"People", "#", false, 17}, {"Settings", "#", false, 0}},
		Steps:   []Step{{"File", "#", "done"}, {"Columns", "", "current"}, {"Check", "", ""}, {"Import", "", ""}},
		Moments: []Moment{
			{now.Add(-26 * time.Hour), "2.5 hours logged", "Sanding the frame of the cargo bike", "#", "Mira Example", "accent"},
			{now.Add(-5 * time.Hour), "Validated", "Two of two validators agreed", "", "Joost Example", "good"},
			{now.Add(-30 * time.Minute), "Appeal withdrawn", "", "", "Noor Example", ""},
		},
		Charts: sampleCharts(),
		Flow:   sampleFlow(),
		Trace:  sampleTrace(),
		Total:  quantity.MustParse("1840.5", "EUR"),
	}
	for i, name := range []string{"Mira Example", "Joost van den Bergh-Example", "Noor Example", "Workshop fund"} {
		v.Lines = append(v.Lines, sampleLine{name, quantity.Micros(int64(41-9*i)*500_000, "hour"), quantity.Micros(int64(820-190*i)*1_000_000+500_000, "EUR")})
	}
	return q.Render(Page{Template: "web/styleguide.html", Title: "Styleguide", Data: v, Crumbs: []Crumb{{"Home", "/"}, {"Styleguide", ""}}})
}

func sampleFigures(q *Request) []Figure {
	return []Figure{
		{Label: "Hours this month", Value: q.Amount(quantity.MustParse("412.5", "hour")), Unit: "h", Path: "#", Trend: []float64{210, 260, 240, 300, 280, 330, 310, 350, 390, 370, 400, 412}},
		{Label: "Income this year", Value: q.Amount(quantity.MustParse("48230.75", "EUR")), Unit: "EUR", Path: "#", Trend: []float64{2, 3, 8, 5, 4, 6, 9, 7, 3, 5, 6, 8}},
		{Label: "Owed to contributors", Value: q.Amount(quantity.MustParse("3120", "EUR")), Unit: "EUR", Path: "#", Trend: []float64{9, 8, 8, 7, 6, 6, 5, 5, 4, 4, 3, 3}},
		{Label: "Members", Value: q.shown(17), Path: "#", Trend: []float64{9, 9, 10, 11, 11, 12, 14, 14, 15, 15, 16, 17}},
	}
}

func sampleCharts() []Chart {
	months := []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	wave := func(base, swing int64) []quantity.Amount {
		out := make([]quantity.Amount, len(months))
		for i := range out {
			step := int64(i)
			out[i] = quantity.Of(base+swing*((step*7)%5)-step*step/3, quantity.Hour)
		}
		return out
	}
	days := make([]string, 0, 120)
	hours := make([]quantity.Amount, 0, 120)
	for i, d := 0, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); i < 120; i, d = i+1, d.AddDate(0, 0, 1) {
		days = append(days, d.Format(DayFormat))
		hours = append(hours, quantity.Of(int64((i*i+3*i)%9), quantity.Hour))
	}
	series := []Series{{Name: "Making", Values: wave(120, 9)}, {Name: "Care", Values: wave(70, 6)}, {Name: "Coordination", Values: wave(40, 4)}}
	return []Chart{
		{Kind: "stacked", Title: "Hours by kind", Summary: "Making takes about half of all hours; care grows in autumn.", Unit: "hour", Over: "Month", Categories: months, Series: series},
		{Kind: "area", Title: "Hours of the bike project", Summary: "Steady, with a dip in August.", Unit: "hour", Over: "Month", Categories: months, Series: series[:1]},
		{Kind: "step", Title: "Balance of the workshop fund", Summary: "It grew until summer and paid for the lathe in August.", Unit: "EUR", Over: "Month", Categories: months, Series: []Series{{Name: "Balance", Values: wave(300, 40)}}},
		{Kind: "line", Title: "Draft beside the current equation", Summary: "The draft pays more in spring.", Unit: "hour", Over: "Month", Categories: months, Series: []Series{series[0], {Name: "Draft", Values: wave(130, 7), Dashed: true}}},
		{Kind: "rows", Title: "Who gave most this quarter", Summary: "Three people gave two thirds.", Unit: "hour", Over: "Person", Categories: []string{"Mira Example", "Joost van den Bergh-Example", "Noor Example", "Sam Example"},
			Series: []Series{{Name: "Hours", Values: wave(90, 8)[:4]}}},
		{Kind: "calendar", Title: "Hours by day", Summary: "Most work happens on weekdays.", Unit: "hour", Over: "Day", Categories: days, Series: []Series{{Name: "Hours", Values: hours}}},
	}
}

func sampleFlow() Sankey {
	eur := func(n int64) quantity.Amount { return quantity.Of(n, "EUR") }
	s := Sankey{Title: "Where the payment of order 1042 went", Summary: "Of 2,000 euros, 160 went to fees and taxes, 1,640 to six people and 200 to two funds.", Unit: "EUR",
		Nodes: []SankeyNode{{"pay", "Customer’s payment", "#"}, {"fees", "Fees and taxes", ""}, {"pot", "To distribute", ""}, {"work", "Work", ""}, {"upkeep", "Upkeep", ""}, {"funds", "Funds", ""}},
		Links: []SankeyLink{{"pay", "fees", eur(160), ""}, {"pay", "pot", eur(1840), "#"}, {"pot", "work", eur(1240), "#"}, {"pot", "upkeep", eur(400), "#"}, {"pot", "funds", eur(200), "#"}},
	}
	for i, to := range []string{"Mira Example", "Joost Example", "Noor Example", "Sam Example", "Illness circle", "Workshop fund"} {
		id, from, n := fmt.Sprint("to", i), "work", []int64{520, 430, 290, 400, 120, 80}[i]
		switch {
		case i == 3:
			from = "upkeep"
		case i > 3:
			from = "funds"
		}
		s.Nodes = append(s.Nodes, SankeyNode{id, to, "#"})
		s.Links = append(s.Links, SankeyLink{from, id, eur(n), "#"})
	}
	return s
}

func sampleTrace() Graph {
	return Graph{Title: "Where bike 17 came from", Summary: "Four people, one machine and a delivery of steel stand behind it.",
		Nodes: []GraphNode{
			{"steel", "Steel tube, 12 m", "#", "resource", 0}, {"saw", "Cold saw", "#", "resource", 0}, {"mira", "Mira Example", "#", "person", 0},
			{"cut", "Cutting", "#", "process", 1}, {"joost", "Joost Example", "#", "person", 1}, {"noor", "Noor Example", "#", "person", 1},
			{"weld", "Welding", "#", "process", 2}, {"paint", "Painting", "#", "process", 2}, {"bike", "Bike 17", "#", "resource", 3},
		},
		Edges: []GraphEdge{{"steel", "cut", "consume 12 m"}, {"saw", "cut", "use 1.5 h"}, {"mira", "cut", "work 2 h"}, {"cut", "weld", "produce 14 parts"},
			{"joost", "weld", "work 6 h"}, {"noor", "paint", "work 3 h"}, {"weld", "bike", "produce 1"}, {"paint", "bike", "modify"}}}
}
