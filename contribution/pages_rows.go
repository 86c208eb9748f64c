package contribution

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// entryRow is one contribution as lists show it.
type entryRow struct {
	Entry
	Href    string
	Label   string // the kind's name
	Who     string
	Where   string // project
	PersonQ string // the list of this person's contributions
	State   stateBadge
}

// stateBadge is a state in words and in its tone.
type stateBadge struct{ Label, Tone string }

// stateTones are the tones of the states' badges.
var stateTones = map[State]string{Logged: "accent", Validated: "good", Disputed: "warn", Rejected: "bad", Amended: ""}

func badgeOf(q *web.Request, s State) stateBadge {
	return stateBadge{q.T("contribution.state." + s.String()), stateTones[s]}
}

// rowsOf turns entries into rows for a reader: names once for all of them, and
// no private text for people outside.
func rowsOf(q *web.Request, r store.Reader, s *Settings, entries []Entry) ([]entryRow, error) {
	var ids []store.ID
	for _, e := range entries {
		ids = append(ids, e.Person)
	}
	called, err := loadNames(q, r, ids...)
	if err != nil {
		return nil, err
	}
	rows := make([]entryRow, len(entries))
	for i, e := range entries {
		if !isMember(q) {
			e.Note, e.Evidence = "", nil
		}
		rows[i] = entryRow{Entry: e, Href: entryPath(q, e.No), Label: s.kindName(e.Kind), Who: called.of(e.Person),
			Where: s.Projects[e.Project].Name, PersonQ: q.Path("contribution", "entries") + "?person=" + string(e.Person), State: badgeOf(q, e.State)}
	}
	return rows, nil
}

// entryPath is the address of a contribution.
func entryPath(q *web.Request, no EntryNo) string {
	return q.Path("contribution", "entries", no.String())
}

// kindName is what a kind is called; kinds that are gone keep their word.
func (s *Settings) kindName(kind string) string {
	if k, known := s.Kinds[kind]; known {
		return k.Name
	}
	return kind
}

// openKinds are the kinds that may still be logged, in the order people meet them.
func (s *Settings) openKinds() []Kind {
	var out []Kind
	for _, k := range DefaultKinds(s.Currency) {
		if own, ok := s.Kinds[k.Kind]; ok && !own.Retired {
			out = append(out, own)
		}
	}
	known := map[string]bool{}
	for _, k := range out {
		known[k.Kind] = true
	}
	return append(out, sortedBy(s.Kinds, func(k Kind) (string, bool) { return k.Name, !k.Retired && !known[k.Kind] })...)
}

// openProjects are the projects that may be contributed to, by name.
func (s *Settings) openProjects() []Project {
	return sortedBy(s.Projects, func(p Project) (string, bool) { return p.Name, !p.Closed })
}

// projectOptions are the choices of a field that asks for a project.
func projectOptions(list []Project) []web.Option {
	options := make([]web.Option, len(list))
	for i, p := range list {
		options[i] = web.Option{Value: string(p.ID), Label: p.Name}
	}
	return options
}

// anyOption is the choice of a filter that asks for nothing.
func anyOption(q *web.Request, key string) []web.Option {
	return []web.Option{{Label: q.T(key)}}
}

// roomTabs lead through the everyday pages of the practice.
func roomTabs(q *web.Request, current string) []web.Tab {
	tabs := []web.Tab{}
	add := func(name string, path ...string) {
		tabs = append(tabs, web.Tab{Label: q.T("contribution.tabs." + name), Href: q.Path(append([]string{"contribution"}, path...)...), Current: name == current})
	}
	if isMember(q) {
		add("work")
	}
	if q.Who.Can(Validate) {
		add("validate", "validate")
	}
	add("rounds", "rounds")
	add("karma", "karma")
	add("projects", "projects")
	add("entries", "entries")
	if q.Who.Can(Configure) {
		add("kinds", "kinds")
	}
	if q.Who.Can(Import) {
		add("imports", "import")
	}
	return tabs
}

// money is an amount of the commons' currency.
func (s *Settings) money(micros int64) quantity.Amount { return quantity.Micros(micros, s.Currency) }
