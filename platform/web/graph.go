package web

import (
	"fmt"
	"html/template"
	"slices"
)

// Graph shows what came from what, in layers from left to right: a trace, a
// bill of materials, the steps of a process.
type Graph struct {
	Title, Summary string
	Nodes          []GraphNode
	Edges          []GraphEdge
}

// GraphNode is one thing. Layer counts from 0 at the left; nodes of one Kind
// (free words, such as "event" or "person") have one color.
type GraphNode struct {
	ID, Label, Href, Kind string
	Layer                 int
}

// GraphEdge leads from one node to another; its Label is read in the table and
// on hover.
type GraphEdge struct{ From, To, Label string }

type edgeData struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Label string `json:"label,omitempty"`
}

// graphView is what the component's template sees.
type graphView struct {
	Graph
	Data chartData
	Rows []graphRow
}

type graphRow struct {
	From, To GraphNode
	Label    string
}

func (in *instance) graph(g Graph) (template.HTML, error) {
	view := graphView{Graph: g, Data: chartData{Kind: "graph", Title: g.Title, Summary: g.Summary}}
	nodes := map[string]GraphNode{}
	var kinds []string
	for _, n := range g.Nodes {
		nodes[n.ID] = n
		if !slices.Contains(kinds, n.Kind) {
			kinds = append(kinds, n.Kind)
		}
		view.Data.Nodes = append(view.Data.Nodes, nodeData{n.ID, n.Label, n.Href, n.Layer, slices.Index(kinds, n.Kind)})
	}
	view.Data.Categories = kinds
	for _, e := range g.Edges {
		from, fromOK := nodes[e.From]
		to, toOK := nodes[e.To]
		if !fromOK || !toOK {
			return "", fmt.Errorf("graph %q: an edge goes from %q to %q, which are not both nodes", g.Title, e.From, e.To)
		}
		view.Data.Edges = append(view.Data.Edges, edgeData(e))
		view.Rows = append(view.Rows, graphRow{from, to, e.Label})
	}
	return in.component("graph", view)
}
