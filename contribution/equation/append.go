package equation

import (
	"fmt"
	"math"

	"commonweal/platform/fault"
)

// dictionaries finds the entries of a Ledger's dictionaries.
type dictionaries struct {
	people, kinds, streams, projects, processes, processTypes, resourceTypes, units map[string]int32
	deliverables                                                                    map[Deliverable]int32
}

func lookup[K comparable](entries []K) map[K]int32 {
	m := make(map[K]int32, len(entries))
	for i, e := range entries {
		m[e] = int32(i)
	}
	return m
}

func (l *Ledger) dictionaries() *dictionaries {
	if l.index == nil {
		l.index = &dictionaries{
			lookup(l.People), lookup(l.Kinds), lookup(l.Streams), lookup(l.Projects), lookup(l.Processes),
			lookup(l.ProcessTypes), lookup(l.ResourceTypes), lookup(l.Units), lookup(l.Deliverables),
		}
	}
	return l.index
}

// intern returns the index of an entry, adding it when it is new; None for
// the zero entry.
func intern[K comparable](entries *[]K, index map[K]int32, e K) int32 {
	var none K
	if e == none {
		return None
	}
	i, ok := index[e]
	if !ok {
		i = int32(len(*entries))
		*entries, index[e] = append(*entries, e), i
	}
	return i
}

// Append adds a contribution and returns its index. It refuses one without
// person, kind, project or unit, and figures outside their range.
func (l *Ledger) Append(c Contribution) (int32, error) {
	if c.Stream == "" {
		c.Stream = Livelihood
	}
	if err := c.check(); err != nil {
		return 0, err
	}
	d := l.dictionaries()
	kind, stream := intern(&l.Kinds, d.kinds, c.Kind), intern(&l.Streams, d.streams, c.Stream)
	unit, currency := intern(&l.Units, d.units, c.Unit), max(intern(&l.Units, d.units, c.Currency), 0)
	if kind > math.MaxUint8 || unit > math.MaxUint16 || currency > math.MaxUint16 {
		return 0, fault.Invalidf("equation.dictionary_full", "", "a ledger holds at most %d kinds and %d units", math.MaxUint8+1, math.MaxUint16+1)
	}
	l.ID = append(l.ID, c.ID)
	l.Person = append(l.Person, intern(&l.People, d.people, c.Person))
	l.Kind, l.Stream, l.Flags = append(l.Kind, uint8(kind)), append(l.Stream, uint8(stream)), append(l.Flags, c.Flags)
	l.Project = append(l.Project, intern(&l.Projects, d.projects, c.Project))
	l.Process = append(l.Process, intern(&l.Processes, d.processes, c.Process))
	l.ProcessType = append(l.ProcessType, intern(&l.ProcessTypes, d.processTypes, c.ProcessType))
	l.ResourceType = append(l.ResourceType, intern(&l.ResourceTypes, d.resourceTypes, c.ResourceType))
	l.Deliverable = append(l.Deliverable, intern(&l.Deliverables, d.deliverables, c.Deliverable))
	l.Day, l.At = append(l.Day, c.Day), append(l.At, c.At)
	l.Quantity, l.Unit, l.Currency = append(l.Quantity, c.Quantity), append(l.Unit, uint16(unit)), append(l.Currency, uint16(currency))
	l.Rate, l.Value = append(l.Rate, c.Rate), append(l.Value, c.Value)
	l.RatingNum, l.RatingDen = append(l.RatingNum, c.RatingNum), append(l.RatingDen, c.RatingDen)
	return int32(l.Len() - 1), nil
}

func (c Contribution) check() error {
	for _, f := range []struct{ field, value string }{{"person", c.Person}, {"kind", c.Kind}, {"project", c.Project}, {"unit", c.Unit}} {
		if f.value == "" {
			return fault.Invalidf("equation.empty", f.field, "the contribution has no %s", f.field)
		}
	}
	if c.Stream != Livelihood && c.Stream != Love && c.Stream != Care {
		return fault.Invalidf("equation.choice", "stream", "%q is no stream; it is livelihood, love or care", clip(c.Stream))
	}
	if c.Quantity == Missing || c.RatingDen < 0 || c.RatingNum == math.MinInt32 {
		return fault.Invalidf("equation.figure", "quantity", "the quantity or the rating is out of range")
	}
	if c.Currency == "" && (c.Rate != Missing || c.Value != Missing) {
		return fault.Invalidf("equation.empty", "currency", "a rate or a value needs its currency")
	}
	return nil
}

// Row returns contribution i.
func (l *Ledger) Row(i int) Contribution {
	return Contribution{
		ID: l.ID[i], Person: l.People[l.Person[i]], Kind: l.Kinds[l.Kind[i]], Stream: l.Streams[l.Stream[i]], Flags: l.Flags[i],
		Project: entry(l.Projects, l.Project[i]), Process: entry(l.Processes, l.Process[i]), ProcessType: entry(l.ProcessTypes, l.ProcessType[i]),
		ResourceType: entry(l.ResourceTypes, l.ResourceType[i]), Deliverable: entry(l.Deliverables, l.Deliverable[i]),
		Day: l.Day[i], At: l.At[i], Quantity: l.Quantity[i], Unit: l.Units[l.Unit[i]], Currency: l.Units[l.Currency[i]],
		Rate: l.Rate[i], Value: l.Value[i], RatingNum: l.RatingNum[i], RatingDen: l.RatingDen[i],
	}
}

func entry[K any](entries []K, i int32) K {
	if i == None {
		var none K
		return none
	}
	return entries[i]
}

// Check refuses a ledger whose columns differ in length or point outside the
// dictionaries, as one read from elsewhere may. It costs one pass.
func (l *Ledger) Check() error {
	n := l.Len()
	for _, m := range []int{len(l.ID), len(l.Kind), len(l.Stream), len(l.Flags), len(l.Project), len(l.Process), len(l.ProcessType), len(l.ResourceType), len(l.Deliverable),
		len(l.Day), len(l.At), len(l.Quantity), len(l.Unit), len(l.Currency), len(l.Rate), len(l.Value), len(l.RatingNum), len(l.RatingDen)} {
		if m != n {
			return fault.Invalidf("equation.ledger", "", "the ledger has %d contributions, but a column has %d entries", n, m)
		}
	}
	for i := range n {
		ok := within(l.Person[i], l.People, false) && int(l.Kind[i]) < len(l.Kinds) && int(l.Stream[i]) < len(l.Streams) &&
			within(l.Project[i], l.Projects, false) && within(l.Process[i], l.Processes, true) && within(l.ProcessType[i], l.ProcessTypes, true) &&
			within(l.ResourceType[i], l.ResourceTypes, true) && within(l.Deliverable[i], l.Deliverables, true) &&
			int(l.Unit[i]) < len(l.Units) && int(l.Currency[i]) < len(l.Units) &&
			l.RatingDen[i] >= 0 && l.RatingNum[i] != math.MinInt32 && l.Quantity[i] != Missing
		if !ok {
			return fault.Invalidf("equation.ledger", fmt.Sprintf("contribution[%d]", i), "contribution %d points outside a dictionary or has a figure out of range", i)
		}
	}
	return nil
}

func within[K any](i int32, entries []K, none bool) bool {
	return (i >= 0 && int(i) < len(entries)) || (none && i == None)
}
