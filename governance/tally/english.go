package tally

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// Keys are the keys of all that a result can say, in order, for catalogs of
// other languages.
func Keys() []string { return slices.Sorted(maps.Keys(english)) }

// Text writes the result in plain English, stage by stage.
func (r Result) Text(w io.Writer, options []Option) error {
	t := &teller{w: w, names: map[string]string{}}
	for _, o := range options {
		t.ids = append(t.ids, o.ID)
		t.names[o.ID] = plain(cmp.Or(o.Name, o.ID))
	}
	t.line("%s", t.fill("turnout", map[string]string{"method": english["method."+r.Method], "voters": strconv.FormatInt(r.Turnout.Cast.Voters, 10),
		"votes": r.Turnout.Cast.Votes.String(), "valid": r.Turnout.Valid.Votes.String(), "blank": r.Turnout.Blank.Votes.String(), "invalid": r.Turnout.Invalid.Votes.String()}))
	for _, reason := range slices.Sorted(maps.Keys(r.Turnout.Reasons)) {
		t.line("  invalid, %s: %s", english["reason."+reason], r.Turnout.Reasons[reason].Votes)
	}
	for i, s := range r.Stages {
		t.stage(i+1, s)
	}
	t.line("\n%s", t.fill("outcome."+string(r.Outcome), map[string]string{"options": t.list(r.Winners), "tied": t.list(r.Tied)}))
	for i, group := range r.Ranking {
		t.line("  %d. %s", i+1, t.list(group))
	}
	return t.err
}

// teller words a result, and keeps the first error of writing.
type teller struct {
	w     io.Writer
	ids   []string
	names map[string]string
	err   error
}

func (t *teller) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

func (t *teller) list(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = t.names[id]
	}
	return strings.Join(names, ", ")
}

// fill fills the blanks of a wording in one pass, so that no value can bring
// blanks of its own.
func (t *teller) fill(key string, values map[string]string) string {
	var pairs []string
	for k, v := range values {
		pairs = append(pairs, "{"+k+"}", plain(v))
	}
	return strings.NewReplacer(pairs...).Replace(english[key])
}

// plain drops control characters, with which a name from a file could write
// anything on a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

func (t *teller) stage(no int, s Stage) {
	t.line("\n%d. %s", no, t.fill("stage."+s.Key, map[string]string{"option": t.names[s.Option]}))
	tab := tabwriter.NewWriter(t.w, 0, 0, 2, ' ', 0)
	t.matrix(tab, s.Matrix)
	t.standing(tab, s)
	if err := tab.Flush(); t.err == nil {
		t.err = err
	}
	for _, k := range s.Checks {
		t.line("  %s", t.check(k))
	}
	for _, n := range s.Notes {
		t.line("  %s", t.note(n))
	}
}

// matrix writes figures of pairs, with the options over and beside them.
func (t *teller) matrix(tab io.Writer, rows [][]Number) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprint(tab, "  ")
	for _, id := range t.ids {
		fmt.Fprintf(tab, "\t%s", t.names[id])
	}
	fmt.Fprintln(tab)
	for i, row := range rows {
		fmt.Fprintf(tab, "  %s", t.names[t.ids[i]])
		for _, n := range row {
			fmt.Fprintf(tab, "\t%s", n)
		}
		fmt.Fprintln(tab)
	}
}

// standing writes how options stand, and the figures of the stage.
func (t *teller) standing(tab io.Writer, s Stage) {
	for _, x := range s.Standing {
		if x.State == IsExcluded && x.Count == "0" {
			continue // it was told when it was excluded
		}
		state := ""
		if x.State != "" && x.State != Continuing {
			state = "\t" + english["state."+x.State]
		}
		if x.Keep != "" {
			state += ", " + t.fill("keeps", map[string]string{"keep": string(x.Keep)})
		}
		fmt.Fprintf(tab, "  %s\t%s%s\n", t.names[x.Option], x.Count, state)
	}
	for _, f := range s.Figures {
		fmt.Fprintf(tab, "  %s\t%s\n", cmp.Or(english["figure."+f.Key], english["stance."+f.Key]), f.Value)
	}
}

func (t *teller) note(n Note) string {
	values := maps.Clone(n.Values)
	if values == nil {
		values = map[string]string{}
	}
	values["options"] = t.list(n.Options)
	for i, blank := range []string{"a", "b"} {
		if i < len(n.Options) {
			values[blank] = t.names[n.Options[i]]
		}
	}
	return t.fill("note."+n.Key, values)
}

func (t *teller) check(k Check) string {
	said := t.fill("check."+k.Key, map[string]string{"count": cmp.Or(english["stance."+k.Count], english["base."+k.Count]), "have": string(k.Have), "of": string(k.Of),
		"base": english["base."+k.Base], "compare": k.Compare, "need": string(k.Need)})
	if k.Class != "" {
		said = t.fill("check.class", map[string]string{"check": said, "class": k.Class})
	}
	key := "check.fails"
	switch {
	case k.Why != "":
		key = "check." + k.Why
	case k.Holds:
		key = "check.holds"
	}
	return t.fill(key, map[string]string{"check": said})
}
