package vf

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// ScheduleAsk is what is to be made by a recipe, and from when or by when.
type ScheduleAsk struct {
	Quantity   Amount    // of the recipe's primary output
	Start, Due time.Time // exactly one of them: forward from a start, backward from a due date
}

// Schedule is a recipe laid out in time for a quantity.
type Schedule struct {
	Begin, Due time.Time
	Steps      []ScheduledStep // in the order of the recipe
}

// ScheduledStep is a step with its times and the quantities of this schedule.
type ScheduledStep struct {
	RecipeProcess
	Begin, End      time.Time
	Inputs, Outputs []ScheduledFlow
}

// ScheduledFlow is an input or an output of a step.
type ScheduledFlow struct {
	RecipeFlow      // with the quantities of this schedule
	Inside     bool // it goes from one step of the schedule to another
}

// longest is the longest duration of a step, in microseconds: a hundred years.
const longest = 100 * 366 * 24 * 3600 * 1_000_000

// Schedule lays the recipe out. Forward, each step begins when those that feed
// it have ended, at the start if none does; backward, each step ends when the
// first of those it feeds begins, at the due date if it feeds none. How long a
// step takes does not depend on how much is made.
//
// Quantities are those of the recipe times what is asked for over what the
// recipe yields, exactly. Where that is finer than a millionth of the unit, the
// sum of the flows of one kind on one side is rounded half to even, and the
// remainder goes to the flows with the largest fractions: what is made for
// other steps is what they take, to the millionth.
//
// Faults: vf.recipe_loop, vf.recipe_yield, vf.schedule_quantity, vf.schedule_time.
func (w *WholeRecipe) Schedule(ask ScheduleAsk) (Schedule, error) {
	order, err := w.Order()
	if err != nil {
		return Schedule{}, err
	}
	if ask.Start.IsZero() == ask.Due.IsZero() {
		return Schedule{}, fault.Invalidf("vf.schedule_time", "due", "a schedule runs forward from a start or backward from a due date; give exactly one of them")
	}
	feeds := w.Feeds()
	factor, err := w.factor(ask.Quantity, feeds)
	if err != nil {
		return Schedule{}, err
	}
	flows, err := w.scaled(factor)
	if err != nil {
		return Schedule{}, err
	}
	s := Schedule{Steps: make([]ScheduledStep, len(w.Steps))}
	if err := w.time(&s, ask, order, feeds); err != nil {
		return Schedule{}, err
	}
	for i, f := range flows {
		x := ScheduledFlow{RecipeFlow: f}
		if at := w.step(f.RecipeInputOf); at >= 0 {
			x.Inside = slices.ContainsFunc(feeds, func(f Feed) bool { return f.Input == i })
			s.Steps[at].Inputs = append(s.Steps[at].Inputs, x)
		}
		if at := w.step(f.RecipeOutputOf); at >= 0 {
			x.Inside = slices.ContainsFunc(feeds, func(f Feed) bool { return f.Output == i })
			s.Steps[at].Outputs = append(s.Steps[at].Outputs, x)
		}
	}
	return s, nil
}

// Yield returns how much of its primary output the recipe makes once: what
// comes out and feeds no other step.
func (w *WholeRecipe) Yield() (Amount, error) { return w.yield(w.Feeds()) }

func (w *WholeRecipe) yield(feeds []Feed) (sum Amount, err error) {
	for i, f := range w.Flows {
		inside := slices.ContainsFunc(feeds, func(f Feed) bool { return f.Output == i })
		if f.RecipeOutputOf == "" || inside || f.ResourceConformsTo != w.PrimaryOutput || f.ResourceQuantity == nil {
			continue
		}
		if sum.Unit == "" {
			sum.Unit = f.ResourceQuantity.Unit
		}
		if sum, err = sum.Add(*f.ResourceQuantity); err != nil {
			return sum, err
		}
	}
	if w.PrimaryOutput == "" || sum.Micros <= 0 {
		return sum, fault.Conflictf("vf.recipe_yield", "recipe", "no step of the recipe %s puts out what it is a recipe for; add that output", clip(w.Name))
	}
	return sum, nil
}

// factor is how many times the recipe is made.
func (w *WholeRecipe) factor(ask Amount, feeds []Feed) (*big.Rat, error) {
	once, err := w.yield(feeds)
	switch {
	case err != nil:
		return nil, err
	case ask.Unit != once.Unit:
		return nil, fault.Invalidf("vf.unit_mismatch", "quantity", "%s is asked for, and the recipe is in %s; convert it first", ask, once.Unit)
	case ask.Micros <= 0 || ask.Micros > MaxMicros:
		return nil, fault.Invalidf("vf.schedule_quantity", "quantity", "%s cannot be made; say how much, more than nothing", ask)
	}
	return big.NewRat(ask.Micros, once.Micros), nil
}

// scaled returns the flows with their quantities times the factor.
func (w *WholeRecipe) scaled(factor *big.Rat) ([]RecipeFlow, error) {
	out := slices.Clone(w.Flows)
	for _, of := range [...]func(*RecipeFlow) **Amount{
		func(f *RecipeFlow) **Amount { return &f.ResourceQuantity },
		func(f *RecipeFlow) **Amount { return &f.EffortQuantity },
	} {
		kinds := map[string][]int{}
		var order []string
		for i := range out {
			if a := *of(&out[i]); a != nil {
				k := w.kind(&out[i]) + "\x00" + string(a.Unit)
				if kinds[k] == nil {
					order = append(order, k)
				}
				kinds[k] = append(kinds[k], i)
			}
		}
		for _, k := range order {
			if err := scale(out, kinds[k], of, factor); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// kind names what flows, and on which side of the steps.
func (w *WholeRecipe) kind(f *RecipeFlow) string {
	side := "in"
	if f.RecipeOutputOf != "" {
		side = "out"
	}
	return strings.Join(append([]string{side, string(f.ResourceConformsTo), string(w.Stage(f)), f.State}, f.ResourceClassifiedAs...), "\x00")
}

// scale multiplies the flows of one kind: their sum, then each its part of it.
func scale(flows []RecipeFlow, at []int, of func(*RecipeFlow) **Amount, factor *big.Rat) error {
	sum, unit := new(big.Int), quantity.Unit("")
	weights, ties := make([]*big.Int, len(at)), make([]quantity.TieKey, len(at))
	for n, i := range at {
		a := *of(&flows[i])
		weights[n], ties[n], unit = big.NewInt(a.Micros), quantity.TieKeyFor("", string(flows[i].ID)), a.Unit
		sum.Add(sum, weights[n])
	}
	exact := new(big.Rat).Mul(factor, new(big.Rat).SetFrac(sum, big.NewInt(quantity.Scale)))
	total, err := quantity.FromRat(exact, unit, quantity.HalfEven)
	if err != nil || total.Micros > MaxMicros {
		return fault.Invalidf("vf.schedule_quantity", "quantity", "so many times the recipe takes more of %s than can be counted", unit)
	}
	parts, err := quantity.Apportion(total.Micros, weights, ties)
	if err != nil {
		return err
	}
	for n, i := range at {
		*of(&flows[i]) = &Amount{Micros: parts[n], Unit: unit}
	}
	return nil
}

// time gives every step its beginning and end.
func (w *WholeRecipe) time(s *Schedule, ask ScheduleAsk, order []int, feeds []Feed) error {
	forward := !ask.Start.IsZero()
	if !forward {
		slices.Reverse(order)
	}
	for _, i := range order {
		step := &s.Steps[i]
		step.RecipeProcess = w.Steps[i]
		takes, err := duration(step.HasDuration)
		if err != nil {
			return err
		}
		if forward {
			step.Begin = ask.Start
			for _, f := range feeds {
				if f.To == i && s.Steps[f.From].End.After(step.Begin) {
					step.Begin = s.Steps[f.From].End
				}
			}
			step.End = step.Begin.Add(takes)
		} else {
			step.End = ask.Due
			for _, f := range feeds {
				if f.From == i && s.Steps[f.To].Begin.Before(step.End) {
					step.End = s.Steps[f.To].Begin
				}
			}
			step.Begin = step.End.Add(-takes)
		}
	}
	s.Begin, s.Due = ask.Start, ask.Due
	for i, step := range s.Steps {
		if forward && (i == 0 || step.End.After(s.Due)) {
			s.Due = step.End
		}
		if !forward && (i == 0 || step.Begin.Before(s.Begin)) {
			s.Begin = step.Begin
		}
	}
	return nil
}

// duration is how long a step takes; nothing is no time.
func duration(d *Amount) (time.Duration, error) {
	if d == nil {
		return 0, nil
	}
	seconds, err := quantity.Convert(*d, "second-Time", quantity.HalfEven)
	if err != nil || seconds.Micros < 0 || seconds.Micros > longest { // its unit is one of time: it is too long to count
		return 0, fault.Conflictf("vf.schedule_time", "hasDuration", "a step of %s cannot be scheduled; a step takes a hundred years at most", d)
	}
	return time.Duration(seconds.Micros) * time.Microsecond, nil
}

// flow is a scheduled flow as what is planned: at its step's process, at its
// stage, due when the step begins, or when it ends.
func (w *WholeRecipe) flow(f ScheduledFlow, due time.Time, plan store.ID) PlannedFlow {
	return PlannedFlow{Action: f.Action, ResourceConformsTo: f.ResourceConformsTo, ResourceClassifiedAs: f.ResourceClassifiedAs,
		ResourceQuantity: f.ResourceQuantity, EffortQuantity: f.EffortQuantity, Stage: w.Stage(&f.RecipeFlow), State: f.State, Due: due, PlannedWithin: plan}
}
