package contribution

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// entryFields answers contributions and what was decided about them.
func (a *api) entryFields() graphql.Fields {
	private := func(f graphql.Field) graphql.Field {
		f.Needs = vf.SeePrivate
		return f
	}
	return resolve.Merge(
		resolve.ConnectionOf("Contribution"), resolve.TotalOf("Contribution"),
		resolve.Same[Entry]("Contribution", "kind", "stream", "at", "quantity", "rate", "value", "deliverable"),
		graphql.Fields{
			"Contribution.number":    reads(func(e *Entry) any { return e.No.String() }),
			"Contribution.state":     reads(func(e *Entry) any { return e.State.String() }),
			"Contribution.event":     resolve.To(resolve.Events, resolve.By(func(e *Entry) store.ID { return e.Event })),
			"Contribution.person":    agentOf(func(e *Entry) store.ID { return e.Person }),
			"Contribution.project":   agentOf(func(e *Entry) store.ID { return e.Project }),
			"Contribution.loggedBy":  agentOf(func(e *Entry) store.ID { return e.LoggedBy }),
			"Contribution.process":   resolve.To(resolve.Processes, resolve.By(func(e *Entry) store.ID { return e.Process })),
			"Contribution.corrects":  {Batch: a.corrected},
			"Contribution.decisions": {Batch: a.decisions},
			"Contribution.note":      private(resolve.Text(func(e *Entry) string { return e.Note })),
			"Contribution.evidence":  private(reads(func(e *Entry) any { return boxed(e.Evidence) })),

			"ContributionDecision.verdict":  reads(func(d *decided) any { return string(d.Verdict) }),
			"ContributionDecision.state":    reads(func(d *decided) any { return d.State.String() }),
			"ContributionDecision.by":       agentOf(func(d *decided) store.ID { return d.By }),
			"ContributionDecision.at":       reads(func(d *decided) any { return d.At }),
			"ContributionDecision.logEntry": reads(func(d *decided) any { return d.Seq }),
			"ContributionDecision.reason":   {Batch: reasons},

			"ContributionEvidence.link": resolve.Text(func(e *Evidence) string { return e.Link }),
			"ContributionEvidence.name": resolve.Text(func(e *Evidence) string { return e.Name }),
			"ContributionEvidence.file": resolve.Text(func(e *Evidence) string { return e.File }),

			"Query.contributions": asks(See, a.entries),
			"Query.contribution":  asks(See, a.entry),
		})
}

// entries answers a page of contributions.
func (a *api) entries(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.WindowOf(args, 1)
	if err != nil {
		return nil, err
	}
	f, err := filterOf(args.In("filter"))
	if err != nil {
		return nil, err
	}
	if f.Limit, f.Oldest = w.N+1, w.Back; from != nil {
		if f.Before, err = ParseEntryNo(from[0]); err != nil {
			return nil, w.BadCursor()
		}
	}
	list, err := a.List(q.Reader, f)
	c := resolve.PageOf(list, w, func(e *Entry) string { return resolve.Pack(e.No.String()) }, func(e *Entry) any { return e })
	c.Total = func(q *graphql.Query) (n int, err error) {
		return n, a.Columns(q.Reader, func(c *Columns) error {
			n = c.count(f)
			return nil
		})
	}
	return c, err
}

// count returns how many contributions a filter finds in all.
func (c *Columns) count(f Filter) (n int) {
	m := f.compile(&c.Ledger)
	for i := 0; i < c.Len() && !m.never; i++ {
		if m.matches(&c.Ledger, i) {
			n++
		}
	}
	return n
}

// filterOf reads a filter of contributions.
func filterOf(in graphql.Args) (f Filter, err error) {
	f = Filter{Person: in.ID("person"), Project: in.ID("project"), Process: in.ID("process"), Kind: in.Text("kind"), Deliverable: in.Text("deliverable")}
	if in.Has("state") {
		if err = f.State.UnmarshalText([]byte(in.Text("state"))); err != nil {
			return f, err
		}
	}
	if f.From, err = dayOf(in, "from"); err != nil {
		return f, err
	}
	f.Until, err = dayOf(in, "until")
	return f, err
}

// dayOf reads a day; 0 when it is not given.
func dayOf(in graphql.Args, name string) (int32, error) {
	text := in.Text(name)
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fault.Invalidf("contribution.day", name, "%.40q is no day; write 2026-03-01", text)
	}
	return dayIn(t, utc), nil
}

// entry answers one contribution; null when there is none.
func (a *api) entry(q *graphql.Query, args graphql.Args) (any, error) {
	no, err := ParseEntryNo(args.Text("number"))
	if err != nil {
		return nil, fault.As(err).InField("number")
	}
	found, err := a.byNumber(q, []EntryNo{no})
	if e := found[no]; e != nil {
		return e, err
	}
	return nil, err
}

// byNumber reads contributions as they stand, all at once.
func (a *api) byNumber(q *graphql.Query, nos []EntryNo) (map[EntryNo]*Entry, error) {
	var known []numbered
	err := a.Columns(q.Reader, func(c *Columns) error {
		for _, no := range nos {
			if i := c.Row(no); i >= 0 {
				known = append(known, numbered{no, c.State(i)})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list, err := entriesOf(q.Reader, known)
	out := make(map[EntryNo]*Entry, len(list))
	for i := range list {
		out[list[i].No] = &list[i]
	}
	return out, err
}

// corrected answers the contributions that others replaced.
func (a *api) corrected(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	var nos []EntryNo
	for _, p := range parents {
		if no := p.(*Entry).Corrects; no != nil {
			nos = append(nos, *no)
		}
	}
	found, err := a.byNumber(q, nos)
	out := make([]any, len(parents))
	for i, p := range parents {
		if no := p.(*Entry).Corrects; no != nil && found[*no] != nil {
			out[i] = found[*no]
		}
	}
	return out, err
}

// decided is a decision with the contribution it is about.
type decided struct {
	Decision
	entry *Entry
}

func (a *api) decisions(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	nos := make([]EntryNo, len(parents))
	for i, p := range parents {
		nos[i] = p.(*Entry).No
	}
	found, err := decisionsOn(q.Reader, nos)
	out := make([]any, len(parents))
	for i, no := range nos {
		list := make([]any, len(found[no]))
		for j, d := range found[no] {
			list[j] = &decided{d, parents[i].(*Entry)}
		}
		out[i] = list
	}
	return out, err
}

// reasons answers why something was decided, to those who may read it: as on
// the page of the contribution.
func reasons(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	out := make([]any, len(parents))
	for i, p := range parents {
		d := p.(*decided)
		mine := q.Who.Agent != "" && slices.Contains([]store.ID{d.entry.Person, d.entry.LoggedBy, d.By}, q.Who.Agent)
		switch {
		case !member(q) || !mine && q.Who.Role < auth.Steward:
			out[i] = fault.Forbiddenf("contribution.reasons", "why it was decided is for who gave or logged the contribution, for who decided, and for stewards")
		case d.Reason != "":
			out[i] = d.Reason
		}
	}
	return out, nil
}

// byKey are the values of a map in the order of their keys.
func byKey[K cmp.Ordered, V any](m map[K]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

// seqText is the number of a log entry as a cursor holds it.
func seqText(seq int64) string { return strconv.FormatInt(seq, 10) }
