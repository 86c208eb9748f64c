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
	HeldList           string // address of those held; empty before the distribution is opened
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
	List                 string // address of these contributions; empty where no list tells them apart
}

// outcome describes a result to a reader. lines are those of the result. Names
// are read only of those whom the page shows, so that a preview of ten
// thousand receivers costs no more than one of a hundred.
func (p *Practice) outcome(q *web.Request, r store.Reader, d Distribution, result *equation.Result, lines []Line, incomes []incomeUseRow) (outcomeView, error) {
	v := outcomeView{Unit: result.Unit, Pot: quantity.Micros(result.Pot, result.Unit), Total: len(lines)}
	sums := sumsOf(lines)
	for _, n := range sums {
		v.Paid.Micros += n
	}
	v.Paid.Unit, v.Residue = result.Unit, quantity.Micros(result.Pot-v.Paid.Micros, result.Unit)
	v.People = len(sums)
	shown := v.cut(q, lines)
	drawn := largest(sums)
	show := slices.Clone(drawn)
	for _, l := range shown {
		show = append(show, l.Receiver)
	}
	for _, b := range result.Buckets {
		if b.UnusedTo != "next" && b.UnusedTo != "pot" && b.UnusedTo != "" {
			show = append(show, store.ID(b.UnusedTo))
		}
	}
	called, err := loadNames(q, r, show...)
	if err != nil {
		return v, err
	}
	v.buckets(q, result, called)
	v.lines(q, d, shown, called)
	v.aside(q, result)
	if d.ID != "" {
		v.HeldList = distributionPath(q, d.ID, "held")
	}
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

// cut returns one page of the lines, the largest first.
func (v *outcomeView) cut(q *web.Request, lines []Line) []Line {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b Line) int { return cmp.Compare(b.Amount.Micros, a.Amount.Micros) })
	from, _ := strconv.Atoi(q.R.URL.Query().Get("from"))
	from = min(max(from, 0), len(sorted))
	to := min(from+linesShown, len(sorted))
	if to < len(sorted) {
		v.Older = q.R.URL.Path + "?from=" + strconv.Itoa(to)
	}
	return sorted[from:to]
}

// lines puts the lines that are shown into words.
func (v *outcomeView) lines(q *web.Request, d Distribution, shown []Line, called names) {
	for _, l := range shown {
		row := lineRow{Line: l, Who: called.of(l.Receiver), Bucket: v.Buckets[l.Bucket].Title, Kind: q.T("contribution.outcome.kind_" + l.Kind), Mine: l.Receiver == q.Who.Agent && l.Receiver != ""}
		if d.RanAt > 0 {
			row.Why = whyPath(q, d, l.Bucket, l.Receiver)
		}
		v.Lines = append(v.Lines, row)
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
			out = append(out, reasonRow{Bucket: bucket, Reason: string(h.Reason), Text: q.T("contribution.reason." + string(h.Reason)), Count: h.Count, List: listOf(q, h.Reason)})
		}
		slices.SortStableFunc(out, func(a, b reasonRow) int { return cmp.Compare(b.Count, a.Count) })
		return out
	}
	v.Held, v.Dropped = rows(result.Held), rows(result.Dropped)
	for _, w := range result.Warnings {
		v.Late += w.Count
	}
}

// listOf is the address of the contributions that a reason holds for, where
// their state tells them.
func listOf(q *web.Request, reason equation.Reason) string {
	states := map[equation.Reason]State{equation.NotValidated: Logged, equation.IsRejected: Rejected, equation.IsDisputed: Disputed, equation.IsSuperseded: Amended}
	if s, known := states[reason]; known {
		return q.Path("contribution", "entries") + "?state=" + s.String()
	}
	return ""
}
