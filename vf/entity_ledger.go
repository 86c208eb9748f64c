package vf

import (
	"encoding/json"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Written is one change of an entity, as the journal keeps it: what it says
// now, without what is private, or that it was deleted.
type Written struct {
	Type    Kind            `json:"type"`
	After   int             `json:"after,omitempty"` // how many events of the act came before
	Deleted store.ID        `json:"deleted,omitempty"`
	Value   json.RawMessage `json:"value,omitempty"`
}

// Add adds an entity and returns it with its identifier, its time and revision
// 1. What it names must exist. Private texts are sealed, not journaled.
func Add[T any, P entity[T]](l *Ledger, x T) (T, error) {
	var none T
	h := P(&x).head()
	var err error
	if h.ID, err = l.give("id", h.ID); err != nil {
		return none, err
	}
	if h.Revision != 0 {
		return none, fault.Invalidf("vf.revision", "revision", "something new has no revision yet; leave it empty")
	}
	h.Revision, h.Created = 1, l.tx.Now()
	if err := l.put(P(&x), nil); err != nil {
		return none, err
	}
	return x, nil
}

// Revise replaces what an entity says. x.Revision is the one that was read; a
// Conflict means that somebody else has revised it since. What others already
// rely on cannot be revised: the action, agents, specification and units of a
// commitment, intent or claim that is fulfilled, satisfied or settled in part.
func Revise[T any, P entity[T]](l *Ledger, x T) (T, error) {
	var none T
	h := P(&x).head()
	before, err := l.current(P(&x).Kind(), h.ID, h.Revision)
	if err != nil {
		return none, err
	}
	h.Revision, h.Created = h.Revision+1, before.head().Created
	if err := l.put(P(&x), before); err != nil {
		return none, err
	}
	return x, nil
}

// put checks an entity and writes it, in place of what was before.
func (l *Ledger) put(e, before Entity) error {
	normalEntity(e)
	if err := l.loadRefs(e); err != nil {
		return err
	}
	if err := l.checkRecipes(e); err != nil {
		return err
	}
	if err := l.book.put(e, before); err != nil {
		return err
	}
	if err := l.store(e, before); err != nil {
		l.broken = err
		return err
	}
	return l.journalEntity(e)
}

// journalEntity notes what an entity says now, without what is private.
func (l *Ledger) journalEntity(e Entity) error {
	public, err := copyEntity(e)
	if err != nil {
		return err
	}
	public.seal(func(field, text string) { l.seal(lower(e.Kind()), e.head().ID, field, text) })
	value, err := json.Marshal(public)
	if err != nil {
		return err
	}
	l.changes.Written = append(l.changes.Written, Written{Type: e.Kind(), After: len(l.changes.Events), Value: value})
	return nil
}

// Delete removes an entity that nothing refers to. revision is the one that was read.
func Delete[T any, P entity[T]](l *Ledger, i store.ID, revision int64) error {
	e, err := l.current(kindOf[T, P](), i, revision)
	if err != nil {
		return err
	}
	return l.remove(e)
}

// current returns an entity that somebody has read at a revision.
func (l *Ledger) current(kind Kind, i store.ID, revision int64) (Entity, error) {
	if err := l.loadEntities([]store.ID{i}); err != nil {
		return nil, err
	}
	e := l.book.entities[i]
	if e == nil || e.Kind() != kind {
		return nil, unknown(words[kind], "id", i)
	}
	if was := e.head().Revision; was != revision {
		return nil, fault.Conflictf("vf.revision", "revision", "this is revision %d, and somebody has changed it since: it is at %d; read it again", revision, was)
	}
	return e, nil
}

// remove deletes an entity that nothing refers to.
func (l *Ledger) remove(e Entity) error {
	i := e.head().ID
	n, err := l.referred(i)
	if err != nil {
		return err
	}
	if n > 0 {
		return inUse(e)
	}
	l.book.drop(e)
	if err := l.erase(e); err != nil {
		l.broken = err
		return err
	}
	l.changes.Written = append(l.changes.Written, Written{Type: e.Kind(), After: len(l.changes.Events), Deleted: i})
	return nil
}

func inUse(e Entity) error {
	return fault.Conflictf("vf.in_use", "id", "the %s %s is referred to by others; change those first, or finish it instead", words[e.Kind()], e.head().ID)
}

// put makes an entity part of the book, in place of what was before.
func (b *Book) put(e, before Entity) error {
	if before != nil {
		if err := b.relied(e, before); err != nil {
			return err
		}
		b.unmeet(before)
	}
	if err := checkEntity(b, e); err != nil {
		if before != nil {
			b.remeet(before)
		}
		return err
	}
	if c, ok := e.(*Commitment); ok {
		c.Satisfies = implied(c.Satisfies, c.ResourceQuantity, c.EffortQuantity)
		b.meet("satisfies", c.Satisfies, 1)
	}
	b.entities[e.head().ID] = e
	return nil
}

// drop takes an entity out of the book.
func (b *Book) drop(e Entity) {
	b.unmeet(e)
	delete(b.entities, e.head().ID)
}

func (b *Book) unmeet(e Entity) { b.meetBy(e, -1) }
func (b *Book) remeet(e Entity) { b.meetBy(e, 1) }

func (b *Book) meetBy(e Entity, sign int64) {
	if c, ok := e.(*Commitment); ok {
		b.meet("satisfies", c.Satisfies, sign)
	}
}

// metBy is the property by which others meet a class.
var metBy = map[Kind]string{KindCommitment: "fulfills", KindIntent: "satisfies", KindClaim: "settles"}

// relied refuses to change what others rely on, and to claim less than was settled.
func (b *Book) relied(e, before Entity) error {
	m := b.met[metKey{metBy[e.Kind()], e.head().ID}]
	if m == (Met{}) {
		return nil
	}
	now, was := targetOf(e), targetOf(before)
	switch {
	case now.action != was.action:
		return reliedOn("action", e)
	case now.spec != was.spec:
		return reliedOn("resourceConformsTo", e)
	case now.provider != was.provider && was.provider != "":
		return reliedOn("provider", e)
	case now.receiver != was.receiver && was.receiver != "":
		return reliedOn("receiver", e)
	case m.Quantity != 0 && unitOf(now.quantity) != unitOf(was.quantity):
		return reliedOn("resourceQuantity", e)
	case m.Effort != 0 && unitOf(now.effort) != unitOf(was.effort):
		return reliedOn("effortQuantity", e)
	case now.claim && (m.Quantity > micros64(now.quantity) || m.Effort > micros64(now.effort)):
		return fault.Conflictf("vf.over_settled", "resourceQuantity", "more than that of the claim %s is settled already", e.head().ID)
	}
	return nil
}

func reliedOn(field string, e Entity) error {
	return fault.Conflictf("vf.relied_on", field, "the %s %s is met in part already, so its %s stays; finish it and make a new one", words[e.Kind()], e.head().ID, field)
}

// has reports whether the book knows a thing of a class.
func (b *Book) has(kind Kind, i store.ID) bool {
	switch kind {
	case KindAgent:
		return b.agents[i]
	case KindResourceSpecification:
		return b.specs[i] != nil
	case KindProcessSpecification:
		return b.stages[i]
	case KindProcess:
		return b.processes[i] != nil
	case KindResource:
		return b.records[i] != nil
	case KindEvent:
		return b.original(i) != nil
	}
	e := b.entities[i]
	return e != nil && e.Kind() == kind
}

// normalEntity brings times and classifications to the form in which they are kept.
func normalEntity(e Entity) {
	switch x := e.(type) {
	case *Plan:
		x.Due = exact(x.Due)
	case *Intent:
		x.normal()
	case *Commitment:
		x.normal()
	case *Claim:
		x.Due, x.ResourceClassifiedAs = exact(x.Due), set(x.ResourceClassifiedAs)
	case *Proposal:
		x.HasBeginning, x.HasEnd = exact(x.HasBeginning), exact(x.HasEnd)
	case *AgentRelationship:
		x.HasBeginning, x.HasEnd = exact(x.HasBeginning), exact(x.HasEnd)
	case *BatchLotRecord:
		x.ExpirationDate = exact(x.ExpirationDate)
	case *RecipeProcess:
		x.ProcessClassifiedAs = set(x.ProcessClassifiedAs)
	case *RecipeFlow:
		x.ResourceClassifiedAs = set(x.ResourceClassifiedAs)
	}
}

func (p *PlannedFlow) normal() {
	for _, t := range [...]*time.Time{&p.HasBeginning, &p.HasEnd, &p.HasPointInTime, &p.Due} {
		*t = exact(*t)
	}
	p.ResourceClassifiedAs = set(p.ResourceClassifiedAs)
}

// copyEntity returns an entity of its own that says the same.
func copyEntity(e Entity) (Entity, error) {
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return decodeEntity(e.Kind(), raw)
}

// lower is a class as the journal names it in the paths of private fields.
func lower(k Kind) string { return string(k[0]|0x20) + string(k[1:]) }
