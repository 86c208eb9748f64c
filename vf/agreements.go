package vf

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The classes of this file.
const (
	KindAgreement       Kind = "Agreement"
	KindAgreementBundle Kind = "AgreementBundle"
	KindProposal        Kind = "Proposal"
	KindProposalList    Kind = "ProposalList"
)

// Agreement groups what agents promise and do for each other. Commitments name
// it in clauseOf and reciprocalClauseOf, events in realizationOf and
// reciprocalRealizationOf. A gift has no reciprocal side; a circle has many agents.
type Agreement struct {
	About
	BundledIn store.ID `json:"bundledIn,omitempty"`
}

// Kind implements Entity.
func (*Agreement) Kind() Kind { return KindAgreement }

// Refs implements Entity.
func (a *Agreement) Refs() []Ref {
	var out refs
	out.add("bundledIn", KindAgreementBundle, a.BundledIn)
	return out
}

func (*Agreement) check(*Book) error { return nil }

// AgreementBundle groups agreements that each have their own price: the lines
// of one order.
type AgreementBundle struct{ About }

// Kind implements Entity.
func (*AgreementBundle) Kind() Kind { return KindAgreementBundle }

// Refs implements Entity.
func (*AgreementBundle) Refs() []Ref { return nil }

func (*AgreementBundle) check(*Book) error { return nil }

// Purpose says which way a proposal goes.
type Purpose string

// The purposes of a proposal.
const (
	Offer   Purpose = "offer"
	Request Purpose = "request"
)

// Proposal publishes intents: what is offered or requested, and what is wanted
// or given in return. All of them together make the proposal; with UnitBased
// the quantities are for one unit and multiples may be taken.
type Proposal struct {
	About
	HasBeginning     time.Time  `json:"hasBeginning,omitzero"`
	HasEnd           time.Time  `json:"hasEnd,omitzero"`
	UnitBased        bool       `json:"unitBased,omitempty"`
	Purpose          Purpose    `json:"purpose"`
	EligibleLocation store.ID   `json:"eligibleLocation,omitempty"`
	Publishes        []store.ID `json:"publishes,omitempty"`  // intents
	Reciprocal       []store.ID `json:"reciprocal,omitempty"` // intents
	ProposedTo       []store.ID `json:"proposedTo,omitempty"` // agents; empty: everybody who may see it
	ListedIn         []store.ID `json:"listedIn,omitempty"`
}

// Kind implements Entity.
func (*Proposal) Kind() Kind { return KindProposal }

// Refs implements Entity.
func (p *Proposal) Refs() []Ref {
	var out refs
	out.add("eligibleLocation", KindSpatialThing, p.EligibleLocation)
	out.add("publishes", KindIntent, p.Publishes...)
	out.add("reciprocal", KindIntent, p.Reciprocal...)
	out.add("proposedTo", KindAgent, p.ProposedTo...)
	out.add("listedIn", KindProposalList, p.ListedIn...)
	return out
}

// Draft reports whether the proposal says nothing yet that anybody could take up:
// it is kept for whoever writes it, and shown to nobody else as an offer.
func (p *Proposal) Draft() bool { return len(p.Publishes) == 0 }

func (p *Proposal) when() time.Time { return p.HasEnd }

// check holds the purpose against the intents: an offer's primary intents lack
// the receiver, a request's the provider; what comes in return the other way round.
func (p *Proposal) check(b *Book) error {
	if p.Purpose != Offer && p.Purpose != Request {
		return fault.Invalidf("vf.purpose", "purpose", "%q is no purpose; a proposal is an offer or a request", clip(string(p.Purpose)))
	}
	for _, side := range [...]struct {
		field   string
		intents []store.ID
		offered bool
	}{{"publishes", p.Publishes, p.Purpose == Offer}, {"reciprocal", p.Reciprocal, p.Purpose == Request}} {
		for _, i := range side.intents {
			intent := b.entities[i].(*Intent)
			if missing, name := otherSide(intent, side.offered); missing != "" {
				return fault.Invalidf("vf.purpose", side.field, "the proposal is %s %s, so its intent %s cannot name the %s %s already",
					article(p.Purpose), p.Purpose, i, name, missing)
			}
		}
	}
	return checkTime(&Event{HasBeginning: p.HasBeginning, HasEnd: p.HasEnd}, nil)
}

// otherSide returns the agent that an intent must leave open, if it names one.
func otherSide(i *Intent, offered bool) (agent store.ID, name string) {
	if offered {
		return i.Receiver, "receiver"
	}
	return i.Provider, "provider"
}

func article(p Purpose) string {
	if p == Offer {
		return "an"
	}
	return "a"
}

// ProposalList groups proposals that are published together: a price list, a
// weekly box, a call for help.
type ProposalList struct {
	About
	ProposedTo []store.ID `json:"proposedTo,omitempty"`
}

// Kind implements Entity.
func (*ProposalList) Kind() Kind { return KindProposalList }

// Refs implements Entity.
func (p *ProposalList) Refs() []Ref {
	var out refs
	out.add("proposedTo", KindAgent, p.ProposedTo...)
	return out
}

func (p *ProposalList) check(*Book) error {
	if p.Name == "" {
		return fault.Invalidf("vf.missing_name", "name", "the list has no name")
	}
	return nil
}
