package contribution

import (
	"cmp"
	"slices"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) exitRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/exits", Needs: SeeExits, Handle: p.exits},
		{Pattern: "GET /c/{commons}/contribution/exits/new", Needs: Leave, Handle: p.newExit},
		{Pattern: "POST /c/{commons}/contribution/exits/new", Needs: Leave, Handle: p.newExit},
		{Pattern: "GET /c/{commons}/contribution/exits/{id}", Needs: SeeExits, Handle: p.exit},
		{Pattern: "POST /c/{commons}/contribution/exits/{id}/buy-back", Needs: Run, Handle: p.buyBackFrom},
		{Pattern: "POST /c/{commons}/contribution/exits/{id}/claw-back", Needs: Leave, Handle: p.clawBackOf},
		{Pattern: "POST /c/{commons}/contribution/exits/{id}/revoke", Needs: Leave, Handle: p.revokeThe},
	}
}

// exitRow is an exit in words.
type exitRow struct {
	Exit              `json:"exit"`
	Who, Where, Words string     // Words: in which way they left
	Status            stateBadge `json:"-"`
	Href              string     `json:"-"`
}

// exitRows puts exits into words.
func exitRows(q *web.Request, r store.Reader, s *Settings, list []Exit) ([]exitRow, error) {
	var ids []store.ID
	for _, x := range list {
		ids = append(ids, x.Person)
	}
	called, err := loadNames(q, r, ids...)
	if err != nil {
		return nil, err
	}
	rows := make([]exitRow, len(list))
	for i, x := range list {
		state, tone := "stands", "accent"
		switch {
		case x.RevokedAt != 0:
			state, tone = "revoked", ""
		case x.ClawBack != nil:
			state, tone = "clawed_back", "warn"
		case x.BuyBack != nil:
			state, tone = "bought_back", "good"
		}
		rows[i] = exitRow{Exit: x, Who: called.of(x.Person), Where: cmp.Or(s.Projects[x.Project].Name, q.T("contribution.exit.whole")), Words: q.T("contribution.exit.way_" + string(x.Way)),
			Status: stateBadge{q.T("contribution.exit.state_" + state), tone}, Href: exitPath(q, x.ID)}
	}
	return rows, nil
}

func exitPath(q *web.Request, id store.ID) string { return q.Path("contribution", "exits", string(id)) }

// exits lists who left, the latest first.
func (p *Practice) exits(q *web.Request) error {
	var rows []exitRow
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, err := Exits(r)
		if err != nil {
			return err
		}
		slices.Reverse(list)
		rows, err = exitRows(q, r, s, list)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(rows)
	}
	return q.Render(web.Page{Template: "contribution/exits.html", Title: q.T("contribution.exit.title"), Active: atMoney, Data: map[string]any{"Rows": rows, "Tabs": moneyTabs(q, "owed")}})
}

// exitNewPage asks who left, and shows what would follow.
type exitNewPage struct {
	Form                   *web.Form
	People, Projects, Ways []web.Option
	Unit                   quantity.Unit
	Pies                   []pieView
	Asked                  bool // there is an answer to show
}

// newExit asks in which way somebody left, shows what follows, and records it.
func (p *Practice) newExit(q *web.Request) error {
	f := q.Form()
	page := exitNewPage{Form: f}
	live := q.R.Header.Get("HX-Request") == "true" && f.Raw("do") == ""
	for _, w := range equation.Ways() {
		page.Ways = append(page.Ways, web.Option{Value: string(w), Label: q.T("contribution.exit.way_" + string(w)), Hint: q.T("contribution.exit.way_" + string(w) + "_hint")})
	}
	ask := ExitAsk{}
	if q.R.Method == "POST" {
		ask = ExitAsk{Person: f.ID("person", web.Required), Project: f.ID("project"), From: f.Date("from", web.Required),
			Way: equation.Way(f.Choice("way", []string{"resigned", "resigned_with_reason", "dismissed", "dismissed_with_cause"}, web.Required))}
		if f.Raw("do") == "record" {
			ask.Decision, ask.Reason = f.Text("decision", web.Required, web.Max(300)), f.Text("reason", web.Max(maxNote))
		}
		if f.Raw("do") == "record" && f.OK() {
			x, err := RecordExit(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
			if err == nil {
				return q.Redirect(exitPath(q, x.ID), "contribution.exit.done")
			}
			if !f.Blame(err) {
				return err
			}
		}
		page.Asked = f.OK()
	}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return p.fillNewExit(q, r, &page, ask) })
	if err != nil {
		return err
	}
	if live {
		return q.Fragment("contribution/exit_new.html#follows", page)
	}
	return q.Render(web.Page{Template: "contribution/exit_new.html", Title: q.T("contribution.exit.new"), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.exit.title"), Path: q.Path("contribution", "exits")}}})
}

// fillNewExit fills in what may be chosen and, once all is chosen, what follows.
func (p *Practice) fillNewExit(q *web.Request, r *store.Snapshot, page *exitNewPage, ask ExitAsk) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	page.Unit = s.Currency
	page.Projects = append([]web.Option{{Label: q.T("contribution.exit.whole")}}, projectOptions(s.openProjects())...)
	people, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Person, Limit: 500})
	if err != nil {
		return err
	}
	page.People = []web.Option{{Label: q.T("contribution.exit.choose")}}
	for _, a := range people {
		if a.ID != q.Who.Agent {
			page.People = append(page.People, web.Option{Value: string(a.ID), Label: a.Name})
		}
	}
	page.Form.Default("from", today(r.Now(), s))
	if !page.Asked {
		return nil
	}
	x := Exit{Person: ask.Person, Project: ask.Project, Way: ask.Way, From: ask.From, At: r.Now(), Decision: "not yet"}
	if err := x.check(today(x.At, s)); err != nil {
		page.Form.Blame(err)
		page.Asked = false
		return nil
	}
	page.Pies, err = p.pies(q, r, x)
	return err
}

// pieView is what an exit does under one value equation.
type pieView struct {
	Name, Href string
	Sentence   string
	Slices     []sliceRow
	Counts     quantity.Amount // what they come to
	Sim        simView
	Form       *web.Form
	Frozen     string // since when nobody gains or loses slices
	// What a buy-back would cost; CanBuy when something counts and nothing was bought.
	Equation store.ID
	Price    quantity.Amount
	Own      quantity.Amount
	CanBuy   bool
	Short    bool // the commons holds too little of its own
}

// sliceRow adds up the slices of one kind.
type sliceRow struct {
	What                         string
	Cash                         bool
	Original, Kept, Paid, Counts quantity.Amount
	Reason                       string
}

// pies shows what an exit does under every value equation that it is about.
func (p *Practice) pies(q *web.Request, r *store.Snapshot, x Exit) ([]pieView, error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	versions, err := slicing(r, x.Project)
	if err != nil {
		return nil, err
	}
	var out []pieView
	for _, v := range versions {
		view, err := p.pie(q, r, s, x, v)
		if err != nil {
			return nil, err
		}
		out = append(out, view)
	}
	return out, nil
}

func (p *Practice) pie(q *web.Request, r *store.Snapshot, s *Settings, x Exit, v Version) (view pieView, err error) {
	pot, err := p.potOf(q, r, v.Text.Unit)
	if err != nil {
		return view, err
	}
	preview, err := p.PreviewExit(r, x, v, pot)
	if err != nil {
		return view, err
	}
	called, err := loadNames(q, r, x.Person)
	if err != nil {
		return view, err
	}
	rule := v.Text.ExitRule()
	view = pieView{Name: v.Text.Name, Href: versionPath(q, v), Equation: v.ID, Form: q.Form(), Frozen: rule.FrozenFrom}
	key := "keeps_all"
	switch {
	case len(preview.Slices) == 0:
		key = "no_slices"
	case rule.FrozenFrom != "" && x.From >= rule.FrozenFrom:
		key = "frozen"
	case preview.AtFault:
		key = "loses"
	}
	view.Sentence = q.T("contribution.exit."+key, "who", called.of(x.Person))
	view.Slices, view.Counts = sliceRows(q, s, v.Text.Unit, preview.Slices)
	if err := p.fillSim(q, r, preview.Simulation, &view.Sim); err != nil {
		return view, err
	}
	view.Sim.Now, view.Sim.Then = q.T("contribution.exit.without"), q.T("contribution.exit.with")
	if view.Price, err = v.Text.BuyBackPrice(view.Counts); err != nil {
		return view, err
	}
	if view.Own, err = ownMoney(r, v.Text.Unit); err != nil {
		return view, err
	}
	view.CanBuy = x.No != 0 && x.RevokedAt == 0 && x.BuyBack == nil && view.Price.Sign() > 0
	view.Short = view.Own.Micros < view.Price.Micros
	return view, nil
}

// potOf is the pot to compare with: what the form says, else the usual one.
func (p *Practice) potOf(q *web.Request, r store.Reader, unit quantity.Unit) (quantity.Amount, error) {
	f := q.Form()
	if pot := f.Amount("pot", unit); f.Has("pot") && f.OK() && pot.Sign() > 0 && pot.Unit == unit {
		return pot, nil
	}
	pot, err := usualPot(r, unit)
	f.Default("pot", q.Plain(pot))
	return pot, err
}

// sliceRows adds up slices by kind and by what became of them.
func sliceRows(q *web.Request, s *Settings, unit quantity.Unit, list []equation.Slice) (rows []sliceRow, counts quantity.Amount) {
	counts.Unit = unit
	type group struct{ kind, reason string }
	at := map[group]int{}
	for _, x := range list {
		key := group{x.Kind, string(x.Reason)}
		i, known := at[key]
		if !known {
			i = len(rows)
			at[key] = i
			zero := quantity.Amount{Unit: unit}
			row := sliceRow{What: s.kindName(x.Kind), Cash: x.Cash, Original: zero, Kept: zero, Paid: zero, Counts: zero}
			if x.Reason != "" {
				row.Reason = q.T("contribution.exit.reason_" + string(x.Reason))
			}
			rows = append(rows, row)
		}
		row := &rows[i]
		row.Original.Micros += x.Original
		row.Kept.Micros += x.Kept
		row.Paid.Micros += x.Paid
		row.Counts.Micros += x.Counts
		counts.Micros += x.Counts
	}
	return rows, counts
}

// exitPage is one exit, what it does, and what may follow.
type exitPage struct {
	exitRow
	Form     *web.Form
	Pies     []pieView
	Bought   *boughtView
	Log      []logRow
	CanClaw  bool
	ClawBy   time.Time // last day of a sale that reopens the buy-back
	Standing bool
	Account  string
}

// boughtView is a buy-back in words.
type boughtView struct {
	BuyBack
	Name, Href string
}

// exit shows one exit.
func (p *Practice) exit(q *web.Request) error {
	id, json := asked(q, "id")
	page := exitPage{Form: q.Form()}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		x, err := GetExit(r, id)
		if err != nil {
			return err
		}
		rows, err := exitRows(q, r, s, []Exit{x})
		if err != nil {
			return err
		}
		page.exitRow, page.Standing, page.Account = rows[0], x.RevokedAt == 0, q.Path("contribution", "owed", string(x.Person))
		if json {
			return nil
		}
		return p.fillExit(q, r, &page, x)
	})
	if err != nil {
		return err
	}
	if json {
		return q.JSON(page.exitRow)
	}
	return q.Render(web.Page{Template: "contribution/exit.html", Title: q.T("contribution.exit.one", "who", page.Who), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.exit.title"), Path: q.Path("contribution", "exits")}}})
}

func (p *Practice) fillExit(q *web.Request, r *store.Snapshot, page *exitPage, x Exit) (err error) {
	log := func(key string, no int64) {
		if no > 0 {
			page.Log = append(page.Log, logRow{No: no, What: q.T("contribution.exit.log_" + key), Href: logPath(q, no)})
		}
	}
	log("recorded", x.No)
	if x.BuyBack != nil {
		v, err := GetVersion(r, x.BuyBack.Equation, x.BuyBack.Version)
		if err != nil {
			return err
		}
		page.Bought = &boughtView{*x.BuyBack, v.Text.Name, versionPath(q, v)}
		rule := v.Text.ExitRule()
		page.ClawBy = x.BuyBack.At.UTC().AddDate(0, rule.ClawBackMonths, 0)
		page.CanClaw = page.Standing && x.ClawBack == nil && !rule.IsAtFault(x.Way) && rule.ClawBackMonths > 0
		log("bought", x.BuyBack.No)
	}
	if x.ClawBack != nil {
		log("clawed", x.ClawBack.No)
	}
	log("revoked", x.RevokedAt)
	if page.Standing {
		page.Pies, err = p.pies(q, r, x)
	}
	return err
}

// buyBackFrom buys slices back at the price that the reader saw.
func (p *Practice) buyBackFrom(q *web.Request) error {
	f := q.Form()
	id, _ := asked(q, "id")
	unit := quantity.Unit(f.Text("unit", web.Required, web.Max(40)))
	price, err := quantity.Parse(f.Raw("amount"), unit)
	if err != nil {
		return fault.Invalidf("contribution.offer_changed", "amount", "%q is not the price that was shown; look again", clipRunes(f.Raw("amount"), 40))
	}
	x, err := p.BuyBack(q.R.Context(), q.Who, q.Idempotency(), BuyBackAsk{Exit: id, Equation: f.ID("equation"), Amount: price})
	if err == nil {
		return q.Redirect(exitPath(q, id), "contribution.exit.done_bought", "amount", x.BuyBack.Amount)
	}
	return p.again422(q, err)
}

// again422 shows the exit again with what went wrong.
func (p *Practice) again422(q *web.Request, err error) error {
	if !q.Form().Blame(err) {
		return err
	}
	return p.exit(q)
}

func (p *Practice) clawBackOf(q *web.Request) error {
	f := q.Form()
	id, _ := asked(q, "id")
	ask := ClawBackAsk{Exit: id, Sold: f.Date("sold", web.Required), Decision: f.Text("decision", web.Required, web.Max(300))}
	if !f.OK() {
		return p.exit(q)
	}
	if _, err := RecordClawBack(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask); err != nil {
		return p.again422(q, err)
	}
	return q.Redirect(exitPath(q, id), "contribution.exit.done_clawed")
}

func (p *Practice) revokeThe(q *web.Request) error {
	f := q.Form()
	id, _ := asked(q, "id")
	ask := RevokeExitAsk{Exit: id, Reason: f.Text("reason", web.Required, web.Max(maxNote))}
	if !f.OK() {
		return p.exit(q)
	}
	if _, err := RevokeExit(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask); err != nil {
		return p.again422(q, err)
	}
	return q.Redirect(exitPath(q, id), "contribution.exit.done_revoked")
}
