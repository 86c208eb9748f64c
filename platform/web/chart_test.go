package web

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"commonweal/quantity"
)

// drawing renders one component with the data as its dot.
func drawing(t *testing.T, template string) func(data any) (string, error) {
	t.Helper()
	room := trial()
	room.Pages = fstest.MapFS{"pages/x.html": {Data: []byte(template)}}
	room.Nav = nil
	s := newShell(t, room)
	return func(data any) (string, error) {
		var b strings.Builder
		err := s.engine.fragment(&b, &Request{shell: s, Lang: language.Dutch}, "trial/x.html", data)
		return b.String(), err
	}
}

var island = regexp.MustCompile(`(?s)<script type="application/json">(.*?)</script>`)

// The figure is drawn from the digits of the table beside it: what the
// browser reads is the amount itself, to the millionth.
func TestFiguresShowTheNumbersOfTheirTable(t *testing.T) {
	draw := drawing(t, `{{chart .}}`)
	rapid.Check(t, func(rt *rapid.T) {
		amount := quantity.Micros(rapid.Int64().Draw(rt, "micros"), "hour")
		name := rapid.String().Draw(rt, "name")
		page, err := draw(Chart{Kind: "bar", Title: name, Unit: "hour", Categories: []string{name}, Series: []Series{{Name: name, Values: []quantity.Amount{amount}}}})
		if err != nil {
			rt.Fatal(err)
		}
		var data struct {
			Series []struct {
				Values []json.RawMessage
				Shown  []string
			}
		}
		if err := json.Unmarshal([]byte(island.FindStringSubmatch(page)[1]), &data); err != nil {
			rt.Fatal(err)
		}
		back, err := quantity.Parse(string(data.Series[0].Values[0]), "hour")
		if err != nil || back != amount {
			rt.Fatalf("%s is drawn as %s", amount, data.Series[0].Values[0])
		}
		if !strings.Contains(html.UnescapeString(page), `<td class="amount">`+data.Series[0].Shown[0]+`</td>`) {
			rt.Fatalf("the table lacks %s:\n%s", data.Series[0].Shown[0], page)
		}
	})
}

func TestFiguresRefuseWhatDoesNotFit(t *testing.T) {
	cases := []struct {
		template, want string
		data           any
	}{
		{`{{chart .}}`, "1 values for 2 categories", Chart{Categories: []string{"a", "b"}, Series: []Series{{Values: make([]quantity.Amount, 1)}}}},
		{`{{sankey .}}`, "not both nodes", Sankey{Nodes: []SankeyNode{{ID: "a"}}, Links: []SankeyLink{{From: "a", To: "b"}}}},
		{`{{graph .}}`, "not both nodes", Graph{Nodes: []GraphNode{{ID: "a"}}, Edges: []GraphEdge{{From: "b", To: "a"}}}},
	}
	for _, c := range cases {
		if _, err := drawing(t, c.template)(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.template, err)
		}
	}
}

func TestSmallDrawings(t *testing.T) {
	if sparkline(nil, 120, 36) != "" || sparkline([]float64{1}, 120, 36) != "" {
		t.Error("a trend of fewer than two points is drawn")
	}
	for _, trend := range [][]float64{{0, 0}, {-1, -1, -1}, {1e300, -1e300}, {3, 4}} {
		if s := string(sparkline(trend, 120, 36)); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
			t.Errorf("%v is drawn as %s", trend, s)
		}
	}
	for _, c := range []struct {
		part, whole int64
		want        string
	}{{0, 0, `"0.0"`}, {1, 4, `"25.0"`}, {5, 4, `"100.0"`}, {-3, 4, `"0.0"`}, {3, -4, `"0.0"`}} {
		if s := string(bar(c.part, c.whole)); !strings.Contains(s, "<rect width="+c.want) {
			t.Errorf("%d of %d is drawn as %s", c.part, c.whole, s)
		}
	}
}
