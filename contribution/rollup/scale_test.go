package rollup_test

import (
	"fmt"
	"sync"
	"testing"

	"commonweal/contribution/rollup"
	"commonweal/quantity"
)

// ladder is a chain of processes, each taking half of what the one before
// made, so that denominators grow with the depth.
func ladder(depth int) rollup.Flows {
	f := rollup.Flows{Unit: "EUR"}
	for i := range depth {
		id := fmt.Sprint("p", i)
		f.Processes = append(f.Processes, rollup.Process{ID: id})
		f.Events = append(f.Events, rollup.Event{ID: "w" + id, Role: rollup.Work, Process: id, Quantity: hours("1"), Value: eur("1"), Provider: "A"})
		if i > 0 {
			f.Events = append(f.Events, rollup.Event{ID: "c" + id, Role: rollup.Consume, Process: id, Resource: fmt.Sprint("r", i-1), Quantity: kg("1")})
		}
		f.Events = append(f.Events, rollup.Event{ID: "o" + id, Role: rollup.Produce, Process: id, Resource: fmt.Sprint("r", i), Quantity: kg("2")})
	}
	return f
}

func TestTenThousandLevels(t *testing.T) {
	const depth = 10_000
	g := build(t, ladder(depth))
	last := rollup.Node{Resource: fmt.Sprint("r", depth-1)}
	w, err := g.Walk([]rollup.Delivery{{last, kg("2")}}, rollup.Options{Policy: rollup.ProRata})
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Shares) != depth {
		t.Fatalf("%d shares, want one a level", len(w.Shares))
	}
	paths, complete := w.Paths(0, 1) // the work of the first level
	if !complete || len(paths) != 1 || len(paths[0].Hops) != 2*depth {
		t.Fatalf("the path to the first level has not all %d hops", 2*depth)
	}
}

// TestDiamondsCostTheirEvents: 200 diamonds in a row have 2^200 paths.
func TestDiamondsCostTheirEvents(t *testing.T) {
	f := rollup.Flows{Unit: "EUR", Processes: []rollup.Process{{ID: "start"}}}
	f.Events = []rollup.Event{
		{ID: "w", Role: rollup.Work, Process: "start", Quantity: hours("1"), Value: eur("8"), Provider: "A"},
		{ID: "o", Role: rollup.Produce, Process: "start", Resource: "r0", Quantity: kg("2")},
	}
	for i := range 200 {
		left, right, join := fmt.Sprint("l", i), fmt.Sprint("k", i), fmt.Sprint("j", i)
		for _, side := range []string{left, right} {
			f.Processes = append(f.Processes, rollup.Process{ID: side})
			f.Events = append(f.Events,
				rollup.Event{ID: "c" + side, Role: rollup.Consume, Process: side, Resource: fmt.Sprint("r", i), Quantity: kg("1")},
				rollup.Event{ID: "o" + side, Role: rollup.Produce, Process: side, Resource: side, Quantity: kg("1")})
		}
		f.Processes = append(f.Processes, rollup.Process{ID: join})
		f.Events = append(f.Events,
			rollup.Event{ID: "a" + join, Role: rollup.Consume, Process: join, Resource: left, Quantity: kg("1")},
			rollup.Event{ID: "b" + join, Role: rollup.Consume, Process: join, Resource: right, Quantity: kg("1")},
			rollup.Event{ID: "o" + join, Role: rollup.Produce, Process: join, Resource: fmt.Sprint("r", i+1), Quantity: kg("2")})
	}
	g := build(t, f)
	w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "r200"}, kg("2")}}, rollup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantShares(t, g, w, map[string]string{"A": "8"})
	if paths, complete := w.Paths(0, 5); len(paths) != 5 || complete {
		t.Errorf("%d paths, complete %v; want 5 of many", len(paths), complete)
	}
}

// TestWalksRunSideBySide: a graph serves many readers, and what one walk leaves
// behind does not reach the next.
func TestWalksRunSideBySide(t *testing.T) {
	g := build(t, ladder(60))
	pay := func(level int) string {
		w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: fmt.Sprint("r", level)}, kg("2")}}, rollup.Options{})
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(len(w.Shares), " ", w.Total.RatString())
	}
	want := make([]string, 60)
	for i := range want {
		want[i] = pay(i)
	}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 100 {
				level := (i*7 + worker*13) % 60
				if got := pay(level); got != want[level] {
					t.Errorf("level %d pays %s beside others, %s alone", level, got, want[level])
				}
			}
		})
	}
	group.Wait()
}

// million is a commons with a million events: 100,000 processes of six works,
// two materials, the use of a machine and one output each, in twelve layers.
func million() rollup.Flows {
	const processes, layer = 100_000, 100_000 / 12
	f := rollup.Flows{Unit: "EUR", Events: make([]rollup.Event, 0, 10*processes)}
	add := func(e rollup.Event) {
		e.ID = fmt.Sprintf("e%07d", len(f.Events))
		f.Events = append(f.Events, e)
	}
	for i := range processes {
		id := fmt.Sprint("p", i)
		f.Processes = append(f.Processes, rollup.Process{ID: id, Project: fmt.Sprint("project ", i%50)})
		for j := range 6 {
			v := quantity.Micros(int64(1+(i*7+j*13)%4000)*quantity.Scale/100, "EUR")
			add(rollup.Event{Role: rollup.Work, Process: id, Quantity: hours("1"), Value: &v, Provider: fmt.Sprint("person ", (i+j)%10_000)})
		}
		for j := range 2 {
			if from := (i/layer-1)*layer + (i*31+j*4177)%layer; from >= 0 {
				add(rollup.Event{Role: rollup.Consume, Process: id, Resource: fmt.Sprint("r", from), Quantity: quantity.Micros(int64(1+i%4)*250_000, "kilogram")})
			}
		}
		add(rollup.Event{Role: rollup.Use, Process: id, Resource: "saw", Quantity: hours("1"), Value: eur("4"), Provider: "C"})
		add(rollup.Event{Role: rollup.Produce, Process: id, Resource: fmt.Sprint("r", i), Quantity: quantity.Micros(int64(1+i%8)*quantity.Scale, "kilogram")})
	}
	return f
}

func BenchmarkBuildMillion(b *testing.B) {
	f := million()
	b.ReportMetric(float64(len(f.Events)), "events")
	for b.Loop() {
		build(b, f)
	}
}

func BenchmarkRollUpMillion(b *testing.B) {
	g := build(b, million())
	keep := func(int) (quantity.Amount, bool) { return quantity.Amount{}, false }
	for b.Loop() {
		g.Reprice(keep)
	}
}

func BenchmarkWalkMillion(b *testing.B) {
	g := build(b, million())
	delivery := []rollup.Delivery{{rollup.Node{Resource: "r99999"}, kg("1")}}
	for b.Loop() {
		if _, err := g.Walk(delivery, rollup.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
