package contribution

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) owedRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/owed", Needs: See, Handle: p.owed},
		{Pattern: "GET /c/{commons}/contribution/owed/{agent}", Needs: See, Handle: p.owedTo},
		{Pattern: "POST /c/{commons}/contribution/owed/{agent}", Needs: Receive, Handle: p.payOutTo},
	}
}

// owedRow is one account in the list.
type owedRow struct {
	Agent                 store.ID        `json:"agent"`
	Who                   string          `json:"who"`
	Href                  string          `json:"-"`
	Owed, Received, Taken quantity.Amount // Received: by distributions; Taken: paid out since
	Before                quantity.Amount // paid in another system, imported; zero for nothing
	Mine                  bool            `json:"-"`
}

type owedPage struct {
	Tabs  []web.Tab
	Rows  []owedRow
	Pot   quantity.Amount // what the commons itself holds
	Owed  quantity.Amount // to everybody together
	Unit  quantity.Unit
	Older string
	// Before reports that somebody was paid in another system, in the unit of the page.
	Before bool
}

var receivedSums = store.SQL(`SELECT l.receiver, CAST(sum(l.amount) AS BIGINT) FROM contribution_line l
	JOIN contribution_distribution d ON d.commons_id = l.commons_id AND d.id = l.distribution
	WHERE l.commons_id = $1 AND l.unit = $2 AND d.state = 'done' GROUP BY l.receiver`)

// receivedBy adds up what distributions gave each receiver.
func receivedBy(r store.Reader, unit quantity.Unit) (map[store.ID]int64, error) {
	out := map[store.ID]int64{}
	_, err := store.All(r, func(row store.Scanner) (id store.ID, err error) {
		var sum int64
		err = row.Scan(&id, &sum)
		out[id] = sum
		return id, err
	}, receivedSums, string(unit))
	return out, err
}

// owed lists what is owed to everybody, the most first.
func (p *Practice) owed(q *web.Request) error {
	page := owedPage{Tabs: moneyTabs(q, "owed")}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Unit = s.Currency
		balances, err := Balances(r, page.Unit)
		if err != nil {
			return err
		}
		received, err := receivedBy(r, page.Unit)
		if err != nil {
			return err
		}
		before, err := earlierPayBy(r, page.Unit)
		if err != nil {
			return err
		}
		page.Before = len(before) > 0
		for id := range before {
			if _, known := balances[id]; !known { // paid before, and never here
				balances[id] = Balance{Amount: s.money(0)}
			}
		}
		page.Pot, page.Owed = balances[s.Agent].Amount, s.money(0)
		page.Pot.Unit = page.Unit
		var ids []store.ID
		for id, b := range balances {
			if id == s.Agent {
				continue
			}
			ids = append(ids, id)
			page.Owed.Micros += b.Amount.Micros
			page.Rows = append(page.Rows, owedRow{Agent: id, Owed: b.Amount, Received: s.money(received[id]), Taken: s.money(received[id] - b.Amount.Micros), Before: s.money(before[id]), Mine: id == q.Who.Agent})
		}
		return page.name(q, r, ids)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"unit": page.Unit, "pot": page.Pot, "owed": page.Owed, "accounts": page.Rows})
	}
	page.cut(q)
	return q.Render(web.Page{Template: "contribution/owed.html", Title: q.T("contribution.owed.title"), Active: atMoney, Data: page})
}

// name gives every row its name and puts the rows in order.
func (page *owedPage) name(q *web.Request, r store.Reader, ids []store.ID) error {
	called, err := loadNames(q, r, ids...)
	if err != nil {
		return err
	}
	for i := range page.Rows {
		row := &page.Rows[i]
		row.Who, row.Href = called.of(row.Agent), q.Path("contribution", "owed", string(row.Agent))
	}
	slices.SortFunc(page.Rows, func(a, b owedRow) int {
		return cmp.Or(cmp.Compare(b.Owed.Micros, a.Owed.Micros), cmp.Compare(b.Received.Micros, a.Received.Micros), strings.Compare(a.Who, b.Who), cmp.Compare(a.Agent, b.Agent))
	})
	return nil
}

// cut leaves one page of the rows.
func (page *owedPage) cut(q *web.Request) {
	from, _ := strconv.Atoi(q.R.URL.Query().Get("from"))
	from = min(max(from, 0), len(page.Rows))
	to := min(from+linesShown, len(page.Rows))
	if to < len(page.Rows) {
		page.Older = q.Path("contribution", "owed") + "?from=" + strconv.Itoa(to)
	}
	page.Rows = page.Rows[from:to]
}

// accountPage is what one agent is owed and was paid.
type accountPage struct {
	owedRow
	Form   *web.Form
	Lines  []receipt
	Before []earlierPay // what was paid in other systems
	Moves  []moveRow
	Chart  *web.Chart
	CanPay bool
	Unit   quantity.Unit
	Action string
	JSON   string
}

// moveRow is one change of an account, newest first.
type moveRow struct {
	Event   store.ID        `json:"event"`
	At      time.Time       `json:"at"`
	Text    string          `json:"text"`
	Change  quantity.Amount `json:"change"`
	Balance quantity.Amount `json:"balance"`
	Href    string          `json:"-"`
}

// movesShown is how many changes of an account a page lists.
const movesShown = 60

// owedTo shows one account.
func (p *Practice) owedTo(q *web.Request) error {
	page, err := p.readAccount(q)
	if err != nil {
		return err
	}
	if _, json := asked(q, "agent"); json {
		return q.JSON(map[string]any{"account": page.owedRow, "moves": page.Moves, "before": page.Before})
	}
	if page.Mine {
		if err := p.looked(q); err != nil {
			return err
		}
	}
	return p.showAccount(q, page)
}

func (p *Practice) showAccount(q *web.Request, page accountPage) error {
	return q.Render(web.Page{Template: "contribution/account.html", Title: q.T("contribution.owed.one", "who", page.Who), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.owed"), Path: q.Path("contribution", "owed")}}})
}

func (p *Practice) readAccount(q *web.Request) (page accountPage, err error) {
	agent, _ := asked(q, "agent")
	page = accountPage{Form: q.Form(), CanPay: q.Who.Can(Receive)}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		called, err := loadNames(q, r, agent)
		if err != nil {
			return err
		}
		if !called.Knows(agent) {
			return fault.NotFoundf("contribution.unknown_person", "agent", "there is nobody with this identifier here")
		}
		page.Unit, page.Agent, page.Who, page.Mine = s.Currency, agent, called.of(agent), agent == q.Who.Agent
		page.Href = q.Path("contribution", "owed", string(agent))
		page.JSON = page.Href + ".json"
		if page.Before, err = earlierPayOf(q, r, agent, movesShown); err != nil {
			return err
		}
		account, found, err := store.One(r, scanID, selectAccount, agent, string(s.Currency))
		page.Owed, page.Received, page.Taken = s.money(0), s.money(0), s.money(0)
		if err != nil || !found {
			return err
		}
		if err := page.sums(r, s, account); err != nil {
			return err
		}
		if err := page.moves(q, r, s, account); err != nil {
			return err
		}
		page.Lines, err = receiptsOf(q, r, agent, movesShown)
		return err
	})
	if !page.Owed.IsZero() {
		page.Form.Default("amount", q.Plain(page.Owed))
	}
	page.Form.Default("day", q.Store.Now().In(q.Zone).Format(time.DateOnly))
	return page, err
}

func (page *accountPage) sums(r store.Reader, s *Settings, account store.ID) error {
	resource, _, err := vf.GetResource(r, account)
	if err != nil {
		return err
	}
	received, err := receivedBy(r, s.Currency)
	page.Owed, page.Received = s.money(resource.Accounting.Micros), s.money(received[page.Agent])
	page.Taken = s.money(page.Received.Micros - page.Owed.Micros)
	return err
}

// moves lists the changes of the account with the balance after each, and
// draws them.
func (page *accountPage) moves(q *web.Request, r store.Reader, s *Settings, account store.ID) error {
	events, err := vf.ResourceHistory(r, account, "", movesShown)
	if err != nil {
		return err
	}
	balance := page.Owed.Micros
	for _, e := range events {
		if e.ResourceQuantity == nil || e.ResourceQuantity.IsZero() {
			continue
		}
		change := e.ResourceQuantity.Micros
		if e.ToResourceInventoriedAs != account {
			change = -change
		}
		m := moveRow{Event: e.ID, At: e.HasPointInTime, Change: s.money(change), Balance: s.money(balance)}
		m.Text, m.Href = moveWords(q, e)
		page.Moves = append(page.Moves, m)
		balance -= change
	}
	page.draw(q)
	return nil
}

// moveWords says what changed an account.
func moveWords(q *web.Request, e vf.Event) (text, href string) {
	for _, class := range e.ClassifiedAs {
		if id, ok := strings.CutPrefix(class, "cw:distribution/"); ok {
			key := "contribution.owed.move_shared"
			if e.Corrects != "" {
				key = "contribution.owed.move_reversed"
			}
			return q.T(key), distributionPath(q, store.ID(id))
		}
		if id, ok := strings.CutPrefix(class, "cw:exit/"); ok {
			key := "contribution.owed.move_bought"
			if e.Corrects != "" {
				key = "contribution.owed.move_unbought"
			}
			return q.T(key), exitPath(q, store.ID(id))
		}
		if class == "cw:payout" {
			return q.T("contribution.owed.move_paid"), ""
		}
	}
	return q.T("contribution.owed.move_other"), ""
}

// draw shows the balance as it went, one step a change.
func (page *accountPage) draw(q *web.Request) {
	if len(page.Moves) < 2 {
		return
	}
	c := web.Chart{Kind: "step", Title: q.T("contribution.owed.chart"), Unit: page.Unit, Over: q.T("contribution.column.day"),
		Summary: q.T("contribution.owed.chart_text", "who", page.Who, "owed", page.Owed)}
	var values []quantity.Amount
	for _, m := range slices.Backward(page.Moves) {
		c.Categories = append(c.Categories, q.Day(m.At))
		values = append(values, m.Balance)
	}
	c.Series = []web.Series{{Name: q.T("contribution.owed.balance"), Values: values}}
	page.Chart = &c
}

// payOutTo records that somebody was paid by bank or in cash.
func (p *Practice) payOutTo(q *web.Request) error {
	f := q.Form()
	agent, _ := asked(q, "agent")
	page, err := p.readAccount(q)
	if err != nil {
		return err
	}
	ask := PayoutAsk{To: agent, Amount: f.Amount("amount", page.Unit, web.Required), Reference: f.Text("reference", web.Max(120))}
	if day := f.Date("day", web.Required); day != "" {
		ask.At, _ = time.ParseInLocation(time.DateOnly, day, q.Zone) // Date refused what is not a day
	}
	if f.OK() {
		paid, err := PayOut(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(page.Href, "contribution.owed.done", "amount", paid.Amount, "who", page.Who)
		}
		if e := fault.As(err); e != nil && e.Code == "vf.negative_balance" {
			f.Fail("amount", "contribution.more_than_owed", "%s is more than the %s that are owed", q.Quantity(ask.Amount), q.Quantity(page.Owed))
		} else if !f.Blame(err) {
			return err
		}
	}
	return p.showAccount(q, page)
}

// receiptsOf lists what distributions paid to an agent, the newest first.
func receiptsOf(q *web.Request, r store.Reader, agent store.ID, limit int) ([]receipt, error) {
	return store.All(r, func(row store.Scanner) (v receipt, err error) {
		var distribution, unit, state string
		var at int64
		var bucket int
		err = row.Scan(&distribution, &bucket, &at, &v.Amount.Micros, &unit, &state)
		v.At, v.Amount.Unit, v.Reversed = store.Time(at), quantity.Unit(unit), state == string(Reversed)
		v.Why = distributionPath(q, store.ID(distribution), "lines", strconv.Itoa(bucket), string(agent))
		return v, err
	}, linesTo, agent, limit)
}
