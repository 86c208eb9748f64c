package compat

import (
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

func TestMain(m *testing.M) { storetest.Main(m) }

// desk is the published schema of one commons with a steward, a member, and
// outsiders of open and closed books.
type desk struct {
	t                               *testing.T
	schema                          *graphql.Schema
	core                            *vf.Core
	commons                         store.ID
	steward, member, reader, nobody auth.Identity
}

func each(t *testing.T, f func(d *desk)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		table := auth.NewTable(vf.Grants...)
		d := &desk{t: t, core: &vf.Core{Store: s, Register: vf.NewRegister(), Tracer: vf.NewTracer()}, commons: store.NewID()}
		as := func(r auth.Role, open bool) auth.Identity {
			who := auth.Identity{Account: store.NewID(), Commons: d.commons, Role: r, OpenBooks: open}
			if r > auth.Outsider {
				who.Agent = store.NewID()
			}
			return table.As(who)
		}
		d.steward, d.member, d.reader, d.nobody = as(auth.Steward, true), as(auth.Member, true), as(auth.Outsider, true), as(auth.Outsider, false)
		var err error
		if d.schema, err = Schema(d.core); err != nil {
			t.Fatal(err)
		}
		_, err = d.core.Do(t.Context(), d.steward, "", vf.Adding{Thing: vf.Agent{ID: d.steward.Agent, Kind: vf.Person, Name: "Ann", Note: "sore back"}}, vf.Adding{Thing: vf.Agent{ID: d.member.Agent, Kind: vf.Person, Name: "Ben"}})
		if err != nil {
			t.Fatal(err)
		}
		f(d)
	})
}

// ask asks as somebody and returns the answer as decoded JSON, and its text.
func (d *desk) ask(who auth.Identity, query string, vars ...any) (map[string]any, string) {
	d.t.Helper()
	r := graphql.Request{Query: query, Variables: map[string]any{}}
	for i := 0; i < len(vars); i += 2 {
		raw, err := json.Marshal(vars[i+1]) // as it comes over the wire
		if err != nil {
			d.t.Fatal(err)
		}
		in := json.NewDecoder(strings.NewReader(string(raw)))
		in.UseNumber()
		var v any
		if err := in.Decode(&v); err != nil {
			d.t.Fatal(err)
		}
		r.Variables[vars[i].(string)] = v
	}
	a := d.schema.Do(d.t.Context(), graphql.Asker{Store: d.core.Store, Who: who, Commons: commons.Commons{ID: d.commons}}, r, true)
	var out map[string]any
	if err := json.Unmarshal(a.JSON, &out); err != nil {
		d.t.Fatalf("%v: %s", err, a.JSON)
	}
	return out, strings.TrimSpace(string(a.JSON))
}

// must asks as the steward and returns a value of the answer by its path.
func (d *desk) must(path, query string, vars ...any) string {
	d.t.Helper()
	answer, text := d.ask(d.steward, query, vars...)
	if answer["errors"] != nil {
		d.t.Fatalf("%s\n%s", query, text)
	}
	var v any = answer["data"]
	for _, step := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			d.t.Fatalf("%s has no %s: %s", path, step, text)
		}
		v = m[step]
	}
	return fmt.Sprint(v)
}

// gets asks as the steward and compares the data of the answer.
func (d *desk) gets(want, query string, vars ...any) {
	d.t.Helper()
	if _, text := d.ask(d.steward, query, vars...); text != `{"data":`+want+`}` {
		d.t.Errorf("%s\ngot  %s\nwant %s", query, text, want)
	}
}

// refused asks as the steward and expects an error with a code and a part of its message.
func (d *desk) refused(code, part, query string, vars ...any) {
	d.t.Helper()
	_, text := d.ask(d.steward, query, vars...)
	if !strings.Contains(text, `"code":"`+code+`"`) || !strings.Contains(text, part) {
		d.t.Errorf("%s\ngot %s\nwithout %s, %s", query, text, code, part)
	}
}

type measure struct {
	HasNumericalValue string `json:"hasNumericalValue"`
	HasUnit           string `json:"hasUnit,omitempty"`
}

type in = map[string]any
