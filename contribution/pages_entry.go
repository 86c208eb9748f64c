package contribution

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) entryRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/entries/{no}", Needs: See, Handle: p.entry},
		{Pattern: "GET /c/{commons}/contribution/entries/{no}/paid", Needs: See, Handle: p.entryPaid},
	}
}

// entryPage is everything about one contribution.
type entryPage struct {
	Form      *web.Form
	Row       entryRow
	Kind      Kind
	Process   string
	ProjectQ  string
	LoggedBy  string // "" when the contributor did
	Begin     time.Time
	End       time.Time // zero when only the day or a moment is known
	Rating    string    // the mark of its evaluation; "" when it has none
	Evidence  []evidenceView
	Moments   []web.Moment
	Overlaps  []overlap
	Corrects  *EntryNo
	CorrectsQ string
	Replaced  string // address of the one that replaced it
	Event     store.ID
	EventQ    string
	Proof     string // its entry in the log
	Read      string // file and line it was imported from; "" when it was not
	ReadQ     string // the page of that import
	Paid      string // what it was paid
	Decide    string
	May       entryMay
	Members   bool
}

// entryMay says which buttons the reader gets.
type entryMay struct{ Correct, Judge, Appeal, Rule bool }

// evidenceView is one piece of evidence as a link.
type evidenceView struct{ Label, Href, Icon string }

// overlap is another contribution of the same person at the same time.
type overlap struct {
	No   EntryNo
	Href string
	Text string
}

func (p *Practice) entry(q *web.Request) error {
	page, err := p.entryPage(q)
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page.Row.Entry)
	}
	return q.Render(web.Page{Template: "contribution/entry.html", Title: q.T("contribution.entry.title", "no", page.Row.No), Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.tabs.entries"), Path: q.Path("contribution", "entries")}, {Label: page.Row.No.String()}}})
}

// entryPage reads what the page shows.
func (p *Practice) entryPage(q *web.Request) (*entryPage, error) {
	no, err := ParseEntryNo(q.R.PathValue("no"))
	if err != nil {
		return nil, err
	}
	page := &entryPage{Form: q.Form(), Decide: entryPath(q, no) + "/decide", Members: isMember(q)}
	return page, p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		e, err := GetEntry(r, no)
		if err != nil {
			return err
		}
		decisions, err := Decisions(r, no)
		if err != nil {
			return err
		}
		called, err := loadNames(q, r, append(deciders(decisions), e.Person, e.LoggedBy)...)
		if err != nil {
			return err
		}
		rows, err := rowsOf(q, r, s, []Entry{e})
		if err != nil {
			return err
		}
		page.Row, page.Kind = rows[0], s.Kinds[e.Kind]
		page.about(q, s, e, decisions)
		page.history(q, called, e, decisions)
		page.may(q.Who, s, e, decisions)
		if err := page.event(r, s, e); err != nil {
			return err
		}
		if err := page.origin(q, r, no); err != nil {
			return err
		}
		return p.beside(q, r, page, e)
	})
}

func deciders(list []Decision) []store.ID {
	ids := make([]store.ID, len(list))
	for i, d := range list {
		ids[i] = d.By
	}
	return ids
}

// about fills in what the entry itself says.
func (page *entryPage) about(q *web.Request, s *Settings, e Entry, decisions []Decision) {
	page.ProjectQ = q.Path("contribution", "projects", string(e.Project))
	page.EventQ = q.Path("books", "events", string(e.Event))
	page.Event, page.Proof = e.Event, q.Path("books", "log", strconv.FormatInt(e.No.Seq, 10))
	page.Paid = entryPath(q, e.No) + "/paid"
	if e.Corrects != nil {
		page.Corrects, page.CorrectsQ = e.Corrects, entryPath(q, *e.Corrects)
	}
	for _, d := range decisions {
		if d.Verdict == Correct { // it came with the entry that logged the replacement
			page.Replaced = entryPath(q, EntryNo{Seq: d.Seq})
		}
	}
	if !page.Members {
		return
	}
	for _, ev := range e.Evidence {
		if ev.File != "" {
			page.Evidence = append(page.Evidence, evidenceView{ev.Name, q.Path("contribution", "evidence", ev.File), "paperclip"})
		} else {
			page.Evidence = append(page.Evidence, evidenceView{ev.Link, ev.Link, "link"})
		}
	}
}

// history is the life of the entry. Reasons are read by its contributor, by who
// logged it, by who gave them, and by stewards.
func (page *entryPage) history(q *web.Request, called names, e Entry, decisions []Decision) {
	party := q.Who.Agent != "" && (q.Who.Agent == e.Person || q.Who.Agent == e.LoggedBy || q.Who.Role >= auth.Steward)
	first := web.Moment{Title: q.T("contribution.entry.logged"), By: called.of(e.LoggedBy), Tone: "accent"}
	if e.LoggedBy != e.Person {
		page.LoggedBy = called.of(e.LoggedBy)
		first.Detail = q.T("contribution.entry.logged_for", "who", called.of(e.Person))
	}
	page.Moments = []web.Moment{first}
	for _, d := range decisions {
		m := web.Moment{At: d.At, Title: q.T("contribution.verdict." + string(d.Verdict)), By: called.of(d.By), Tone: verdictTones[d.Verdict],
			Href: q.Path("books", "log", strconv.FormatInt(d.Seq, 10))}
		if d.Reason != "" && (party || q.Who.Agent == d.By && d.By != "") {
			m.Detail = d.Reason
		}
		page.Moments = append(page.Moments, m)
	}
}

var verdictTones = map[Verdict]string{Accept: "good", Grant: "good", Silent: "good", Reject: "bad", Uphold: "bad", Appeal: "accent", Correct: "accent"}

// may decides on the buttons.
func (page *entryPage) may(who auth.Identity, s *Settings, e Entry, decisions []Decision) {
	own := who.Agent != "" && (who.Agent == e.Person || who.Agent == e.LoggedBy)
	judge := mayJudge(who, s.validation(s.Projects[e.Project], s.Kinds[e.Kind]), e, decisions)
	page.May = entryMay{
		Correct: e.State != Amended && (own && who.Can(Log) || who.Can(LogOther)) && !s.Projects[e.Project].Closed && !s.Kinds[e.Kind].Retired,
		Judge:   judge && e.State == Logged,
		Rule:    judge && e.State == Disputed,
		Appeal:  own && e.State == Rejected && !hasVerdict(decisions, Appeal),
	}
}

// event reads the times and the process from the economic event.
func (page *entryPage) event(r store.Reader, s *Settings, e Entry) error {
	if e.Process != "" && e.Process != s.Projects[e.Project].Process {
		x, _, err := vf.GetProcess(r, e.Process)
		if err != nil {
			return err
		}
		page.Process = x.Name
	}
	ev, found, err := vf.GetEvent(r, e.Event)
	page.Moments[0].At = ev.Created
	if found && !ev.HasEnd.IsZero() {
		page.Begin, page.End = ev.HasBeginning, ev.HasEnd
	}
	return err
}

// origin says, to members, where an imported contribution was read.
func (page *entryPage) origin(q *web.Request, r store.Reader, no EntryNo) error {
	if !page.Members {
		return nil
	}
	batch, at, imported, err := OriginOf(r, no)
	if err != nil || !imported {
		return err
	}
	line, _, _ := strings.Cut(at, " ")
	page.Read = q.T("contribution.import.read_at", "file", batch.File, "line", line)
	if q.Who.Can(Import) {
		page.ReadQ = importPath(q, "batch", string(batch.ID))
	}
	return nil
}

// beside fills in what stands beside the entry: its mark, and other hours of
// the same person at the same time.
func (p *Practice) beside(q *web.Request, r *store.Snapshot, page *entryPage, e Entry) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	var same []numbered
	err = p.Columns(r, func(c *Columns) error {
		if i := c.Row(e.No); i >= 0 && c.Ledger.RatingDen[i] != 0 {
			page.Rating = markText(q, int64(c.Ledger.RatingNum[i]), int64(c.Ledger.RatingDen[i]))
		}
		day := dayIn(e.At, s.Zone)
		same = c.pick(Filter{Person: e.Person, From: day - 1, Until: day + 1, Limit: 60})
		return nil
	})
	if err != nil || page.End.IsZero() || !page.Members {
		return err
	}
	others, err := entriesOf(r, same)
	if err != nil {
		return err
	}
	page.Overlaps, err = overlapsOf(q, r, page.Begin, page.End, e, others)
	return err
}

// markText is an exact mark to two places.
func markText(q *web.Request, num, den int64) string {
	mark, err := quantity.Of(num, "one").MulDiv(1, den, quantity.HalfEven)
	if err != nil {
		return ""
	}
	mark, err = mark.RoundTo(quantity.Scale/100, quantity.HalfEven)
	if err != nil {
		return ""
	}
	return q.Amount(mark)
}

// overlapsOf returns the other hours that share time with an interval. They are
// shown, not refused: somebody may well watch the oven while they write.
func overlapsOf(q *web.Request, r store.Reader, begin, end time.Time, e Entry, others []Entry) ([]overlap, error) {
	ids := make([]store.ID, 0, len(others))
	for _, o := range others {
		if o.No != e.No && (o.State == Logged || o.State == Validated) && isTime(o.Quantity.Unit) {
			ids = append(ids, o.Event)
		}
	}
	events, err := vf.GetEvents(r, ids)
	var out []overlap
	for _, o := range others {
		ev, asked := events[o.Event]
		if asked && !ev.HasEnd.IsZero() && ev.HasBeginning.Before(end) && begin.Before(ev.HasEnd) {
			out = append(out, overlap{o.No, entryPath(q, o.No), q.Quantity(o.Quantity) + ", " +
				ev.HasBeginning.In(q.Zone).Format("15:04") + "–" + ev.HasEnd.In(q.Zone).Format("15:04")})
		}
	}
	slices.SortFunc(out, func(a, b overlap) int { return compareNo(a.No, b.No) })
	return out, err
}
