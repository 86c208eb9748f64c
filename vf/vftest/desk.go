package vftest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/graphql"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/vf"
)

// Desk is where a schema is asked about one commons.
type Desk struct {
	T       *testing.T
	Schema  *graphql.Schema
	Core    *vf.Core
	Commons store.ID
	// Steward is Ann, who has a note about her; Member is Ben; Reader and Nobody
	// are outsiders of open and of closed books.
	Steward, Member, Reader, Nobody auth.Identity
}

// Each runs a test at a desk of its own on every engine.
func Each(t *testing.T, schema func(*vf.Core) (*graphql.Schema, error), f func(d *Desk)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		table := auth.NewTable(vf.Grants...)
		d := &Desk{T: t, Core: &vf.Core{Store: s, Register: vf.NewRegister(), Tracer: vf.NewTracer()}, Commons: store.NewID()}
		as := func(r auth.Role, open bool) auth.Identity {
			who := auth.Identity{Account: store.NewID(), Commons: d.Commons, Role: r, OpenBooks: open}
			if r > auth.Outsider {
				who.Agent = store.NewID()
			}
			return table.As(who)
		}
		d.Steward, d.Member, d.Reader, d.Nobody = as(auth.Steward, true), as(auth.Member, true), as(auth.Outsider, true), as(auth.Outsider, false)
		var err error
		if d.Schema, err = schema(d.Core); err != nil {
			t.Fatal(err)
		}
		_, err = d.Core.Do(t.Context(), d.Steward, "", vf.Adding{Thing: vf.Agent{ID: d.Steward.Agent, Kind: vf.Person, Name: "Ann", Note: "sore back"}}, vf.Adding{Thing: vf.Agent{ID: d.Member.Agent, Kind: vf.Person, Name: "Ben"}})
		if err != nil {
			t.Fatal(err)
		}
		f(d)
	})
}

// Ask asks as somebody and returns the answer as decoded JSON, and its text.
// vars are names and values of variables, which travel as JSON.
func (d *Desk) Ask(who auth.Identity, query string, vars ...any) (map[string]any, string) {
	d.T.Helper()
	r := graphql.Request{Query: query, Variables: map[string]any{}}
	for i := 0; i < len(vars); i += 2 {
		r.Variables[vars[i].(string)] = d.travels(vars[i+1])
	}
	a := d.Schema.Do(d.T.Context(), graphql.Asker{Store: d.Core.Store, Who: who, Commons: commons.Commons{ID: d.Commons}}, r, true)
	var out map[string]any
	if err := json.Unmarshal(a.JSON, &out); err != nil {
		d.T.Fatalf("%v: %s", err, a.JSON)
	}
	return out, strings.TrimSpace(string(a.JSON))
}

// travels is a value as it comes over the wire.
func (d *Desk) travels(v any) (came any) {
	d.T.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		d.T.Fatal(err)
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	if err := in.Decode(&came); err != nil {
		d.T.Fatal(err)
	}
	return came
}

// Must asks as the steward and returns a value of the answer by its path.
func (d *Desk) Must(path, query string, vars ...any) string {
	d.T.Helper()
	answer, text := d.Ask(d.Steward, query, vars...)
	if answer["errors"] != nil {
		d.T.Fatalf("%s\n%s", query, text)
	}
	var v any = answer["data"]
	for _, step := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			d.T.Fatalf("%s has no %s: %s", path, step, text)
		}
		v = m[step]
	}
	return fmt.Sprint(v)
}

// Gets asks as the steward and compares the data of the answer.
func (d *Desk) Gets(want, query string, vars ...any) {
	d.T.Helper()
	if _, text := d.Ask(d.Steward, query, vars...); text != `{"data":`+want+`}` {
		d.T.Errorf("%s\ngot  %s\nwant %s", query, text, want)
	}
}

// Refused asks as the steward and expects an error with a code and a part of its message.
func (d *Desk) Refused(code, part, query string, vars ...any) {
	d.T.Helper()
	_, text := d.Ask(d.Steward, query, vars...)
	if !strings.Contains(text, `"code":"`+code+`"`) || !strings.Contains(text, part) {
		d.T.Errorf("%s\ngot %s\nwithout %s, %s", query, text, code, part)
	}
}
