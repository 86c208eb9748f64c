package relay

import (
	"time"

	"commonweal/platform/fault"
)

// State is where one link of a transfer stands, at either end of it.
type State string

// The states of a link. Posted and lapsed are for good.
const (
	None     State = ""         // this end of the path: there is no such link
	Reserved State = "reserved" // set aside
	Posted   State = "posted"
	Lapsed   State = "lapsed"
)

// Transfer is a payment between communities as one of them sees it: the link to
// the neighbor it came from, and that to the neighbor it goes to. At the payer's
// there is no link before, at the payee's none after.
type Transfer struct {
	In    State     `json:"in,omitempty"`  // with the neighbor before; they decide
	Out   State     `json:"out,omitempty"` // with the neighbor after; we decide
	Until time.Time `json:"until"`         // until when a receipt of the neighbor after counts, by our clock
}

// Moment is what our clock says, and since when we have been listening.
type Moment struct{ Now, Awake time.Time }

// Grace is how long after waking a receipt still counts whose time ran out while
// we slept: who did not listen carries it, not the neighbor who spoke in time.
const Grace = 30 * time.Second

// past reports whether a deadline has run out, and we were there to hear.
func (m Moment) past(until time.Time) bool {
	return !m.Now.Before(until) && !m.Now.Before(m.Awake.Add(Grace))
}

// Tell is a message that a step sends: up to the neighbor before, or down to the
// one after.
type Tell struct {
	Up     bool
	Kind   Kind
	Reason string // of a decline
}

// Step is what follows for us from something that happened. What a link had set
// aside is posted or let go as its state says.
type Step struct {
	Transfer
	Tells []Tell
}

// Begin is the first step, where everything was set aside.
func Begin(before, after bool, until time.Time) Step {
	s := Step{Transfer: Transfer{Until: until}}
	if before {
		s.In = Reserved
	}
	if after {
		s.Out = Reserved
		s.tell(false, Reserve, "")
	} else {
		s.tell(true, Receipt, "")
	}
	return s
}

// Lost reports whether we gave what we were not given: we slept, or the neighbor
// before does not keep its word.
func (t Transfer) Lost() bool { return t.Out == Posted && t.In == Lapsed }

// Open reports whether anything is still to come.
func (t Transfer) Open() bool { return t.In == Reserved || t.Out == Reserved }

// Hear is what follows from the word of a neighbor at a moment of our clock.
//
// Faults: relay.unexpected for a word that does not fit to what was said before.
func (t Transfer) Hear(k Kind, up bool, reason string, at Moment) (Step, error) {
	s := Step{Transfer: t}
	switch {
	case k == Receipt && !up && t.Out == Reserved && !at.past(t.Until):
		s.Out = Posted
		s.tell(false, Done, "")
		if t.In == Reserved {
			s.tell(true, Receipt, "")
		}
	case k == Receipt && !up && t.Out == Reserved:
		return t.Tick(at), nil
	case k == Receipt && !up && t.Out == Lapsed: // it crossed our word that it was over
	case k == Decline && !up && t.Out == Reserved:
		s.lapse(reason)
	case k == Decline && !up && t.Out == Lapsed: // so did this
	case k == Done && up && t.In == Reserved && t.Out != Reserved:
		s.In = Posted
	case k == Over && up && t.In == Reserved:
		s.In = Lapsed // where Out is reserved its receipt may still come, and counts
	case k == Over && up && t.In == Lapsed: // we declined, and it crossed
	default:
		return s, fault.Conflictf("relay.unexpected", "kind", "%q does not fit: the link before is %q, the one after %q", k, t.In, t.Out)
	}
	return s, nil
}

// Tick is what follows from the time alone: what was not answered lapses.
func (t Transfer) Tick(at Moment) Step {
	s := Step{Transfer: t}
	if t.Out == Reserved && at.past(t.Until) {
		s.tell(false, Over, "")
		s.lapse("late")
	}
	return s
}

// lapse ends the link after us, and with it the one before.
func (s *Step) lapse(reason string) {
	s.Out = Lapsed
	if s.In == Reserved {
		s.In = Lapsed
		s.tell(true, Decline, reason)
	}
}

func (s *Step) tell(up bool, k Kind, reason string) {
	s.Tells = append(s.Tells, Tell{Up: up, Kind: k, Reason: reason})
}
