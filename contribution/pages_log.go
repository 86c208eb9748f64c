package contribution

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) logRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/log", Needs: Log, Handle: p.logForm},
		{Pattern: "POST /c/{commons}/contribution/log", Needs: Log, Handle: p.log},
		{Pattern: "GET /c/{commons}/contribution/evidence/{hash}", Needs: Log, Handle: p.evidence},
	}
}

// logPage is the form for one contribution of one kind.
type logPage struct {
	Form      *web.Form
	Kinds     []web.Tab
	Kind      Kind
	Currency  quantity.Unit
	Projects  []web.Option
	Processes []web.Option
	People    []web.Option // whom it may be logged for; empty when only oneself
	Corrects  string
	CorrectsQ string // address of the corrected one
	Kept      []keptEvidence
	Priced    bool // one may say a rate or value
	Count     bool // the quantity counts things: a value of the whole is asked
}

// keptEvidence is evidence of a corrected contribution that stays unless unticked.
type keptEvidence struct {
	Evidence
	Field string
	Label string
}

func (p *Practice) logForm(q *web.Request) error {
	var page logPage
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page, err = p.logPage(q, r)
		return err
	})
	if err != nil {
		return err
	}
	title := "contribution.log.title"
	if page.Corrects != "" {
		title = "contribution.log.correct_title"
	}
	return q.Render(web.Page{Template: "contribution/log.html", Title: q.T(title), Active: "/contribution", Data: page, Crumbs: workCrumbs(q, title)})
}

// logPage prepares the form: choices, and what a corrected contribution said.
func (p *Practice) logPage(q *web.Request, r *store.Snapshot) (page logPage, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return page, err
	}
	page.Form, page.Currency = q.Form(), s.Currency
	old, err := corrected(q, r)
	if err != nil {
		return page, err
	}
	page.kinds(q, s, old)
	if page.Kind.Kind == "" {
		return page, nil
	}
	page.Count = !page.Kind.FaceValue && page.Kind.Rate.IsZero() && !isTime(page.Kind.Unit)
	page.Priced = !page.Kind.FaceValue && !page.Count
	page.Projects = projectOptions(s.openProjects())
	page.Form.Default("day", r.Now().In(s.Zone).Format(time.DateOnly))
	if old != nil {
		page.prefill(q, s, *old)
	} else if last, err := p.List(r, Filter{Person: q.Who.Agent, Limit: 1}); err != nil {
		return page, err
	} else if len(last) > 0 {
		page.Form.Default("project", string(last[0].Project))
	}
	return page, errors.Join(page.processes(q, r, s), page.people(q, r))
}

// corrected reads the contribution that the form replaces; nil for none.
func corrected(q *web.Request, r store.Reader) (*Entry, error) {
	text := q.Form().Raw("corrects")
	if text == "" {
		return nil, nil
	}
	no, err := ParseEntryNo(text)
	if err != nil {
		return nil, err
	}
	old, err := GetEntry(r, no)
	return &old, err
}

// kinds lists the kinds as tabs and chooses the present one.
func (page *logPage) kinds(q *web.Request, s *Settings, old *Entry) {
	want := q.Form().Raw("kind")
	if want == "" && old != nil {
		want = old.Kind
	}
	for _, k := range s.openKinds() {
		if page.Kind.Kind == "" || k.Kind == want {
			page.Kind = k
		}
	}
	if old != nil {
		return // a correction keeps its kind
	}
	for _, k := range s.openKinds() {
		page.Kinds = append(page.Kinds, web.Tab{Label: k.Name, Href: q.Path("contribution", "log") + "?kind=" + k.Kind, Current: k.Kind == page.Kind.Kind})
	}
}

// prefill shows what a corrected contribution said.
func (page *logPage) prefill(q *web.Request, s *Settings, old Entry) {
	f := page.Form
	page.Corrects, page.CorrectsQ = old.No.String(), entryPath(q, old.No)
	f.Default("quantity", q.Plain(old.Quantity))
	f.Default("project", string(old.Project))
	f.Default("process", string(old.Process))
	f.Default("person", string(old.Person))
	f.Default("day", old.At.In(s.Zone).Format(time.DateOnly))
	f.Default("note", old.Note)
	f.Default("deliverable", old.Deliverable)
	if !old.Rate.IsZero() && old.Rate != page.Kind.Rate {
		f.Default("rate", q.Plain(old.Rate))
	}
	if page.Count && !old.Value.IsZero() {
		f.Default("value", q.Plain(old.Value))
	}
	for i, ev := range old.Evidence {
		label := ev.Link
		if ev.File != "" {
			label = ev.Name
		}
		page.Kept = append(page.Kept, keptEvidence{ev, "keep" + strconv.Itoa(i), label})
	}
}

// mostProcesses is how many processes the form offers, the newest first.
const mostProcesses = 300

func (page *logPage) processes(q *web.Request, r store.Reader, s *Settings) error {
	list, err := vf.Processes(r, vf.ProcessFilter{Limit: mostProcesses})
	own := map[store.ID]bool{}
	for _, p := range s.Projects {
		own[p.Process] = true
	}
	for _, x := range list {
		if p, known := s.Projects[x.InScopeOf]; known && !p.Closed && !x.Finished && !own[x.ID] {
			page.Processes = append(page.Processes, web.Option{Value: string(x.ID), Label: p.Name + " › " + x.Name})
		}
	}
	if len(page.Processes) > 0 {
		page.Processes = append(anyOption(q, "contribution.log.any_process"), page.Processes...)
	}
	return err
}

// people are whom the reader may log for.
func (page *logPage) people(q *web.Request, r store.Reader) error {
	if !q.Who.Can(LogOther) {
		return nil
	}
	list, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Person, Limit: 500})
	page.People = []web.Option{{Label: q.T("contribution.log.myself")}}
	for _, a := range list {
		if a.ID != q.Who.Agent {
			page.People = append(page.People, web.Option{Value: string(a.ID), Label: a.Name})
		}
	}
	return err
}

// log reads the form and logs.
func (p *Practice) log(q *web.Request) error {
	var page logPage
	var s *Settings
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if page, err = p.logPage(q, r); err == nil {
			s, err = settings.Get(r)
		}
		return err
	})
	if err != nil {
		return err
	}
	ask := page.read(q, s)
	if q.Form().OK() {
		if ask.Evidence, err = p.evidenceOf(q, page); err != nil && !q.Form().Blame(err) {
			return err
		}
	}
	if !q.Form().OK() {
		return p.logForm(q)
	}
	e, err := LogContribution(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
	if err != nil {
		if !q.Form().Blame(err) {
			return err
		}
		return p.logForm(q)
	}
	return q.Redirect(entryPath(q, e.No), loggedKey(e), "what", q.Quantity(e.Quantity), "where", s.Projects[e.Project].Name)
}

// read turns the form into an ask.
func (page *logPage) read(q *web.Request, s *Settings) LogAsk {
	f := q.Form()
	ask := LogAsk{
		Kind: page.Kind.Kind, Quant: f.Amount("quantity", page.Kind.Unit, web.Required), Project: f.ID("project", web.Required), Process: f.ID("process"),
		Note: f.Text("note", web.Max(2000)), Deliverable: f.Text("deliverable", web.Max(100)), Person: f.ID("person"),
		From: f.Time("from"), To: f.Time("to"), Rate: f.Amount("rate", s.Currency), Value: f.Amount("value", s.Currency),
	}
	if ask.From.IsZero() {
		ask.From = onDay(f.Date("day", web.Required), q.Store.Now(), s.Zone)
	}
	if !ask.To.IsZero() && !ask.To.After(ask.From) {
		f.Fail("to", "contribution.interval", "it ends before it begins")
	}
	if text := f.Raw("corrects"); text != "" {
		if no, err := ParseEntryNo(text); f.Blame(err) || err == nil {
			ask.Corrects = &no
		}
	}
	return ask
}

// evidenceOf gathers what shows that it happened: what a correction keeps, a
// link, and a file.
func (p *Practice) evidenceOf(q *web.Request, page logPage) ([]Evidence, error) {
	f := q.Form()
	var out []Evidence
	for _, kept := range page.Kept {
		if f.Bool(kept.Field) {
			out = append(out, kept.Evidence)
		}
	}
	if link := f.Text("link", web.Max(2000)); link != "" {
		ev := Evidence{Link: link}
		if err := ev.check(); err != nil {
			return nil, fault.As(err).InField("link")
		}
		out = append(out, ev)
	}
	upload, sent := f.File("file", MostFile)
	if !sent {
		return out, nil
	}
	file, err := upload.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	ev, err := KeepFile(q.R.Context(), p.DB, q.Who, upload.Name, file)
	if err == nil && !slices.Contains(out, ev) {
		out = append(out, ev)
	}
	return out, err
}

// evidence gives a file to members, to be saved: pictures and PDFs under their
// own type, everything else as bytes, and nothing that a browser would run.
func (p *Practice) evidence(q *web.Request) error {
	var file StoredFile
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		file, err = GetFile(r, q.R.PathValue("hash"))
		return err
	})
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return q.Download(file.Name, file.Type, file.Data)
}
