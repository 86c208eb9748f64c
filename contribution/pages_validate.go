package contribution

import (
	"net/url"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

func (p *Practice) validateRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/validate", Needs: Validate, Handle: p.queue},
		{Pattern: "POST /c/{commons}/contribution/validate", Needs: Validate, Handle: p.decideMany},
		{Pattern: "POST /c/{commons}/contribution/entries/{no}/decide", Needs: Log, Handle: p.decide},
	}
}

// queuePage is what waits for the reader's verdict.
type queuePage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Items    []queueItem
	More     bool
	Filtered bool
	Projects []web.Option
	Kinds    []web.Option
	People   []web.Option
}

// queueItem is one contribution with its buttons.
type queueItem struct {
	entryRow
	Decide  string // where its buttons post to
	Appeal  string // why its contributor appealed; "" when it is not appealed
	Count   string // "1 of 2" when somebody confirmed it already
	Problem string // why the last verdict on it was refused
}

// queueSize is how many contributions the page shows at a time.
const queueSize = 50

// queueFilter reads the filters of the address.
func queueFilter(f *web.Form) Filter {
	return Filter{Person: f.ID("person"), Project: f.ID("project"), Kind: f.Text("kind", web.Max(40))}
}

func (p *Practice) queue(q *web.Request) error {
	page := queuePage{Tabs: roomTabs(q, "validate"), Form: q.Form()}
	f := queueFilter(page.Form)
	page.Filtered = f != (Filter{})
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, more, err := p.waitingFor(r, q.Who, f, queueSize)
		if err != nil {
			return err
		}
		page.More = more
		if page.Items, err = queueItems(q, r, s, list); err != nil {
			return err
		}
		page.Projects = append(anyOption(q, "contribution.filter.any_project"), projectOptions(s.openProjects())...)
		page.Kinds = kindOptions(q, s)
		page.People, err = personOptions(q, r, page.Form)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/validate.html", Title: q.T("contribution.validate.title"), Active: "/contribution", Data: page})
}

// queueItems turns what waits into what is shown.
func queueItems(q *web.Request, r store.Reader, s *Settings, list []waitingItem) ([]queueItem, error) {
	entries := make([]Entry, len(list))
	for i, w := range list {
		entries[i] = w.Entry
	}
	rows, err := rowsOf(q, r, s, entries)
	if err != nil {
		return nil, err
	}
	items := make([]queueItem, len(rows))
	for i, row := range rows {
		items[i] = queueItem{entryRow: row, Decide: row.Href + "/decide"}
		for _, d := range list[i].Earlier {
			switch d.Verdict {
			case Accept:
				items[i].Count = q.T("contribution.validate.second")
			case Appeal:
				items[i].Appeal = d.Reason
			}
		}
	}
	return items, nil
}

// kindOptions are the kinds as choices of a filter.
func kindOptions(q *web.Request, s *Settings) []web.Option {
	options := anyOption(q, "contribution.filter.any_kind")
	for _, k := range s.openKinds() {
		options = append(options, web.Option{Value: k.Kind, Label: k.Name})
	}
	return options
}

// personOptions are people as choices of a filter: the first by name, and who
// is chosen already. Readers from outside may not choose by name.
func personOptions(q *web.Request, r store.Reader, f *web.Form) ([]web.Option, error) {
	if !isMember(q) {
		return nil, nil
	}
	list, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Person, Limit: 300})
	options := anyOption(q, "contribution.filter.anybody")
	chosen := f.Raw("person") == ""
	for _, a := range list {
		options = append(options, web.Option{Value: string(a.ID), Label: a.Name})
		chosen = chosen || string(a.ID) == f.Raw("person")
	}
	if err != nil || chosen {
		return options, err
	}
	called, err := loadNames(q, r, store.ID(f.Raw("person")))
	return append(options, web.Option{Value: f.Raw("person"), Label: called.of(store.ID(f.Raw("person")))}), err
}

// verdicts are what the buttons of a contribution send.
var verdicts = []string{string(Accept), string(Reject), string(Appeal), string(Uphold), string(Grant)}

// decide gives one verdict. Where scripts run, the row of the queue answers in
// its own place; elsewhere the reader is led back to where they came from.
func (p *Practice) decide(q *web.Request) error {
	f := q.Form()
	no, err := ParseEntryNo(q.R.PathValue("no"))
	if err != nil {
		return err
	}
	ask := ValidateAsk{Entry: no, Verdict: Verdict(f.Choice("verdict", verdicts, web.Required)), Reason: f.Text("reason", web.Max(2000))}
	var done Decision
	if f.OK() {
		done, err = ValidateContribution(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
	} else {
		err = f.Err()
	}
	if q.R.Header.Get("HX-Request") == "true" && f.Raw("from") == "queue" {
		return p.decidedRow(q, no, done, err)
	}
	if err != nil {
		if f.OK() && !f.Blame(err) {
			return err
		}
		return p.entry(q)
	}
	back := entryPath(q, no)
	if f.Raw("from") == "queue" {
		back = q.Path("contribution", "validate")
	}
	return q.Redirect(back, "contribution.validate.done_"+string(done.Verdict), "no", no)
}

// decidedView is what stands in place of a row that was decided.
type decidedView struct {
	Text, Href string
	State      stateBadge
	Item       queueItem // when the verdict was refused
	Refused    bool
}

func (p *Practice) decidedRow(q *web.Request, no EntryNo, done Decision, refused error) error {
	v := decidedView{Href: entryPath(q, no)}
	if refused == nil {
		v.State = badgeOf(q, done.State)
		v.Text = q.T("contribution.validate.done_"+string(done.Verdict), "no", no)
		return q.Fragment("contribution/validate.html#decided", v)
	}
	if fault.KindOf(refused) == fault.Internal {
		return refused
	}
	v.Refused = true
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		e, err := GetEntry(r, no)
		if err != nil {
			return err
		}
		items, err := queueItems(q, r, s, []waitingItem{{Entry: e}})
		if err == nil {
			v.Item = items[0]
			v.Item.Problem = faultWords(q, refused)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Fragment("contribution/validate.html#decided", v)
}

// decideMany confirms the ticked contributions, each by an act of its own, and
// says how many; one that cannot be confirmed stays in the list.
func (p *Practice) decideMany(q *web.Request) error {
	f := q.Form()
	ticked := f.RawAll("no")
	if len(ticked) > queueSize {
		ticked = ticked[:queueSize]
	}
	if len(ticked) == 0 {
		f.Fail("", "contribution.none_ticked", "tick the contributions that you confirm")
		return p.queue(q)
	}
	done := 0
	for _, text := range ticked {
		no, err := ParseEntryNo(text)
		if err != nil {
			return err
		}
		key := q.Idempotency()
		if key != "" {
			key += "." + text
		}
		switch _, err := ValidateContribution(q.R.Context(), p.DB, q.Who, key, ValidateAsk{Entry: no, Verdict: Accept}); {
		case err == nil:
			done++
		case fault.KindOf(err) == fault.Internal:
			return err
		}
	}
	key, args := "contribution.validate.done_many", []any{"n", done}
	if done < len(ticked) {
		key, args = "contribution.validate.done_some", []any{"n", done, "left", len(ticked) - done}
	}
	back := q.Path("contribution", "validate")
	if kept := keptFilters(f, "project", "kind", "person"); kept != "" {
		back += "?" + kept
	}
	return q.Redirect(back, key, args...)
}

// keptFilters are filters of a form as a query, so that the list stays as it was.
func keptFilters(f *web.Form, names ...string) string {
	v := url.Values{}
	for _, name := range names {
		if text := f.Raw(name); text != "" {
			v.Set(name, text)
		}
	}
	return v.Encode()
}
