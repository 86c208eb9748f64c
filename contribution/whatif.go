package contribution

import (
	"fmt"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Simulation is a draft run on past data beside the version in force.
type Simulation struct {
	Pot     quantity.Amount      `json:"pot"`
	Draft   *equation.Result     `json:"draft"`
	Current *equation.Result     `json:"current,omitempty"` // nil when no version is in force
	Changes *equation.Comparison `json:"changes,omitempty"` // from current to draft
}

// Simulate runs a draft on all contributions so far with an invented pot, as
// if nothing had been distributed before when afresh, else on the claims as
// they stand. current is the version to compare with; nil for none.
func (p *Practice) Simulate(r *store.Snapshot, draft equation.Equation, current *equation.Equation, pot quantity.Amount, deliverable string, afresh bool) (Simulation, error) {
	if pot.Unit != draft.Unit {
		return Simulation{}, fault.Invalidf("contribution.simulation_unit", "pot", "the pot is in %s and the equation splits %s", pot.Unit, draft.Unit)
	}
	session, err := p.session(r, whatIf{unit: draft.Unit, project: store.ID(draft.Project), deliverable: deliverable, afresh: afresh})
	if err != nil {
		return Simulation{}, err
	}
	s := Simulation{Pot: pot}
	if s.Draft, err = runOn(session, draft, pot); err != nil || current == nil {
		return s, err
	}
	if s.Current, err = runOn(session, *current, pot); err != nil {
		return s, err
	}
	s.Changes, err = equation.Compare(s.Current, s.Draft)
	return s, err
}

func runOn(s *equation.Session, text equation.Equation, pot quantity.Amount) (*equation.Result, error) {
	program, err := equation.Compile(text)
	if err != nil {
		return nil, err
	}
	return s.Run(program, pot.Micros)
}

// whatIf is what a session depends on besides the state of the commons.
type whatIf struct {
	unit        quantity.Unit
	project     store.ID
	deliverable string
	afresh      bool
}

// held is the last session of a commons: sliders ask again and again for the
// same contributions under other numbers.
type heldSession struct {
	key     string
	session *equation.Session
}

// session returns a session on the commons as it stands, from memory when
// nothing has happened since the last one.
func (p *Practice) session(r *store.Snapshot, w whatIf) (*equation.Session, error) {
	var state string
	err := p.Columns(r, func(c *Columns) error {
		state = fmt.Sprint(len(c.no), len(c.decided), len(c.rated))
		return nil
	})
	if err != nil {
		return nil, err
	}
	epoch, _ := r.Epoch() // moves with every distribution, equation and setting
	key := fmt.Sprint(w, state, epoch, r.Now().Format(time.DateOnly))
	p.mu.Lock()
	have := p.sessions[r.Commons()]
	p.mu.Unlock()
	if have.key == key {
		return have.session, nil
	}
	in, err := p.basis(r, Distribution{No: previewNo, At: r.Now(), Project: w.project, Deliverable: w.deliverable, Pot: quantity.Amount{Unit: w.unit}})
	if err != nil {
		return nil, err
	}
	if w.afresh {
		in.Prior, in.History, in.Carries = nil, nil, nil
	}
	session, err := equation.NewSession(in)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.sessions[r.Commons()] = heldSession{key, session}
	p.mu.Unlock()
	return session, nil
}
