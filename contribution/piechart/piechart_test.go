package piechart_test

import (
	"bytes"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/contribution/piechart"
	"commonweal/platform/fault"
)

func frame() piechart.Frame {
	return piechart.Frame{
		Project:  piechart.Project{Name: "Cargo bike", Repository: "https://git.example.org/bike", LicenseVersion: "0.1"},
		Metadata: piechart.Metadata{Created: "2026-03-01", LastUpdated: "2026-03-01", Governance: "equation 3, decision 17", DisputeResolution: "talk, 30 days, mediation"},
		Equation: "abc123", LogIndex: 42}
}

func slice(id string, weight int64) piechart.Slice {
	return piechart.Slice{Name: "Person " + id, Identifier: "https://people.example.org/" + id, Weight: big.NewInt(weight)}
}

func shares(t *testing.T, list ...piechart.Slice) []string {
	t.Helper()
	d, err := piechart.New(frame(), list)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range d.Contributors {
		out = append(out, strings.TrimPrefix(c.Identifier, "https://people.example.org/")+" "+c.Share.String())
	}
	return out
}

func TestSharesByHand(t *testing.T) {
	for _, c := range []struct {
		want   string
		slices []piechart.Slice
	}{
		{"a 100", []piechart.Slice{slice("a", 7)}},
		{"a 75 b 25", []piechart.Slice{slice("b", 1), slice("a", 3), slice("none", 0)}},
		{"a 60 b 40", []piechart.Slice{slice("a", 1), slice("b", 2), slice("a", 2)}}, // one identifier twice is one contributor
		{"big 99.9999 small 0.0001", []piechart.Slice{slice("big", 999_999), slice("small", 1)}},
	} {
		if got := strings.Join(shares(t, c.slices...), " "); got != c.want {
			t.Errorf("shares = %s, want %s", got, c.want)
		}
	}
}

func TestInvariant1SharesAddUpToOneHundred(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 1_000_000_000_000)), 1, 40).Draw(t, "weights")
		var list []piechart.Slice
		for i, w := range weights {
			list = append(list, slice(string(rune('a'+i%26))+string(rune('a'+i/26)), w))
		}
		d, err := piechart.New(frame(), list)
		if fault.CodeOf(err) == "piechart.nobody" {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Rat)
		for _, c := range d.Contributors {
			v, _ := new(big.Rat).SetString(c.Share.String())
			if v.Sign() <= 0 {
				t.Fatalf("%s gets %s", c.Identifier, c.Share)
			}
			sum.Add(sum, v)
		}
		if sum.Cmp(big.NewRat(100, 1)) != 0 {
			t.Fatalf("shares add up to %s", sum.RatString())
		}
		again, err := piechart.New(frame(), rapid.Permutation(list).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		one, _ := d.Encode()
		two, _ := again.Encode()
		if !bytes.Equal(one, two) { // invariants 1 and 3
			t.Fatalf("order matters:\n%s\n%s", one, two)
		}
		back, err := piechart.Decode(bytes.NewReader(one)) // invariant 2
		if err != nil {
			t.Fatal(err)
		}
		if three, _ := back.Encode(); !bytes.Equal(one, three) {
			t.Fatalf("reading and writing changes\n%s\nto\n%s", one, three)
		}
	})
}

func TestValidateNamesEveryBreach(t *testing.T) {
	d, err := piechart.New(frame(), []piechart.Slice{slice("a", 1), slice("b", 1)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	if err := piechart.Validate(b); err != nil {
		t.Fatal(err)
	}
	for code, change := range map[string][2]string{
		"piechart.version":          {`"0.1",` + "\n  \"project", `"9",` + "\n  \"project"},
		"piechart.empty":            {"Cargo bike", ""},
		"piechart.share":            {`"share": 50`, `"share": 0`},
		"piechart.sum":              {`"share": 50`, `"share": 50.02`},
		"piechart.identifier_twice": {"people.example.org/b\",\n      \"share", "people.example.org/a\",\n      \"share"},
		"piechart.date":             {"2026-03-01", "1 March"},
		"piechart.json":             {`"project":`, `"surprise": 1, "project":`},
		"piechart.extension":        {`"commonweal": {`, `"x": 1, "commonweal": {`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: nothing to change", code)
		}
		err := piechart.Validate([]byte(bad))
		if !strings.Contains(codes(err), code) {
			t.Errorf("%s: error = %v (%s)", code, err, codes(err))
		}
	}
	within := strings.Replace(good, `"share": 50`, `"share": 50.01`, 1)
	if err := piechart.Validate([]byte(within)); err != nil {
		t.Errorf("a sum within 0.01 is refused: %v", err)
	}
}

// codes lists all codes of an error.
func codes(err error) string {
	list, ok := err.(fault.List)
	if !ok {
		return fault.CodeOf(err)
	}
	out := ""
	for _, e := range list {
		out += e.Code + " "
	}
	return out
}

func TestUpdateKeepsHistory(t *testing.T) {
	old, _ := piechart.New(frame(), []piechart.Slice{slice("a", 1), slice("b", 1)})
	same, _ := piechart.New(frame(), []piechart.Slice{slice("a", 5), slice("b", 5)})
	fresh, _ := piechart.New(frame(), []piechart.Slice{slice("a", 3), slice("b", 1)})
	today := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	if next := piechart.Update(old, same, today, "no change"); len(next.History) != 0 || next.Metadata.LastUpdated != "2026-04-01" {
		t.Errorf("unchanged shares add history: %+v", next.History)
	}
	next := piechart.Update(old, fresh, today, "spring")
	if len(next.History) != 1 || next.History[0].SharesSnapshot["https://people.example.org/a"] != "50" || next.Metadata.Created != "2026-03-01" {
		t.Errorf("history = %+v", next.History)
	}
	if b, err := next.Encode(); err != nil || piechart.Validate(b) != nil {
		t.Errorf("the updated document is not valid: %v %v", err, piechart.Validate(b))
	}
}

func FuzzValidate(f *testing.F) {
	d, _ := piechart.New(frame(), []piechart.Slice{slice("a", 1), slice("b", 2)})
	b, _ := d.Encode()
	f.Add(b)
	f.Add([]byte(`{"contributors":[{"share":1e999}],"extensions":{"":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := piechart.Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		if b, err := d.Encode(); err != nil || piechart.Validate(b) != nil {
			t.Fatalf("%s is valid, but not when written again: %v", text, piechart.Validate(b))
		}
	})
}
