package contribution

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// resolver translates records of one source into what a commons imports. It
// changes nothing; what is missing it collects.
type resolver struct {
	s      *Settings // with the kinds and the project that the import would make
	who    auth.Identity
	src    ImportSource
	plan   ImportPlan
	now    time.Time
	people map[string]store.ID // identity → agent, LeaveOut or MakeNew
	all    []intake.Person     // members, for suggestions
	names  map[string]store.ID // folded name → project

	newProjects []string
	newKinds    []Kind
	payers      map[string]intake.Identity
	sample      []SampleRow
	strangers   map[string]bool // identities that contributed and are not known

	marks  *markBook     // of a source of marks
	before *ImportedKeys // of a dry run: what was imported before it
}

// unmade stands for a person or project that is made only when the import runs.
const unmade store.ID = "00000000-0000-0000-0000-000000000002"

func newResolver(s *Settings, who auth.Identity, src ImportSource, plan ImportPlan, known map[string]store.ID, all []intake.Person, now time.Time) *resolver {
	own := *s
	own.Kinds, own.Projects = map[string]Kind{}, map[store.ID]Project{unmade: {ID: unmade, Process: unmade}}
	v := &resolver{s: &own, who: who, src: src, plan: plan, now: now, all: all, people: known, names: map[string]store.ID{}, payers: map[string]intake.Identity{}, strangers: map[string]bool{}}
	for name, k := range s.Kinds {
		own.Kinds[name] = k
	}
	for id, p := range s.Projects {
		own.Projects[id] = p
		if folded := intake.Fold(p.Name); !p.Closed {
			v.names[folded] = id
		}
	}
	for id, agent := range plan.People {
		if agent != MakeNew || v.people[id] == "" { // a run that goes on has made them already
			v.people[id] = agent
		}
	}
	return v
}

// survey reads the whole source.
func (v *resolver) survey(ctx context.Context, imported *ImportedKeys) (*ImportReport, error) {
	known := intake.Mapping{}
	for id, agent := range v.people {
		if agent != MakeNew {
			known[id] = string(agent)
		}
	}
	v.before = imported
	report := &ImportReport{}
	var err error
	report.Report, err = intake.Survey(v.checked(ctx), intake.SurveyOptions{Mapping: known, People: v.all, Seen: func(keys []string) (map[string]bool, error) {
		seen := map[string]bool{}
		for _, k := range keys {
			if imported.Has(ImportKeyOf(k)) {
				seen[k] = true
			}
		}
		return seen, nil
	}})
	if err != nil {
		return nil, err
	}
	for _, n := range report.Records {
		report.Rows += n
	}
	report.Unknown = slices.DeleteFunc(report.Unknown, func(u intake.Unknown) bool {
		if v.people[u.ID] == MakeNew {
			report.New = append(report.New, u.Identity)
		}
		return !v.strangers[u.ID] || v.people[u.ID] == MakeNew // who only paid or praised need be no member
	})
	report.Projects, report.Kinds, report.Sample = v.newProjects, v.newKinds, v.sample
	for _, p := range v.payers {
		if _, known := v.people[p.ID]; !known {
			report.Payers = append(report.Payers, p)
		}
	}
	slices.SortFunc(report.Payers, func(a, b intake.Identity) int { return strings.Compare(a.ID, b.ID) })
	return report, ctx.Err()
}

// checked yields the records of the source that could be imported, and the
// errors of all other lines.
func (v *resolver) checked(ctx context.Context) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		var chunk ImportAsk
		for r, err := range v.src.Records(ctx) {
			if err == nil {
				chunk.Logs, chunk.Keys, chunk.Origins, chunk.Money, chunk.Kept = chunk.Logs[:0], chunk.Keys[:0], chunk.Origins[:0], chunk.Money[:0], chunk.Kept[:0]
				if _, err = v.add(&chunk, ImportKey{}, r); err != nil {
					err = atOrigin(err, r.Origin())
				} else if len(v.sample) < mostSample {
					v.sample = append(v.sample, sampleOf(r))
				}
			}
			if !yield(r, err) || ctx.Err() != nil {
				return
			}
		}
	}
}

// atOrigin names the line of a record in a fault of its content.
func atOrigin(err error, at intake.Provenance) error {
	if f := fault.As(err); f != nil && f.Line == 0 {
		return f.AtLine(max(at.Line, 1))
	}
	return err
}

// add puts a record into a chunk. It reports false for a record that is left out.
func (v *resolver) add(chunk *ImportAsk, key ImportKey, r intake.Record) (bool, error) {
	switch r := r.(type) {
	case intake.Draft:
		return v.addDraft(chunk, key, r)
	case intake.Money:
		return v.addMoney(chunk, key, r)
	case intake.Score:
		return v.addScore(chunk, key, r)
	case intake.Payout:
		return v.addPayout(chunk, key, r)
	}
	return false, fault.Invalidf("contribution.import_record", "", "this sort of record cannot be imported")
}

// addPayout adds what somebody was paid before, or what one passed on to
// another.
func (v *resolver) addPayout(chunk *ImportAsk, key ImportKey, p intake.Payout) (bool, error) {
	person, in := v.person(p.To)
	if in {
		sort := KeptPay
		if !p.From.IsZero() {
			sort = KeptTransfer
		}
		chunk.Kept = append(chunk.Kept, KeptAsk{Key: key, Origin: origin(p.Source), Sort: sort, Person: person, Payout: &p})
	}
	return in, nil
}

// origin says where a record was read: its line, and its identifier in the source.
func origin(p intake.Provenance) string {
	line := strconv.Itoa(p.Line)
	if p.Ref == "" {
		return line
	}
	return line + " " + p.Ref
}

// person returns the agent of an identity; false when it is left out.
func (v *resolver) person(id intake.Identity) (store.ID, bool) {
	agent, known := v.people[id.ID]
	switch {
	case !known || agent == MakeNew:
		v.strangers[id.ID] = true
		return unmade, true
	case agent == LeaveOut:
		return "", false
	}
	return agent, true
}

// project returns the project that a name of the source means.
func (v *resolver) project(name string) (store.ID, error) {
	if name == "" || v.plan.AllToProject {
		if v.plan.Project == "" {
			return "", fault.Invalidf("contribution.import_project", "project", "the record names no project; choose one for the whole file")
		}
		return v.plan.Project, nil
	}
	if id, said := v.plan.Projects[name]; said && id != MakeNew {
		return id, nil
	}
	if id, known := v.names[intake.Fold(name)]; known {
		return id, nil
	}
	if !slices.Contains(v.newProjects, name) {
		if len(v.newProjects) == mostNewProjects {
			return "", fault.Invalidf("contribution.import_projects", "project", "the file names more than %d new projects; choose one project for the whole file", mostNewProjects)
		}
		v.newProjects = append(v.newProjects, name)
	}
	return unmade, nil
}

// mostNewProjects is how many projects one import may open.
const mostNewProjects = 500

// pointKinds are the kinds that records of recognition become, by source: they
// have no quantity of their own, each counts once and is priced by nobody.
var pointKinds = map[string]Kind{
	"git":        {Kind: "commit", Name: "Commits", Evidence: "link to the commit"},
	"praise":     {Kind: "praise", Name: "Praise", Evidence: "the message"},
	"sourcecred": {Kind: "authorship", Name: "Authorship", Evidence: "link to the work"},
}

// kind returns the kind that a draft becomes.
func (v *resolver) kind(d *intake.Draft) (Kind, error) {
	word := string(d.Kind)
	switch {
	case d.Kind == intake.Work && (d.Stream == intake.Care || d.Quantity.Unit == quantity.CareHour):
		word = "care"
	case d.Kind == intake.Work && (d.Stream == intake.Love || d.Quantity.Unit == quantity.LoveHour):
		word = "love"
	case d.Kind == intake.Production:
		word = "bonus"
	case d.Kind == intake.Points:
		word = pointKinds[d.Source.Source].Kind
	}
	if own := v.plan.Kinds[word]; own != "" {
		word = own
	}
	if _, known := v.s.Kinds[word]; !known {
		if k, points := pointKinds[d.Source.Source]; points && k.Kind == word {
			k.Stream, k.Action, k.Unit, k.Validation = Love, "work", "one", Validation{Validators: 1}
			v.newKinds = append(v.newKinds, k)
			v.s.Kinds[word] = k
		}
	}
	return v.s.kind(word)
}

// fit returns a quantity in the unit of a kind. Hours of care and love are
// hours that are counted apart; points are a count.
func fit(a quantity.Amount, k Kind) (quantity.Amount, error) {
	hours := func(u quantity.Unit) bool {
		return u == quantity.Hour || u == quantity.CareHour || u == quantity.LoveHour
	}
	switch {
	case a.Unit == k.Unit:
		return a, nil
	case hours(a.Unit) && hours(k.Unit), k.Unit == "one" && (a.Unit == "point"):
		return quantity.Micros(a.Micros, k.Unit), nil
	}
	b, err := quantity.Convert(a, k.Unit, quantity.HalfEven)
	if err != nil {
		return a, fault.Invalidf("contribution.unit", "quantity", "%s is counted in %s, not in %s", k.Name, k.Unit, a.Unit)
	}
	return b, nil
}

// addDraft adds a contribution after every rule that needs no database said yes.
func (v *resolver) addDraft(chunk *ImportAsk, key ImportKey, d intake.Draft) (bool, error) {
	person, in := v.person(d.Person)
	if !in {
		return false, nil
	}
	k, err := v.kind(&d)
	if err != nil {
		return false, err
	}
	ask := LogAsk{Kind: k.Kind, Person: person, Note: note(&d)}
	if ask.Project, err = v.project(d.Project); err != nil {
		return false, err
	}
	if ask.Quant, err = fit(d.Quantity, k); err != nil {
		return false, err
	}
	if ask.Rate, err = v.price(d.Rate, "rate"); err != nil {
		return false, err
	}
	if ask.Value, err = v.price(d.Value, "value"); err != nil {
		return false, err
	}
	if ask.From, err = v.when(&d); err != nil {
		return false, err
	}
	if d.To.After(d.From) {
		ask.To = d.To
	}
	ask.Evidence = v.evidence(&d)
	if _, _, err := draft(v.s, ask, v.who, v.now); err != nil {
		return false, err
	}
	chunk.Keys = append(chunk.Keys, key)
	chunk.Logs = append(chunk.Logs, ask)
	chunk.Origins = append(chunk.Origins, origin(d.Source))
	return true, nil
}

// price reads what a source says a contribution is worth, in the currency of
// the commons.
func (v *resolver) price(a *quantity.Amount, field string) (quantity.Amount, error) {
	if a == nil {
		return quantity.Amount{}, nil
	}
	if a.Unit != v.s.Currency {
		return quantity.Amount{}, fault.Invalidf("contribution.currency", field, "%s is not in %s, in which the books are kept; convert it before the import", a, v.s.Currency)
	}
	return *a, nil
}

// when returns the time of a draft: exact, or noon of its day in the zone of
// the commons.
func (v *resolver) when(d *intake.Draft) (time.Time, error) {
	if !d.From.IsZero() {
		return d.From, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, d.Day, v.s.Zone)
	if err != nil {
		return day, fault.Invalidf("contribution.import_day", "date", "%.20q is not a day such as 2026-03-31", d.Day)
	}
	return day.Add(12 * time.Hour), nil
}

// note joins what a source says about a contribution.
func note(d *intake.Draft) string {
	text := d.Note
	for _, first := range []string{d.Subject, d.Process} {
		switch {
		case first == "" || first == text:
		case text == "":
			text = first
		default:
			text = first + ": " + text
		}
	}
	return intake.Clean(text, maxNote)
}

// evidence returns the links of a draft; what is no link stays in its origin.
func (v *resolver) evidence(d *intake.Draft) (out []Evidence) {
	if v.plan.Link != "" && d.Source.Ref != "" {
		out = append(out, Evidence{Link: v.plan.Link + d.Source.Ref})
	}
	for _, text := range d.Evidence {
		if ev := (Evidence{Link: text}); strings.Contains(text, "://") && ev.check() == nil && len(out) < 20 {
			out = append(out, ev)
		}
	}
	return out
}
