package evaluation

import (
	"maps"
	"slices"
)

// circles returns the groups of two or more in which everybody reaches
// everybody along the links: the strongly connected components, by Tarjan's
// method with a stack of its own, so that a long chain cannot exhaust the
// program's. Groups and their members come in order.
func circles(links map[string][]string) [][]string {
	t := tarjan{links: links, index: map[string]int{}, low: map[string]int{}, onStack: map[string]bool{}}
	for _, m := range slices.Sorted(maps.Keys(links)) {
		if _, seen := t.index[m]; !seen {
			t.visit(m)
		}
	}
	slices.SortFunc(t.groups, slices.Compare)
	return t.groups
}

type tarjan struct {
	links      map[string][]string
	index, low map[string]int
	stack      []string
	onStack    map[string]bool
	groups     [][]string
}

// frame is a member being visited and how many of his links are done.
type frame struct {
	member string
	done   int
}

func (t *tarjan) open(m string) frame {
	t.index[m], t.low[m] = len(t.index), len(t.index)
	t.stack, t.onStack[m] = append(t.stack, m), true
	return frame{member: m}
}

func (t *tarjan) visit(root string) {
	path := []frame{t.open(root)}
	for len(path) > 0 {
		f := &path[len(path)-1]
		if f.done < len(t.links[f.member]) {
			to := t.links[f.member][f.done]
			f.done++
			if _, seen := t.index[to]; !seen {
				path = append(path, t.open(to))
			} else if t.onStack[to] {
				t.low[f.member] = min(t.low[f.member], t.index[to])
			}
			continue
		}
		m := f.member
		path = path[:len(path)-1]
		if len(path) > 0 {
			parent := path[len(path)-1].member
			t.low[parent] = min(t.low[parent], t.low[m])
		}
		if t.low[m] == t.index[m] {
			t.close(m)
		}
	}
}

// close takes a finished group off the stack.
func (t *tarjan) close(root string) {
	at := len(t.stack) - 1
	for t.stack[at] != root {
		at--
	}
	group := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, m := range group {
		t.onStack[m] = false
	}
	if len(group) > 1 {
		slices.Sort(group)
		t.groups = append(t.groups, group)
	}
}
