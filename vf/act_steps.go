package vf

import (
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Recording records an event, and the record it creates, if it creates one.
// One records what oneself gives or does; stewards record for others.
type Recording struct {
	Event Event
	New   *Resource
}

func (s Recording) act() string { return "vf.record" }

// needs: whose relationship it is that somebody acts under is known inside the act only.
func (s Recording) needs(who auth.Identity) auth.Capability {
	if s.Event.ActsUnder != "" {
		return Take
	}
	return mine(who, s.Event.Provider)
}

func (s Recording) do(l *Ledger, who auth.Identity) (Done, error) {
	if err := l.loadRoles([]Event{s.Event}); err != nil {
		return Done{}, err
	}
	if err := l.book.actsAs(who.Agent, s.Event.ActsUnder); err != nil {
		return Done{}, err
	}
	if s.New == nil {
		e, err := l.Record(s.Event)
		return Done{ID: e.ID}, err
	}
	e, r, err := l.RecordNew(s.Event, *s.New)
	return Done{ID: e.ID, Resource: r.ID}, err
}

// Correcting corrects an event; with no quantities it takes back all that is left of it.
type Correcting struct {
	Event      store.ID
	Correction Correction
}

func (s Correcting) act() string { return "vf.correct" }

// needs: whether the event is one's own is known inside the act only.
func (s Correcting) needs(auth.Identity) auth.Capability { return Take }

func (s Correcting) do(l *Ledger, who auth.Identity) (Done, error) {
	e, err := l.correction(s.Event)
	if err != nil {
		return Done{}, err
	}
	if s.Correction.ActsUnder, err = l.mayCorrect(who, s.Event, e.Provider); err != nil {
		return Done{}, err
	}
	if s.Correction.ResourceQuantity == nil && s.Correction.EffortQuantity == nil {
		e, err = l.takeBack(s.Event, s.Correction)
	} else {
		e, err = l.Correct(s.Event, s.Correction)
	}
	return Done{ID: e.ID}, err
}

// Adding adds an Agent, a ResourceSpecification, a ProcessSpecification, a
// Process or an Entity (by its pointer).
type Adding struct{ Thing any }

func (s Adding) act() string {
	switch x := s.Thing.(type) {
	case Agent:
		return "vf.add_agent"
	case ResourceSpecification, ProcessSpecification:
		return "vf.add_specification"
	case Process:
		return "vf.add_process"
	case Entity:
		return "vf." + verbs[x.Kind()]
	}
	return "vf.add"
}

// verbs names the acts that write entities: a few, so that people can read them.
var verbs = map[Kind]string{
	KindPlan: "plan", KindIntent: "plan", KindCommitment: "promise", KindAgreement: "agree", KindAgreementBundle: "agree",
	KindProposal: "propose", KindProposalList: "propose", KindClaim: "claim", KindRecipe: "write_recipe", KindRecipeProcess: "write_recipe",
	KindRecipeFlow: "write_recipe", KindRecipeExchange: "write_recipe", KindSpatialThing: "place", KindBatchLotRecord: "write_lot",
	KindAgentRelationship: "relate", KindAgentRelationshipRole: "relate",
}

func (s Adding) needs(who auth.Identity) auth.Capability {
	switch x := s.Thing.(type) {
	case Process:
		return Take
	case Entity:
		return needsEntity(x, who)
	}
	return Arrange
}

// needsEntity says who may write an entity: everybody for themselves, stewards
// for others, and stewards alone what all rely on.
func needsEntity(e Entity, who auth.Identity) auth.Capability {
	switch x := e.(type) {
	case *Plan, *Agreement, *AgreementBundle, *Proposal, *ProposalList:
		return Take
	case *Intent:
		if x.Provider == "" && x.Receiver == "" {
			return Take // a plan that looks for somebody
		}
		return mine(who, x.Provider, x.Receiver)
	case *Commitment:
		if x.Provider == "" {
			return mine(who, x.Receiver)
		}
		return mine(who, x.Provider)
	case *Claim:
		return mine(who, x.Receiver)
	}
	return Arrange
}

func (s Adding) do(l *Ledger, _ auth.Identity) (Done, error) {
	switch x := s.Thing.(type) {
	case Agent:
		a, err := l.AddAgent(x)
		return Done{ID: a.ID}, err
	case ResourceSpecification:
		a, err := l.AddSpecification(x)
		return Done{ID: a.ID}, err
	case ProcessSpecification:
		a, err := l.AddProcessSpecification(x)
		return Done{ID: a.ID}, err
	case Process:
		a, err := l.AddProcess(x)
		return Done{ID: a.ID}, err
	case *Commitment:
		if err := l.open(x); err != nil {
			return Done{}, err
		}
		return l.add(x)
	case Entity:
		return l.add(x)
	}
	return Done{}, fault.Invalidf("vf.kind", "thing", "a %T cannot be added; it is an agent, a specification, a process or an entity", s.Thing)
}

// add is Add for an entity whose class is known at run time only. The entity
// stays the caller's: the act may run again.
func (l *Ledger) add(given Entity) (Done, error) {
	e, err := copyEntity(given)
	if err != nil {
		return Done{}, err
	}
	h := e.head()
	if h.ID, err = l.give("id", h.ID); err != nil {
		return Done{}, err
	}
	if err := l.loadEntities([]store.ID{h.ID}); err != nil {
		return Done{}, err
	}
	if l.book.entities[h.ID] != nil {
		return Done{}, takenBy(l.book.entities[h.ID])
	}
	h.Revision, h.Created = 1, l.tx.Now()
	return Done{ID: h.ID, Revision: 1}, l.put(e, nil)
}

// takenBy refuses an identifier that an entity has already.
func takenBy(e Entity) error {
	return fault.Conflictf("vf.twice", "id", "there is a %s %s already", words[e.Kind()], e.head().ID)
}

// Revising replaces what an entity says; its revision is the one that was read.
type Revising struct{ Entity Entity }

func (s Revising) act() string { return "vf." + verbs[s.Entity.Kind()] }

func (s Revising) needs(who auth.Identity) auth.Capability { return needsEntity(s.Entity, who) }

func (s Revising) do(l *Ledger, who auth.Identity) (Done, error) {
	e, err := copyEntity(s.Entity)
	if err != nil {
		return Done{}, err
	}
	before, err := l.current(e.Kind(), e.head().ID, e.head().Revision)
	if err != nil {
		return Done{}, err
	}
	if err := who.Must(needsEntity(before, who)); err != nil {
		return Done{}, err // it is not theirs to change
	}
	h := e.head()
	h.Revision, h.Created = h.Revision+1, before.head().Created
	return Done{ID: h.ID, Revision: h.Revision}, l.put(e, before)
}

// Deleting removes an entity that nothing refers to.
type Deleting struct {
	Kind     Kind
	ID       store.ID
	Revision int64
}

func (s Deleting) act() string { return "vf." + verbs[s.Kind] }

// needs: whose it is is known inside the act only.
func (s Deleting) needs(auth.Identity) auth.Capability { return Take }

func (s Deleting) do(l *Ledger, who auth.Identity) (Done, error) {
	before, err := l.current(s.Kind, s.ID, s.Revision)
	if err != nil {
		return Done{}, err
	}
	if err := who.Must(needsEntity(before, who)); err != nil {
		return Done{}, err
	}
	return Done{ID: s.ID}, l.remove(before)
}

// Finishing says that no more is done in a process.
type Finishing struct {
	Process store.ID
	At      time.Time
}

func (s Finishing) act() string                         { return "vf.finish_process" }
func (s Finishing) needs(auth.Identity) auth.Capability { return Take }
func (s Finishing) do(l *Ledger, _ auth.Identity) (Done, error) {
	p, err := l.FinishProcess(s.Process, s.At)
	return Done{ID: p.ID}, err
}

// Describing replaces the name and the note of an agent, specification,
// processSpecification, process or resource.
type Describing struct {
	Kind        string
	Description Description
}

func (s Describing) act() string                         { return "vf.describe" }
func (s Describing) needs(auth.Identity) auth.Capability { return Arrange }
func (s Describing) do(l *Ledger, _ auth.Identity) (Done, error) {
	return Done{ID: s.Description.ID}, l.Describe(s.Kind, s.Description)
}

// Governing replaces the policy of a specification from now on.
type Governing struct {
	Specification store.ID
	Policy        Policy
}

func (s Governing) act() string                         { return "vf.set_policy" }
func (s Governing) needs(auth.Identity) auth.Capability { return Arrange }
func (s Governing) do(l *Ledger, who auth.Identity) (Done, error) {
	c, err := l.SetPolicy(s.Specification, s.Policy, who.Agent)
	return Done{ID: c.Specification}, err
}
