package contribution

import (
	"regexp"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/quickadd"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// quickLine is a contribution typed as one line, as it was understood.
type quickLine struct {
	Text     string
	Quantity quantity.Amount
	Value    quantity.Amount
	Day      string // YYYY-MM-DD
	Who      string // "" for oneself
	Where    string // the project's name
	Note     string
	Doubts   []string
	Kinds    []web.Option // what the line may be counted as
	Kind     string
	Complete bool
	Ask      LogAsk
}

// intakeKinds are our kinds for those of intake whose words differ.
var intakeKinds = map[intake.Kind]string{intake.Production: "bonus"}

// readLine reads a typed line for a reader. kind and project are what the
// reader chose beside it, or empty.
func readLine(q *web.Request, r store.Reader, s *Settings, text, kind string, project store.ID) (quickLine, error) {
	known, err := knownNames(q, r, s, text)
	if err != nil {
		return quickLine{}, err
	}
	got := quickadd.Parse(text, q.Lang, r.Now(), s.Zone, known)
	line := quickLine{Text: text, Day: got.Draft.Day, Note: got.Draft.Note, Quantity: got.Draft.Quantity}
	if line.Note == "" {
		line.Note = got.Draft.Subject
	}
	if line.Quantity.Sign() <= 0 {
		line.Doubts = append(line.Doubts, q.T("contribution.quick.no_amount"))
		got.Doubts = nil // they say the same about the whole line
	}
	for _, d := range got.Doubts {
		line.Doubts = append(line.Doubts, q.Say(d.Wording))
	}
	if id, ok := store.ParseID(got.Draft.Project); ok {
		project = id
	}
	line.ask(q, s, got.Draft, kind, project)
	return line, nil
}

// ask turns the draft into what would be logged.
func (line *quickLine) ask(q *web.Request, s *Settings, d intake.Draft, kind string, project store.ID) {
	p, open := s.Projects[project]
	if !open || p.Closed {
		line.Doubts = append(line.Doubts, q.T("contribution.quick.no_project"))
	}
	line.Where = p.Name
	fits := s.fitting(d)
	for _, k := range fits {
		line.Kinds = append(line.Kinds, web.Option{Value: k.Kind, Label: k.Name})
	}
	if len(fits) == 0 {
		if !d.Quantity.IsZero() {
			line.Doubts = append(line.Doubts, q.T("contribution.quick.no_kind", "unit", q.UnitName(d.Quantity.Unit)))
		}
		return
	}
	k := fits[0]
	for _, other := range fits {
		if other.Kind == kind {
			k = other
		}
	}
	line.Kind = k.Kind
	line.Quantity.Unit = k.Unit
	line.Ask = LogAsk{Kind: k.Kind, Project: project, Quant: line.Quantity, Note: line.Note, From: onDay(d.Day, q.Store.Now(), s.Zone)}
	if person, ok := store.ParseID(d.Person.ID); ok && person != q.Who.Agent {
		line.Ask.Person, line.Who = person, d.Person.Name
	}
	if d.Rate != nil {
		line.Ask.Rate = *d.Rate
	}
	if d.Value != nil && !k.FaceValue {
		line.Ask.Value = *d.Value
	}
	e, _, err := draft(s, line.Ask, q.Who, q.Store.Now())
	if err != nil {
		line.Doubts = append(line.Doubts, faultWords(q, err))
	}
	line.Value, line.Complete = e.Value, len(line.Doubts) == 0 && err == nil
}

// fitting returns the kinds that a draft may be logged as, the likeliest first.
func (s *Settings) fitting(d intake.Draft) []Kind {
	if d.Quantity.Sign() <= 0 {
		return nil
	}
	word := string(d.Kind)
	if other, ok := intakeKinds[d.Kind]; ok {
		word = other
	}
	if d.Stream == intake.Stream(Care) || d.Stream == intake.Stream(Love) {
		word = string(d.Stream)
	}
	var first, rest []Kind
	for _, k := range s.openKinds() {
		switch fits := k.Unit == d.Quantity.Unit || isTime(k.Unit) && d.Quantity.Unit == quantity.Hour; {
		case fits && k.Kind == word:
			first = append(first, k)
		case fits:
			rest = append(rest, k)
		}
	}
	return append(first, rest...)
}

// onDay is when something happened of which only the day is known: the zero
// time, which stands for the moment of the act, for today; else noon, which is
// the same day in every zone that people share.
func onDay(day string, now time.Time, zone *time.Location) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil || day == now.In(zone).Format(time.DateOnly) {
		return time.Time{}
	}
	return at.Add(12 * time.Hour)
}

// mention is a name after @ in a line.
var mention = regexp.MustCompile(`@([\p{L}\p{N}._-]{1,60})`)

// knownNames are the projects, and the people a line mentions when the reader
// may log for others.
func knownNames(q *web.Request, r store.Reader, s *Settings, text string) (quickadd.Known, error) {
	var known quickadd.Known
	for _, p := range s.openProjects() {
		known.Projects = append(known.Projects, named(string(p.ID), p.Name))
	}
	m := mention.FindStringSubmatch(text)
	if m == nil || !q.Who.Can(LogOther) {
		return known, nil
	}
	people, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Person, Search: strings.ReplaceAll(m[1], "_", " "), Limit: 20})
	for _, a := range people {
		known.People = append(known.People, named(string(a.ID), a.Name))
	}
	return known, err
}

// named gives a name and the words of it, so that "#turbine" finds "Turbine 3 kW".
func named(id, name string) quickadd.Named {
	n := quickadd.Named{ID: id, Names: []string{name}}
	words := strings.Fields(name)
	if len(words) > 1 {
		n.Names = append(n.Names, words[0], strings.Join(words, ""), strings.Join(words, "-"))
	}
	return n
}
