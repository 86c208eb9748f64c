package contribution

import (
	"cmp"
	"slices"
	"strconv"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// How many incomes and receivers a flow draws by themselves; the others are
// drawn together, and the table beside the figure has everybody.
const (
	incomesDrawn   = 8
	receiversDrawn = 14
)

// flowOf draws a distribution: incomes → buckets → those who receive.
func flowOf(q *web.Request, d Distribution, result *equation.Result, lines []Line, incomes []incomeUseRow, called names) web.Sankey {
	f := flow{q: q, unit: result.Unit, seen: map[string]bool{}}
	f.s = web.Sankey{Title: q.T("contribution.flow.title"), Unit: result.Unit,
		Summary: q.T("contribution.flow.text", "pot", quantity.Micros(result.Pot, result.Unit), "n", countReceivers(lines))}
	f.shares(result, f.incomes(incomes))
	f.receivers(d, lines, called)
	return f.s
}

// flow collects the nodes and links of a figure.
type flow struct {
	q    *web.Request
	unit quantity.Unit
	s    web.Sankey
	seen map[string]bool
}

func (f *flow) node(id, label, href string) {
	if !f.seen[id] {
		f.seen[id] = true
		f.s.Nodes = append(f.s.Nodes, web.SankeyNode{ID: id, Label: label, Href: href})
	}
}

func (f *flow) link(from, to string, micros int64, href string) {
	if micros > 0 {
		f.s.Links = append(f.s.Links, web.SankeyLink{From: from, To: to, Amount: quantity.Micros(micros, f.unit), Href: href})
	}
}

// incomes draws where the pot comes from, and returns how much that is: the
// whole pot before a distribution ran, what it used afterwards.
func (f *flow) incomes(list []incomeUseRow) (sum int64) {
	f.node("pot", f.q.T("contribution.flow.pot"), "")
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b incomeUseRow) int { return cmp.Compare(b.Amount.Micros, a.Amount.Micros) })
	var others int64
	for i, in := range list {
		sum += in.Amount.Micros
		if i >= incomesDrawn && len(list) > incomesDrawn+1 {
			others += in.Amount.Micros
			continue
		}
		id := "income:" + string(in.Income)
		f.node(id, in.Label, in.Href)
		f.link(id, "pot", in.Amount.Micros, in.Href)
	}
	if others > 0 {
		f.node("incomes", f.q.T("contribution.flow.other_incomes", "n", len(list)-incomesDrawn), "")
		f.link("incomes", "pot", others, "")
	}
	return sum
}

// shares draws what each bucket takes, and what stays.
func (f *flow) shares(result *equation.Result, came int64) {
	var paid int64
	for i, b := range result.Buckets {
		id := bucketNode(i)
		if b.Paid > 0 {
			f.node(id, cmp.Or(b.Label, b.Key), "")
			f.link("pot", id, b.Paid, "")
			paid += b.Paid
		}
	}
	if stays := came - paid; stays > 0 {
		f.node("stays", f.q.T("contribution.flow.stays"), "")
		f.link("pot", "stays", stays, "")
	}
}

func bucketNode(i int) string { return "bucket:" + strconv.Itoa(i) }

// receivers draws who receives: the largest by themselves.
func (f *flow) receivers(d Distribution, lines []Line, called names) {
	order := largest(sumsOf(lines))
	drawn := map[store.ID]bool{}
	for _, id := range order {
		drawn[id] = true
	}
	others := countReceivers(lines) - len(order)
	for _, l := range joined(lines) {
		if !drawn[l.Receiver] {
			f.node("others", f.q.T("contribution.flow.others", "n", others), "")
			f.link(bucketNode(l.Bucket), "others", l.Amount.Micros, "")
			continue
		}
		href := ""
		if d.RanAt > 0 {
			href = whyPath(f.q, d, l.Bucket, l.Receiver)
		}
		f.node("agent:"+string(l.Receiver), called.of(l.Receiver), "")
		f.link(bucketNode(l.Bucket), "agent:"+string(l.Receiver), l.Amount.Micros, href)
	}
	f.s.Links = merged(f.s.Links)
}

// joined adds up the lines of one receiver and bucket, whatever their kind.
func joined(lines []Line) []Line {
	var out []Line
	for _, l := range lines { // by bucket, then receiver
		if last := len(out) - 1; last >= 0 && out[last].Bucket == l.Bucket && out[last].Receiver == l.Receiver {
			out[last].Amount.Micros += l.Amount.Micros
			continue
		}
		out = append(out, l)
	}
	return out
}

// merged adds up links between the same two nodes.
func merged(links []web.SankeyLink) []web.SankeyLink {
	at := map[[2]string]int{}
	var out []web.SankeyLink
	for _, l := range links {
		key := [2]string{l.From, l.To}
		if i, twice := at[key]; twice {
			out[i].Amount.Micros += l.Amount.Micros
			continue
		}
		at[key] = len(out)
		out = append(out, l)
	}
	return out
}

func countReceivers(lines []Line) int { return len(sumsOf(lines)) }

// sumsOf adds up what each receiver gets.
func sumsOf(lines []Line) map[store.ID]int64 {
	sums := map[store.ID]int64{}
	for _, l := range lines {
		sums[l.Receiver] += l.Amount.Micros
	}
	return sums
}

// largest returns the receivers that a figure draws by themselves, who get the
// most first: all of them when only one would be left over.
func largest(sums map[store.ID]int64) []store.ID {
	order := make([]store.ID, 0, len(sums))
	for id := range sums {
		order = append(order, id)
	}
	slices.SortFunc(order, func(a, b store.ID) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	if len(order) > receiversDrawn+1 {
		order = order[:receiversDrawn]
	}
	return order
}
