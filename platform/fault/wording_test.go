package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestInvariant4MessageIsLeadsAndWording(t *testing.T) {
	e := Invalidf("formula.unit", "value", "%q is %d%% of %.3q", "€", 12, "abcdef").Within("character %d", 7).Within("line %d", 2)
	if want := `line 2: character 7: "€" is 12% of "abc"`; e.Message != want {
		t.Errorf("%q, want %q", e.Message, want)
	}
	if w := e.Wording(); w.Text != "%q is %d%% of %.3q" || !reflect.DeepEqual(w.Plain(), []any{"€", 12, "abc"}) {
		t.Errorf("wording %q with %v", w.Text, w.Plain())
	}
	if l := e.Leads(); len(l) != 2 || l[0].String() != "line 2" || l[1].String() != "character 7" {
		t.Errorf("leads %v", l)
	}
}

func TestPlainValues(t *testing.T) {
	cases := []struct {
		text  string
		value any
		want  any
	}{
		{"%q separates", ';', ";"}, {"%c", 'é', "é"}, {"mode %04o", 0o644, "0644"}, {"%d", int64(7), int64(7)},
		{"%v", errors.New("cause"), errors.New("cause")}, {"no verb", "kept", "kept"}, {"100%% of %s", "x", "x"}, {"%", "x", "x"},
	}
	for _, c := range cases {
		if got := (Wording{c.text, []any{c.value}}).Plain()[0]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q of %v: %v, want %v", c.text, c.value, got, c.want)
		}
	}
}

// What is stored says the same in every language as what was not.
func TestInvariant4StoredFaultKeepsItsWording(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := New(rapid.SampledFrom([]Kind{Invalid, Conflict, NotFound, TooMany, Internal}).Draw(t, "kind"), "trial.rule",
			rapid.String().Draw(t, "field"), "%q, %d of %s", rapid.String().Draw(t, "text"), rapid.Int64().Draw(t, "n"), rapid.String().Draw(t, "s"))
		e = e.AtLine(rapid.IntRange(0, 9).Draw(t, "line"))
		if rapid.Bool().Draw(t, "within") {
			e = e.Within("character %d", rapid.Int().Draw(t, "at"))
		}
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back Error
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if back.Error() != e.Error() || back.Kind != e.Kind || back.Code != e.Code || back.Wording().Text != e.Wording().Text {
			t.Fatalf("%s came back as %+v", raw, back)
		}
		if got, want := fmt.Sprint(back.Wording().Plain()...), fmt.Sprint(e.Wording().Plain()...); got != want {
			t.Fatalf("values %s, want %s", got, want)
		}
		if !slices.EqualFunc(back.Leads(), e.Leads(), func(a, b Wording) bool { return a.String() == b.String() }) {
			t.Fatalf("leads %v, want %v", back.Leads(), e.Leads())
		}
	})
}

// A record from before wordings were kept shows its words as they are.
func TestOldRecord(t *testing.T) {
	var e Error
	if err := json.Unmarshal([]byte(`{"code":"trial.rule","message":"25 hours","field":"hours","line":3}`), &e); err != nil {
		t.Fatal(err)
	}
	if e.Error() != "line 3: hours: 25 hours" || e.Kind != Invalid || e.Wording().Text != "" {
		t.Errorf("%+v", e)
	}
}

func FuzzVerbs(f *testing.F) {
	for _, s := range []string{"%d of %q", "%", "%%", "%-5.2", "%.40q%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, format string) {
		for _, v := range Verbs(format) {
			if len(v) < 2 || v[0] != '%' || v[len(v)-1] == '%' {
				t.Errorf("%q has the verb %q", format, v)
			}
		}
		_ = Wording{format, []any{"a", 'b', 3}}.Plain()
	})
}
