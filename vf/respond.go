package vf

import (
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Responding says yes to a proposal: it makes the agreement with a commitment
// for each intent that the proposal publishes and asks in return. Whoever
// published the proposal has said already that they mean it, so the agreement
// binds both sides at once.
type Responding struct {
	Proposal store.ID
	Agent    store.ID // who responds
	Times    int64    // how many times its quantities; 1 unless the proposal is UnitBased
	ID       store.ID // of the agreement; empty: a fresh one
	Note     string   // on the agreement
}

func (s Responding) act() string                             { return "vf." + verbs[KindAgreement] }
func (s Responding) needs(who auth.Identity) auth.Capability { return mine(who, s.Agent) }

func (s Responding) do(l *Ledger, _ auth.Identity) (Done, error) {
	if err := l.loadEntities([]store.ID{s.Proposal}); err != nil {
		return Done{}, err
	}
	p, ok := l.book.entities[s.Proposal].(*Proposal)
	if !ok {
		return Done{}, unknown(words[KindProposal], "proposal", s.Proposal)
	}
	if err := l.loadEntities(slices.Concat(p.Publishes, p.Reciprocal)); err != nil {
		return Done{}, err
	}
	clauses, err := l.book.respond(p, s, l.tx.Now())
	if err != nil {
		return Done{}, err
	}
	a, err := Add(l, Agreement{About: About{ID: s.ID, Name: p.Name, Note: s.Note}})
	if err != nil {
		return Done{}, err
	}
	for i, c := range clauses {
		if i < len(p.Publishes) {
			c.ClauseOf = a.ID
		} else {
			c.ReciprocalClauseOf = a.ID
		}
		if _, err := Add(l, c); err != nil {
			return Done{}, err
		}
	}
	return Done{ID: a.ID, Revision: a.Revision}, nil
}

// respond returns what both sides commit to by a response: first for the
// intents that are published, then for those in return. Faults say why the
// proposal cannot be taken up, or not so often.
func (b *Book) respond(p *Proposal, s Responding, now time.Time) ([]Commitment, error) {
	by := p.By(func(i store.ID) *Intent { return b.entities[i].(*Intent) })
	if err := p.takes(s, by, now); err != nil {
		return nil, err
	}
	var out []Commitment
	for side, intents := range [][]store.ID{p.Publishes, p.Reciprocal} {
		for _, i := range intents {
			c, err := b.entities[i].(*Intent).commit(s, b.met[metKey{"satisfies", i}], p.UnitBased || side == 1)
			if err != nil {
				return nil, err
			}
			if (p.Purpose == Offer) == (side == 0) {
				c.Provider, c.Receiver = cmpID(c.Provider, by), s.Agent
			} else {
				c.Provider, c.Receiver = s.Agent, cmpID(c.Receiver, by)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// By returns who published a proposal: the provider of what it offers, the
// receiver of what it requests; nobody when its intents name nobody.
func (p *Proposal) By(intent func(store.ID) *Intent) store.ID {
	for _, i := range p.Publishes {
		if x := intent(i); p.Purpose == Offer && x.Provider != "" {
			return x.Provider
		} else if p.Purpose == Request && x.Receiver != "" {
			return x.Receiver
		}
	}
	return ""
}

// takes says whether somebody may take up the proposal now, so many times.
func (p *Proposal) takes(s Responding, by store.ID, now time.Time) error {
	switch {
	case p.Draft():
		return fault.Conflictf("vf.proposal_draft", "proposal", "the proposal is a draft: it does not say yet what is offered or wanted")
	case by == "":
		return fault.Conflictf("vf.proposal_of_nobody", "proposal", "the intents of the proposal name nobody who could be agreed with")
	case s.Agent == by:
		return fault.Invalidf("vf.own_proposal", "agent", "one cannot take up one's own proposal; withdraw it instead")
	case !p.HasEnd.IsZero() && now.After(p.HasEnd):
		return fault.Conflictf("vf.proposal_closed", "proposal", "the proposal ended on %s", p.HasEnd.Format(time.DateOnly))
	case now.Before(p.HasBeginning):
		return fault.Conflictf("vf.proposal_closed", "proposal", "the proposal begins on %s", p.HasBeginning.Format(time.DateOnly))
	case len(p.ProposedTo) > 0 && !slices.Contains(p.ProposedTo, s.Agent):
		return fault.Conflictf("vf.proposed_to_others", "agent", "the proposal is for others than %s", s.Agent)
	case s.Times < 1 || s.Times > 1 && !p.UnitBased:
		return fault.Invalidf("vf.proposal_times", "times", "%d times is not possible here; the proposal is taken up once, or whole times where multiples are allowed", s.Times)
	}
	return nil
}

// commit returns the intent as a commitment of so many times its quantities,
// of which no more is taken than is available. Where it is bounded by nothing
// else, it is available once, or as often as wanted when repeatable.
func (i *Intent) commit(s Responding, met Met, repeatable bool) (Commitment, error) {
	c := Commitment{PlannedFlow: i.PlannedFlow, Satisfies: []Allocation{{Target: i.ID}}}
	c.Name = i.Name
	if i.Finished {
		return c, fault.Conflictf("vf.proposal_closed", "proposal", "the proposal was withdrawn or is closed")
	}
	for _, q := range []**Amount{&c.ResourceQuantity, &c.EffortQuantity} {
		if *q == nil {
			continue
		}
		many, err := (*q).MulDiv(s.Times, 1, quantity.HalfEven)
		if err != nil {
			return c, err
		}
		*q = &many
	}
	if c.ResourceQuantity != nil {
		if least := i.MinimumQuantity; least != nil && c.ResourceQuantity.Micros < least.Micros {
			return c, fault.Invalidf("vf.below_minimum", "times", "%s is less than the least that is accepted, %s", c.ResourceQuantity, least)
		}
	}
	stock := i.AvailableQuantity
	if stock == nil && !repeatable {
		stock = i.ResourceQuantity
	}
	if err := leaves(stock, met.Quantity, c.ResourceQuantity); err != nil {
		return c, err
	}
	if repeatable {
		return c, nil
	}
	return c, leaves(i.EffortQuantity, met.Effort, c.EffortQuantity)
}

// leaves refuses to take more of a stock than others have left of it.
func leaves(stock *Amount, met int64, take *Amount) error {
	if stock == nil || take == nil || take.Micros <= stock.Micros-met {
		return nil
	}
	left := quantity.Micros(max(0, stock.Micros-met), stock.Unit)
	return fault.Conflictf("vf.proposal_taken", "times", "%s is wanted, and %s is left", take, left)
}
