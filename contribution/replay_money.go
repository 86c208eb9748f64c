package contribution

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// income checks money that came in.
func (r *Replay) income(e Recorded, b replayedBody) error {
	if b.Income == nil {
		return lacks("income")
	}
	return r.take(e, *b.Income)
}

// take checks that an income is what its events say, and that its net is its
// gross less its deductions.
func (r *Replay) take(e Recorded, in Income) error {
	if r.incomes[in.ID] != nil {
		return breach("income", "the income %s came in before", in.ID)
	}
	if _, known := r.s.Projects[in.Project]; !known {
		return breach("income", "the income %s is for the project %s, which is not known", in.ID, in.Project)
	}
	left, err := net(in.Gross, in.Deductions)
	if err != nil {
		return err
	}
	if !in.Used.IsZero() || in.ReversedAt == 0 && in.Net != left {
		return breach("income", "of the income %s %s are left after deductions; the record says %s, %s of it used", in.ID, left, in.Net, in.Used)
	}
	if err := r.moved(e, in.Event, "cw:income/"+string(in.Kind), in.Gross, in.Payer, r.s.Agent); err != nil {
		return err
	}
	for _, d := range in.Deductions {
		if err := r.moved(e, d.Event, "cw:deduction/"+d.Kind, d.Amount, r.s.Agent, d.To); err != nil {
			return err
		}
	}
	if in.ReversedAt != 0 { // taken back in the act that brought it
		return r.tookBack(e, in)
	}
	r.incomes[in.ID] = &in
	return nil
}

// moved checks that the act recorded a transfer.
func (r *Replay) moved(e Recorded, id store.ID, class string, amount quantity.Amount, from, to store.ID) error {
	if e.Changes == nil {
		return lacks("vf")
	}
	i := slices.IndexFunc(e.Changes.Events, func(v vf.Event) bool { return v.ID == id })
	if i < 0 {
		return breach("event", "the act did not record the event %s that it names", id)
	}
	v := e.Changes.Events[i]
	if v.Action != vf.Transfer || v.Provider != from || v.Receiver != to || v.ResourceQuantity == nil || *v.ResourceQuantity != amount ||
		v.Corrects != "" || !slices.Contains(v.ClassifiedAs, class) {
		return breach("event", "the event %s is not a transfer of %s from %s to %s as %s", id, amount, from, to, class)
	}
	return nil
}

// giveBack checks that an income of earlier is taken back whole, and that no
// distribution has taken of it.
func (r *Replay) giveBack(e Recorded, in Income) error {
	have := r.incomes[in.ID]
	switch {
	case have == nil:
		return breach("income", "the income %s that is given back does not stand", in.ID)
	case !have.Used.IsZero():
		return breach("income", "of the income %s %s were distributed; it cannot be given back", in.ID, have.Used)
	}
	delete(r.incomes, in.ID)
	return r.tookBack(e, *have)
}

func (r *Replay) tookBack(e Recorded, in Income) error {
	if err := r.undone(e, in.Event); err != nil {
		return err
	}
	for _, d := range in.Deductions {
		if err := r.undone(e, d.Event); err != nil {
			return err
		}
	}
	return nil
}

// undone checks that the act corrects an event to nothing.
func (r *Replay) undone(e Recorded, id store.ID) error {
	if e.Changes == nil {
		return lacks("vf")
	}
	original, known := r.events[id]
	i := slices.IndexFunc(e.Changes.Events, func(v vf.Event) bool { return v.Corrects == id })
	if !known || i < 0 {
		return breach("reversal", "the event %s is not taken back", id)
	}
	back := e.Changes.Events[i].ResourceQuantity
	if back == nil || original.ResourceQuantity == nil || back.Unit != original.ResourceQuantity.Unit || back.Micros != -original.ResourceQuantity.Micros {
		return breach("reversal", "the event %s is not taken back whole", id)
	}
	return nil
}

// paidOut checks that a payment is what its event says. That no more is paid
// than stands in the account follows from the core.
func (r *Replay) paidOut(e Recorded, b replayedBody) error {
	if b.Payout == nil || e.Changes == nil {
		return lacks("payout")
	}
	p := *b.Payout
	i := slices.IndexFunc(e.Changes.Events, func(v vf.Event) bool { return v.ID == p.Event })
	if i < 0 {
		return breach("event", "the act did not record the event %s that it names", p.Event)
	}
	v := e.Changes.Events[i]
	if v.Action != vf.Lower || v.Receiver != p.To || v.ResourceQuantity == nil || *v.ResourceQuantity != p.Amount {
		return breach("event", "the event %s is not a payment of %s to %s", p.Event, p.Amount, p.To)
	}
	return nil
}

// equation checks one step in the life of a version.
func (r *Replay) equation(e Recorded, b replayedBody) error {
	if b.Equation == nil {
		return lacks("equation")
	}
	v := *b.Equation
	at := versionKey{v.ID, v.Version}
	old := r.versions[at]
	if v.Hash != v.Text.Hash() || int64(v.Text.Version) != v.Version {
		return breach("equation", "the text of version %d is not the one that its hash names", v.Version)
	}
	if e.Act == "contribution.save_equation" {
		return r.drafted(v, old)
	}
	if old == nil || old.Hash != v.Hash {
		return breach("equation", "version %d moves on with another text than the one that was saved", v.Version)
	}
	want := map[string]struct {
		to   EquationState
		from []EquationState
	}{
		"contribution.simulate_equation": {Simulated, []EquationState{Draft, Simulated}},
		"contribution.adopt_equation":    {Adopted, []EquationState{Simulated}},
		"contribution.retire_equation":   {Retired, []EquationState{Draft, Simulated, Adopted}},
	}[e.Act]
	if v.State != want.to || !slices.Contains(want.from, old.State) {
		return breach("equation", "version %d is %s and cannot become %s by %s", v.Version, old.State, v.State, e.Act)
	}
	if v.State == Adopted {
		for at, other := range r.versions {
			if at.id == v.ID && other.State == Adopted {
				other.State = Retired
			}
		}
	}
	old.State = v.State
	return nil
}

// drafted checks a draft: a text that can run, of the next version, or in the
// place of a draft.
func (r *Replay) drafted(v Version, old *Version) error {
	if err := v.Text.Check(); err != nil {
		return err
	}
	_, follows := r.versions[versionKey{v.ID, v.Version - 1}]
	switch {
	case v.State != Draft:
		return breach("equation", "version %d is saved as %s, not as a draft", v.Version, v.State)
	case old != nil && old.State != Draft && old.State != Simulated:
		return breach("equation", "version %d is %s; its text cannot change any more", v.Version, old.State)
	case old == nil && v.Version != 1 && !follows:
		return breach("equation", "version %d follows no other", v.Version)
	}
	r.versions[versionKey{v.ID, v.Version}] = &v
	return nil
}
