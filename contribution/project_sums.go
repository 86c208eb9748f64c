package contribution

import (
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// projectTotal is what came to a project in all.
type projectTotal struct {
	people       int
	value, hours int64 // validated, millionths of the currency; paid hours that were not refused or replaced
}

// totals reads the columns once for all projects, by identifier.
func (c *Columns) totals() map[string]projectTotal {
	l := &c.Ledger
	list := make([]projectTotal, len(l.Projects))
	words := (len(l.People) + 63) / 64
	seen := make([]uint64, words*len(list)) // a bit for each person in each project
	unit := timeUnits(l)
	use := machines(l)
	for i, project := range l.Project {
		state := l.Flags[i] & allStates
		if state != 0 && state != equation.Validated {
			continue
		}
		t := &list[project]
		bit, word := uint64(1)<<(l.Person[i]%64), int(project)*words+int(l.Person[i]/64)
		if seen[word]&bit == 0 {
			seen[word] |= bit
			t.people++
		}
		if unit[l.Unit[i]] == quantity.Hour && !use[l.Kind[i]] {
			t.hours += l.Quantity[i]
		}
		if state == equation.Validated {
			t.value += missing(l.Value[i])
		}
	}
	out := make(map[string]projectTotal, len(list))
	for i, t := range list {
		out[l.Projects[i]] = t
	}
	return out
}

// machines tells which kinds count the hours of equipment, which are nobody's.
func machines(l *equation.Ledger) []bool {
	out := make([]bool, len(l.Kinds))
	for i, kind := range l.Kinds {
		out[i] = kind == "use"
	}
	return out
}

// projectSums are what came to one project, by person and by process.
type projectSums struct {
	people       []personSum
	processes    []processSum
	value, hours int64
}

type personSum struct {
	person                   store.ID
	hours, care, love, value int64
	count                    int
}

type processSum struct {
	process store.ID // "" for none
	count   int
	value   map[string]int64 // validated, by kind
}

// total is the validated value of all kinds.
func (x processSum) total() (sum int64) {
	for _, v := range x.value {
		sum += v
	}
	return sum
}

// sums reads the columns once for one project.
func (c *Columns) sums(project store.ID) (out projectSums) {
	l := &c.Ledger
	at := slices.Index(l.Projects, string(project))
	if at < 0 {
		return out
	}
	people := make([]personSum, len(l.People))
	counts := make([]int, len(l.Processes)+1) // the last one is of no process
	values := make([]int64, len(counts)*len(l.Kinds))
	unit, use := timeUnits(l), machines(l)
	for i, of := range l.Project {
		state := l.Flags[i] & allStates
		if of != int32(at) || state != 0 && state != equation.Validated {
			continue
		}
		who := &people[l.Person[i]]
		who.count++
		who.add(unit[l.Unit[i]], use[l.Kind[i]], l.Quantity[i])
		process := int(l.Process[i])
		if process < 0 {
			process = len(counts) - 1
		}
		counts[process]++
		if state == equation.Validated {
			value := missing(l.Value[i])
			who.value += value
			values[process*len(l.Kinds)+int(l.Kind[i])] += value
		}
	}
	out.gather(l, people, counts, values)
	return out
}

// add counts the hours of a contribution in their stream.
func (s *personSum) add(unit quantity.Unit, machine bool, micros int64) {
	switch {
	case unit == quantity.Hour && !machine:
		s.hours += micros
	case unit == quantity.CareHour:
		s.care += micros
	case unit == quantity.LoveHour:
		s.love += micros
	}
}

// gather keeps the people and processes that something was counted for.
func (s *projectSums) gather(l *equation.Ledger, people []personSum, counts []int, values []int64) {
	for i, who := range people {
		if who.count > 0 {
			who.person = store.ID(l.People[i])
			s.people = append(s.people, who)
			s.value, s.hours = s.value+who.value, s.hours+who.hours
		}
	}
	for i, n := range counts {
		if n == 0 {
			continue
		}
		x := processSum{count: n, value: map[string]int64{}}
		if i < len(l.Processes) {
			x.process = store.ID(l.Processes[i])
		}
		for k, kind := range l.Kinds {
			if v := values[i*len(l.Kinds)+k]; v != 0 {
				x.value[kind] = v
			}
		}
		s.processes = append(s.processes, x)
	}
}
