package vf

import "commonweal/platform/fault"

// place applies the column locationEffect of every part, where the event says
// a location. It never moves what is not part of the event.
func (a *application) place() error {
	if a.e.ToLocation == "" {
		return nil
	}
	parts, n := a.e.parts()
	for i, p := range parts[:n] {
		from, to := a.at(p.from), a.at(p.to)
		switch p.row.LocationEffect {
		case New:
			if r := firstNew(a.newX, from, a.newY, to); r != nil {
				r.CurrentLocation = a.e.ToLocation
			}
		case Update:
			if from == nil || (n == 2 && i == 0 && from.Onhand.Micros != 0) { // passed on: only what is left stays there
				continue
			}
			if err := a.moveTo(from); err != nil {
				return err
			}
		case UpdateTo:
			if to != nil {
				if err := a.moveTo(to); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func firstNew(newX bool, x *Resource, newY bool, y *Resource) *Resource {
	switch {
	case newY:
		return y
	case newX:
		return x
	}
	return nil
}

// moveTo sets the location of a record, unless it holds more than the event
// moves: the rest would move with it.
func (a *application) moveTo(r *Resource) error {
	if r.CurrentLocation == a.e.ToLocation {
		return nil
	}
	rest := r.Onhand.Micros
	if a.endsIn(r) {
		rest -= a.quantity()
	}
	if rest != 0 {
		return fault.Conflictf("vf.partial_location", "toLocation", "%s to %q would also move the rest of %s, %s; name a receiving record for the part",
			a.row.Action, a.e.ToLocation, a.name(r), Amount{Micros: rest, Unit: r.Onhand.Unit})
	}
	r.CurrentLocation = a.e.ToLocation
	return nil
}

// endsIn reports whether the quantity of the event is on hand in the record
// after all parts.
func (a *application) endsIn(r *Resource) bool {
	in := false
	parts, n := a.e.parts()
	for _, p := range parts[:n] {
		from, to := p.row.OnhandEffect.signs()
		if p.from == r.ID && from != 0 {
			in = from > 0
		}
		if p.to == r.ID && to != 0 {
			in = to > 0
		}
	}
	return in
}

// hand applies the columns accountableEffect and custodianEffect to existing
// receiving records, and the hands that an implied transfer changes where no
// second record is named. New records got theirs when they were created.
func (a *application) hand() error {
	parts, n := a.e.parts()
	for _, p := range parts[:n] {
		to := a.at(p.to)
		if to == nil {
			continue
		}
		if p.row.AccountableEffect == UpdateTo {
			to.PrimaryAccountable = a.e.Receiver
		}
		if p.row.CustodianEffect == UpdateTo {
			to.Custodian = a.e.Receiver
		}
	}
	if a.handsOverInPlace() {
		a.x.Custodian = a.e.Receiver
		if a.row.Implies == Transfer {
			a.x.PrimaryAccountable = a.e.Receiver
		}
	}
	return nil
}

// stageAndState applies the columns stageEffect and stateEffect.
func (a *application) stageAndState() error {
	parts, n := a.e.parts()
	for _, p := range parts[:n] {
		from, to := a.at(p.from), a.at(p.to)
		if process := a.book.processes[a.e.OutputOf]; from != nil && p.row.StageEffect == Update && process != nil && process.BasedOn != "" {
			from.Stage, a.e.Stage = process.BasedOn, process.BasedOn
			if a.newY {
				a.y.Stage = process.BasedOn
			}
		}
		if a.e.State == "" {
			continue
		}
		if p.row.StateEffect == Update && from != nil {
			from.State = a.e.State
		}
		if p.row.StateEffect == UpdateTo && to != nil {
			to.State = a.e.State
		}
	}
	return nil
}
