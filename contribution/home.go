package contribution

import (
	"strings"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// attentionMost is how far the home page counts what waits.
const attentionMost = 99

// workAttention says on the home of a commons what waits for the reader:
// verdicts, drafts that fell due, and a rejection they may contest.
func (p *Practice) workAttention(q *web.Request) (out []web.Attention, err error) {
	if !isMember(q) {
		return nil, nil
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, more, err := p.waitingFor(r, q.Who, Filter{}, attentionMost)
		if err != nil {
			return err
		}
		if n := len(list); n > 0 {
			key := "contribution.home.waits"
			if more {
				key = "contribution.home.waits_more"
			}
			out = append(out, web.Attention{Label: q.T(key, "n", n), Path: q.Path("contribution", "validate"), Detail: q.T("contribution.home.waits_detail")})
		}
		rules, err := RecurringOf(r, q.Who.Agent)
		if err != nil {
			return err
		}
		due := 0
		for _, v := range rules {
			if v.Due(r.Now()) {
				due++
			}
		}
		if due > 0 {
			out = append(out, web.Attention{Label: q.T("contribution.home.due", "n", due), Path: q.Path("contribution"), Detail: q.T("contribution.home.due_detail")})
		}
		return nil
	})
	return out, err
}

// workFiguresHome are the practice's figures on the home of a commons.
func (p *Practice) workFiguresHome(q *web.Request) (out []web.Figure, err error) {
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		pulse, err := p.Pulse(r, "", "")
		if err != nil {
			return err
		}
		value, err := s.money(pulse.now(pulse.Valued)).RoundTo(10_000, quantity.HalfEven) // a headline: to the hundredth
		if err != nil {
			return err
		}
		all := q.Path("contribution", "entries")
		out = []web.Figure{
			{Label: q.T("contribution.home.hours"), Value: q.Amount(quantity.Micros(pulse.now(pulse.Hours), quantity.Hour)), Unit: otherHours(q, pulse), Path: all, Trend: trend(pulse.Hours)},
			{Label: q.T("contribution.home.value"), Value: q.Quantity(value), Path: all + "?state=validated", Trend: trend(pulse.Valued)},
			{Label: q.T("contribution.home.people"), Value: q.Amount(quantity.Of(int64(pulse.People), "one")), Unit: q.T("contribution.home.people_unit", "n", pulse.People), Path: q.Path("contribution", "projects")},
		}
		return nil
	})
	return out, err
}

// workSearch finds contributions by number, projects and people by name.
func (p *Practice) workSearch(q *web.Request, text string, limit int) (hits []web.Hit, err error) {
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if no, err := ParseEntryNo(strings.TrimPrefix(strings.TrimSpace(text), "#")); err == nil {
			found, err := p.byNumber(q, r, s, no)
			if err != nil {
				return err
			}
			hits = append(hits, found...)
		}
		word := strings.ToLower(strings.TrimSpace(text))
		for _, project := range sortedBy(s.Projects, func(p Project) (string, bool) { return p.Name, strings.Contains(strings.ToLower(p.Name), word) }) {
			hits = append(hits, web.Hit{Kind: q.T("contribution.column.project"), Label: project.Name, Path: q.Path("contribution", "projects", string(project.ID))})
		}
		if isMember(q) {
			people, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Person, Search: text, Limit: limit})
			if err != nil {
				return err
			}
			for _, a := range people {
				hits = append(hits, web.Hit{Kind: q.T("contribution.column.person"), Label: q.T("contribution.home.work_of", "who", a.Name), Path: q.Path("contribution", "entries") + "?person=" + string(a.ID)})
			}
		}
		return nil
	})
	if len(hits) > limit {
		hits = hits[:limit]
	}
	return hits, err
}

// byNumber finds one contribution; none is no fault.
func (p *Practice) byNumber(q *web.Request, r *store.Snapshot, s *Settings, no EntryNo) ([]web.Hit, error) {
	list, err := entriesOf(r, []numbered{{no, Logged}})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	rows, err := rowsOf(q, r, s, list)
	if err != nil {
		return nil, err
	}
	return []web.Hit{{Kind: q.T("contribution.home.contribution"), Label: q.T("contribution.entry.title", "no", no), Path: rows[0].Href,
		Detail: q.Quantity(rows[0].Quantity) + " · " + rows[0].Label + " · " + rows[0].Who}}, nil
}
