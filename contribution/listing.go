package contribution

import (
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
)

// Filter says which contributions to list, newest logged first. Zero fields
// ask for nothing.
type Filter struct {
	Person      store.ID
	Project     store.ID
	Process     store.ID
	Kind        string
	State       State
	Deliverable string
	From, Until int32    // days since 1970-01-01, both included; 0 means open
	Before      EntryNo  // the last contribution of the page before
	Limit       int      // of the page
	Oldest      bool     // oldest first; Before then means after
	NotBy       store.ID // leave out contributions of this person
}

// matcher is a filter compiled against the dictionaries of a ledger.
type matcher struct {
	person, project, process, deliverable, notBy int32
	kind                                         int16
	flags                                        int32
	from, until                                  int32
	never                                        bool // names something that nobody ever logged
}

const anything = -2 // equation.None is -1

// compile looks up the filter's names once.
func (f Filter) compile(l *equation.Ledger) matcher {
	m := matcher{person: anything, project: anything, process: anything, deliverable: anything, notBy: anything, kind: anything, flags: anything, from: f.From, until: f.Until}
	find := func(names []string, name string) int32 {
		if name == "" {
			return anything
		}
		i := slices.Index(names, name)
		m.never = m.never || i < 0
		return int32(i)
	}
	m.person, m.project = find(l.People, string(f.Person)), find(l.Projects, string(f.Project))
	m.process, m.kind = find(l.Processes, string(f.Process)), int16(find(l.Kinds, f.Kind))
	if f.NotBy != "" {
		m.notBy = int32(slices.Index(l.People, string(f.NotBy)))
	}
	if f.Deliverable != "" {
		kind, id, _ := cutDeliverable(f.Deliverable)
		m.deliverable = int32(slices.Index(l.Deliverables, equation.Deliverable{Kind: equation.DeliverableKind(kind), ID: id}))
		m.never = m.never || m.deliverable < 0
	}
	if f.State != 0 {
		m.flags = int32(stateFlags[f.State])
	}
	return m
}

// matches reports whether row i is asked for.
func (m *matcher) matches(l *equation.Ledger, i int) bool {
	return (m.person == anything || l.Person[i] == m.person) &&
		(m.project == anything || l.Project[i] == m.project) &&
		(m.process == anything || l.Process[i] == m.process) &&
		(m.deliverable == anything || l.Deliverable[i] == m.deliverable) &&
		(m.notBy == anything || l.Person[i] != m.notBy) &&
		(m.kind == anything || int16(l.Kind[i]) == m.kind) &&
		(m.flags == anything || int32(l.Flags[i]&allStates) == m.flags) &&
		(m.from == 0 || l.Day[i] >= m.from) && (m.until == 0 || l.Day[i] <= m.until)
}

// pick returns the numbers and states of the rows that a filter asks for.
func (c *Columns) pick(f Filter) []numbered {
	m := f.compile(&c.Ledger)
	if m.never {
		return nil
	}
	var out []numbered
	i, end, step := c.Len()-1, -1, -1
	switch {
	case f.Oldest:
		i, end, step = c.after(f.Before), c.Len(), 1
	case f.Before != (EntryNo{}):
		i = c.at(f.Before) - 1
	}
	for ; i != end && len(out) < f.Limit; i += step {
		if m.matches(&c.Ledger, i) {
			out = append(out, numbered{c.no[i], c.State(i)})
		}
	}
	return out
}

// numbered is a contribution by number, in the state it stands in.
type numbered struct {
	no    EntryNo
	state State
}

// at returns the first row whose number is not before no; after, the first behind it.
func (c *Columns) at(no EntryNo) int {
	i, _ := slices.BinarySearchFunc(c.no, no, compareNo)
	return i
}

func (c *Columns) after(no EntryNo) int {
	i, found := slices.BinarySearchFunc(c.no, no, compareNo)
	if found {
		return i + 1
	}
	return i
}

func compareNo(a, b EntryNo) int {
	switch {
	case before(a, b):
		return -1
	case a == b:
		return 0
	}
	return 1
}

// List returns the contributions that a filter asks for, each in the state it
// stands in now: one pass over the columns and one query a page.
func (p *Practice) List(r *store.Snapshot, f Filter) ([]Entry, error) {
	var picked []numbered
	err := p.Columns(r, func(c *Columns) error {
		picked = c.pick(f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return entriesOf(r, picked)
}

// entriesOf reads contributions by number, in the order given, each in the
// state that the list says.
func entriesOf(r store.Reader, list []numbered) ([]Entry, error) {
	nos := make([]EntryNo, len(list))
	for i, want := range list {
		nos[i] = want.no
	}
	rows, err := store.AllOf(r, scanEntry, entriesByNo, nos)
	if err != nil {
		return nil, err
	}
	found := make(map[EntryNo]Entry, len(rows))
	for _, e := range rows {
		found[e.No] = e
	}
	out := make([]Entry, 0, len(list))
	for _, want := range list {
		if e, ok := found[want.no]; ok {
			e.State = want.state
			out = append(out, e)
		}
	}
	pointers := make([]*Entry, len(out))
	for i := range out {
		pointers[i] = &out[i]
	}
	return out, priced(r, nil, pointers...)
}
