package vfroom

import (
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// proposalPage is one offer or request, with what became of it.
type proposalPage struct {
	Form         *web.Form
	Card         proposalCard
	Note         string
	Gives, Wants []flowRow
	As           []web.Option // on whose behalf the reader may respond
	MayWithdraw  bool
	Agreements   []agreementRow
}

func (p *pages) proposal(q *web.Request) error {
	page := proposalPage{Form: q.Form()}
	id := store.ID(q.R.PathValue("id"))
	page.Form.Default("times", "1")
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, found, err := vf.GetOne[vf.Proposal](r, id)
		if err != nil {
			return err
		}
		if !found || !vf.Visible(&x, naming.IsMember(q)) {
			return absent("proposal", id)
		}
		return page.fill(q, r, x)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/proposal.html", Title: page.Card.Name, Active: active("proposals"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.proposals"), Path: q.Path("proposals")}, {Label: page.Card.Name}}})
}

func (page *proposalPage) fill(q *web.Request, r *store.Snapshot, x vf.Proposal) error {
	cards, err := proposalCards(q, r, []vf.Proposal{x})
	if err != nil {
		return err
	}
	page.Card = cards[0]
	if naming.IsMember(q) {
		page.Note = x.Note
	}
	ids := slices.Concat(x.Publishes, x.Reciprocal)
	intents, err := vf.Get[vf.Intent](r, ids)
	if err != nil {
		return err
	}
	var w wanted
	for _, i := range intents {
		w.want(i.PlannedFlow)
	}
	n, err := load(q, r, w)
	if err != nil {
		return err
	}
	for side, list := range [][]store.ID{x.Publishes, x.Reciprocal} {
		for _, i := range list {
			row := n.flow(intents[i].About, intents[i].PlannedFlow, vf.Met{}, r.Now())
			if side == 0 {
				page.Gives = append(page.Gives, row)
			} else {
				page.Wants = append(page.Wants, row)
			}
		}
	}
	page.MayWithdraw = page.Card.Closed == "" && (page.Card.Mine || q.Who.Can(vf.TakeOther))
	if page.Card.Closed == "" && !page.Card.Mine && q.Who.Can(vf.Take) {
		if page.As, err = behalf(q, r); err != nil {
			return err
		}
	}
	page.Agreements, err = agreementsOf(q, r, x.Publishes)
	return err
}

// behalf lists for whom the reader may act: themselves, and for stewards every
// organization and project.
func behalf(q *web.Request, r store.Reader) ([]web.Option, error) {
	out := []web.Option{{Value: string(q.Who.Agent), Label: q.T("vf.proposal.myself")}}
	if !q.Who.Can(vf.TakeOther) {
		return out, nil
	}
	list, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Organization, Limit: choices})
	for _, a := range list {
		out = append(out, web.Option{Value: string(a.ID), Label: a.Name})
	}
	return out, err
}

// agreementsOf are the agreements whose commitments satisfy intents.
func agreementsOf(q *web.Request, r *store.Snapshot, intents []store.ID) ([]agreementRow, error) {
	sources, err := vf.SourcesOf(r, intents)
	if err != nil {
		return nil, err
	}
	var ids []store.ID
	for _, list := range sources {
		for _, s := range list {
			ids = append(ids, s.ID)
		}
	}
	commitments, err := vf.Get[vf.Commitment](r, ids)
	if err != nil {
		return nil, err
	}
	var agreements []store.ID
	for _, c := range commitments {
		if a := first(c.ClauseOf, c.ReciprocalClauseOf); a != "" && !slices.Contains(agreements, a) {
			agreements = append(agreements, a)
		}
	}
	found, err := vf.Get[vf.Agreement](r, agreements)
	if err != nil {
		return nil, err
	}
	slices.Sort(agreements)
	slices.Reverse(agreements)
	var list []vf.Agreement
	for _, a := range agreements[:min(len(agreements), shown)] {
		list = append(list, found[a])
	}
	return agreementRows(q, r, list)
}

// respond takes up a proposal: the agreement is made at once.
func (p *pages) respond(q *web.Request) error {
	f := q.Form()
	s := vf.Responding{Proposal: store.ID(q.R.PathValue("id")), Agent: first(f.ID("as"), q.Who.Agent), Times: 1, Note: f.Text("note", web.Max(5000))}
	if f.Has("times") {
		s.Times = f.Int("times", 1, 1_000_000, web.Required)
	}
	return p.doAnd(q, func(done []vf.Done) string { return q.Path("agreements", string(done[0].ID)) }, "vf.proposal.agreed", p.proposal, s)
}

// withdraw ends a proposal now, and closes the intents that no other proposal
// publishes: what was agreed on already stays.
func (p *pages) withdraw(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	var steps []vf.Step
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, found, err := vf.GetOne[vf.Proposal](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("proposal", id)
		}
		intents, err := vf.Get[vf.Intent](r, slices.Concat(x.Publishes, x.Reciprocal))
		if err != nil {
			return err
		}
		if by := x.By(func(i store.ID) *vf.Intent { in := intents[i]; return &in }); by != q.Who.Agent {
			if err := q.Who.Must(vf.TakeOther); err != nil {
				return err
			}
		}
		also, err := vf.Linked[vf.Proposal](r, "publishes", x.Publishes)
		if err != nil {
			return err
		}
		now := r.Now()
		if x.HasBeginning.After(now) {
			x.HasBeginning = time.Time{}
		}
		if x.HasEnd.IsZero() || x.HasEnd.After(now) {
			x.HasEnd = now
		}
		steps = []vf.Step{vf.Revising{Entity: &x}}
		for _, i := range x.Publishes {
			if in := intents[i]; len(also[i]) == 1 && !in.Finished {
				in.Finished = true
				steps = append(steps, vf.Revising{Entity: &in})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.doAnd(q, back(q, "proposals"), "vf.proposal.withdrawn_done", p.proposal, steps...)
}
