package credit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) accountRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/accounts/{account}", Needs: See, Handle: p.account},
		{Pattern: "GET /c/{commons}/credit/accounts/{account}/statement.csv", Needs: See, Handle: p.statementFile("csv", "text/csv; charset=utf-8", writeCSV)},
		{Pattern: "GET /c/{commons}/credit/accounts/{account}/statement.journal", Needs: See, Handle: p.statementFile("journal", "text/plain; charset=utf-8", writeJournal)},
	}
}

// accountPage is an account and its statement.
type accountPage struct {
	Tabs    []web.Tab
	Form    *web.Form
	Card    accountCard
	Face    face
	Steward bool
	Holder  bool // pays from it
	Limits  bool // the reader sees how far it may go
	Waiting []waitingRow
	Rows    []lineRow
	Flows   *flowsView
	First   string
	Next    string
	CSV     string
	Journal string
	Bands   []bandRow
	Terms   AccountTerms
	Plain   string // what a line is for that is said of most
}

// flowsView is what a period did to the account.
type flowsView struct{ Before, In, Out, After quantity.Amount }

// lineRow is a line of a statement as a page shows it.
type lineRow struct {
	Line
	What, Note, Category, With, Href string
	Sum, Balance                     quantity.Amount
}

// linesShown is how many lines a page of a statement has.
const linesShown = 50

// account shows an account with its statement to whoever may see its balance.
func (p *Practice) account(q *web.Request) error {
	page := accountPage{Tabs: tabs(q, ""), Form: q.Form(), Plain: q.T("credit.kind.trade")}
	period := periodOf(page.Form, q.Zone)
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if page.Face, err = openFace(q, r, s, store.ID(q.R.PathValue("account"))); err != nil {
			return err
		}
		if err := page.show(q, r, s); err != nil {
			return err
		}
		return page.statement(q, r, s, period)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"account": page.Face.ID, "balance": page.Card.Balance, "lines": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "credit/account.html", Title: page.Face.Name, Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}}})
}

// openFace is an account that the reader may see. What they may not see is as
// if it were not there.
func openFace(q *web.Request, r store.Reader, s *Settings, id store.ID) (face, error) {
	called, err := loadFaces(q, r, s, id)
	if err != nil {
		return face{}, err
	}
	if f := called[id]; f.Href != "" {
		return f, nil
	}
	return face{}, fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", id)
}

// periodOf reads the days of a statement, both included.
func periodOf(f *web.Form, zone *time.Location) (p Period) {
	if day, err := time.ParseInLocation(web.DayFormat, f.Date("from"), zone); err == nil {
		p.From = day
	}
	if day, err := time.ParseInLocation(web.DayFormat, f.Date("until"), zone); err == nil {
		p.Until = day.AddDate(0, 0, 1)
	}
	return p
}

func (page *accountPage) show(q *web.Request, r store.Reader, s *Settings) error {
	a := page.Face.Account
	records, err := vf.GetResources(r, []store.ID{a.ID})
	if err != nil {
		return err
	}
	c, v := s.Currencies[a.Currency], readerOf(q.Who)
	page.Card = cardOf(q, c, a, records[a.ID].Accounting)
	page.Holder, page.Steward, page.Limits = a.heldBy(q.Who.Agent), v.stewards, v.limits(a)
	page.Terms = a.Terms.Over(c.Terms)
	if !page.Limits {
		return nil
	}
	if page.Waiting, err = waitingRows(q, r, s, []Account{a}); err != nil {
		return err
	}
	page.Bands, err = bandRows(q, r, c, a.ID)
	return err
}

func (page *accountPage) statement(q *web.Request, r store.Reader, s *Settings, period Period) error {
	after, err := placeOf(page.Form.Raw("after"))
	if page.Form.Blame(err) {
		after = newest
	}
	if after != newest {
		page.First = addressWith(q, "after", "")
	}
	id, c := page.Face.ID, s.Currencies[page.Face.Currency]
	lines, err := statementLines(r, id, period, after, linesShown+1)
	if err != nil {
		return err
	}
	if len(lines) > linesShown {
		lines = lines[:linesShown]
		page.Next = addressWith(q, "after", lines[linesShown-1].place())
	}
	if page.Rows, err = lineRows(q, r, s, page.Face.Account, lines); err != nil {
		return err
	}
	if period != (Period{}) {
		f, err := flowsOf(r, id, period)
		if err != nil {
			return err
		}
		page.Flows = &flowsView{f.Before.of(c.Unit), f.In.of(c.Unit), f.Out.of(c.Unit), f.After.of(c.Unit)}
	}
	days := q.R.URL.Query()
	days.Del("after")
	page.CSV, page.Journal = q.Path("credit", "accounts", string(id), "statement.csv")+"?"+days.Encode(), q.Path("credit", "accounts", string(id), "statement.journal")+"?"+days.Encode()
	return nil
}

// place writes where a page ends that ends with the line.
func (l Line) place() string { return fmt.Sprintf("%d.%d", l.Seq, l.N) }

// placeOf reads where a page begins; nothing is the beginning.
func placeOf(text string) (p spot, err error) {
	if text == "" {
		return newest, nil
	}
	seq, n, _ := strings.Cut(text, ".")
	if p.seq, err = strconv.ParseInt(seq, 10, 64); err == nil {
		p.n, err = strconv.ParseInt(n, 10, 64)
	}
	if err != nil {
		return newest, fault.Invalidf("credit.place", "after", "%.40q is no place in a statement; open it from its beginning", text)
	}
	return p, nil
}

// lineRows words the lines of a statement.
func lineRows(q *web.Request, r store.Reader, s *Settings, a Account, lines []Line) ([]lineRow, error) {
	ids, others := make([]store.ID, len(lines)), make([]store.ID, len(lines))
	for i, l := range lines {
		ids[i], others[i] = l.Payment, l.Other
	}
	list, err := findPayments(r, ids)
	if err != nil {
		return nil, err
	}
	called, err := loadFaces(q, r, s, append(accountsIn(list), others...)...)
	if err != nil {
		return nil, err
	}
	payments := make(map[store.ID]Payment, len(list))
	for _, p := range list {
		payments[p.ID] = p
	}
	v, unit := readerOf(q.Who), s.Currencies[a.Currency].Unit
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		p := payments[l.Payment]
		rows[i] = lineRow{Line: l, With: called[l.Other].Name, Category: p.Category, What: q.T("credit.kind." + string(l.Kind)), Sum: l.Amount.of(unit), Balance: l.After.of(unit)}
		if v.payment(p, s.Currencies[a.Currency], called.account) {
			rows[i].Href = q.Path("credit", "payments", string(l.Payment))
		}
		if p.Reverses != "" {
			rows[i].What = q.T("credit.kind.refund")
		}
		if v.note(p, called.account) {
			rows[i].Note = p.Note
		}
	}
	return rows, nil
}

// addressWith is the address of this page with one query value changed.
func addressWith(q *web.Request, name, value string) string {
	v := q.R.URL.Query()
	v.Set(name, value)
	if value == "" {
		v.Del(name)
	}
	if len(v) == 0 {
		return q.R.URL.Path
	}
	return q.R.URL.Path + "?" + v.Encode()
}
