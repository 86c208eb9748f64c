package contribution

import (
	"cmp"
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// incomeEnd is where a part of an income ended up: with whoever a fee went to,
// with somebody a distribution paid, or not yet anywhere.
type incomeEnd struct {
	Who     string          `json:"who,omitempty"`
	Agent   store.ID        `json:"agent,omitempty"`
	Through string          `json:"through"` // the fee, the bucket, or why it waits
	Amount  quantity.Amount `json:"amount"`
	Why     string          `json:"why,omitempty"` // address of the derivation
}

// linesPaidBy returns the lines of a distribution, each with the part of it
// that one income paid: a distribution shares all its incomes together, so
// each pays every line in proportion, to the smallest unit of the currency,
// by largest remainder.
func linesPaidBy(r store.Reader, d Distribution, amount quantity.Amount) ([]Line, error) {
	lines, err := Lines(r, d)
	if err != nil || amount == d.Paid {
		return lines, err
	}
	if d.Paid.IsZero() {
		return nil, nil
	}
	weights := make([]int64, len(lines))
	receivers := make([]string, len(lines))
	for i, l := range lines {
		weights[i], receivers[i] = l.Amount.Micros, string(l.Receiver)+"/"+d.BucketKeys[l.Bucket]
	}
	step := amount.Unit.Step()
	shares, err := quantity.ApportionInt64(amount.Micros/step, weights, quantity.TieKeysFor(d.key(), receivers))
	if err != nil {
		return nil, err
	}
	for i, n := range shares {
		lines[i].Amount.Micros = n * step
	}
	return slices.DeleteFunc(lines, func(l Line) bool { return l.Amount.IsZero() }), nil
}

// draw lists where the income ended up and draws the way there.
func (page *incomeView) draw(q *web.Request, called names) {
	in := page.Income
	f := flow{q: q, unit: in.Gross.Unit, seen: map[string]bool{}}
	f.s = web.Sankey{Title: q.T("contribution.income.flow"), Unit: in.Gross.Unit, Summary: q.T("contribution.income.flow_text", "gross", in.Gross, "who", page.Who)}
	f.node("payer", page.Who, "")
	f.node("income", page.What, "")
	f.link("payer", "income", in.Gross.Micros, "")
	for _, d := range page.Deductions {
		f.node("off:"+string(d.To), d.Who, "")
		f.link("income", "off:"+string(d.To), d.Amount.Micros, "")
		page.Ends = append(page.Ends, incomeEnd{Who: d.Who, Agent: d.To, Through: d.What, Amount: d.Amount})
	}
	for _, share := range page.Shares {
		if share.Row.State == Done {
			f.shared(page, share, called)
		}
	}
	if left := in.Left(); !left.IsZero() {
		f.node("waits", q.T("contribution.income.waits"), "")
		f.link("income", "waits", left.Micros, "")
		page.Ends = append(page.Ends, incomeEnd{Through: q.T("contribution.income.waits"), Amount: left})
	}
	f.s.Links = merged(f.s.Links)
	page.Flow = f.s
}

// shared draws the part of an income that a distribution took, bucket by
// bucket, to the people; the largest by themselves.
func (f *flow) shared(page *incomeView, share incomeShare, called names) {
	d := share.Row.Distribution
	sums := sumsOf(share.Lines)
	drawn := map[store.ID]bool{}
	for _, id := range largest(sums) {
		drawn[id] = true
	}
	for _, l := range share.Lines {
		label := d.BucketKeys[l.Bucket]
		if d.Result != nil {
			label = cmp.Or(d.Result.Buckets[l.Bucket].Label, label)
		}
		bucket, to, name := "in:"+string(d.ID)+bucketNode(l.Bucket), "agent:"+string(l.Receiver), called.of(l.Receiver)
		why := whyPath(f.q, d, l.Bucket, l.Receiver)
		page.Ends = append(page.Ends, incomeEnd{Who: name, Agent: l.Receiver, Through: label, Amount: l.Amount, Why: why})
		if !drawn[l.Receiver] {
			to, name, why = "others", f.q.T("contribution.flow.others", "n", len(sums)-len(drawn)), ""
		}
		f.node(bucket, label, share.Row.Href)
		f.node(to, name, "")
		f.link("income", bucket, l.Amount.Micros, share.Row.Href)
		f.link(bucket, to, l.Amount.Micros, why)
	}
}
