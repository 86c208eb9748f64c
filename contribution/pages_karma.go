package contribution

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) karmaRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/karma", Needs: See, Handle: p.karma},
		{Pattern: "GET /c/{commons}/contribution/karma/settings", Needs: Configure, Handle: p.karmaSettings},
		{Pattern: "POST /c/{commons}/contribution/karma/settings", Needs: Configure, Handle: p.saveHalfLife},
		{Pattern: "GET /c/{commons}/contribution/karma/{agent}", Needs: See, Handle: p.karmaAudit},
		{Pattern: "POST /c/{commons}/contribution/karma/{agent}/sanction", Needs: Sanction, Handle: p.sanction},
	}
}

// karmaPage is the karma of a commons.
type karmaPage struct {
	Tabs     []web.Tab
	People   []karmaRow
	Chart    *web.Chart
	Fades    string // how fast
	Settings string
	Own      string
}

// karmaRow is one person's karma.
type karmaRow struct {
	Name, Href string
	Karma      quantity.Amount
	Part       int64 // of Whole, for the bar
	Whole      int64
}

// record is the commons' karma, read again only when there is new one.
func (p *Practice) karmaRecord(r *store.Snapshot) (*evaluation.Record, error) {
	if _, err := p.karmaOf(r, r.Commons()); err != nil {
		return nil, err
	}
	return p.everyday.karmaOf(r.Commons()).record, nil
}

func (p *Practice) karma(q *web.Request) error {
	page := karmaPage{Tabs: roomTabs(q, "karma"), Settings: q.Path("contribution", "karma", "settings")}
	if q.Who.Agent != "" {
		page.Own = q.Path("contribution", "karma", string(q.Who.Agent))
	}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		record, err := p.karmaRecord(r)
		if err != nil {
			return err
		}
		held, err := record.AllAt("", r.Now())
		if err != nil {
			return err
		}
		if err := page.list(q, r, held); err != nil {
			return err
		}
		if page.Fades, err = fadesWords(q, r); err != nil || len(page.People) == 0 {
			return err
		}
		page.Chart, err = karmaChart(q, r.Now(), q.T("contribution.karma.chart_all"), func(at time.Time) (quantity.Amount, error) {
			all, err := record.AllAt("", at)
			return totalOf(all), err
		})
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page.People)
	}
	return q.Render(web.Page{Template: "contribution/karma.html", Title: q.T("contribution.karma.title"), Active: "/contribution", Data: page})
}

// list fills in who holds how much, most first.
func (page *karmaPage) list(q *web.Request, r store.Reader, held map[string]quantity.Amount) error {
	ids := make([]store.ID, 0, len(held))
	for id := range held {
		ids = append(ids, store.ID(id))
	}
	called, err := loadNames(q, r, ids...)
	for _, id := range ids {
		if karma := held[string(id)]; karma.Sign() > 0 {
			page.People = append(page.People, karmaRow{Name: called.of(id), Href: q.Path("contribution", "karma", string(id)), Karma: brief(karma), Part: karma.Micros})
		}
	}
	order := textOrder()
	slices.SortFunc(page.People, func(a, b karmaRow) int {
		return cmp.Or(cmp.Compare(b.Part, a.Part), order(a.Name, b.Name))
	})
	for i := range page.People {
		page.People[i].Whole = page.People[0].Part
	}
	return err
}

func totalOf(all map[string]quantity.Amount) quantity.Amount {
	sum := quantity.Micros(0, evaluation.Karma)
	for _, k := range all {
		sum.Micros += k.Micros // of at most a million each: no overflow
	}
	return sum
}

// brief is karma as lists show it, to two decimals; the audit holds all six.
func brief(k quantity.Amount) quantity.Amount {
	if out, err := k.RoundTo(quantity.Scale/100, quantity.HalfEven); err == nil {
		return out
	}
	return k
}

// fadesWords says how fast karma fades now.
func fadesWords(q *web.Request, r store.Reader) (string, error) {
	all, err := HalfLives(r)
	text := ""
	for i, h := range all {
		if i == 0 || !h.From.After(r.Now()) {
			text = halfLifeWords(q, h.HalfLife)
		}
	}
	return text, err
}

func halfLifeWords(q *web.Request, h evaluation.HalfLife) string {
	if h.Value == 0 {
		return q.T("contribution.karma.stays")
	}
	return q.T("contribution.karma.halves", "n", int64(h.Value/(24*time.Hour)))
}

// karmaChart is karma at the beginning of the last twelve months, and now.
func karmaChart(q *web.Request, now time.Time, title string, at func(time.Time) (quantity.Amount, error)) (*web.Chart, error) {
	chart := &web.Chart{Kind: "line", Title: title, Unit: evaluation.Karma, Over: q.T("contribution.karma.month"), Series: []web.Series{{Name: q.T("contribution.karma.karma")}}}
	local := now.In(q.Zone)
	for i := monthsShown - 1; i >= 0; i-- {
		moment := time.Date(local.Year(), local.Month()+1-time.Month(i), 1, 0, 0, 0, 0, local.Location())
		if moment.After(now) {
			moment = now
		}
		k, err := at(moment)
		if err != nil {
			return nil, err
		}
		chart.Categories = append(chart.Categories, q.Month(time.Date(local.Year(), local.Month()-time.Month(i), 1, 0, 0, 0, 0, time.UTC)))
		chart.Series[0].Values = append(chart.Series[0].Values, brief(k))
	}
	last := chart.Series[0].Values[monthsShown-1]
	chart.Summary = q.T("contribution.karma.chart_summary", "karma", q.Amount(last))
	return chart, nil
}

// auditPage is where somebody's karma comes from.
type auditPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Name     string
	Mine     bool
	Karma    quantity.Amount
	Fades    string
	Lines    []auditRow
	Chart    *web.Chart
	Domains  []web.Option
	Sanction string
	Newer    string
	Older    string
}

// auditRow is one grant or loss with what is left of it.
type auditRow struct {
	evaluation.AuditLine
	Domain, Cause, Href, Halves string
}

// auditShown is how many grants a page lists, newest first; JSON has all.
const auditShown = 50

func (p *Practice) karmaAudit(q *web.Request) error {
	agent, known := store.ParseID(q.R.PathValue("agent"))
	if !known {
		return fault.NotFoundf("contribution.unknown_person", "", "there is nobody here by this identifier")
	}
	page := auditPage{Tabs: roomTabs(q, "karma"), Form: q.Form(), Mine: agent == q.Who.Agent, Sanction: q.Path("contribution", "karma", string(agent), "sanction")}
	var audit evaluation.Audit
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		called, err := loadNames(q, r, agent)
		if err != nil {
			return err
		}
		if !called.Knows(agent) {
			return fault.NotFoundf("contribution.unknown_person", "", "there is nobody here by this identifier")
		}
		page.Name = called.of(agent)
		record, err := p.karmaRecord(r)
		if err != nil {
			return err
		}
		if audit, err = record.Audit(string(agent), "", r.Now()); err != nil {
			return err
		}
		page.Karma = brief(audit.Karma)
		if page.Fades, err = fadesWords(q, r); err != nil {
			return err
		}
		if err := page.lines(q, r, audit); err != nil || len(audit.Lines) == 0 {
			return err
		}
		page.Chart, err = karmaChart(q, r.Now(), q.T("contribution.karma.chart_one", "name", page.Name), func(at time.Time) (quantity.Amount, error) {
			return record.At(string(agent), "", at)
		})
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(audit)
	}
	return q.Render(web.Page{Template: "contribution/karma_audit.html", Title: q.T("contribution.karma.of", "name", page.Name), Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.karma.title"), Path: q.Path("contribution", "karma")}, {Label: page.Name}}})
}

// lines fills in the grants, newest first, with what caused them.
func (page *auditPage) lines(q *web.Request, r store.Reader, audit evaluation.Audit) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	page.Domains = append(anyOption(q, "contribution.karma.whole"), projectOptions(s.openProjects())...)
	lines := slices.Clone(audit.Lines)
	slices.Reverse(lines)
	here := q.Path("contribution", "karma", audit.Agent)
	at := pageOf(q, here, len(lines), auditShown, &page.Newer, &page.Older)
	for _, line := range lines[at:min(at+auditShown, len(lines))] {
		row := auditRow{AuditLine: line, Domain: q.T("contribution.karma.whole"), Halves: q.Amount(brief(line.HalfLives))}
		if project, ok := s.Projects[store.ID(line.Domain)]; ok {
			row.Domain = project.Name
		}
		row.Cause, row.Href = causeOf(q, audit.Agent, line)
		page.Lines = append(page.Lines, row)
	}
	return nil
}

// causeOf says what a grant came from, and where to read more.
func causeOf(q *web.Request, agent string, line evaluation.AuditLine) (text, href string) {
	if decision, ok := strings.CutPrefix(line.Cause, "decision:"); ok {
		return q.T("contribution.karma.lost", "decision", decision), ""
	}
	cause, undone := strings.CutPrefix(line.Cause, takenBack)
	round, no, of := strings.Cut(strings.TrimPrefix(cause, "round:"), "/")
	if undone {
		return q.T("contribution.karma.undone", "no", no), q.Path("contribution", "rounds", round)
	}
	if of {
		return q.T("contribution.karma.for_entry", "no", no), q.Path("contribution", "rounds", round, "items", no)
	}
	return q.T("contribution.karma.for_gifts"), q.Path("contribution", "rounds", round, "members", agent)
}

func (p *Practice) sanction(q *web.Request) error {
	f := q.Form()
	agent, _ := store.ParseID(q.R.PathValue("agent"))
	ask := SanctionAsk{Person: agent, Domain: f.ID("domain"), Amount: f.Amount("amount", evaluation.Karma, web.Required), Decision: f.Text("decision", web.Required, web.Max(300))}
	if f.OK() {
		_, err := SanctionKarma(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("contribution", "karma", string(agent)), "contribution.karma.sanctioned")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.karmaAudit(q)
}

// halfLifePage is how karma fades, by decision.
type halfLifePage struct {
	Tabs    []web.Tab
	Form    *web.Form
	Moments []web.Moment
	Now     string
}

func (p *Practice) karmaSettings(q *web.Request) error {
	page := halfLifePage{Tabs: roomTabs(q, "karma"), Form: q.Form()}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		all, err := HalfLives(r)
		if err != nil {
			return err
		}
		if page.Now, err = fadesWords(q, r); err != nil {
			return err
		}
		var ids []store.ID
		for _, h := range all {
			ids = append(ids, h.By)
		}
		called, err := loadNames(q, r, ids...)
		for _, h := range slices.Backward(all) {
			m := web.Moment{At: h.From, Title: halfLifeWords(q, h.HalfLife), Detail: h.Decision, By: called.of(h.By)}
			if h.From.Unix() <= 0 {
				m.At, m.Detail = q.Commons.Founded, q.T("contribution.karma.default")
			}
			page.Moments = append(page.Moments, m)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/karma_settings.html", Title: q.T("contribution.karma.settings"), Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.karma.title"), Path: q.Path("contribution", "karma")}, {Label: q.T("contribution.karma.settings")}}})
}

func (p *Practice) saveHalfLife(q *web.Request) error {
	f := q.Form()
	ask := HalfLifeAsk{Days: int(f.Int("days", 0, 36_600, web.Required)), Decision: f.Text("decision", web.Required, web.Max(300))}
	if day := f.Date("from"); day != "" && f.OK() {
		at, err := time.ParseInLocation(time.DateOnly, day, q.Zone)
		if err != nil {
			return err
		}
		if ask.From = at; at.Before(q.Store.Now()) {
			ask.From = time.Time{} // from this moment on
			if day != q.Store.Now().In(q.Zone).Format(time.DateOnly) {
				f.Fail("from", "contribution.half_life", "%s has passed; choose today or a later day", day)
			}
		}
	}
	if f.OK() {
		_, err := SetHalfLife(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("contribution", "karma"), "contribution.karma.saved")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.karmaSettings(q)
}
