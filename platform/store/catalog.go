package store

import (
	"io/fs"
	"slices"
	"strings"
)

// catalog knows the tables of the schemas in the order of their creation, and
// which refer to which. It decides in which order pending rows are written and
// before which statements.
type catalog struct {
	order map[string]int // position of a table in the order of creation
	names []string
	// parents[t] are the tables that t refers to, children[t] those that refer to t.
	parents, children [][]int
	rows              [][]rowsOf // of each table, what Rows hold it
}

// readCatalog finds the tables of the schemas.
func readCatalog(schemas []Schema) (*catalog, error) {
	c := &catalog{order: map[string]int{}}
	c.read(laneSchema)
	for _, sc := range schemas {
		steps, err := sc.steps()
		if err != nil {
			return nil, err
		}
		for _, step := range steps {
			c.read(step.text)
		}
	}
	c.rows = make([][]rowsOf, len(c.names))
	declared.Lock()
	defer declared.Unlock()
	for _, r := range declared.rows {
		if t, ok := c.order[r.of()]; ok {
			c.rows[t] = append(c.rows[t], r)
		}
	}
	return c, nil
}

// read adds the tables and references of one script.
func (c *catalog) read(script string) {
	for _, text := range sentences(script) {
		var table int
		w := words(text)
		switch {
		case starts(w, "CREATE", "TABLE", "IF", "NOT", "EXISTS") && len(w) > 5:
			table = c.add(w[5])
		case starts(w, "CREATE", "TABLE") && len(w) > 2, starts(w, "ALTER", "TABLE") && len(w) > 2:
			table = c.add(w[2])
		default:
			continue
		}
		for i := range len(w) - 1 {
			if strings.EqualFold(w[i], "REFERENCES") {
				c.refer(table, c.add(w[i+1]))
			}
		}
	}
}

func (c *catalog) add(name string) int {
	if t, ok := c.order[name]; ok {
		return t
	}
	t := len(c.names)
	c.order[name] = t
	c.names = append(c.names, name)
	c.parents = append(c.parents, nil)
	c.children = append(c.children, nil)
	return t
}

func (c *catalog) refer(child, parent int) {
	if child != parent && !slices.Contains(c.parents[child], parent) {
		c.parents[child] = append(c.parents[child], parent)
		c.children[parent] = append(c.children[parent], child)
	}
}

// plan is what must happen before a statement runs.
type plan struct {
	// needs are the tables whose pending rows must be written: those the
	// statement names, and when it writes those its foreign keys lead to.
	needs []int
	// rewrites are the Rows that it changes behind the lane's back.
	rewrites []rowsOf
}

func (c *catalog) plan(s *Statement) (p plan) {
	var named []int
	for _, w := range s.words {
		if t, ok := c.order[w]; ok && !slices.Contains(named, t) {
			named = append(named, t)
		}
	}
	all := slices.Clone(named)
	for _, t := range named {
		if s.writes {
			all = append(all, c.parents[t]...)
			p.rewrites = append(p.rewrites, c.rows[t]...)
		}
		if s.deletes {
			all = append(all, c.children[t]...)
		}
	}
	slices.Sort(all)
	p.needs = slices.Compact(all)
	return p
}

// step is one file of a schema.
type step struct {
	room, name, text string
}

// steps returns the files of the schema in order.
func (sc Schema) steps() ([]step, error) {
	names, err := fs.Glob(sc.Files, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	out := make([]step, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(sc.Files, name)
		if err != nil {
			return nil, err
		}
		out = append(out, step{sc.Room, strings.TrimPrefix(name, "schema/"), string(text)})
	}
	return out, nil
}
