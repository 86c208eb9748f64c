package web

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jba/templatecheck"

	"commonweal/assets"
	"commonweal/platform/commons"
)

// Every field that a template of ours names exists in what it is given.
func TestTemplatesFitTheirData(t *testing.T) {
	s := newShell(t)
	own := map[string]any{
		"web/error.html": failure{}, "web/home.html": homeView{}, "web/host.html": []commons.Commons{},
		"web/search.html": searchView{}, "web/styleguide.html": samples{},
	}
	for name, p := range s.engine.pages {
		data, ok := own[name]
		if !ok {
			t.Errorf("%s is checked by nobody", name)
			continue
		}
		if err := templatecheck.CheckHTML(p.pristine.Lookup("content"), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	components := map[string]any{
		"button": Button{}, "link": Link{}, "badge": Badge{}, "avatar": Avatar{}, "why": Why{}, "copy": Copy{}, "note": Note{}, "empty": Empty{},
		"progress": Progress{}, "figure": Figure{}, "tabs": []Tab{}, "pager": Pager{}, "stepper": []Step{}, "timeline": []Moment{},
		"field": Field{}, "errors": &Form{}, "chart": chartView{}, "sankey": sankeyView{}, "graph": graphView{},
	}
	set := s.engine.pages["web/home.html"].pristine
	for _, c := range set.Templates() {
		name, isComponent := strings.CutPrefix(c.Name(), "component/")
		if !isComponent {
			continue
		}
		data, ok := components[name]
		if !ok {
			t.Errorf("component %s is checked by nobody", name)
			continue
		}
		if err := templatecheck.CheckHTML(c, data); err != nil {
			t.Errorf("component %s: %v", name, err)
		}
	}
}

func TestPagesWithoutAssetsSayHowToBuildThem(t *testing.T) {
	c := config(t)
	c.Assets = assets.From(fstest.MapFS{})
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if res, body := send(t, s, ask{path: "/"}); res.StatusCode != 200 || !strings.Contains(body, "<code>cd assets &amp;&amp; npm ci &amp;&amp; npm run build</code>") {
		t.Errorf("%d\n%s", res.StatusCode, body)
	}
}

// hostile is text that breaks out of badly escaped pages.
const hostile = `"><script>alert(1)</script><!--summary--></textarea><b onmouseover='x'>`

func TestHostileTextIsShownNotRun(t *testing.T) {
	room := trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: func(q *Request) error {
		return q.Render(Page{Template: "trial/show.html", Title: hostile, Data: hostile, Crumbs: []Crumb{{hostile, "javascript:alert(1)"}}})
	}})
	room.Search = func(*Request, string, int) ([]Hit, error) {
		return []Hit{{hostile, hostile, "javascript:alert(1)", hostile}}, nil
	}
	room.Attention = func(*Request) ([]Attention, error) {
		return []Attention{{hostile, "javascript:alert(1)", hostile}}, nil
	}
	room.Figures = func(*Request) ([]Figure, error) {
		return []Figure{{Label: hostile, Value: hostile, Path: "javascript:alert(1)"}}, nil
	}
	room.Pages.(fstest.MapFS)["pages/show.html"] = &fstest.MapFile{Data: []byte(
		`{{.}}{{badge "label" .}}{{copy "text" .}}{{avatar "name" .}}{{note "text" .}}{{empty "title" . "href" .}}{{json .}}` +
			`{{button "label" . "value" . "confirm" .}}{{field nil "x" "label" . "value" . "hint" . "error" .}}{{field nil "x" "type" "textarea" "value" .}}`)}
	s := newShell(t, room)
	for _, path := range []string{"/c/open/trial", "/c/open", "/c/open/search?q=x", "/c/open/search?q=" + strings.ReplaceAll(hostile, " ", "+")} {
		res, body := send(t, s, ask{path: path, as: member})
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, bad := range []string{"<script>alert", "<b onmouseover", `="javascript:`, "<!--summary-->"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s lets %q through:\n%s", path, bad, body)
			}
		}
	}
}
