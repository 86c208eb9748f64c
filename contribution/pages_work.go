package contribution

import (
	"errors"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) workRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution", Needs: See, Handle: p.work},
		{Pattern: "POST /c/{commons}/contribution/quick", Needs: Log, Handle: p.quick},
		{Pattern: "POST /c/{commons}/contribution/timer/start", Needs: Log, Handle: p.startTimer},
		{Pattern: "POST /c/{commons}/contribution/timer/stop", Needs: Log, Handle: p.stopTimer},
	}
}

// workNav is the practice's place in the rail.
var workNav = []web.NavItem{{Label: "contribution.nav.practice", Path: "/contribution", Icon: "hand-coins", Needs: See, Order: 10}}

// workPage is the first page a contributor sees.
type workPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Line     *quickLine
	Projects []web.Option
	Hours    []web.Option // kinds that a timer may count
	Timer    *timerView
	Drafts   []draftView
	Figures  []web.Figure
	Rows     []entryRow
	More     string // all of one's contributions
	Received []receipt
}

// timerView is a running timer.
type timerView struct {
	Timer
	Label, Where string
	Since        string // RFC 3339, for the script that counts
	Ran          time.Duration
}

// receipt is money that a distribution paid to the reader.
type receipt struct {
	At       time.Time
	Amount   quantity.Amount
	Why      string
	Reversed bool
}

// work shows "my work"; readers who do not belong here see the open books.
func (p *Practice) work(q *web.Request) error {
	if !isMember(q) {
		return q.Redirect(q.Path("contribution", "entries"), "")
	}
	return p.showWork(q, nil)
}

func (p *Practice) showWork(q *web.Request, line *quickLine) error {
	page := workPage{Tabs: roomTabs(q, "work"), Form: q.Form(), Line: line, More: q.Path("contribution", "entries") + "?person=" + string(q.Who.Agent)}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		mine, err := p.List(r, Filter{Person: q.Who.Agent, Limit: 10})
		if err != nil {
			return err
		}
		if page.Rows, err = rowsOf(q, r, s, mine); err != nil {
			return err
		}
		page.choices(q, s, mine)
		return errors.Join(p.workFigures(q, r, s, &page), p.workTimer(q, r, s, &page), p.workDrafts(q, r, s, &page), p.workReceived(q, r, &page))
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/work.html", Title: q.T("contribution.work.title"), Active: "/contribution", Data: page})
}

// choices fills in what may be chosen, and what the person most likely means:
// the project of their last contribution.
func (page *workPage) choices(q *web.Request, s *Settings, mine []Entry) {
	page.Projects = projectOptions(s.openProjects())
	for _, e := range mine {
		if last, ok := s.Projects[e.Project]; ok && !last.Closed {
			page.Form.Default("project", string(last.ID))
			break
		}
	}
	for _, k := range s.openKinds() {
		if isTime(k.Unit) && k.Action == vf.Work {
			page.Hours = append(page.Hours, web.Option{Value: k.Kind, Label: k.Name})
		}
	}
}

// workFigures are the four figures of a person.
func (p *Practice) workFigures(q *web.Request, r *store.Snapshot, s *Settings, page *workPage) error {
	pulse, err := p.Pulse(r, q.Who.Agent, "")
	if err != nil {
		return err
	}
	karma, err := p.karmaOf(r, q.Who.Agent)
	if err != nil {
		return err
	}
	if karma, err = karma.RoundTo(quantity.Scale/10, quantity.HalfEven); err != nil {
		return err
	}
	owed, err := owedTo(r, s, q.Who.Agent)
	if err != nil {
		return err
	}
	month := r.Now().In(s.Zone).Format("2006-01") + "-01"
	page.Figures = []web.Figure{
		{Label: q.T("contribution.work.hours"), Value: q.Amount(quantity.Micros(pulse.now(pulse.Hours), quantity.Hour)), Unit: otherHours(q, pulse),
			Path: page.More + "&from=" + month, Trend: trend(pulse.Hours)},
		{Label: q.T("contribution.work.waiting"), Value: q.Amount(quantity.Of(int64(pulse.Waiting), "one")), Unit: q.T("contribution.work.waiting_unit", "n", pulse.Waiting),
			Path: page.More + "&state=logged"},
		{Label: q.T("contribution.work.karma"), Value: q.Amount(karma), Path: q.Path("contribution", "karma", string(q.Who.Agent))},
		{Label: q.T("contribution.work.owed"), Value: q.Quantity(owed), Path: q.Path("contribution", "owed", string(q.Who.Agent))},
	}
	return nil
}

// otherHours says beside the paid hours how much care and love work there was:
// streams that are not summed with them.
func otherHours(q *web.Request, pulse Pulse) string {
	text := q.UnitName(quantity.Hour)
	if care := pulse.now(pulse.Care); care > 0 {
		text += q.T("contribution.work.and_care", "hours", quantity.Micros(care, quantity.Hour))
	}
	if love := pulse.now(pulse.Love); love > 0 {
		text += q.T("contribution.work.and_love", "hours", quantity.Micros(love, quantity.Hour))
	}
	return text
}

func (p *Practice) workTimer(q *web.Request, r *store.Snapshot, s *Settings, page *workPage) error {
	t, runs, err := RunningTimer(r, q.Who.Agent)
	if runs {
		page.Timer = &timerView{Timer: t, Label: s.kindName(t.Kind), Where: s.Projects[t.Project].Name,
			Since: t.Started.Format(time.RFC3339), Ran: r.Now().Sub(t.Started).Truncate(time.Minute)}
	}
	return err
}

// quick reads the typed line, shows what it was read as, and logs it once the
// person has seen that.
func (p *Practice) quick(q *web.Request) error {
	f := q.Form()
	text, kind, project := f.Text("line", web.Max(500)), f.Text("kind"), f.ID("project")
	if text == "" || !f.OK() {
		if q.R.Header.Get("HX-Request") == "true" {
			return q.Fragment("contribution/work.html#preview", workPage{Form: f})
		}
		return p.showWork(q, nil)
	}
	var line quickLine
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		line, err = readLine(q, r, s, text, kind, project)
		return err
	})
	if err != nil {
		return err
	}
	if q.R.Header.Get("HX-Request") == "true" {
		return q.Fragment("contribution/work.html#preview", workPage{Form: f, Line: &line})
	}
	if f.Raw("seen") != text || !line.Complete {
		return p.showWork(q, &line)
	}
	return p.logged(q, &line)
}

// logged logs a line that the person has seen the meaning of.
func (p *Practice) logged(q *web.Request, line *quickLine) error {
	e, err := LogContribution(q.R.Context(), p.DB, q.Who, q.Idempotency(), line.Ask)
	if err != nil {
		if !q.Form().Blame(err) {
			return err
		}
		return p.showWork(q, line)
	}
	return q.Redirect(q.Path("contribution"), loggedKey(e), "what", q.Quantity(e.Quantity), "where", line.Where)
}

// loggedKey is the message after logging: whether somebody still has to look at it.
func loggedKey(e Entry) string {
	if e.State == Validated {
		return "contribution.log.done_valid"
	}
	return "contribution.log.done"
}

func (p *Practice) startTimer(q *web.Request) error {
	f := q.Form()
	t := Timer{Kind: f.Text("kind", web.Required), Project: f.ID("project", web.Required), Note: f.Text("note", web.Max(500))}
	if f.OK() {
		_, err := StartTimer(q.R.Context(), p.DB, q.Who, q.Idempotency(), t)
		if err == nil {
			return q.Redirect(q.Path("contribution"), "contribution.timer.started")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.showWork(q, nil)
}

// stopTimer logs what the timer shows, or forgets it.
func (p *Practice) stopTimer(q *web.Request) error {
	f := q.Form()
	if f.Raw("do") == "discard" {
		if err := DiscardTimer(q.R.Context(), p.DB, q.Who, q.Idempotency()); err != nil {
			return err
		}
		return q.Redirect(q.Path("contribution"), "contribution.timer.discarded")
	}
	e, err := LogTimer(q.R.Context(), p.DB, q.Who, q.Idempotency(), f.Text("note", web.Max(500)))
	if err != nil {
		if !f.Blame(err) {
			return err
		}
		return p.showWork(q, nil)
	}
	return q.Redirect(entryPath(q, e.No), "contribution.timer.logged", "what", q.Quantity(e.Quantity))
}

// faultWords is an error in the reader's language.
func faultWords(q *web.Request, err error) string {
	if f := fault.As(err); f != nil {
		return q.FaultText(f)
	}
	return err.Error()
}
