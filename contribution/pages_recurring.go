package contribution

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/intake/recurring"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) recurringRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/recurring", Needs: Log, Handle: p.recurring},
		{Pattern: "POST /c/{commons}/contribution/recurring", Needs: Log, Handle: p.addRecurring},
		{Pattern: "POST /c/{commons}/contribution/recurring/{id}", Needs: Log, Handle: p.changeRecurring},
	}
}

// draftView is a contribution that recurs, as its person sees it.
type draftView struct {
	Recurring
	Label, Where string
	Rhythm       string
	Action       string // where its buttons post to
	At           string // names the draft that a button settles
}

// recurringPage lists what recurs and adds to it.
type recurringPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rules    []draftView
	Projects []web.Option
	Kinds    []web.Option
	Rhythms  []web.Option
}

// draftViews shows rules of a person; due asks for those with a draft that waits.
func draftViews(q *web.Request, r store.Reader, s *Settings, due bool) ([]draftView, error) {
	rules, err := RecurringOf(r, q.Who.Agent)
	if err != nil {
		return nil, err
	}
	var out []draftView
	for _, v := range rules {
		if due && !v.Due(r.Now()) {
			continue
		}
		out = append(out, draftView{Recurring: v, Label: s.kindName(v.Log.Kind), Where: s.Projects[v.Log.Project].Name, Rhythm: rhythmText(q, v.Rule),
			Action: q.Path("contribution", "recurring", string(v.ID)), At: v.Next.UTC().Format(time.RFC3339Nano)})
	}
	return out, nil
}

// workDrafts puts the drafts that wait on the first page.
func (p *Practice) workDrafts(q *web.Request, r *store.Snapshot, s *Settings, page *workPage) (err error) {
	page.Drafts, err = draftViews(q, r, s, true)
	return err
}

func (p *Practice) recurring(q *web.Request) error {
	page := recurringPage{Tabs: roomTabs(q, "work"), Form: q.Form()}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Rules, err = draftViews(q, r, s, false)
		page.Projects = projectOptions(s.openProjects())
		for _, k := range s.openKinds() {
			if isTime(k.Unit) {
				page.Kinds = append(page.Kinds, web.Option{Value: k.Kind, Label: k.Name})
			}
		}
		page.Form.Default("start", r.Now().In(s.Zone).Format("2006-01-02T15:04"))
		return err
	})
	if err != nil {
		return err
	}
	for _, rhythm := range rhythms {
		page.Rhythms = append(page.Rhythms, web.Option{Value: rhythm, Label: q.T("contribution.rhythm." + rhythm)})
	}
	return q.Render(web.Page{Template: "contribution/recurring.html", Title: q.T("contribution.recurring.title"), Active: "/contribution", Data: page,
		Crumbs: workCrumbs(q, "contribution.recurring.title")})
}

// workCrumbs lead back to "my work".
func workCrumbs(q *web.Request, here string) []web.Crumb {
	return []web.Crumb{{Label: q.T("contribution.work.title"), Path: q.Path("contribution")}, {Label: q.T(here)}}
}

// rhythms are the rules that people choose by name; "own" is typed as an RRULE.
var rhythms = []string{"daily", "workdays", "weekly", "fortnightly", "monthly", "own"}

var rhythmRules = map[string]string{
	"daily": "FREQ=DAILY", "workdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "weekly": "FREQ=WEEKLY", "fortnightly": "FREQ=WEEKLY;INTERVAL=2", "monthly": "FREQ=MONTHLY",
}

// rhythmText says in words when a rule falls due.
func rhythmText(q *web.Request, rule recurring.Rule) string {
	at, err := time.Parse("2006-01-02T15:04", rule.Start)
	if err != nil {
		return rule.RRule
	}
	for name, text := range rhythmRules {
		if text == rule.RRule {
			return q.T("contribution.rhythm.at_"+name, "day", q.T("contribution.rhythm.day_"+strings.ToLower(at.Weekday().String()[:3])), "of", at.Day(), "time", at.Format("15:04"))
		}
	}
	return fmt.Sprintf("%s, %s", rule.RRule, at.Format("15:04"))
}

func (p *Practice) addRecurring(q *web.Request) error {
	f := q.Form()
	rhythm := f.Choice("rhythm", rhythms, web.Required)
	v := Recurring{Rule: recurring.Rule{RRule: rhythmRules[rhythm], Start: f.Text("start", web.Required)},
		Log: LogAsk{Kind: f.Text("kind", web.Required), Project: f.ID("project", web.Required), Note: f.Text("note", web.Max(500))}}
	if rhythm == "own" {
		v.Rule.RRule = strings.ToUpper(f.Text("rrule", web.Required, web.Max(300)))
	}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		v.Rule.Zone = s.Zone.String()
		unit := quantity.Hour
		if k, ok := s.Kinds[v.Log.Kind]; ok {
			unit = k.Unit
		}
		v.Log.Quant = f.Amount("hours", unit, web.Required)
		return nil
	})
	if err != nil {
		return err
	}
	if f.OK() {
		_, err := AddRecurring(q.R.Context(), p.DB, q.Who, q.Idempotency(), v)
		if err == nil {
			return q.Redirect(q.Path("contribution", "recurring"), "contribution.recurring.added")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.recurring(q)
}

func (p *Practice) changeRecurring(q *web.Request) error {
	f := q.Form()
	ask := RecurringAsk{ID: store.ID(q.R.PathValue("id")), Change: RecurringChange(f.Text("do", web.Required))}
	if at := f.Text("at"); at != "" {
		var err error
		if ask.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
			f.Fail("at", "contribution.recurring_done", "%.40q is not the time of a draft", at)
		}
	}
	back := q.Path("contribution", "recurring")
	if slices.Contains([]RecurringChange{ConfirmDraft, SkipDraft}, ask.Change) {
		back = q.Path("contribution")
	}
	if f.OK() {
		_, err := ChangeRecurring(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(back, "contribution.recurring."+string(ask.Change)+"_done")
		}
		if !f.Blame(err) {
			return err
		}
	}
	if back == q.Path("contribution") {
		return p.showWork(q, nil)
	}
	return p.recurring(q)
}
