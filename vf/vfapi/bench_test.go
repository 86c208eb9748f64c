package vfapi

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/graphql"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// BenchmarkEvents lists 100 events with agents, resource and specification.
func BenchmarkEvents(b *testing.B) {
	s, err := store.Open(context.Background(), store.Config{URL: filepath.Join(b.TempDir(), "x.db"), Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: &journal.Log{}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	core := &vf.Core{Store: s, Register: vf.NewRegister(), Tracer: vf.NewTracer()}
	who := auth.NewTable(vf.Grants...).As(auth.Identity{Account: store.NewID(), Commons: store.NewID(), Agent: store.NewID(), Role: auth.Steward})
	spec, steps := store.NewID(), []vf.Step{vf.Adding{Thing: vf.Agent{ID: who.Agent, Kind: vf.Person, Name: "Ann"}}}
	steps = append(steps, vf.Adding{Thing: vf.ResourceSpecification{ID: spec, Name: "Bread"}})
	for i := range 20 {
		steps = append(steps, vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: who.Agent, Receiver: who.Agent, ResourceQuantity: &vf.Amount{Micros: 1e6, Unit: "one"}, ResourceConformsTo: spec}, New: &vf.Resource{Name: fmt.Sprint("Loaf ", i)}})
		for range 9 {
			steps = append(steps, vf.Recording{Event: vf.Event{Action: vf.Transfer, Provider: who.Agent, Receiver: who.Agent, ResourceConformsTo: spec, ResourceQuantity: &vf.Amount{Micros: 1e6, Unit: "one"}}})
		}
	}
	if _, err := core.Do(context.Background(), who, "", steps...); err != nil {
		b.Fatal(err)
	}
	schema, err := graphql.New("bench", graphql.Limits{}, Part(core))
	if err != nil {
		b.Fatal(err)
	}
	asker := graphql.Asker{Store: s, Who: who, Commons: commons.Commons{ID: who.Commons}}
	r := graphql.Request{Query: `{ economicEvents(first: 100) { nodes { id action hasPointInTime resourceQuantity { hasNumericalValue hasUnit { label } } provider { id name } receiver { id name } resourceInventoriedAs { id name } resourceConformsTo { id name } } pageInfo { endCursor } } }`}
	b.ReportAllocs()
	for b.Loop() {
		a := schema.Do(context.Background(), asker, r, false)
		if len(a.JSON) < 10_000 {
			b.Fatal(string(a.JSON))
		}
		a.Sent()
	}
}
