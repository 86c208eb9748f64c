package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"

	"commonweal/quantity"
)

// Chart is a figure over categories, drawn in the browser from the very
// numbers of the table that stands beside it.
type Chart struct {
	Kind       string // "bar", "line", "step" (a balance), "area", "stacked" (bars), "rows" (horizontal bars), "calendar" (categories are days)
	Title      string
	Summary    string // what the figure shows, in a sentence: its text alternative
	Unit       quantity.Unit
	Categories []string // labels of the horizontal axis, of the rows, or days
	Over       string   // what the categories are: "Month"
	Series     []Series
	CSV        string // address of the data as CSV; empty for the table's own
}

// Series is one line or one color of bars; a value per category.
type Series struct {
	Name   string
	Values []quantity.Amount
	Dashed bool // drawn dashed: a plan, a forecast, what is compared with
}

// Sankey shows how something flows from left to right and keeps its size.
type Sankey struct {
	Title, Summary string
	Unit           quantity.Unit
	Nodes          []SankeyNode
	Links          []SankeyLink
}

// SankeyNode is a place that value passes. Links name it by ID.
type SankeyNode struct{ ID, Label, Href string }

// SankeyLink is an amount on its way from one node to another, with the page
// that says why.
type SankeyLink struct {
	From, To string
	Amount   quantity.Amount
	Href     string
}

// chartData is what the browser draws. Numbers are canonical decimals, taken
// over digit by digit.
type chartData struct {
	Kind       string       `json:"kind"`
	Title      string       `json:"title"`
	Summary    string       `json:"summary"`
	Unit       string       `json:"unit"`
	Categories []string     `json:"categories,omitempty"`
	Series     []seriesData `json:"series,omitempty"`
	Nodes      []nodeData   `json:"nodes,omitempty"`
	Links      []linkData   `json:"links,omitempty"`
	Edges      []edgeData   `json:"edges,omitempty"`
}

type seriesData struct {
	Name   string        `json:"name"`
	Dashed bool          `json:"dashed,omitempty"`
	Values []json.Number `json:"values"`
	Shown  []string      `json:"shown"`
}

type nodeData struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Href  string `json:"href,omitempty"`
	Layer int    `json:"layer,omitempty"`
	Kind  int    `json:"kind,omitempty"`
}

type linkData struct {
	From  string      `json:"from"`
	To    string      `json:"to"`
	Value json.Number `json:"value"`
	Shown string      `json:"shown"`
	Href  string      `json:"href,omitempty"`
}

// chartView is what the component's template sees.
type chartView struct {
	Chart
	Data chartData
	Rows []chartRow
}

type chartRow struct {
	Category string
	Cells    []string
}

func (in *instance) chart(c Chart) (template.HTML, error) {
	view := chartView{Chart: c, Data: chartData{Kind: c.Kind, Title: c.Title, Summary: c.Summary, Unit: in.q.UnitName(c.Unit), Categories: c.Categories}}
	for _, s := range c.Series {
		if len(s.Values) != len(c.Categories) {
			return "", fmt.Errorf("chart %q: series %q has %d values for %d categories", c.Title, s.Name, len(s.Values), len(c.Categories))
		}
		d := seriesData{Name: s.Name, Dashed: s.Dashed}
		for _, a := range s.Values {
			d.Values = append(d.Values, json.Number(a.Decimal()))
			d.Shown = append(d.Shown, in.q.Amount(a))
		}
		view.Data.Series = append(view.Data.Series, d)
	}
	for i, category := range c.Categories {
		row := chartRow{Category: category}
		for _, s := range view.Data.Series {
			row.Cells = append(row.Cells, s.Shown[i])
		}
		view.Rows = append(view.Rows, row)
	}
	return in.component("chart", view)
}

// sankeyView is what the component's template sees.
type sankeyView struct {
	Sankey
	Data chartData
	Rows []sankeyRow
}

type sankeyRow struct{ From, To, Amount, Href string }

func (in *instance) sankey(s Sankey) (template.HTML, error) {
	view := sankeyView{Sankey: s, Data: chartData{Kind: "sankey", Title: s.Title, Summary: s.Summary, Unit: in.q.UnitName(s.Unit)}}
	labels := map[string]string{}
	for _, n := range s.Nodes {
		labels[n.ID] = n.Label
		view.Data.Nodes = append(view.Data.Nodes, nodeData{ID: n.ID, Label: n.Label, Href: n.Href})
	}
	for _, l := range s.Links {
		from, fromOK := labels[l.From]
		to, toOK := labels[l.To]
		if !fromOK || !toOK {
			return "", fmt.Errorf("sankey %q: a link goes from %q to %q, which are not both nodes", s.Title, l.From, l.To)
		}
		shown := in.q.Amount(l.Amount)
		view.Data.Links = append(view.Data.Links, linkData{l.From, l.To, json.Number(l.Amount.Decimal()), shown, l.Href})
		view.Rows = append(view.Rows, sankeyRow{from, to, shown, l.Href})
	}
	view.Rows = slices.Clip(view.Rows)
	return in.component("sankey", view)
}
