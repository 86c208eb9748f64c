package contribution

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/contribution/rollup"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// flowsPage is what went into the products of a project, and what looks
// unlogged.
type flowsPage struct {
	Tabs     []web.Tab
	Project  Project
	Products []productRow
	Into     web.Sankey // what went into the latest products, by kind
	Findings []findingRow
	Held     []findingRow
}

// productRow is one thing that a project made: its open-book cost.
type productRow struct {
	Name, Process string
	Quantity      quantity.Amount
	Cost, Each    quantity.Amount
	Parts         []partRow
	Deliverable   string
	Inside        bool // it was used up for something else, whose cost holds its own
}

// partRow is one kind of cost in a product.
type partRow struct {
	Label string
	Value quantity.Amount
}

// findingRow is one thing that looks missing.
type findingRow struct {
	Title, Reason, Fix, Href string
	Estimate                 quantity.Amount
}

// productsShown is how many products the page explains, the newest first.
const productsShown = 24

func (p *Practice) projectFlows(q *web.Request) error {
	var page flowsPage
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, project, err := projectHere(q, r)
		if err != nil {
			return err
		}
		page.Project, page.Tabs = project, projectTabs(q, project, "flows")
		var ledger *equation.Ledger
		var numbers []EntryNo // of its rows; only ever appended to
		err = p.Columns(r, func(c *Columns) error {
			ledger, numbers = c.view(previewNo), c.no[:c.Len()]
			return nil
		})
		if err != nil {
			return err
		}
		g, err := p.loadFlows(r, ledger, flowsAsk{Project: project.ID, Waiting: true})
		if err != nil {
			return err
		}
		if err := page.products(r, s, g); err != nil {
			return err
		}
		page.draw(q, s)
		page.findings(q, s, g, numbers)
		return nil
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "contribution/flows.html", Title: page.Project.Name, Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.tabs.projects"), Path: q.Path("contribution", "projects")}, {Label: page.Project.Name, Path: q.Path("contribution", "projects", string(page.Project.ID))}, {Label: q.T("contribution.flows.title")}}})
}

// products shows what each output cost, by kind: the parts add up to the whole.
func (page *flowsPage) products(r store.Reader, s *Settings, g *flowGraph) error {
	outputs := slices.DeleteFunc(slices.Clone(g.outputs), func(e vf.Event) bool { return e.InScopeOf != page.Project.ID })
	slices.Reverse(outputs)
	outputs = outputs[:min(len(outputs), productsShown)]
	things := make([]store.ID, len(outputs))
	for i, e := range outputs {
		things[i] = e.ResourceInventoriedAs
	}
	stocks, err := vf.GetResources(r, things)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, e := range g.events {
		used[e.Resource] = used[e.Resource] || e.Role == rollup.Consume
	}
	for _, e := range outputs {
		parts, err := g.ByKind(rollup.Node{Resource: string(e.ResourceInventoriedAs)}, *e.ResourceQuantity)
		if fault.KindOf(err) == fault.Conflict || fault.KindOf(err) == fault.Invalid {
			continue // a circle of consumption; the findings name it
		}
		if err != nil {
			return err
		}
		row := productRow{Quantity: *e.ResourceQuantity, Process: g.processes[e.OutputOf].Name, Name: stocks[e.ResourceInventoriedAs].Name, Deliverable: deliveredTo(e),
			Inside: used[string(e.ResourceInventoriedAs)]}
		if err := row.split(s, parts); err != nil {
			return err
		}
		page.Products = append(page.Products, row)
	}
	return nil
}

// productsDrawn is how many products the figure holds and stays legible.
const productsDrawn = 12

// draw shows what went into the latest products: kinds on the left, steps in
// the middle, products on the right. What went into another product is not
// drawn again by itself, so that nothing counts twice.
func (page *flowsPage) draw(q *web.Request, s *Settings) {
	page.Into = web.Sankey{Title: q.T("contribution.flows.into"), Summary: q.T("contribution.flows.into_text"), Unit: s.Currency}
	known := map[string]bool{}
	node := func(id, label string) string {
		if !known[id] {
			known[id] = true
			page.Into.Nodes = append(page.Into.Nodes, web.SankeyNode{ID: id, Label: label})
		}
		return id
	}
	into := map[[2]string]int64{} // kinds into steps: several products may come of one step
	var order [][2]string
	drawn := 0
	for i, row := range page.Products {
		if row.Inside || drawn == productsDrawn {
			continue
		}
		drawn++
		step := node("step:"+row.Process, row.Process)
		for _, part := range row.Parts {
			link := [2]string{node("kind:"+part.Label, part.Label), step}
			if into[link] == 0 {
				order = append(order, link)
			}
			into[link] += part.Value.Micros
		}
		if row.Cost.Sign() > 0 {
			product := node(fmt.Sprint("product:", i), row.Name+" · "+q.Quantity(row.Quantity))
			page.Into.Links = append(page.Into.Links, web.SankeyLink{From: step, To: product, Amount: row.Cost})
		}
	}
	for _, link := range order {
		page.Into.Links = append(page.Into.Links, web.SankeyLink{From: link[0], To: link[1], Amount: s.money(into[link])})
	}
}

// split rounds the whole to the currency's smallest unit and divides it over
// the kinds of cost by largest remainder, so that the parts add up.
func (row *productRow) split(s *Settings, parts map[string]*big.Rat) error {
	labels := slices.Sorted(maps.Keys(parts))
	total, den := new(big.Rat), big.NewInt(1)
	for _, label := range labels {
		total.Add(total, parts[label])
		common := new(big.Int).GCD(nil, nil, den, parts[label].Denom())
		den.Mul(den, new(big.Int).Quo(parts[label].Denom(), common))
	}
	row.Cost, row.Each = s.near(total), s.near(new(big.Rat).Quo(total, row.Quantity.Rat()))
	if total.Sign() <= 0 {
		return nil
	}
	weights := make([]*big.Int, len(labels))
	for i, label := range labels {
		weights[i] = new(big.Int).Quo(new(big.Int).Mul(parts[label].Num(), den), parts[label].Denom())
	}
	step := s.Currency.Step()
	shares, err := quantity.Apportion(row.Cost.Micros/step, weights, quantity.TieKeysFor(row.Name, labels))
	if err != nil {
		return err
	}
	for i, share := range shares {
		if share > 0 {
			row.Parts = append(row.Parts, partRow{labels[i], s.money(share * step)})
		}
	}
	slices.SortStableFunc(row.Parts, func(a, b partRow) int { return cmp.Compare(b.Value.Micros, a.Value.Micros) })
	return nil
}

// near is an exact value of zero or more in the currency's smallest unit, half up.
func (s *Settings) near(exact *big.Rat) quantity.Amount {
	step := s.Currency.Step()
	steps := new(big.Rat).Mul(exact, big.NewRat(quantity.Scale, step))
	steps.Add(steps, big.NewRat(1, 2))
	whole := new(big.Int).Quo(steps.Num(), steps.Denom())
	if !whole.IsInt64() || whole.Int64() > vf.MaxMicros/step {
		return s.money(vf.MaxMicros)
	}
	return s.money(whole.Int64() * step)
}

// findings are the completeness report of the project's processes.
func (page *flowsPage) findings(q *web.Request, s *Settings, g *flowGraph, numbers []EntryNo) {
	var own []string
	for id, x := range g.processes {
		if x.InScopeOf == page.Project.ID {
			own = append(own, string(id))
		}
	}
	slices.Sort(own)
	for _, f := range g.Completeness(own) {
		if f.Code == "rollup.no_output" && store.ID(f.Subject) == page.Project.Process {
			continue // work in general needs no product
		}
		page.Findings = append(page.Findings, g.finding(q, s, f, numbers))
	}
	for _, f := range g.Held() {
		page.Held = append(page.Held, g.finding(q, s, f, numbers))
	}
}

// finding is a finding with a link to what it is about.
func (g *flowGraph) finding(q *web.Request, s *Settings, f rollup.Finding, numbers []EntryNo) findingRow {
	key := "contribution.finding." + f.Code[len("rollup."):]
	row := findingRow{Title: q.T(key), Reason: f.Reason, Fix: f.Fix}
	if row.Title == key {
		row.Title = q.T("contribution.finding.other")
	}
	if f.Estimate != nil {
		row.Estimate = s.near(f.Estimate)
	}
	if i, ours := g.row[f.Subject]; ours {
		row.Href = entryPath(q, numbers[i])
	} else if x, known := g.processes[store.ID(f.Subject)]; known {
		row.Reason = x.Name + ": " + row.Reason
		row.Href = q.Path("contribution", "projects", string(x.InScopeOf))
	}
	return row
}

// deliveredTo is the order or shipment that an output went to, or "".
func deliveredTo(e vf.Event) string {
	for _, class := range e.ClassifiedAs {
		if to, ok := strings.CutPrefix(class, delivers); ok {
			return to
		}
	}
	return ""
}

// stockUnit is what a stock is counted in.
func (p *Practice) stockUnit(q *web.Request, id store.ID) (unit quantity.Unit, err error) {
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, found, err := vf.GetResource(r, id)
		if err == nil && !found {
			err = fault.Invalidf("contribution.flow", "stock", "choose the stock that was used up")
		}
		unit = x.Onhand.Unit
		return err
	})
	return unit, err
}
