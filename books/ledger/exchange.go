package ledger

import (
	"cmp"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// exchangesOf finds the events of an act that change money of one unit into
// another: those of one agreement, of which what is done is in one unit and
// what is done in return in one other. Practices may also say so, by the
// classification cw:conversion/UNIT with the other unit.
func (l *Ledger) exchangesOf(events []vf.Event) map[store.ID]quantity.Unit {
	sides := map[store.ID]*[2]side{} // agreement → done, and done in return
	for i := range events {
		e := &events[i]
		if e.ResourceQuantity == nil || e.Corrects != "" || !l.resources[cmp.Or(e.ResourceInventoriedAs, e.ToResourceInventoriedAs)].money {
			continue
		}
		for way, agreement := range [...]store.ID{e.RealizationOf, e.ReciprocalRealizationOf} {
			if agreement == "" {
				continue
			}
			if sides[agreement] == nil {
				sides[agreement] = &[2]side{}
			}
			sides[agreement][way].add(e)
		}
	}
	var out map[store.ID]quantity.Unit
	for _, s := range sides {
		if !s[0].one() || !s[1].one() || s[0].unit == s[1].unit {
			continue
		}
		for way := range s {
			for _, id := range s[way].events {
				if out == nil {
					out = map[store.ID]quantity.Unit{}
				}
				out[id] = s[1-way].unit
			}
		}
	}
	return out
}

// side is one side of an exchange.
type side struct {
	unit   quantity.Unit
	mixed  bool
	events []store.ID
}

func (s *side) add(e *vf.Event) {
	s.mixed = s.mixed || len(s.events) > 0 && s.unit != e.ResourceQuantity.Unit
	s.unit = e.ResourceQuantity.Unit
	s.events = append(s.events, e.ID)
}

// one reports whether the side has events, all in one unit.
func (s *side) one() bool { return len(s.events) > 0 && !s.mixed }
