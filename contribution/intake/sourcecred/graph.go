package sourcecred

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// MaxGraph is the size in bytes above which a graph is not read: unlike a
// ledger it names its nodes at the very end, so it is read whole.
const MaxGraph = 256 << 20

// authorship are the kinds of edge from a person to what they did, by plugin:
// github and discord, discourse, initiatives.
var authorship = []string{"AUTHORS", "authorship", "champions", "contributesToEntry"}

// graph is the second half of a versioned graph file.
type graph struct {
	Edges []struct {
		Address   []string `json:"address"`
		Dst       int      `json:"dstIndex"`
		Src       int      `json:"srcIndex"`
		Timestamp int64    `json:"timestampMs"`
	} `json:"edges"`
	Nodes []struct {
		Index       int    `json:"index"`
		Description string `json:"description"`
	} `json:"nodes"`
	Addresses [][]string `json:"sortedNodeAddresses"`
}

// Graph yields a Draft for each person and thing that an edge of authorship
// joins in output/graphs/.../graph.json: evidence of a contribution, worth one
// point of attention and no more. Scores, likes and mentions are not read;
// reactions are cheap to farm. The line of an error is the edge's number, from
// 1. People are those of Options.Instance, where an alias names them.
func Graph(file io.Reader, name string, opts Options) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		g, err := readGraph(file)
		if err != nil {
			yield(nil, err)
			return
		}
		text := make([]string, len(g.Addresses))
		for _, n := range g.Nodes {
			if n.Index >= 0 && n.Index < len(text) {
				text[n.Index] = intake.Clean(n.Description, 500)
			}
		}
		for i, e := range g.Edges {
			if len(e.Address) < 3 || !slices.Contains(authorship, e.Address[2]) {
				continue
			}
			at := time.UnixMilli(e.Timestamp).UTC()
			switch {
			case min(e.Src, e.Dst) < 0 || max(e.Src, e.Dst) >= len(text):
				err = fault.Invalidf("intake.edge", "edges", "the edge joins %d and %d, but the graph has %d nodes", e.Src, e.Dst, len(text))
			case e.Timestamp <= 0 || at.Year() > 2100:
				err = fault.Invalidf("intake.date", "timestampMs", "%d is not a time in milliseconds between 1970 and 2100", e.Timestamp)
			default:
				err = nil
			}
			if err != nil {
				if !yield(nil, fault.As(err).AtLine(i+1)) {
					return
				}
				continue
			}
			who, what := opts.author(g.Addresses[e.Src]), strings.Join(g.Addresses[e.Dst], "/")
			d := intake.Draft{Key: intake.Key("sourcecred-graph", what, who.ID), Kind: intake.Points, Person: who, Day: at.Format(time.DateOnly), From: at, To: at,
				Quantity: quantity.Of(1, quantity.One), Note: text[e.Dst], Evidence: []string{intake.Clean(what, 500)},
				Source: intake.Provenance{Source: "sourcecred", File: name, Line: i + 1, Ref: intake.Clean(what, 200)}}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// readGraph reads a graph, bare or with weights around it.
func readGraph(file io.Reader) (*graph, error) {
	text, err := io.ReadAll(io.LimitReader(file, MaxGraph+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxGraph {
		return nil, fault.Invalidf("intake.size", "", "the graph is larger than %d bytes; import the graph of one plugin at a time", MaxGraph)
	}
	kind, body, err := versioned(text)
	if err == nil && kind == "sourcecred/weightedGraph" {
		var weighted struct {
			Graph json.RawMessage `json:"graphJSON"`
		}
		if err = json.Unmarshal(body, &weighted); err == nil {
			kind, body, err = versioned(weighted.Graph)
		}
	}
	var g graph
	if err == nil && kind == "sourcecred/graph" {
		err = json.Unmarshal(body, &g)
	}
	if err != nil || kind != "sourcecred/graph" {
		return nil, fault.Invalidf("intake.json", "", "the file is not a graph of SourceCred (%q): %v", intake.Show(kind), err)
	}
	return &g, nil
}

// versioned splits [{"type": ..., "version": ...}, body].
func versioned(text []byte) (kind string, body json.RawMessage, err error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return "", nil, err
	}
	var head struct {
		Type string `json:"type"`
	}
	if len(parts) != 2 {
		return "", nil, nil
	}
	err = json.Unmarshal(parts[0], &head)
	return head.Type, parts[1], err
}

// author is the identity behind a node's address.
func (o *Options) author(address []string) intake.Identity {
	if o.Instance != nil {
		if id, ok := o.Instance.at["N\x00"+strings.Join(address, "\x00")+"\x00"]; ok {
			return o.Instance.Of(id)
		}
	}
	who := intake.Identity{ID: "sourcecred:" + intake.Clean(strings.Join(address, "/"), 300)}
	if len(address) > 0 {
		who.Name = intake.Clean(address[len(address)-1], 200)
	}
	return who
}
