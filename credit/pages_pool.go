package credit

import (
	"maps"
	"math"
	"slices"

	"commonweal/credit/pool"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf/naming"
)

func (p *Practice) poolRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/pools", Needs: Pay, Handle: p.pools},
		{Pattern: "GET /c/{commons}/credit/pools/new", Needs: Configure, Handle: p.newPool},
		{Pattern: "POST /c/{commons}/credit/pools/new", Needs: Configure, Handle: p.newPool},
		{Pattern: "GET /c/{commons}/credit/pools/{id}", Needs: Pay, Handle: p.showPool},
		{Pattern: "POST /c/{commons}/credit/pools/{id}", Needs: Pay, Handle: p.stepInPool},
	}
}

// poolCard is a pool in the list.
type poolCard struct {
	Pooled
	Inside quantity.Amount
	Mine   bool
}

// pools lists the pools of the commons.
func (p *Practice) pools(q *web.Request) error {
	page := struct {
		Tabs  []web.Tab
		Pools []poolCard
	}{Tabs: tabs(q, "pools")}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, err := Pools(r)
		for _, one := range list {
			page.Pools = append(page.Pools, poolCard{one, one.inside().of(s.Currencies[one.Currency].Unit), slices.Contains(one.Names, string(q.Who.Agent))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/pools.html", Title: q.T("credit.pool.title"), Active: atHome, Data: page})
}

// newPoolPage asks for the rules of a pool.
type newPoolPage struct {
	Form                               *web.Form
	Currencies, Kinds, Orders, Members []web.Option
}

// newPool founds a pool: by fields where it is a rotating pool or a loan from
// surplus, by its rules as data for every other kind.
func (p *Practice) newPool(q *web.Request) error {
	page := newPoolPage{Form: q.Form()}
	var s *Settings
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if s, err = settings.Get(r); err != nil {
			return err
		}
		page.Members, err = memberOptions(q, r)
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range s.Order {
		if !c.Closed {
			page.Currencies = append(page.Currencies, web.Option{Value: string(c.ID), Label: c.Name})
		}
	}
	for _, k := range []string{"rosca", "surplus", "data"} {
		page.Kinds = append(page.Kinds, web.Option{Value: k, Label: q.T("credit.pool.kind." + k), Hint: q.T("credit.pool.about." + k)})
	}
	for _, o := range []pool.Order{pool.ByLot, pool.ByNeed} {
		page.Orders = append(page.Orders, web.Option{Value: string(o), Label: q.T("credit.pool.order." + string(o))})
	}
	if len(page.Currencies) > 0 {
		page.Form.Default("currency", page.Currencies[0].Value)
	}
	page.Form.Default("kind", "rosca")
	page.Form.Default("order", "lot")
	page.Form.Default("share", "50")
	if q.R.Method == "POST" {
		if done, err := p.foundPool(q, page.Form, s); done || err != nil {
			return err
		}
	}
	return q.Render(web.Page{Template: "credit/pool_new.html", Title: q.T("credit.pool.new"), Active: atHome, Data: page})
}

// foundPool founds what the form says, and reports whether it answered.
func (p *Practice) foundPool(q *web.Request, f *web.Form, s *Settings) (done bool, err error) {
	ask := PoolAsk{Currency: f.ID("currency", web.Required), Name: f.Text("name", web.Required, web.Max(80))}
	c := s.Currencies[ask.Currency]
	r := pool.Rules{Step: pool.Micros(c.Step()), Members: f.RawAll("members")}
	switch f.Choice("kind", []string{"rosca", "surplus", "data"}, web.Required) {
	case "rosca":
		r.Kind, r.Begins, r.Every = pool.RoscaKind, f.Date("begins", web.Required), "month"
		r.Rosca = &pool.RoscaRules{Contribution: pool.Micros(f.Amount("contribution", c.Unit, web.Required).Micros),
			Order: pool.Order(f.Choice("order", []string{"lot", "need"}, web.Required)), Seed: f.Text("seed", web.Required, web.Max(200))}
	case "surplus":
		r.Kind = pool.SurplusKind
		r.Surplus = &pool.SurplusRules{Borrower: string(f.ID("borrower", web.Required)), Principal: pool.Micros(f.Amount("principal", c.Unit, web.Required).Micros),
			Share: pool.Fraction{Of: f.Int("share", 1, 50), In: 100}}
		if !slices.Contains(r.Members, r.Surplus.Borrower) {
			r.Members = append(r.Members, r.Surplus.Borrower)
		}
	default:
		var err error
		if r, err = pool.ParseRules([]byte(f.Text("rules", web.Required, web.Max(100_000)))); err != nil && !f.Blame(err) {
			return false, err
		}
	}
	if !f.OK() {
		return false, nil
	}
	ask.Rules = r
	made, err := FoundPool(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
	if err == nil {
		return true, q.Redirect(q.Path("credit", "pools", string(made.ID)), "credit.pool.founded", "name", made.Name)
	}
	if !f.Blame(err) {
		return false, err
	}
	return false, nil
}

// memberOptions are the members of the commons, by name.
func memberOptions(q *web.Request, r store.Reader) (list []web.Option, err error) {
	members, err := auth.Members(r)
	for _, m := range members {
		if m.Active() {
			list = append(list, web.Option{Value: string(m.Agent), Label: m.Name})
		}
	}
	return list, err
}

// poolPage is a pool as the reader sees it.
type poolPage struct {
	Tabs []web.Tab
	Pooled
	Form     *web.Form
	Unit     quantity.Unit
	Inside   quantity.Amount
	Member   bool
	All      bool // the reader takes part or keeps the pool, and sees who stands where
	Mine     quantity.Amount
	Next     string
	Why      string
	Turns    []poolTurn
	Debts    []poolDebt
	Chart    *web.Chart
	Reports  []poolReport
	History  []poolLine
	Acts     []web.Option
	People   []web.Option
	Things   bool // steps name a voucher or a proposal
	Counts   bool // or a number
	Ventures bool // or a period of an enterprise
}

type poolTurn struct {
	pool.Turn
	Name string
	Sum  quantity.Amount
}

type poolDebt struct {
	N        int
	From, To string
	Open     quantity.Amount
}

type poolReport struct {
	N                 int
	Base, Share, Paid quantity.Amount
}

type poolLine struct {
	PoolStep
	By, Who string
	Moved   quantity.Amount
}

// poolHistory is how many steps a page tells.
const poolHistory = 100

// showPool shows a pool: who is next and why, what the reader put in, what is owed.
func (p *Practice) showPool(q *web.Request) error {
	page := poolPage{Tabs: tabs(q, "pools"), Form: q.Form()}
	id, _ := store.ParseID(q.R.PathValue("id"))
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if page.Pooled, err = PoolOf(r, id); err != nil {
			return err
		}
		page.Unit = s.Currencies[page.Currency].Unit
		steps, err := PoolStepsOf(r, id, math.MaxInt32, poolHistory)
		if err != nil {
			return err
		}
		names, err := naming.Load(q, r, page.people(steps)...)
		if err != nil {
			return err
		}
		page.fill(q, names, steps)
		return nil
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/pool.html", Title: page.Name, Active: atHome, Data: page})
}

// people are the agents that a page names.
func (page *poolPage) people(steps []PoolStep) (ids []store.ID) {
	for _, who := range slices.Concat(page.Names, page.Rules.Members) {
		ids = append(ids, store.ID(who))
	}
	for _, s := range steps {
		ids = append(ids, s.By, store.ID(s.Who))
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id store.ID) bool { _, ok := store.ParseID(string(id)); return !ok })
}

func (page *poolPage) sum(m pool.Micros) quantity.Amount { return Micros(m).of(page.Unit) }

// fill puts the state of the pool into words and figures.
func (page *poolPage) fill(q *web.Request, names naming.Names, steps []PoolStep) {
	me := string(q.Who.Agent)
	of := func(place string) string {
		if pool.Own(place) {
			return q.T("credit.pool.place." + place[1:])
		}
		return names.Of(store.ID(place))
	}
	page.Inside, page.Mine = page.inside().of(page.Unit), page.sum(page.Book.Balance[me])
	page.Member = slices.Contains(page.Names, me)
	page.All = page.Member || q.Who.Can(Configure)
	for _, t := range page.Schedule() {
		page.Turns = append(page.Turns, poolTurn{t, of(t.Who), page.sum(t.Amount)})
	}
	if next := page.Pool.Next(); next != "" {
		page.Next, page.Why = of(next), q.T("credit.pool.why."+string(page.Rules.Rosca.Order))
	}
	if a := page.Advance; a != nil {
		for i, r := range a.Reports {
			page.Reports = append(page.Reports, poolReport{i + 1, page.sum(r.Base), page.sum(r.Share), page.sum(r.Paid)})
		}
	}
	page.choices(q, of)
	if !page.All {
		return
	}
	for _, d := range page.Pool.Debts {
		if d.Open > 0 {
			page.Debts = append(page.Debts, poolDebt{d.N, of(d.From), of(d.To), page.sum(d.Open)})
		}
	}
	page.Chart = &web.Chart{Kind: "rows", Title: q.T("credit.pool.chart"), Summary: q.T("credit.pool.chart_text"), Unit: page.Unit, Over: q.T("credit.pool.member"), Series: []web.Series{{Name: q.T("credit.pool.net")}}}
	for _, place := range slices.Sorted(maps.Keys(page.Book.Balance)) {
		if !pool.Own(place) {
			page.Chart.Categories = append(page.Chart.Categories, of(place))
			page.Chart.Series[0].Values = append(page.Chart.Series[0].Values, page.sum(page.Book.Balance[place]))
		}
	}
	if len(page.Chart.Categories) == 0 {
		page.Chart = nil
	}
	for _, s := range steps {
		line := poolLine{PoolStep: s, By: of(string(s.By)), Moved: quantity.Micros(0, page.Unit)}
		if line.Who = of(s.Who); s.Who == "" {
			line.Who = line.By
		}
		for _, m := range s.Moves {
			line.Moved.Micros += int64(m.Amount)
		}
		page.History = append(page.History, line)
	}
}

// choices are what the reader may do now, and with whom.
func (page *poolPage) choices(q *web.Request, of func(string) string) {
	kind := page.Rules.Kind
	page.Things = kind == pool.CommitmentKind || kind == pool.BudgetKind
	page.Counts = kind == pool.PointsKind || len(page.Pool.Debts) > 0
	page.Ventures = page.Advance != nil && page.Advance.Drawn
	for _, a := range pool.Acts(kind) {
		if a.Name == "join" && page.Member || a.By == pool.Member && !a.Outside && !page.Member || a.By == pool.Keeper && !q.Who.Can(Configure) || page.Over && !a.Late {
			continue
		}
		page.Acts = append(page.Acts, web.Option{Value: a.Name, Label: q.T("credit.pool.act." + a.Name)})
	}
	page.People = []web.Option{{Label: "–"}} // nobody but the reader
	for _, who := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(page.Names, page.Rules.Members)))) {
		page.People = append(page.People, web.Option{Value: who, Label: of(who)})
	}
}

// stepInPool takes a step by the form of a pool's page.
func (p *Practice) stepInPool(q *web.Request) error {
	id, _ := store.ParseID(q.R.PathValue("id"))
	var unit quantity.Unit
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		found, err := PoolOf(r, id)
		unit = s.Currencies[found.Currency].Unit
		return err
	})
	if err != nil {
		return err
	}
	f := q.Form()
	amount := func(name string) pool.Micros { return pool.Micros(f.Amount(name, unit).Micros) }
	s := pool.Step{Act: f.Text("act", web.Required), Who: f.Text("who"), For: f.Text("for"), Into: f.Text("into"), Amount: amount("amount"), Minimum: amount("minimum"),
		Revenue: amount("revenue"), Costs: amount("costs"), Pay: amount("pay"), Note: f.Text("note")}
	if f.Raw("n") != "" {
		s.N = int(f.Int("n", 0, 100_000))
	}
	if thing := f.Text("thing"); thing != "" {
		s.For, s.Into = thing, f.Text("out")
		if s.Into == "" {
			s.Into = f.Text("for")
		}
	}
	if f.OK() {
		_, err := StepPool(q.R.Context(), q.Store, q.Who, q.Idempotency(), PoolStepAsk{Pool: id, Step: s})
		if err == nil {
			return q.Redirect(q.Path("credit", "pools", string(id)), "credit.pool.done")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.showPool(q)
}
