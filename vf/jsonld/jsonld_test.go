package jsonld

import (
	"encoding/json"
	"fmt"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

var here = Writer{Origin: "https://commons.example", Slug: "garden"}

// one makes an empty thing of each class.
func one() []any {
	out := []any{&vf.Agent{}, &vf.ResourceSpecification{}, &vf.ProcessSpecification{}, &vf.Process{}, &vf.Resource{}, &vf.Event{}}
	for _, k := range vf.Kinds() {
		out = append(out, vf.NewEntity(k))
	}
	return out
}

// fill draws a value for every field, by its type.
func fill(t *rapid.T, v reflect.Value) {
	some := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, name+"?") > 0 }
	for i := range v.NumField() {
		field, f := v.Type().Field(i), v.Field(i)
		if field.Anonymous {
			fill(t, f)
			continue
		}
		if field.Name != "ID" && !some(field.Name) {
			continue
		}
		switch x := f.Addr().Interface().(type) {
		case *store.ID:
			*x = store.NewID()
		case *[]store.ID:
			*x = []store.ID{store.NewID(), store.NewID()}
		case *vf.AgentKind:
			*x = rapid.SampledFrom([]vf.AgentKind{vf.Person, vf.Organization, vf.Ecological}).Draw(t, "kind")
		case *vf.Action:
			*x = rapid.SampledFrom(vf.Actions()).Draw(t, "action").Action
		case *vf.Purpose:
			*x = "offer"
		case *quantity.Unit:
			*x = units(t)
		case *vf.Amount:
			*x = amount(t)
		case **vf.Amount:
			a := amount(t)
			switch field.Name {
			case "Lat", "Long":
				a.Unit = "degree"
			case "Alt":
				a.Unit = "metre"
			}
			*x = &a
		case *[]vf.Allocation:
			a := amount(t)
			*x = []vf.Allocation{{Target: store.NewID(), ResourceQuantity: &a}, {Target: store.NewID()}, {Target: store.NewID(), EffortQuantity: &a}}
		case *time.Time:
			*x = time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC()
		case *vf.Policy:
			*x = vf.Policy{NegativeBalance: vf.Allow, Pairing: vf.Off}
		default:
			switch f.Kind() {
			case reflect.String:
				f.SetString(rapid.StringMatching(`[ -~äß]{1,12}`).Draw(t, field.Name))
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Int64:
				f.SetInt(rapid.Int64().Draw(t, field.Name))
			case reflect.Slice:
				f.Set(reflect.ValueOf([]string{"cw:project", "https://example.org/tool", "two words"}))
			default:
				t.Fatalf("a field of type %s", f.Type())
			}
		}
	}
}

func units(t *rapid.T) quantity.Unit {
	return rapid.SampledFrom([]quantity.Unit{"hour", "kilogram", "one", "EUR", "crate", "a/b c", "metre"}).Draw(t, "unit")
}

func amount(t *rapid.T) vf.Amount {
	return quantity.Micros(rapid.Int64Range(-vf.MaxMicros, vf.MaxMicros).Draw(t, "micros"), units(t))
}

func said(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// Invariants 1 and 4: whatever a thing holds, it is read as it was written;
// there is no property without a term.
func TestInvariant1WhatIsWrittenIsRead(t *testing.T) {
	for _, empty := range one() {
		t.Run(reflect.TypeOf(empty).Elem().Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x := reflect.New(reflect.TypeOf(empty).Elem())
				fill(t, x.Elem())
				thing := Thing{Value: x.Interface()}
				switch v := thing.Value.(type) {
				case *vf.Agent:
					if v.Kind == "" {
						v.Kind = vf.Person
					}
					thing.Value = *v
				case *vf.ResourceSpecification:
					thing.Value = *v
				case *vf.ProcessSpecification:
					thing.Value = *v
				case *vf.Process:
					thing.Value = *v
				case *vf.Resource:
					thing.Value = *v
				case *vf.Event:
					thing.Value = *v
				}
				text, err := here.Write(thing)
				if err != nil {
					t.Fatal(err)
				}
				back, err := Read(text)
				if err != nil || len(back) != 1 {
					t.Fatalf("%v\n%s", err, text)
				}
				if got, want := said(back[0].Value), said(thing.Value); got != want || back[0].Unknown != nil {
					t.Fatalf("read    %s\nwritten %s\nas %s\nunknown %v", got, want, text, back[0].Unknown)
				}
			})
		})
	}
}

// Documents of others: the older form of the namespace, full names, their own
// context, bare units, several types.
func TestForeignDocuments(t *testing.T) {
	for _, text := range []string{
		`{"@context":{"vf":"http://w3id.org/valueflows/ont/vf#","om2":"http://www.ontology-of-units-of-measure.org/resource/om-2/"},"@id":"https://else.example/x/0190a5e2-7f3c-7abc-8def-0123456789ab",
		 "@type":["https://schema.org/Thing","vf:EconomicEvent"],"vf:action":{"@id":"vf:produce"},"vf:resourceQuantity":{"@type":"vf:Measure","vf:hasUnit":{"@id":"om2:kilogram"},"vf:hasNumericalValue":"10"}}`,
		`[{"@id":"urn:uuid:0190a5e2-7f3c-7abc-8def-0123456789ab","@type":["https://w3id.org/valueflows/ont/vf#EconomicEvent"],"https://w3id.org/valueflows/ont/vf#action":[{"@id":"https://w3id.org/valueflows/ont/vf#produce"}],
		  "https://w3id.org/valueflows/ont/vf#resourceQuantity":[{"https://w3id.org/valueflows/ont/vf#hasUnit":[{"@value":"kilogram"}],"https://w3id.org/valueflows/ont/vf#hasNumericalValue":[{"@value":"10"}]}]}]`,
	} {
		got, err := Read([]byte(text))
		if err != nil || len(got) != 1 {
			t.Fatalf("%v\n%s", err, text)
		}
		ten := quantity.MustParse("10", "kilogram")
		if want := (vf.Event{ID: "0190a5e2-7f3c-7abc-8def-0123456789ab", Action: "produce", ResourceQuantity: &ten}); said(got[0].Value) != said(want) {
			t.Errorf("got %s", said(got[0].Value))
		}
	}
}

// Invariant 2: what we have no word for is still there when it is written again.
func TestInvariant2UnknownTermsSurvive(t *testing.T) {
	text := `{"@context":["https://commons.example` + ContextPath + `",{"ex":"https://example.org/ns#"}],"id":"https://commons.example/c/garden/id/0190a5e2-7f3c-7abc-8def-0123456789ab","type":"Process","name":"Bake",
		"ex:mood":"calm","ex:oven":{"@id":"https://example.org/oven","ex:heat":{"@value":"230","@type":"ex:celsius"}},"ex:steps":{"@list":["knead","wait"]}}`
	for range 3 {
		got, err := Read([]byte(text))
		if err != nil || len(got) != 1 || got[0].Value.(vf.Process).Name != "Bake" {
			t.Fatalf("%v %v", got, err)
		}
		if want := `{"https://example.org/ns#mood":[{"@value":"calm"}],"https://example.org/ns#oven":[{"@id":"https://example.org/oven","https://example.org/ns#heat":[{"@type":"https://example.org/ns#celsius","@value":"230"}]}],"https://example.org/ns#steps":[{"@list":[{"@value":"knead"},{"@value":"wait"}]}]}`; said(got[0].Unknown) != want {
			t.Fatalf("got %s", said(got[0].Unknown))
		}
		again, err := here.Write(got[0])
		if err != nil {
			t.Fatal(err)
		}
		text = string(again)
	}
}

// Invariant 3: whoever brings an address to fetch from gets a refusal, and
// the one who listens there hears nothing.
func TestInvariant3NothingIsFetched(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	heard := make(chan struct{}, 10)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			heard <- struct{}{}
			c.Close()
		}
	}()
	address := "http://" + listener.Addr().String() + "/context.jsonld"
	for _, text := range []string{
		`{"@context":"%s","@type":"Process"}`, `{"@context":["%s",{}]}`, `{"@context":{"@import":"%s"}}`,
		`{"@context":{"a":{"@id":"https://example.org/a","@context":"%s"}},"a":{"b":1}}`, `{"@context":{"@vocab":"%s"},"@graph":[{"@context":"%[1]s"}]}`,
		`{"@context":"file:///etc/passwd#%s"}`,
	} {
		_, err := Read(fmt.Appendf(nil, text, address))
		if f := fault.As(err); f == nil || f.Code != "jsonld.remote_context" {
			t.Errorf("%s: %v", text, err)
		}
	}
	if len(heard) > 0 {
		t.Error("somebody called")
	}
}

func TestRefusals(t *testing.T) {
	head := `{"@context":"https://commons.example` + ContextPath + `",`
	for text, code := range map[string]string{
		`{`:                                      "jsonld.malformed",
		`{"@context":5}`:                         "jsonld.malformed",
		`{"@type":{"a":1}}`:                      "jsonld.malformed",
		head + `"id":"https://x","type":"Plan"}`: "jsonld.identifier",
		head + `"type":"EconomicEvent","action":"produce","resourceQuantity":{"hasNumericalValue":2.5,"hasUnit":"om2:hour"}}`:      "jsonld.value",
		head + `"type":"EconomicEvent","action":"produce","resourceQuantity":{"hasNumericalValue":"2.5","hasUnit":"om2:parsnip"}}`: "jsonld.value",
		head + `"type":"EconomicEvent","action":["produce","consume"]}`:                                                            "jsonld.value",
		head + `"type":"Process","finished":"yes"}`:                                                                                "jsonld.value",
		head + `"type":"Process","hasBeginning":"yesterday"}`:                                                                      "vf.json",
		strings.Repeat(" ", MaxDocument+1):                                                                                         "jsonld.too_large",
	} {
		if _, err := Read([]byte(text)); fault.CodeOf(err) != code {
			t.Errorf("%.200s: %v; want %s", text, err, code)
		}
	}
}

// Whatever comes in is read or refused by a fault, and what was read can be
// written and read again.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{`{"@type":"https://w3id.org/valueflows/ont/vf#Process","https://w3id.org/valueflows/ont/vf#name":"x"}`, `{"@context":{"@vocab":"https://w3id.org/valueflows/ont/vf#"},"@type":"EconomicEvent","fulfills":[{"@id":"urn:uuid:0190a5e2-7f3c-7abc-8def-0123456789ab"}]}`,
		`{"@graph":[{"@type":"http://w3id.org/valueflows/ont/vf#Plan"}]}`, `[]`, `{"@context":{"@base":"x"},"@id":"y"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		things, err := Read(text)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		for _, x := range things {
			if _, err := here.Write(x); err != nil {
				t.Fatalf("%+v: %v", x, err)
			}
		}
	})
}

// Whatever somebody sends, a graph or a fault comes of it; everything in the
// graph has an identifier, and the same text gives the same graph.
func FuzzReadGraph(f *testing.F) {
	for _, seed := range []string{`{"@type":"https://w3id.org/valueflows/ont/vf#Process","https://w3id.org/valueflows/ont/vf#name":"x"}`, `{"@context":{"@vocab":"https://w3id.org/valueflows/ont/vf#"},"@id":"urn:x:1","@type":"EconomicEvent","provider":{"@type":"Person","name":"A"},"resourceQuantity":{"hasNumericalValue":0.1}}`,
		`{"@graph":[{"@id":"_:a","@type":"http://w3id.org/valueflows/ont/vf#Plan"},{"@id":"_:a","@type":"http://w3id.org/valueflows/ont/vf#Plan"}]}`, `[1e999]`, `{"@context":{"@version":1.1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		graph, err := ReadGraph(text)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		for _, e := range graph.Events {
			if _, ok := store.ParseID(string(e.ID)); !ok {
				t.Fatalf("an event without an identifier: %s", said(e))
			}
		}
		if again, err := ReadGraph(text); err != nil || said(again) != said(graph) {
			t.Fatalf("the second time it is another: %v", err)
		}
	})
}
