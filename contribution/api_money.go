package contribution

import (
	"cmp"
	"slices"
	"strconv"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// owedPot is what is owed to everybody.
type owedPot struct {
	pot, owed quantity.Amount
	accounts  []owedRow
}

func (a *api) owedFields() graphql.Fields {
	return graphql.Fields{
		"Query.contributionOwed":       asks(See, a.owedList),
		"ContributionOwed.unit":        reads(func(o *owedPot) any { return resolve.Unit(o.owed.Unit) }),
		"ContributionOwed.pot":         money(func(o *owedPot) quantity.Amount { return o.pot }),
		"ContributionOwed.owed":        money(func(o *owedPot) quantity.Amount { return o.owed }),
		"ContributionOwed.accounts":    reads(func(o *owedPot) any { return boxed(o.accounts) }),
		"ContributionAccount.agent":    agentOf(func(r *owedRow) store.ID { return r.Agent }),
		"ContributionAccount.owed":     money(func(r *owedRow) quantity.Amount { return r.Owed }),
		"ContributionAccount.received": money(func(r *owedRow) quantity.Amount { return r.Received }),
		"ContributionAccount.paidOut":  money(func(r *owedRow) quantity.Amount { return r.Taken }),
	}
}

func (a *api) owedList(q *graphql.Query, _ graphql.Args) (any, error) {
	s, err := settings.Get(q.Reader)
	if err != nil {
		return nil, err
	}
	balances, err := Balances(q.Reader, s.Currency)
	if err != nil {
		return nil, err
	}
	received, err := receivedBy(q.Reader, s.Currency)
	if err != nil {
		return nil, err
	}
	out := &owedPot{pot: s.money(balances[s.Agent].Amount.Micros), owed: s.money(0)}
	for id, b := range balances {
		if id != s.Agent {
			out.owed.Micros += b.Amount.Micros
			out.accounts = append(out.accounts, owedRow{Agent: id, Owed: s.money(b.Amount.Micros), Received: s.money(received[id]), Taken: s.money(received[id] - b.Amount.Micros)})
		}
	}
	slices.SortFunc(out.accounts, func(x, y owedRow) int {
		return cmp.Or(cmp.Compare(y.Owed.Micros, x.Owed.Micros), cmp.Compare(x.Agent, y.Agent))
	})
	return out, nil
}

func (a *api) incomeFields() graphql.Fields {
	note := resolve.Text(func(in *Income) string { return in.Note })
	note.Needs = vf.SeePrivate
	return resolve.Merge(
		resolve.ConnectionOf("ContributionIncome"),
		resolve.Same[Income]("ContributionIncome", "id", "kind", "reference", "at", "gross", "net", "used"),
		resolve.Same[Deduction]("ContributionDeduction", "kind", "amount"),
		graphql.Fields{
			"ContributionIncome.event":      resolve.To(resolve.Events, resolve.By(func(in *Income) store.ID { return in.Event })),
			"ContributionIncome.project":    agentOf(func(in *Income) store.ID { return in.Project }),
			"ContributionIncome.payer":      agentOf(func(in *Income) store.ID { return in.Payer }),
			"ContributionIncome.deductions": reads(func(in *Income) any { return boxed(in.Deductions) }),
			"ContributionIncome.reversedAt": reads(func(in *Income) any { return entryNumber(in.ReversedAt) }),
			"ContributionIncome.note":       note,
			"ContributionDeduction.to":      agentOf(func(d *Deduction) store.ID { return d.To }),
			"ContributionDeduction.event":   resolve.To(resolve.Events, resolve.By(func(d *Deduction) store.ID { return d.Event })),
			"Query.contributionIncomes":     asks(See, incomeList),
		})
}

var incomePageBack = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND (at, id) > ($2, $3) ORDER BY at, id LIMIT $4`)

func incomeList(q *graphql.Query, args graphql.Args) (any, error) {
	list, w, err := timedPage(q, args, scanIncome, incomePage, incomePageBack)
	return resolve.PageOf(list, w, func(in *Income) string { return resolve.PackTimed(vf.Cursor{At: store.Micros(in.At), ID: in.ID}) }, func(in *Income) any { return in }), err
}

// timedPage reads a page of a list that is in the order of time, the newest
// first; back is the statement for the other direction.
func timedPage[T any](q *graphql.Query, args graphql.Args, scan func(store.Scanner) (T, error), page, back *store.Statement) (list []T, w resolve.Window, err error) {
	w, c, err := resolve.TimedWindow(args)
	if err != nil {
		return nil, w, err
	}
	switch {
	case w.Back && c.ID == "":
		c = vf.Cursor{At: -1 << 60, ID: lowestID}
	case c.ID == "":
		c = vf.Cursor{At: 1 << 60, ID: lastID}
	}
	if w.Back {
		page = back
	}
	list, err = store.All(q.Reader, scan, page, c.At, c.ID, w.N+1)
	return list, w, err
}

// lowestID stands before every identifier, as lastID stands after.
const lowestID store.ID = "00000000-0000-0000-0000-000000000000"

// moneyActs are those of income, distributions and payouts.
func (a *api) moneyActs() graphql.Fields {
	return resolve.Merge(
		resolve.Same[Payout]("ContributionPayout", "amount", "at", "reference"),
		graphql.Fields{
			"ContributionPayout.to":             agentOf(func(p *Payout) store.ID { return p.To }),
			"ContributionPayout.event":          resolve.To(resolve.Events, resolve.By(func(p *Payout) store.ID { return p.Event })),
			"Mutation.recordContributionIncome": acting(Receive, "income", on(a.DB, RecordIncome)),
			"Mutation.payOutContribution":       acting(Receive, "", on(a.DB, PayOut)),
			"Mutation.openDistribution":         acting(Run, "", on(a.DB, OpenDistribution)),
			"Mutation.distribute":               actingOn(Run, "distribution", a.Distribute),
			"Mutation.cancelDistribution":       actingOn(Run, "distribution", on(a.DB, CancelDistribution)),
			"Mutation.reverseDistribution":      acting(Run, "", on(a.DB, ReverseDistribution)),
		})
}

func (a *api) distributionFields() graphql.Fields {
	return resolve.Merge(
		resolve.ConnectionOf("ContributionDistribution"), resolve.TotalOf("ContributionDistribution"),
		resolve.Same[Distribution]("ContributionDistribution", "id", "state", "at", "deliverable", "pot", "paid", "residue"),
		graphql.Fields{
			"ContributionDistribution.number":     reads(func(d *Distribution) any { return d.No }),
			"ContributionDistribution.ranAt":      reads(func(d *Distribution) any { return entryNumber(d.RanAt) }),
			"ContributionDistribution.reversedAt": reads(func(d *Distribution) any { return entryNumber(d.ReversedAt) }),
			"ContributionDistribution.project":    agentOf(func(d *Distribution) store.ID { return d.Project }),
			"ContributionDistribution.incomes":    reads(func(d *Distribution) any { return boxed(d.Incomes) }),
			"ContributionDistribution.equation":   {Batch: equationsOf},
			"ContributionDistribution.lines":      {Batch: linesOfMany},
			"ContributionIncomeUse.income":        {Batch: usedIncomes},
			"ContributionIncomeUse.amount":        money(func(u *IncomeUse) quantity.Amount { return u.Amount }),
			"ContributionLine.bucket":             reads(func(l *namedLine) any { return l.bucket }),
			"ContributionLine.receiver":           agentOf(func(l *namedLine) store.ID { return l.Receiver }),
			"ContributionLine.kind":               reads(func(l *namedLine) any { return l.Kind }),
			"ContributionLine.amount":             money(func(l *namedLine) quantity.Amount { return l.Amount }),
			"Query.contributionDistributions":     asks(See, distributionList),
			"Query.contributionDistribution": asks(See, func(q *graphql.Query, args graphql.Args) (any, error) {
				d, err := GetDistribution(q.Reader, args.ID("id"))
				if fault.KindOf(err) == fault.NotFound {
					return nil, nil
				}
				return &d, err
			}),
		})
}

func distributionList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.WindowOf(args, 1)
	if err != nil {
		return nil, err
	}
	all, err := Distributions(q.Reader) // oldest first, and few
	if err != nil {
		return nil, err
	}
	total := len(all)
	if !w.Back {
		slices.Reverse(all)
	}
	if from != nil {
		no, err := strconv.ParseInt(from[0], 10, 64)
		if err != nil {
			return nil, w.BadCursor()
		}
		all = slices.DeleteFunc(all, func(d Distribution) bool { return d.No == no || (d.No > no) != w.Back })
	}
	c := resolve.PageOf(all, w, func(d *Distribution) string { return resolve.Pack(seqText(d.No)) }, func(d *Distribution) any { return d })
	c.Total = func(*graphql.Query) (int, error) { return total, nil }
	return c, nil
}

// equationsOf answers the versions that distributions ran by.
func equationsOf(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	list, err := Versions(q.Reader)
	out := make([]any, len(parents))
	for i, p := range parents {
		d := p.(*Distribution)
		if at := slices.IndexFunc(list, func(v Version) bool { return v.ID == d.Equation && v.Version == d.Version }); at >= 0 {
			out[i] = &list[at]
		}
	}
	return out, err
}

func usedIncomes(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*IncomeUse).Income
	}
	found, err := getIncomes(q.Reader, ids)
	out := make([]any, len(parents))
	for i, id := range ids {
		if in, there := found[id]; there {
			out[i] = &in
		}
	}
	return out, err
}

// namedLine is a line with the name of its bucket.
type namedLine struct {
	Line
	distribution store.ID
	bucket       string
}

var linesByDistribution = store.ByIDs(`SELECT distribution, bucket, receiver, kind, amount FROM contribution_line WHERE commons_id = $1 AND distribution IN (*) ORDER BY bucket, receiver, kind`)

// maxWithLines is how many distributions a query may have all lines of.
const maxWithLines = 20

// linesOfMany answers the lines of distributions, all at once.
func linesOfMany(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	if len(parents) > maxWithLines {
		return nil, fault.New(fault.TooMany, "contribution.too_many_lines", "lines", "lines of %d distributions at once; ask for pages of at most %d", len(parents), maxWithLines)
	}
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*Distribution).ID
	}
	list, err := store.AllOf(q.Reader, func(row store.Scanner) (l namedLine, err error) {
		return l, row.Scan(&l.distribution, &l.Bucket, &l.Receiver, &l.Kind, &l.Amount.Micros)
	}, linesByDistribution, ids)
	of := map[store.ID][]any{}
	for i := range list {
		of[list[i].distribution] = append(of[list[i].distribution], &list[i])
	}
	for _, p := range parents {
		d := p.(*Distribution)
		for _, l := range of[d.ID] {
			line := l.(*namedLine)
			line.bucket, line.Amount.Unit = d.BucketKeys[line.Bucket], d.Pot.Unit
		}
	}
	return resolve.Lists(ids, of), err
}
