package bank

import (
	"slices"
	"time"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// linesShown is how many lines one page shows.
const linesShown = 50

// lineRow is a line with what it probably is, or was found to be.
type lineRow struct {
	Line
	Href    string
	Says    []string // what it is, a part each
	Why     []string // reasons in words
	Good    bool
	Seen    string // names the proposal when it is confirmed alone
	Events  []string
	Confirm string
}

// standing is what a bank says beside what the books say, in one currency.
type standing struct {
	Unit              quantity.Unit
	Bank, Books, Left quantity.Amount
	Day               string
	Until             string // the day in words
	Same              bool
}

type linesPage struct {
	Form      *web.Form
	Tabs      []web.Tab
	Title     string
	Rows      []lineRow
	Accounts  []Account
	Standing  []standing
	Good      int
	Seen      string
	Next      string
	State     State
	Proposals bool
}

// tabs lead through the room.
func (b *Bank) tabs(q *web.Request, r store.Reader, current string) ([]web.Tab, error) {
	counts, err := Counts(r)
	var out []web.Tab
	for _, t := range []struct {
		word string
		n    int64
	}{{"", counts[Open]}, {"decided", 0}, {"ignored", 0}, {"rules", 0}, {"files", 0}} {
		tab := web.Tab{Label: q.T("bank.tab." + t.word), Href: path(q), Current: t.word == current, Count: int(t.n)}
		if t.word == "" {
			tab.Label = q.T("bank.tab.open")
		} else {
			tab.Href = path(q, t.word)
		}
		out = append(out, tab)
	}
	return out, err
}

// toDecide lists open lines with what they probably are.
func (b *Bank) toDecide(q *web.Request) error {
	proposals, err := b.Propose(q.R.Context(), q.Who)
	if err != nil {
		return err
	}
	page := linesPage{Form: q.Form(), Title: q.T("bank.title"), Seen: Digest(proposals), State: Open, Proposals: true}
	for _, p := range proposals {
		if p.Good {
			page.Good++
		}
	}
	skip := int(q.Form().Int("skip", 0, mostProposed))
	shown := proposals[min(skip, len(proposals)):]
	if len(shown) > linesShown {
		shown, page.Next = shown[:linesShown], path(q)+"?skip="+quantity.Of(int64(skip+linesShown), "one").Decimal()
	}
	err = b.Books.Read(q.R.Context(), q.Commons.ID, func(v *books.View) (err error) {
		if page.Tabs, err = b.tabs(q, v.Snapshot, ""); err != nil {
			return err
		}
		if page.Accounts, err = Accounts(v.Snapshot); err != nil {
			return err
		}
		if page.Standing, err = standings(v, page.Accounts); err != nil {
			return err
		}
		for i := range page.Standing {
			page.Standing[i].Until = dayIn(q, page.Standing[i].Day)
		}
		s, err := sayer(q, v)
		for _, p := range shown {
			row := lineRow{Line: p.Line, Href: path(q, "lines", string(p.Line.ID)), Good: p.Good, Confirm: path(q, "lines", string(p.Line.ID), "confirm")}
			row.Says, row.Why = s.proposal(&p)
			if p.Parts != nil && sumOf(p.Parts) == p.Line.Amount.Micros {
				p.Good = true
				row.Seen = Digest([]Proposal{p})
			}
			page.Rows = append(page.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"lines": page.Rows, "accounts": page.Accounts})
	}
	return q.Render(web.Page{Template: "bank/lines.html", Title: page.Title, Active: atBank, Data: page})
}

// listed lists lines that something was said of, newest first by day.
func (b *Bank) listed(state State) web.Handler {
	return func(q *web.Request) error {
		page := linesPage{Form: q.Form(), Title: q.T("bank.title"), State: state}
		day, after := q.Form().Date("after_day"), q.Form().ID("after")
		err := b.Books.Read(q.R.Context(), q.Commons.ID, func(v *books.View) (err error) {
			word := map[State]string{Settled: "decided", Ignored: "ignored"}[state]
			if page.Tabs, err = b.tabs(q, v.Snapshot, word); err != nil {
				return err
			}
			lines, err := LinePage(v.Snapshot, state, day, after, linesShown)
			if err != nil {
				return err
			}
			s, err := sayer(q, v)
			for _, l := range lines {
				row := lineRow{Line: l, Href: path(q, "lines", string(l.ID))}
				row.Says = s.outcome(&l)
				page.Rows = append(page.Rows, row)
			}
			if n := len(lines); n == linesShown {
				page.Next = path(q, word) + "?after_day=" + lines[n-1].Day + "&after=" + string(lines[n-1].ID)
			}
			return err
		})
		if err != nil {
			return err
		}
		return q.Render(web.Page{Template: "bank/lines.html", Title: page.Title, Active: atBank, Data: page})
	}
}

// standings compares what the banks closed with and what the books have. The
// books count up to the last day that a statement closed.
func standings(v *books.View, accounts []Account) (out []standing, err error) {
	at := map[quantity.Unit]int{}
	for _, a := range accounts {
		if a.Closing == nil {
			continue
		}
		i, there := at[a.Unit]
		if !there {
			i = len(out)
			at[a.Unit] = i
			out = append(out, standing{Unit: a.Unit, Bank: quantity.Amount{Unit: a.Unit}})
		}
		if out[i].Bank, err = out[i].Bank.Add(a.Closing.Amount); err != nil {
			return nil, err
		}
		out[i].Day = max(out[i].Day, a.Closing.Day)
	}
	for i := range out {
		s := &out[i]
		list, err := v.Ledger.Balances(ledger.Filter{Size: v.Head.Size, Account: ledger.Bank, Unit: s.Unit, To: s.Day})
		if err != nil {
			return nil, err
		}
		s.Books = quantity.Amount{Unit: s.Unit}
		for _, b := range list {
			s.Books.Micros = b.Closing
		}
		if s.Left, err = s.Bank.Sub(s.Books); err != nil {
			return nil, err
		}
		s.Same = s.Left.IsZero()
	}
	return out, nil
}

// dayIn is a day in the reader's words.
func dayIn(q *web.Request, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, q.Zone)
	if err != nil {
		return day
	}
	return q.Day(t)
}

// says puts what lines are into the reader's words.
type says struct {
	q      *web.Request
	v      *books.View
	called func(store.ID) string
}

func sayer(q *web.Request, v *books.View) (says, error) {
	called, err := v.Names(naming.IsMember(q))
	return says{q, v, called}, err
}

// proposal says what a line probably is, and why.
func (s says) proposal(p *Proposal) (what, why []string) {
	switch {
	case p.Parts == nil && len(p.Choices) > 0:
		return []string{s.q.T("bank.says.several", "n", len(p.Choices))}, nil
	case p.Parts == nil:
		return nil, nil
	case p.Chosen < 0 || p.Choices[p.Chosen].Score < good && p.Rule != nil:
		return []string{s.part(p.Parts[0], p.Line.Amount)}, []string{s.q.T("bank.why.rule")}
	}
	c := p.Choices[p.Chosen]
	return s.choice(&c), s.reasons(&c)
}

// choice says what a candidate is, a part each.
func (s says) choice(c *Choice) (out []string) {
	for _, f := range c.Found {
		out = append(out, s.found(f))
	}
	return out
}

// found says what something in the books is.
func (s says) found(f Found) string {
	what := f.Title
	if !f.Promise {
		what = books.KindName(s.q, ledger.Entry{Kind: f.Title})
		return s.q.T("bank.says.recorded", "what", what, "who", s.called(f.Party), "day", dayIn(s.q, f.Day))
	}
	return s.q.T("bank.says.promise", "what", what, "who", s.called(f.Party), "amount", s.q.Quantity(f.Part.Amount))
}

// reasons says why a candidate is one.
func (s says) reasons(c *Choice) (out []string) {
	for _, r := range c.Reasons {
		out = append(out, s.q.T("bank.why."+r.Code))
	}
	return out
}

// part says what a part of a line is.
func (s says) part(p Part, line quantity.Amount) string {
	who := p.Name
	if p.Agent != "" {
		who = s.called(p.Agent)
	}
	text := ""
	switch p.As {
	case Recorded:
		e, _ := s.v.Ledger.Entry(p.On)
		text = s.q.T("bank.says.recorded", "what", books.KindName(s.q, e), "who", s.called(e.Payee), "day", dayIn(s.q, e.Day))
	case Between:
		text = s.q.T("bank.says.between")
	case Owed:
		text = s.q.T("bank.says.owed", "who", who)
	default:
		kind := "expense/"
		if p.class() == classIncome+p.Kind {
			kind = "income/"
		}
		text = s.q.T("bank.says.new", "what", books.KindName(s.q, ledger.Entry{Kind: kind + p.Kind}), "who", who)
	}
	if p.Amount != line {
		text = s.q.T("bank.says.part", "amount", s.q.Quantity(p.Amount), "what", text)
	}
	return text
}

// outcome says what a line was found to be.
func (s says) outcome(l *Line) (out []string) {
	if l.Outcome == nil {
		return nil
	}
	for _, p := range l.Outcome.Parts {
		out = append(out, s.part(p.Part, l.Amount))
	}
	if l.Outcome.Reason != "" {
		out = append(out, l.Outcome.Reason)
	}
	return out
}

// confirmGood settles every line whose proposal is good.
func (b *Bank) confirmGood(q *web.Request) error {
	n, err := b.ConfirmGood(q.R.Context(), q.Who, q.Form().Text("seen"))
	if err == nil {
		return q.Redirect(path(q), "bank.confirmed", "n", n)
	}
	if fault.As(err) == nil || !q.Form().Blame(err) {
		return err
	}
	return b.toDecide(q)
}

// confirmOne settles one line as proposed.
func (b *Bank) confirmOne(q *web.Request) error {
	line, err := b.line(q)
	if err != nil {
		return err
	}
	p, err := b.ProposeFor(q.R.Context(), q.Who, line)
	if err != nil {
		return err
	}
	p.Good = p.Parts != nil
	if line.State == Open && Digest([]Proposal{p}) != q.Form().Text("seen") {
		err = changed()
	} else {
		err = b.Settle(q.R.Context(), q.Who, q.Idempotency(), SettleAsk{[]Decision{{Line: line.ID, Parts: p.Parts}}})
	}
	if err == nil {
		return q.Redirect(path(q), "bank.confirmed", "n", 1)
	}
	if !q.Form().Blame(err) {
		return err
	}
	return b.toDecide(q)
}

// line reads the line that the address names.
func (b *Bank) line(q *web.Request) (l Line, err error) {
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return l, unknownLine()
	}
	err = b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		l, err = GetLine(r, id)
		return err
	})
	return l, err
}

// projects are the choices of a project.
func projects(q *web.Request, all []vf.Agent) []web.Option {
	out := []web.Option{{Label: q.T("bank.line.no_project")}}
	for _, a := range all {
		if slices.Contains(a.ClassifiedAs, vf.ClassProject) {
			out = append(out, web.Option{Value: string(a.ID), Label: a.Name})
		}
	}
	return out
}
