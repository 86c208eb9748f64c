package contribution

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// asked reads an identifier from the address, and whether the same data is
// asked for as JSON: by the Accept header, or by ".json" at its end. What is
// not an identifier becomes one that nothing has.
func asked(q *web.Request, name string) (store.ID, bool) {
	text, json := strings.CutSuffix(q.R.PathValue(name), ".json")
	id, ok := store.ParseID(text)
	if !ok {
		id = "00000000-0000-0000-0000-000000000000"
	}
	return id, json || q.WantsJSON()
}

// outcomeView is who gets what from a pot, as a preview, a simulation and the
// page of a distribution show it.
type outcomeView struct {
	Unit               quantity.Unit
	Pot, Paid, Residue quantity.Amount
	Buckets            []bucketRow
	Lines              []lineRow // one page of them, largest first
	Older              string
	Total              int // lines in all
	Left               []residueRow
	Held, Dropped      []reasonRow
	Late               int
	Flow               web.Sankey
	People             int
}

// bucketRow is the path of a bucket's amount.
type bucketRow struct {
	Title, Percent                           string
	Of, Allotted, Entitled, Paid, Unused     quantity.Amount
	Claims, People                           int
	FromLast, CapCut                         quantity.Amount
	Home                                     string // of what was unused, in words
	HasClaims, HasUnused, HasLast, HasCapCut bool
}

// lineRow is a line of a distribution.
type lineRow struct {
	Line
	Who, Bucket, Kind string
	Why               string // address of its derivation; empty for a preview
	Mine              bool
}

// residueRow is a part of the pot that stays undistributed.
type residueRow struct {
	Words  string
	Amount quantity.Amount
}

// reasonRow is a number of contributions set aside for one reason.
type reasonRow struct {
	Bucket, Reason, Text string
	Count                int
}

// outcome describes a result to a reader. lines are those of the result.
func (p *Practice) outcome(q *web.Request, r store.Reader, d Distribution, result *equation.Result, lines []Line, incomes []incomeUseRow) (outcomeView, error) {
	v := outcomeView{Unit: result.Unit, Pot: quantity.Micros(result.Pot, result.Unit), Total: len(lines)}
	var receivers []store.ID
	seen := map[store.ID]bool{}
	for _, l := range lines {
		v.Paid.Micros += l.Amount.Micros
		if !seen[l.Receiver] {
			seen[l.Receiver] = true
			receivers = append(receivers, l.Receiver)
		}
	}
	v.Paid.Unit, v.Residue = result.Unit, quantity.Micros(result.Pot-v.Paid.Micros, result.Unit)
	v.People = len(receivers)
	for _, b := range result.Buckets {
		if b.UnusedTo != "next" && b.UnusedTo != "pot" && b.UnusedTo != "" {
			receivers = append(receivers, store.ID(b.UnusedTo))
		}
	}
	called, err := loadNames(q, r, receivers...)
	if err != nil {
		return v, err
	}
	v.buckets(q, result, called)
	v.lines(q, d, result, lines, called)
	v.aside(q, result)
	v.Flow = flowOf(q, d, result, lines, incomes, called)
	return v, nil
}

func (v *outcomeView) buckets(q *web.Request, result *equation.Result, called names) {
	w := wording{q: q}
	amount := func(n int64) quantity.Amount { return quantity.Micros(n, result.Unit) }
	for _, b := range result.Buckets {
		row := bucketRow{Title: cmp.Or(b.Label, b.Key), Percent: w.number(equation.Decimal(b.Percent)), Of: amount(b.Of), Allotted: amount(b.Allotted),
			Entitled: amount(b.Entitled), Paid: amount(b.Paid), Unused: amount(b.Unused), Claims: b.Claims, People: b.People,
			FromLast: amount(b.FromLast), CapCut: amount(b.CapCut), HasClaims: b.Claims > 0, HasUnused: b.Unused > 0, HasLast: b.FromLast > 0, HasCapCut: b.CapCut > 0}
		switch b.UnusedTo {
		case "", "pot", "next":
			row.Home = q.T("contribution.outcome.unused_" + cmp.Or(b.UnusedTo, "pot"))
		default:
			row.Home = q.T("contribution.outcome.unused_receiver", "name", called.of(store.ID(b.UnusedTo)))
		}
		v.Buckets = append(v.Buckets, row)
	}
	for _, left := range result.Residue {
		if left.Amount == 0 {
			continue
		}
		bucket := ""
		if left.Bucket >= 0 {
			bucket = v.Buckets[left.Bucket].Title
		}
		v.Left = append(v.Left, residueRow{q.T("contribution.outcome.residue_"+left.Reason, "bucket", bucket), amount(left.Amount)})
	}
}

// linesShown is how many lines a page lists.
const linesShown = 100

// lines fills in one page of the lines, the largest first.
func (v *outcomeView) lines(q *web.Request, d Distribution, result *equation.Result, lines []Line, called names) {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b Line) int { return cmp.Compare(b.Amount.Micros, a.Amount.Micros) })
	from, _ := strconv.Atoi(q.R.URL.Query().Get("from"))
	from = min(max(from, 0), len(sorted))
	to := min(from+linesShown, len(sorted))
	for _, l := range sorted[from:to] {
		row := lineRow{Line: l, Who: called.of(l.Receiver), Bucket: v.Buckets[l.Bucket].Title, Kind: q.T("contribution.outcome.kind_" + l.Kind), Mine: l.Receiver == q.Who.Agent && l.Receiver != ""}
		if d.RanAt > 0 {
			row.Why = whyPath(q, d, l.Bucket, l.Receiver)
		}
		v.Lines = append(v.Lines, row)
	}
	if to < len(sorted) {
		v.Older = q.R.URL.Path + "?from=" + strconv.Itoa(to)
	}
}

// whyPath is the address of a line's derivation.
func whyPath(q *web.Request, d Distribution, bucket int, receiver store.ID) string {
	return distributionPath(q, d.ID, "lines", strconv.Itoa(bucket), string(receiver))
}

// aside lists what earned nothing, by reason.
func (v *outcomeView) aside(q *web.Request, result *equation.Result) {
	rows := func(list []equation.HeldCount) []reasonRow {
		var out []reasonRow
		for _, h := range list {
			bucket := ""
			if h.Bucket >= 0 && h.Bucket < len(v.Buckets) {
				bucket = v.Buckets[h.Bucket].Title
			}
			out = append(out, reasonRow{Bucket: bucket, Reason: string(h.Reason), Text: q.T("contribution.reason." + string(h.Reason)), Count: h.Count})
		}
		slices.SortStableFunc(out, func(a, b reasonRow) int { return cmp.Compare(b.Count, a.Count) })
		return out
	}
	v.Held, v.Dropped = rows(result.Held), rows(result.Dropped)
	for _, w := range result.Warnings {
		v.Late += w.Count
	}
}
