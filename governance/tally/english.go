package tally

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
)

// english is the default wording of everything that a result says, by key.
// Pages use their own catalogs. {options} are the options of a note by name,
// {a} the first and {b} the second of them.
var english = map[string]string{
	"outcome.passed":    "Passed: {options}.",
	"outcome.failed":    "Not passed.",
	"outcome.elected":   "Elected: {options}.",
	"outcome.tied":      "Tied: nothing decides between {tied}.",
	"outcome.runoff":    "A second round decides between {options}.",
	"outcome.escalated": "Disputed: it goes on to the next method.",
	"outcome.no_result": "No result: nobody said anything that counts.",

	"stage.sums":              "Votes",
	"stage.option":            "{option}",
	"stage.pairs":             "Votes that rank the option of the row above that of the column",
	"stage.paths":             "Strongest path from the option of the row to that of the column",
	"stage.locks":             "Defeats, the strongest first",
	"stage.acceptable":        "Options against the default",
	"stage.schwartz":          "Options that nobody outside beats",
	"stage.first_preferences": "First preferences",
	"stage.surplus":           "The surplus of {option} moves on",
	"stage.exclusion":         "{option} is excluded",
	"stage.round":             "Votes shared out until they stand",
	"stage.finish":            "The end",

	"note.stv.elected":        "Elected: {options}.",
	"note.stv.excluded":       "Excluded: {options}.",
	"note.stv.last_seats":     "No more are left than there are open seats: {options}.",
	"note.irv.majority":       "{a} has {votes} of the {of} votes that still count.",
	"note.tie.earlier":        "They are equal; stage {stage} decides: {options}.",
	"note.tie.first":          "They are equal; first preferences decide: {options}.",
	"note.tie.lot":            "They are equal; the lot decides: {a}.",
	"note.tie.open":           "They are equal, and no rule decides: {options}.",
	"note.two_round.runoff":   "Nobody has more than half; {a} and {b} go on.",
	"note.lazy.escalates":     "Somebody objects to {options}.",
	"note.class.empty":        "In class {class} nobody voted yes or no (rule: {rule}).",
	"note.class.share":        "Class {class}: {share} are yes; it weighs {weight}.",
	"note.class.capped":       "Class {class} exceeds its cap of {cap}; each of its votes counts {factor}.",
	"note.debian.quorum":      "{a} is ranked above {b} by {above}, below the quorum of {quorum}.",
	"note.debian.ratio":       "{a} does not beat {b}: {above} to {below}, and it needs {ratio} to 1, and more votes.",
	"note.debian.accepted":    "{a} beats {b}: {above} to {below}.",
	"note.schwartz.set":       "Left: {options}.",
	"note.schwartz.dropped":   "The defeat of {b} by {a} is dropped as the weakest: {for} to {against}.",
	"note.pairs.locked":       "{a} over {b}, {strength} (against {against}): it stands.",
	"note.pairs.passed_over":  "{a} over {b}, {strength} (against {against}): it would close a circle.",
	"figure.quota":            "Quota",
	"figure.surplus":          "Surplus",
	"figure.non_transferable": "Not transferable",
	"figure.lost":             "Cut off",

	"state.continuing": "",
	"state.elected":    "elected",
	"state.excluded":   "excluded",
	"state.withdrawn":  "withdrawn",

	"check.requirement": "{count}: {have} of {of} ({base}), wanted {compare} {need}",
	"check.quorum":      "Quorum: {have} ({count}) of {of} entitled, wanted {compare} {need}",
	"check.class":       "{check}, in class {class}",
	"check.holds":       "{check}: yes.",
	"check.fails":       "{check}: no.",
	"check.empty_base":  "{check}: no, there is nothing to be a part of.",
	"check.empty_class": "{check}: nobody of the class voted.",

	"reason.spoiled":       "not to be read",
	"reason.no_stance":     "no stance",
	"reason.no_choice":     "not a choice",
	"reason.too_few":       "too few choices",
	"reason.too_many":      "too many choices",
	"reason.off_scale":     "off the scale",
	"reason.over_option":   "too many dots on one option",
	"reason.over_budget":   "more spent than there was",
	"reason.no_rank":       "not a rank",
	"reason.first_unclear": "no single first preference",
}

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
	t.line("%s: %d voted with %s votes; %s valid, %s blank, %s invalid.", r.Method, r.Turnout.Cast.Voters, r.Turnout.Cast.Votes,
		r.Turnout.Valid.Votes, r.Turnout.Blank.Votes, r.Turnout.Invalid.Votes)
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
		state := english["state."+x.State]
		if x.Keep != "" {
			state += ", keeps " + string(x.Keep)
		}
		if state != "" {
			state = "\t" + state
		}
		fmt.Fprintf(tab, "  %s\t%s%s\n", t.names[x.Option], x.Count, state)
	}
	for _, f := range s.Figures {
		fmt.Fprintf(tab, "  %s\t%s\n", cmp.Or(english["figure."+f.Key], f.Key), f.Value)
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
	said := t.fill("check."+k.Key, map[string]string{"count": k.Count, "have": string(k.Have), "of": string(k.Of), "base": k.Base, "compare": k.Compare, "need": string(k.Need)})
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
