package vf

import (
	"cmp"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// Planning makes a plan from a recipe: a process for each of its steps, laid
// out in time; a commitment for everything that is known: what comes out of a
// step, and what an earlier step of the plan provides; and an intent for
// everything that somebody still has to provide.
type Planning struct {
	Recipe     store.ID
	Quantity   Amount    // of the recipe's primary output
	Start, Due time.Time // exactly one of them
	By         store.ID  // the agent who makes it: the scope of its processes
	For        store.ID  // who receives what is made; empty: By
	Name       string    // of the plan; empty: the recipe's
	ID         store.ID  // of the plan; empty: a fresh one
}

func (s Planning) act() string                             { return "vf." + verbs[KindPlan] }
func (s Planning) needs(who auth.Identity) auth.Capability { return mine(who, s.By) }

func (s Planning) do(l *Ledger, _ auth.Identity) (Done, error) {
	w, found, err := ReadRecipe(l.tx, s.Recipe)
	if err != nil {
		return Done{}, err
	}
	if !found {
		return Done{}, unknown(words[KindRecipe], "recipe", s.Recipe)
	}
	schedule, err := w.Schedule(ScheduleAsk{s.Quantity, s.Start, s.Due})
	if err != nil {
		return Done{}, err
	}
	p, err := Add(l, Plan{About: About{ID: s.ID, Name: cmp.Or(s.Name, w.Name)}, Due: schedule.Due})
	if err != nil {
		return Done{}, err
	}
	s.ID, s.For = p.ID, cmpID(s.For, s.By)
	processes := map[store.ID]store.ID{} // by step of the recipe
	for _, step := range schedule.Steps {
		x, err := l.AddProcess(Process{Name: step.Name, BasedOn: step.ProcessConformsTo, ClassifiedAs: step.ProcessClassifiedAs,
			InScopeOf: s.By, PlannedWithin: s.ID, HasBeginning: step.Begin, HasEnd: step.End})
		if err != nil {
			return Done{}, err
		}
		processes[step.ID] = x.ID
	}
	for _, step := range schedule.Steps {
		for _, e := range s.flows(&w, step, processes) {
			if _, err := l.add(e); err != nil {
				return Done{}, err
			}
		}
	}
	return Done{ID: p.ID, Revision: p.Revision}, nil
}

// flows plans what goes into a step and what comes out of it. A service from
// step to step is both, and is planned where it comes out.
func (s Planning) flows(w *WholeRecipe, step ScheduledStep, processes map[store.ID]store.ID) (out []Entity) {
	for _, f := range step.Inputs {
		flow := w.flow(f, step.Begin, s.ID)
		flow.InputOf, flow.Receiver = processes[step.ID], s.By
		switch {
		case f.RecipeOutputOf != "":
		case f.Inside:
			flow.Provider = s.By
			out = append(out, &Commitment{PlannedFlow: flow})
		default:
			out = append(out, &Intent{PlannedFlow: flow})
		}
	}
	for _, f := range step.Outputs {
		flow := w.flow(f, step.End, s.ID)
		flow.OutputOf, flow.InputOf, flow.Provider, flow.Receiver = processes[step.ID], processes[f.RecipeInputOf], s.By, s.By
		c := &Commitment{PlannedFlow: flow}
		if !f.Inside && f.ResourceConformsTo == w.PrimaryOutput {
			c.Receiver, c.IndependentDemandOf = s.For, s.ID
		}
		out = append(out, c)
	}
	return out
}
