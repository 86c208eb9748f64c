package opencollective

import (
	"hash/maphash"
	"io"
	"slices"
	"strconv"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
)

// Window is how many groups are kept open for rows that come later.
const Window = 4096

// Options choose what is read.
type Options struct {
	// Accounts are the slugs whose money this is about; rows of others are
	// skipped. Empty reads all accounts of the file, each as its own project.
	Accounts []string
}

// Read yields a Money for each movement in a transactions file. name is the
// file's, for the provenance. Keys are made from the group, the account and
// the kind, which are the same in every export.
func Read(file io.Reader, name string, opts Options) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		rows, err := table.Open(file, table.Format{})
		if err != nil {
			yield(nil, err)
			return
		}
		for _, column := range []string{"type", "kind", "amount", "currency", "accountSlug"} {
			if rows.Column(column) < 0 {
				yield(nil, fault.Invalidf("intake.column", column, "the file has no column %q; choose it when exporting the transactions", column))
				return
			}
		}
		r := &reader{name: name, opts: opts, yield: yield, open: map[groupKey]*group{}, closed: map[uint64]bool{}, seed: maphash.MakeSeed()}
		r.run(&cells{rows: rows, at: map[string]int{}})
	}
}

type groupKey struct{ group, account string }

// group is the rows of one movement, as seen from one account.
type group struct {
	key     groupKey
	entries []entry
}

type reader struct {
	name    string
	opts    Options
	yield   func(intake.Record, error) bool
	open    map[groupKey]*group
	queue   []*group        // open groups, oldest first
	closed  map[uint64]bool // hashes of groups already yielded
	seed    maphash.Seed
	stopped bool
}

func (r *reader) run(c *cells) {
	for !r.stopped {
		var err error
		if c.row, err = c.rows.Next(); err == io.EOF {
			break
		}
		if err != nil {
			if r.fail(err); fault.As(err) == nil {
				return
			}
			continue
		}
		if len(r.opts.Accounts) > 0 && !slices.Contains(r.opts.Accounts, c.get("accountSlug")) {
			continue
		}
		e, err := c.entry()
		if err != nil {
			r.fail(fault.As(err).AtLine(c.row.Line))
			continue
		}
		r.add(e)
	}
	for !r.stopped && len(r.queue) > 0 {
		r.closeOldest()
	}
}

func (r *reader) fail(err error) { r.stopped = r.stopped || !r.yield(nil, err) }

// add puts a row into its group, and closes the oldest group when too many are open.
func (r *reader) add(e entry) {
	key := groupKey{e.group, e.account}
	g := r.open[key]
	if g == nil {
		if r.closed[r.hash(key)] {
			r.fail(fault.Invalidf("intake.group_split", "shortGroup", "the group %q began more than %d groups earlier; sort the file by time", e.group, Window).AtLine(e.line))
			return
		}
		g = &group{key: key}
		r.open[key] = g
		r.queue = append(r.queue, g)
	}
	g.entries = append(g.entries, e)
	if len(r.queue) > Window {
		r.closeOldest()
	}
}

func (r *reader) hash(k groupKey) uint64 { return maphash.Comparable(r.seed, k) }

func (r *reader) closeOldest() {
	g := r.queue[0]
	r.queue = r.queue[1:]
	delete(r.open, g.key)
	r.closed[r.hash(g.key)] = true
	movements, err := g.movements(r.name)
	if err != nil {
		r.fail(err)
		return
	}
	for _, m := range movements {
		if !r.stopped && !r.yield(m, nil) {
			r.stopped = true
		}
	}
}

// movements turns a group into its movements: one for each row that is not a
// fee, with the fees on the first. Fees alone are a movement themselves, as
// when a host earns them.
func (g *group) movements(file string) ([]intake.Money, error) {
	var mains, fees []entry
	for _, e := range g.entries {
		if isFee(e.kind) {
			fees = append(fees, e)
		} else {
			mains = append(mains, e)
		}
	}
	if len(mains) == 0 {
		mains, fees = fees, nil
	}
	var out []intake.Money
	for i, e := range mains {
		m, err := e.money(file, i)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			if m.Lines, err = merge(m.Lines, fees, e); err != nil {
				return nil, err
			}
		}
		if !m.Gross.IsZero() || len(m.Lines) > 0 {
			out = append(out, m)
		}
	}
	return out, nil
}

func (e entry) money(file string, n int) (intake.Money, error) {
	m := intake.Money{ID: e.id, Flow: intake.In, Kind: e.kind, At: e.at, Day: e.at.Format(time.DateOnly), Party: e.other, Project: e.account,
		Gross: e.amount, Lines: e.fees, Category: e.category, Tags: e.tags, Note: e.note, Refund: e.refund, RefundOf: e.refundOf,
		Source: intake.Provenance{Source: "opencollective", File: file, Line: e.line, Ref: e.group}}
	if e.amount.Sign() < 0 {
		m.Flow = intake.Out
		var err error
		if m.Gross, err = e.amount.Neg(); err != nil {
			return m, fault.As(err).AtLine(e.line)
		}
	}
	m.Key = intake.Key("opencollective", e.group, e.account, e.kind, string(m.Flow), strconv.Itoa(n))
	return m, nil
}

// merge adds fee rows to the lines that columns gave. A kind that comes both
// ways is one fee if the amounts agree.
func merge(lines []intake.Line, fees []entry, main entry) ([]intake.Line, error) {
	columns := len(lines)
	for _, f := range fees {
		cost, err := f.amount.Neg()
		if err != nil {
			return nil, fault.As(err).AtLine(f.line)
		}
		if cost.Unit != main.amount.Unit {
			return nil, fault.Invalidf("intake.currency", "currency", "the fee is in %s, its group in %s; convert one before the import", cost.Unit, main.amount.Unit).AtLine(f.line)
		}
		twice := slices.IndexFunc(lines[:columns], func(l intake.Line) bool { return l.Kind == f.kind })
		if twice >= 0 {
			if lines[twice].Amount != cost {
				return nil, fault.Invalidf("intake.fee_twice", f.kind, "the column of line %d says %s, this row says %s; only one can be right", main.line, lines[twice].Amount, cost).AtLine(f.line)
			}
			lines[twice].To = f.other
			continue
		}
		lines = append(lines, intake.Line{Kind: f.kind, Amount: cost, To: f.other})
	}
	slices.SortStableFunc(lines, func(a, b intake.Line) int {
		switch {
		case a.Kind < b.Kind:
			return -1
		case a.Kind > b.Kind:
			return 1
		}
		return 0
	})
	return lines, nil
}
