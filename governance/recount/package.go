package recount

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"commonweal/governance/delegation"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// Format names the format and its version.
const Format = "commonweal-count/1"

// Package is an audit package.
type Package struct {
	Format   string         `json:"format"`
	ID       string         `json:"id,omitempty"` // of the election; receipts are made with it
	Source   *Source        `json:"source,omitempty"`
	Election tally.Election `json:"election"`
	// Roll is the frozen roll; empty where it is not published. Its ids are
	// pseudonyms.
	Roll []Voter `json:"roll,omitempty"`
	// Trusts and Represent are who votes for whom and by which rule, of an open vote.
	Trusts    []delegation.Trust `json:"trusts,omitempty"`
	Represent *delegation.Rule   `json:"represent,omitempty"`
	Ballots   []Ballot           `json:"ballots"`
	Result    tally.Result       `json:"result"`
}

// Source is the file that the ballots came from.
type Source struct {
	Format string `json:"format"`
	Hash   string `json:"hash"` // SHA-256, in hexadecimal digits
}

// Voter is a line of the frozen roll.
type Voter struct {
	ID      string      `json:"id"`
	Votes   tally.Votes `json:"votes"`
	Classes []string    `json:"classes,omitempty"`
	Present bool        `json:"present,omitempty"`
	Voted   bool        `json:"voted,omitempty"`
}

// Ballot is a ballot, or several equal ones of a secret vote. One that names its
// Voter counts for that voter and all whom they carry; its voters, votes and
// classes are those of the roll, and are left out. One of a secret vote may have a
// Receipt, by which its voter finds it.
type Ballot struct {
	Voter   string       `json:"voter,omitempty"`
	Receipt string       `json:"receipt,omitempty"`
	Marks   []int16      `json:"marks"`
	Classes []string     `json:"classes,omitempty"`
	Voters  int64        `json:"voters,omitempty"`
	Votes   *tally.Votes `json:"votes,omitempty"`
	Spoiled bool         `json:"spoiled,omitempty"`
}

// Of is the package of an election whose ballots name nobody, not counted yet. The
// roll may be added before it is sealed.
func Of(e tally.Election, source *Source) Package {
	p := Package{Source: source, Election: e}
	for _, b := range e.Ballots {
		votes := b.Votes
		p.Ballots = append(p.Ballots, Ballot{Marks: b.Marks, Classes: classNames(e, b.Classes), Voters: b.Voters, Votes: &votes, Spoiled: b.Spoiled})
	}
	return p
}

// Seal counts a package and gives its canonical text. It is sorted, so that the
// order of ballots says nothing of when they were cast. With Represent, the
// ballots name their voters, and who votes for whom is settled first.
func (p Package) Seal() ([]byte, error) {
	p.Format, p.Roll, p.Trusts = Format, slices.Clone(p.Roll), slices.Clone(p.Trusts)
	p.Ballots = append([]Ballot{}, p.Ballots...)
	p.sort()
	if err := p.checkRoll(); err != nil {
		return nil, err
	}
	e, err := p.election()
	if err != nil {
		return nil, err
	}
	if p.Result, err = tally.Count(e); err != nil {
		return nil, err
	}
	return p.Bytes()
}

// Bytes is the canonical text of the package: a line for each voter, trust and
// ballot.
func (p Package) Bytes() ([]byte, error) {
	w := &writer{}
	w.field("format", p.Format)
	if p.ID != "" {
		w.field("id", p.ID)
	}
	if p.Source != nil {
		w.field("source", p.Source)
	}
	w.field("election", p.Election)
	if len(p.Roll) > 0 {
		list(w, "roll", p.Roll)
	}
	if len(p.Trusts) > 0 {
		list(w, "trusts", p.Trusts)
	}
	if p.Represent != nil {
		w.field("represent", p.Represent)
	}
	list(w, "ballots", p.Ballots)
	w.field("result", p.Result)
	w.WriteString("\n}\n")
	return w.Bytes(), w.err
}

// writer writes an object whose fields begin on lines of their own, and keeps
// the first error.
type writer struct {
	bytes.Buffer
	err error
}

// name begins a field.
func (w *writer) name(name string) {
	if w.Len() == 0 {
		w.WriteString("{\n")
	} else {
		w.WriteString(",\n")
	}
	w.value(name)
	w.WriteByte(':')
}

func (w *writer) field(name string, value any) {
	w.name(name)
	w.value(value)
}

// value writes a value on the line.
func (w *writer) value(v any) {
	out := json.NewEncoder(&w.Buffer)
	out.SetEscapeHTML(false)
	if err := out.Encode(v); w.err == nil {
		w.err = err
	}
	w.Truncate(len(bytes.TrimRight(w.Bytes(), "\n")))
}

// list writes a list with a line for each item.
func list[T any](w *writer, name string, items []T) {
	w.name(name)
	w.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('\n')
		w.value(item)
	}
	w.WriteString("\n]")
}

// sort puts what has no order of its own into one.
func (p *Package) sort() {
	slices.SortFunc(p.Ballots, func(a, b Ballot) int {
		return cmp.Or(cmp.Compare(a.Voter, b.Voter), cmp.Compare(a.Receipt, b.Receipt), slices.Compare(a.Marks, b.Marks), slices.Compare(a.Classes, b.Classes),
			cmp.Compare(a.Voters, b.Voters), cmp.Compare(votes(a), votes(b)), cmp.Compare(bit(a.Spoiled), bit(b.Spoiled)))
	})
	slices.SortFunc(p.Roll, func(a, b Voter) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(p.Trusts, func(a, b delegation.Trust) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Scope, b.Scope))
	})
}

func votes(b Ballot) tally.Votes {
	if b.Votes == nil {
		return 0
	}
	return *b.Votes
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// classNames are the ids of a ballot's classes.
func classNames(e tally.Election, set uint64) (out []string) {
	for i, c := range e.Classes {
		if set>>i&1 == 1 {
			out = append(out, c.ID)
		}
	}
	return out
}

// classSet is a ballot's classes by their ids.
func classSet(e tally.Election, ids []string) (set uint64, err error) {
	for _, id := range ids {
		i := slices.IndexFunc(e.Classes, func(c tally.Class) bool { return c.ID == id })
		if i < 0 || i >= tally.MostClasses {
			return 0, fault.Invalidf("recount.no_class", "classes", "there is no class %q in this election", id)
		}
		set |= 1 << i
	}
	return set, nil
}
