package vfroom

import "commonweal/platform/web"

// layered is a graph that is being drawn: nodes by key, each once, and edges
// from what comes first to what comes of it.
type layered struct {
	graph web.Graph
	at    map[string]int
	edges map[[2]string]bool
}

// node adds a node unless it is there, and returns its key.
func (d *layered) node(key, label, kind, href string) string {
	if d.at == nil {
		d.at, d.edges = map[string]int{}, map[[2]string]bool{}
	}
	if _, there := d.at[key]; !there {
		d.at[key] = len(d.graph.Nodes)
		d.graph.Nodes = append(d.graph.Nodes, web.GraphNode{ID: key, Label: label, Kind: kind, Href: href})
	}
	return key
}

// edge adds an edge between two nodes unless it is there.
func (d *layered) edge(from, to, label string) {
	if !d.edges[[2]string{from, to}] {
		d.edges[[2]string{from, to}] = true
		d.graph.Edges = append(d.graph.Edges, web.GraphEdge{From: from, To: to, Label: label})
	}
}

// layers places every node behind all that lead to it. What is in a loop is
// placed as far as the number of nodes allows.
func (d *layered) layers() web.Graph {
	for range d.graph.Nodes {
		moved := false
		for _, e := range d.graph.Edges {
			from, to := &d.graph.Nodes[d.at[e.From]], &d.graph.Nodes[d.at[e.To]]
			if to.Layer <= from.Layer && from.Layer+1 < len(d.graph.Nodes) {
				to.Layer, moved = from.Layer+1, true
			}
		}
		if !moved {
			break
		}
	}
	return d.graph
}
