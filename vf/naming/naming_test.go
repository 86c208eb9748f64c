package naming_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

const (
	mira store.ID = "01890000-0000-7000-8000-0000000000a1"
	mill store.ID = "01890000-0000-7000-8000-0000000000a2"
	lost store.ID = "01890000-0000-7000-8000-0000000000a3"
)

// ask returns what a reader of that role calls three agents, the last of whom
// the commons does not know.
func ask(t *testing.T, role auth.Role) []string {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "names.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	agents := map[store.ID]vf.Agent{mira: {ID: mira, Kind: vf.Person, Name: "Mira Example"}, mill: {ID: mill, Kind: vf.Organization, Name: "The Mill"}}
	see := auth.Capability("trial.see")
	room := web.Room{Word: "trial", Routes: []web.Route{{Pattern: "GET /c/{commons}/who", Needs: see, Handle: func(q *web.Request) error {
		n := naming.Known(q, agents)
		return q.JSON([]string{n.Of(mira), n.Of(mill), n.Of(lost), n.Of("")})
	}}}}
	table := auth.NewTable(slices.Concat([]auth.Grant{{Capability: see, Least: auth.Member, OpenBooks: true, Meaning: "see"}}, web.Grants, vf.Grants)...)
	shell, err := web.New(web.Config{Store: db, Rooms: []web.Room{room}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		CommonsBySlug: func(context.Context, string) (commons.Commons, bool, error) {
			return commons.Commons{ID: mill, Slug: "mill", Name: "Mill", OpenBooks: true}, true, nil
		},
		Resolve: func(_ *http.Request, id store.ID) (web.Visitor, error) {
			who := auth.Identity{Commons: id, OpenBooks: true, Role: role}
			if role >= auth.Member {
				who.Account, who.Agent = mira, mira
			}
			return web.Visitor{Who: table.As(who)}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	shell.ServeHTTP(w, httptest.NewRequest("GET", "/c/mill/who", nil))
	var names []string
	if err := json.Unmarshal(w.Body.Bytes(), &names); err != nil {
		t.Fatalf("status %d, %v: %s", w.Code, err, w.Body)
	}
	return names
}

func TestInvariant1OutsidersReadPseudonyms(t *testing.T) {
	outsider, member := ask(t, auth.Outsider), ask(t, auth.Member)
	if outsider[0] != "Member "+vf.Pseudonym(mira) || member[0] != "Mira Example" {
		t.Errorf("a person is called %q by an outsider, %q by a member", outsider[0], member[0])
	}
	for i, want := range []string{"The Mill", "Member " + vf.Pseudonym(lost), ""} {
		if outsider[i+1] != want || member[i+1] != want {
			t.Errorf("agent %d is called %q and %q, want %q by everybody", i+1, outsider[i+1], member[i+1], want)
		}
	}
}

func TestInvariant2OnePseudonym(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-F]{8}$`)
	rapid.Check(t, func(t *rapid.T) {
		id := store.ID(rapid.String().Draw(t, "id"))
		if code := vf.Pseudonym(id); !form.MatchString(code) || code != vf.Pseudonym(id) {
			t.Fatalf("%q is called %q", id, code)
		}
	})
}
