package vf

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// rid is an identifier made of a short name.
func rid(name string) store.ID { return store.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", name)) }

// aStep is a step of a kind of process that takes so many minutes.
func aStep(name string, minutes int64) RecipeProcess {
	d := quantity.Of(minutes, "minute-Time")
	return RecipeProcess{About: About{ID: rid(name), Name: name}, ProcessConformsTo: rid("k" + name), HasDuration: &d}
}

func taken(name, step, spec, stage, amount string) RecipeFlow {
	f := RecipeFlow{About: About{ID: rid(name)}, Action: Consume, RecipeInputOf: rid(step), ResourceConformsTo: rid(spec), ResourceQuantity: one_(amount)}
	if stage != "" {
		f.Stage = rid(stage)
	}
	return f
}

func made(name, step, spec, amount string) RecipeFlow {
	return RecipeFlow{About: About{ID: rid(name)}, Action: Produce, RecipeOutputOf: rid(step), ResourceConformsTo: rid(spec), ResourceQuantity: one_(amount)}
}

// stages is the published example: one thing in three stages of 4320 minutes
// each, which is three days.
func stages() WholeRecipe {
	return WholeRecipe{Recipe: Recipe{About: About{ID: rid("r"), Name: "Chair"}, PrimaryOutput: rid("chair")},
		Steps: []RecipeProcess{aStep("a", 4320), aStep("b", 4320), aStep("c", 4320)},
		Flows: []RecipeFlow{made("1", "a", "chair", "1"), taken("2", "b", "chair", "ka", "1"), made("3", "b", "chair", "1"), taken("4", "c", "chair", "kb", "1"), made("5", "c", "chair", "1")}}
}

func days(n int) time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

// Three stages of three days: forward from day 0 they begin on days 0, 3 and 6
// and are due on day 9; backward from a due date they begin 3, 6 and 9 days before it.
func TestPublishedScheduleOfStages(t *testing.T) {
	w := stages()
	for _, c := range []struct {
		ask    ScheduleAsk
		begins [3]int
		due    int
	}{
		{ScheduleAsk{Quantity: *one_("1"), Start: days(0)}, [3]int{0, 3, 6}, 9},
		{ScheduleAsk{Quantity: *one_("1"), Due: days(0)}, [3]int{-9, -6, -3}, 0},
	} {
		s, err := w.Schedule(c.ask)
		if err != nil {
			t.Fatal(err)
		}
		for i, step := range s.Steps {
			if !step.Begin.Equal(days(c.begins[i])) || !step.End.Equal(days(c.begins[i]+3)) {
				t.Errorf("step %d: %s to %s", i, step.Begin, step.End)
			}
		}
		if !s.Begin.Equal(days(c.begins[0])) || !s.Due.Equal(days(c.due)) {
			t.Errorf("from %s, due %s", s.Begin, s.Due)
		}
		if len(s.Steps) != 3 {
			t.Errorf("%d steps", len(s.Steps))
		}
	}
}

// Where two steps feed a third, it waits for the later one; backward each is
// as late as it can be.
func TestScheduleWaitsForTheLastInput(t *testing.T) {
	w := WholeRecipe{Recipe: Recipe{PrimaryOutput: rid("desk")}, Steps: []RecipeProcess{aStep("join", 60), aStep("top", 1440), aStep("legs", 2880)},
		Flows: []RecipeFlow{made("1", "top", "top", "1"), made("2", "legs", "leg", "4"), taken("3", "join", "top", "", "1"), taken("4", "join", "leg", "", "4"), made("5", "join", "desk", "1")}}
	s, err := w.Schedule(ScheduleAsk{Quantity: *one_("2"), Start: days(0)})
	if err != nil || !s.Steps[0].Begin.Equal(days(2)) || !s.Due.Equal(days(2).Add(time.Hour)) {
		t.Errorf("forward: %v, %v", s.Steps, err)
	}
	s, err = w.Schedule(ScheduleAsk{Quantity: *one_("2"), Due: days(3)})
	if err != nil || !s.Steps[1].Begin.Equal(days(2).Add(-time.Hour)) || !s.Begin.Equal(days(1).Add(-time.Hour)) {
		t.Errorf("backward: %v, %v", s.Steps, err)
	}
	if legs := s.Steps[0].Inputs[1].ResourceQuantity; legs.String() != "8 one" {
		t.Errorf("%s legs for two desks", legs)
	}
}

// A recipe for 3 made once: what is made for three places is what they take.
func TestScheduleLosesNoRemainder(t *testing.T) {
	w := WholeRecipe{Recipe: Recipe{PrimaryOutput: rid("loaf")}, Steps: []RecipeProcess{aStep("mix", 10), aStep("bake", 50)},
		Flows: []RecipeFlow{made("1", "mix", "dough", "2"), taken("2", "bake", "dough", "", "1"), taken("3", "bake", "dough", "", "1"), made("4", "bake", "loaf", "3")}}
	s, err := w.Schedule(ScheduleAsk{Quantity: *one_("1"), Start: days(0)})
	if err != nil {
		t.Fatal(err)
	}
	dough, a, b := s.Steps[0].Outputs[0].ResourceQuantity, s.Steps[1].Inputs[0].ResourceQuantity, s.Steps[1].Inputs[1].ResourceQuantity
	if dough.String() != "0.666667 one" || a.Micros+b.Micros != dough.Micros || a.Micros-b.Micros > 1 || b.Micros-a.Micros > 1 {
		t.Errorf("made %s, taken %s and %s", dough, a, b)
	}
}

// The loop is named by its steps; with stages the same thing may come by again.
func TestRecipeLoops(t *testing.T) {
	w := stages()
	w.Flows[1].Stage, w.Flows[3].Stage = "", rid("kb")
	if _, err := w.Order(); !says(err, "vf.recipe_loop", "b → b") {
		t.Errorf("a step that takes what it makes: %v", err)
	}
	w.Flows[1].Stage = rid("kc")
	if _, err := w.Order(); !says(err, "vf.recipe_loop", "b → c → b") {
		t.Errorf("two steps in a loop: %v", err)
	}
	w = stages()
	if order, err := w.Order(); err != nil || fmt.Sprint(order) != "[0 1 2]" {
		t.Errorf("stages: %v, %v", order, err)
	}
	w.Flows = append(w.Flows, RecipeFlow{About: About{ID: rid("6")}, Action: Accept, RecipeInputOf: rid("a"), ResourceConformsTo: rid("jig"), ResourceQuantity: one_("1")},
		RecipeFlow{About: About{ID: rid("7")}, Action: Modify, RecipeOutputOf: rid("a"), ResourceConformsTo: rid("jig"), ResourceQuantity: one_("1")})
	if _, err := w.Order(); err != nil {
		t.Errorf("what is taken in and given back: %v", err)
	}
}

func says(err error, code, part string) bool {
	f := fault.As(err)
	return f != nil && f.Code == code && strings.Contains(f.Message, part)
}

func TestScheduleRefuses(t *testing.T) {
	w, start := stages(), days(0)
	twice, again := stages(), stages()
	twice.Steps = append(twice.Steps, twice.Steps[0])
	again.Flows = append(again.Flows, again.Flows[0])
	empty := WholeRecipe{Recipe: Recipe{PrimaryOutput: rid("chair")}, Steps: w.Steps}
	slow := stages()
	slow.Steps[1].HasDuration = &Amount{Micros: MaxMicros, Unit: "day"}
	for name, c := range map[string]struct {
		recipe WholeRecipe
		ask    ScheduleAsk
		code   string
	}{
		"neither start nor due": {w, ScheduleAsk{Quantity: *one_("1")}, "vf.schedule_time"},
		"both start and due":    {w, ScheduleAsk{*one_("1"), start, start}, "vf.schedule_time"},
		"nothing":               {w, ScheduleAsk{*one_("0"), start, time.Time{}}, "vf.schedule_quantity"},
		"less than nothing":     {w, ScheduleAsk{Amount{Micros: -1, Unit: "one"}, start, time.Time{}}, "vf.schedule_quantity"},
		"another unit":          {w, ScheduleAsk{quantity.Of(1, "kilogram"), start, time.Time{}}, "vf.unit_mismatch"},
		"no output":             {empty, ScheduleAsk{*one_("1"), start, time.Time{}}, "vf.recipe_yield"},
		"a step twice":          {twice, ScheduleAsk{*one_("1"), start, time.Time{}}, "vf.recipe_twice"},
		"a flow twice":          {again, ScheduleAsk{*one_("1"), start, time.Time{}}, "vf.recipe_twice"},
		"a step of ages":        {slow, ScheduleAsk{*one_("1"), start, time.Time{}}, "vf.schedule_time"},
	} {
		if _, err := c.recipe.Schedule(c.ask); fault.As(err) == nil || fault.As(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	huge := stages()
	huge.Flows = append(huge.Flows, taken("9", "a", "wood", "", "1000"))
	if _, err := huge.Schedule(ScheduleAsk{Amount{Micros: MaxMicros, Unit: "one"}, start, time.Time{}}); !says(err, "vf.schedule_quantity", "more of one") {
		t.Errorf("more than can be counted: %v", err)
	}
}

// randomRecipe is a recipe whose steps feed only later ones.
func randomRecipe(t *rapid.T) WholeRecipe {
	n := rapid.IntRange(1, 7).Draw(t, "steps")
	w := WholeRecipe{Recipe: Recipe{PrimaryOutput: rid("s" + fmt.Sprint(n-1))}}
	for i := range n {
		w.Steps = append(w.Steps, aStep(fmt.Sprint(i), rapid.Int64Range(0, 10_000).Draw(t, "minutes")))
		w.Flows = append(w.Flows, made(fmt.Sprint("o", i), fmt.Sprint(i), fmt.Sprint("s", i), "1"))
		w.Flows[len(w.Flows)-1].ResourceQuantity.Micros = rapid.Int64Range(1, 9_000_000).Draw(t, "made")
		for j := range i {
			if rapid.Bool().Draw(t, "feeds") {
				w.Flows = append(w.Flows, taken(fmt.Sprint("i", j, "x", i), fmt.Sprint(i), fmt.Sprint("s", j), "", "1"))
				w.Flows[len(w.Flows)-1].ResourceQuantity.Micros = rapid.Int64Range(1, 9_000_000).Draw(t, "taken")
			}
		}
	}
	return w
}

// No step begins before what feeds it has ended; every sum of a kind is the
// recipe's times the factor, to half a millionth; both directions take equally long.
func TestSchedulesOfRandomRecipes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := randomRecipe(t)
		ask := quantity.Micros(rapid.Int64Range(1, 50_000_000).Draw(t, "ask"), "one")
		forward, err := w.Schedule(ScheduleAsk{Quantity: ask, Start: days(0)})
		if err != nil {
			t.Fatal(err)
		}
		backward, err := w.Schedule(ScheduleAsk{Quantity: ask, Due: days(0)})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := forward.Due.Sub(forward.Begin), backward.Due.Sub(backward.Begin); a != b {
			t.Fatalf("forward takes %s, backward %s", a, b)
		}
		once, err := w.Yield()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []Schedule{forward, backward} {
			for _, f := range w.Feeds() {
				if s.Steps[f.To].Begin.Before(s.Steps[f.From].End) {
					t.Fatalf("step %d begins before step %d has ended", f.To, f.From)
				}
			}
			sums := map[string][2]int64{}
			for _, step := range s.Steps {
				for _, x := range append(step.Inputs, step.Outputs...) {
					k := w.kind(&x.RecipeFlow)
					sums[k] = [2]int64{sums[k][0] + x.ResourceQuantity.Micros, sums[k][1]}
				}
			}
			for _, f := range w.Flows {
				k := w.kind(&f)
				sums[k] = [2]int64{sums[k][0], sums[k][1] + f.ResourceQuantity.Micros}
			}
			for k, sum := range sums {
				exact := new(big.Rat).Mul(big.NewRat(ask.Micros, once.Micros), new(big.Rat).SetInt64(sum[1]))
				off := exact.Sub(exact, new(big.Rat).SetInt64(sum[0]))
				if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
					t.Fatalf("%s adds up to %d for %d times %s/%s", k, sum[0], sum[1], ask, once)
				}
			}
		}
	})
}
