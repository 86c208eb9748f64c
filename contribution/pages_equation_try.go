package contribution

import (
	"cmp"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// simView is what a draft would do with a pot on past data, beside the
// version in force. Everything in it is a simulation and is marked so.
type simView struct {
	Ready   bool
	Pot     quantity.Amount
	Draft   outcomeView
	Current bool   // there is something to compare with
	Now     string // what the columns of the comparison are called
	Then    string
	Rows    []changeRow
	More    int // people beyond those listed
	Gainers int
	Losers  int
	Moved   quantity.Amount
	Figures []spreadRow
	Empty   string // why there is nothing to see
}

// changeRow is what changes for one receiver.
type changeRow struct {
	Who                    string
	Current, Draft, Change quantity.Amount
	Tone                   string
}

// spreadRow is one measure of how the money spreads, now and in the draft.
type spreadRow struct{ Label, Help, Current, Draft string }

// changesShown is how many receivers the comparison lists.
const changesShown = 30

// trial runs a draft on past data. The pot and whether earlier payments count
// are taken from the form.
func (p *Practice) trial(q *web.Request, r *store.Snapshot, s *Settings, id store.ID, text equation.Equation, sim *simView) error {
	f := q.Form()
	text.Version = 1
	pot := f.Amount("pot", text.Unit)
	if !f.Has("pot") {
		var err error
		if pot, err = usualPot(r, text.Unit); err != nil {
			return err
		}
		f.Default("pot", q.Plain(pot))
	}
	if pot.Sign() < 0 {
		f.Fail("pot", "contribution.pot_negative", "a pot is zero or more")
	}
	if !f.OK() {
		return nil
	}
	current, err := inForce(r, id, text)
	if err != nil {
		return err
	}
	got, err := p.Simulate(r, text, current, pot, f.Raw("deliverable"), f.Raw("afresh") != "")
	if err != nil {
		if f.Blame(err) {
			return nil
		}
		return err
	}
	return p.fillSim(q, r, got, sim)
}

// inForce returns the version to compare a draft with: the one in force of the
// same equation, else of another that splits the same currency of the project.
func inForce(r store.Reader, id store.ID, text equation.Equation) (*equation.Equation, error) {
	all, err := Versions(r)
	if err != nil {
		return nil, err
	}
	var found *equation.Equation
	for _, v := range all {
		if v.State != Adopted || v.Text.Unit != text.Unit {
			continue
		}
		if v.ID == id {
			return &v.Text, nil
		}
		if v.Text.Project == text.Project {
			found = &v.Text
		}
	}
	return found, nil
}

// usualPot is an amount to try with: what is left to share out, else what the
// last distribution shared, else 1,000.
func usualPot(r store.Reader, unit quantity.Unit) (quantity.Amount, error) {
	left, err := IncomeLeft(r, unit)
	if err != nil {
		return quantity.Amount{}, err
	}
	pot := quantity.Amount{Unit: unit}
	for _, in := range left {
		if pot, err = pot.Add(in.Left()); err != nil {
			return pot, err
		}
	}
	if !pot.IsZero() {
		return pot, nil
	}
	all, err := Distributions(r)
	if err != nil {
		return pot, err
	}
	for _, d := range slices.Backward(all) {
		if d.State == Done && d.Pot.Unit == unit {
			return d.Pot, nil
		}
	}
	return quantity.Of(1000, unit), nil
}

// fillSim turns a simulation into what the page shows.
func (p *Practice) fillSim(q *web.Request, r store.Reader, got Simulation, sim *simView) error {
	sim.Ready, sim.Pot, sim.Now, sim.Then = true, got.Pot, q.T("contribution.sim.now"), q.T("contribution.sim.draft")
	lines := make([]Line, len(got.Draft.Lines))
	var ids []store.ID
	for i, l := range got.Draft.Lines {
		lines[i] = Line{Bucket: l.Bucket, Receiver: store.ID(l.Receiver), Kind: string(l.Kind), Amount: quantity.Micros(l.Amount, got.Draft.Unit)}
	}
	var err error
	if sim.Draft, err = p.outcome(q, r, Distribution{}, got.Draft, lines, nil); err != nil {
		return err
	}
	if got.Changes == nil {
		return nil
	}
	c := got.Changes
	amount := func(n int64) quantity.Amount { return quantity.Micros(n, got.Pot.Unit) }
	sim.Current, sim.Gainers, sim.Losers, sim.Moved = true, c.Gainers, c.Losers, amount(c.Moved)
	people := slices.Clone(c.People)
	slices.SortStableFunc(people, func(a, b equation.PersonChange) int {
		return cmp.Or(cmp.Compare(magnitude(b.Change), magnitude(a.Change)), cmp.Compare(b.Draft, a.Draft))
	})
	sim.More = max(0, len(people)-changesShown)
	people = people[:min(len(people), changesShown)]
	for _, person := range people {
		ids = append(ids, store.ID(person.Receiver))
	}
	called, err := loadNames(q, r, ids...)
	if err != nil {
		return err
	}
	for _, person := range people {
		row := changeRow{called.of(store.ID(person.Receiver)), amount(person.Current), amount(person.Draft), amount(person.Change), ""}
		if person.Change > 0 {
			row.Tone = "good"
		} else if person.Change < 0 {
			row.Tone = "warn"
		}
		sim.Rows = append(sim.Rows, row)
	}
	sim.Figures = spreads(q, c, got.Pot.Unit)
	return nil
}

func magnitude(n int64) int64 { return max(n, -n) }

// spreads lists the measures of both sides.
func spreads(q *web.Request, c *equation.Comparison, unit quantity.Unit) []spreadRow {
	t := func(key string) string { return q.T("contribution.sim." + key) }
	row := func(key string, show func(equation.Spread) string) spreadRow {
		return spreadRow{t(key), t(key + "_help"), show(c.Current), show(c.Draft)}
	}
	hundredths := func(x float64) string { // a figure for reading: no amount follows from it
		return q.Amount(quantity.Micros(int64(x*100+0.5)*10_000, "one"))
	}
	money := func(n int64) string { return q.Quantity(quantity.Micros(n, unit)) }
	number := func(n int) string { return q.Amount(quantity.Of(int64(n), "one")) }
	return []spreadRow{
		row("people", func(s equation.Spread) string { return number(s.Receivers) }),
		row("paid", func(s equation.Spread) string { return money(s.Paid) }),
		row("residue", func(s equation.Spread) string { return money(s.Residue) }),
		row("median", func(s equation.Spread) string { return money(s.Median) }),
		row("top", func(s equation.Spread) string { return hundredths(s.TopDecile*100) + " %" }),
		row("gini", func(s equation.Spread) string { return hundredths(s.Gini) }),
		row("held", func(s equation.Spread) string { return number(s.Held) }),
	}
}

// tryPage lets a reader turn the numbers of a version and see what it would do.
type tryPage struct {
	Version
	Form    *web.Form
	Sliders []sliderView
	Sim     simView
	Here    string // this address, for the form
	Edit    string // the editor with these numbers
	Next    string // what a steward does next: simulate, adopt, or nothing
	Status  stateBadge
	Href    string
}

// sliderView is a number to turn.
type sliderView struct {
	Name, Label, Suffix, Value, Max, Step string
}

// tryEquation shows what a version would do with other numbers.
func (p *Practice) tryEquation(q *web.Request) error {
	id, n, err := versionAsked(q)
	if err != nil {
		return err
	}
	page := tryPage{Form: q.Form(), Here: q.R.URL.Path}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if page.Version, err = GetVersion(r, id, n); err != nil {
			return err
		}
		text := page.Text
		text.Buckets, text.Constants = slices.Clone(text.Buckets), slices.Clone(text.Constants)
		override(page.Form, &text)
		page.sliders(text)
		page.Status, page.Href = stateOfVersion(q, page.State), versionPath(q, page.Version)
		page.Edit = page.Href + "/edit?" + page.changed()
		page.Next = nextMove[page.State]
		check := text
		check.Version = 1
		if err := check.Check(); err != nil {
			page.Form.Blame(err)
			return nil
		}
		return p.trial(q, r, s, id, text, &page.Sim)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"simulation": true, "equation": page.Text, "pot": page.Sim.Pot, "changes": page.Sim.Rows})
	}
	if q.R.Header.Get("HX-Request") == "true" && q.R.Header.Get("HX-Target") != "" {
		return q.Fragment("contribution/equation_try.html#live", page)
	}
	return q.Render(web.Page{Template: "contribution/equation_try.html", Title: q.T("contribution.sim.title", "name", page.Text.Name), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.equations"), Path: q.Path("contribution", "equations")}, {Label: page.Text.Name, Path: page.Href}}})
}

// sliders lists the numbers that may be turned.
func (page *tryPage) sliders(text equation.Equation) {
	for i, b := range text.Buckets {
		page.Sliders = append(page.Sliders, sliderView{fmt.Sprintf("buckets[%d].percent", i), cmp.Or(b.Label, b.Key), "%", string(b.Percent), "100", stepOf(b.Percent)})
	}
	for i, c := range text.Constants {
		page.Sliders = append(page.Sliders, sliderView{fmt.Sprintf("constants[%d].value", i), c.Name, c.Unit, string(c.Value), topOf(page.Text.Constants[i].Value), stepOf(c.Value)})
	}
}

// changed is the query of the editor that takes the turned numbers over.
func (page *tryPage) changed() string {
	var parts []string
	for _, s := range page.Sliders {
		parts = append(parts, url.QueryEscape(s.Name)+"="+url.QueryEscape(s.Value))
	}
	return strings.Join(parts, "&")
}

// stepOf is how finely a number is turned: as finely as it is written, in
// halves when it is small and whole.
func stepOf(d equation.Decimal) string {
	_, frac, point := strings.Cut(string(d), ".")
	switch {
	case point && frac != "":
		return "0." + strings.Repeat("0", len(frac)-1) + "1"
	case len(d) < 2:
		return "0.5"
	}
	return "1"
}

// topOf is how far a constant may be turned: to three times what it is.
func topOf(d equation.Decimal) string {
	r, err := d.Rat()
	if err != nil || r.Sign() <= 0 {
		return "100"
	}
	top := r.Mul(r, big.NewRat(3, 1))
	return top.FloatString(0)
}
