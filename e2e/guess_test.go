package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestInvariant4GuessedIdentifiers lets a member of one commons, who knows
// every identifier of another, try to see or touch it.
func TestInvariant4GuessedIdentifiers(t *testing.T) {
	t.Parallel()
	h := serving(t)
	mine := h.begin(t, "mine")
	theirs := mine.steward.found("theirs")
	if a, err := theirs.log(h.caller(t), "a secret of theirs"); err != nil || a.status != http.StatusCreated {
		t.Fatal(a, err)
	}
	mallory := h.caller(t)
	invited := mine.steward.post("/c/mine/people/invites", "role", "member", "uses", "1", "life", "1")
	_, secret, _ := strings.Cut(copied.FindStringSubmatch(invited.body)[1], "link=")
	mallory.done("/join/mine", "link", secret, "name", "Mallory Example", "handle", "mallory", "password", password)

	for _, path := range []string{
		"/c/theirs", "/c/theirs/people", "/c/theirs/settings", "/c/theirs/tokens", "/c/theirs/jobs", "/c/theirs/search?q=secret",
		"/c/theirs/contribution", "/c/theirs/contribution/entries", "/c/theirs/contribution/entries.csv", "/c/theirs/contribution/projects/" + theirs.project,
		"/c/mine/contribution/projects/" + theirs.project,
		"/c/mine/contribution/entries?project=" + theirs.project,
	} {
		a := mallory.get(path)
		if strings.Contains(a.body, "secret of theirs") || strings.Contains(a.body, "Commons theirs") {
			t.Errorf("GET %s shows what is theirs: %d %s", path, a.status, visible(a.body))
		}
		if !strings.Contains(path, "?project=") && a.status != http.StatusNotFound {
			t.Errorf("GET %s: %d, not 404", path, a.status)
		}
	}
	if a, b := mallory.get("/c/theirs"), mallory.get("/c/nobodys"); strings.ReplaceAll(a.body, "theirs", "nobodys") != b.body {
		t.Error("a closed commons and one that does not exist look different")
	}

	before := theirs.books()
	for path, fields := range map[string][]string{
		"/c/theirs/contribution/quick":                                {"line", "2h of mischief", "project", theirs.project},
		"/c/theirs/contribution/log":                                  {"kind", "work", "quantity", "2", "project", theirs.project, "day", "2026-01-05"},
		"/c/theirs/contribution/projects":                             {"name", "Mischief"},
		"/c/theirs/people/role":                                       {"person", "mallory", "role", "steward"},
		"/c/theirs/settings":                                          {"name", "Mischief", "open_books", "1"},
		"/c/mine/contribution/log":                                    {"kind", "work", "quantity", "2", "project", theirs.project, "day", "2026-01-05"},
		"/c/mine/contribution/projects/" + theirs.project + "/closed": {"closed", "1"},
	} {
		if a := mallory.post(path, fields...); a.status < 400 || a.status > 499 {
			t.Errorf("POST %s: %d", path, a.status)
		}
	}
	crossed := workshop{steward: mallory, slug: "mine", project: theirs.project}
	crossed.token = crossed.issue()
	bodies := map[string]bool{}
	for _, crossed.slug = range []string{"theirs", "nobodys"} {
		a, err := crossed.log(h.caller(t), "crossed")
		if err != nil || a.status != http.StatusNotFound {
			t.Errorf("a token of another commons at %s: %d %v", crossed.slug, a.status, err)
		}
		bodies[a.body] = true
	}
	if len(bodies) != 1 {
		t.Error("to a token of another commons, a closed commons and none look different")
	}
	if after := theirs.books(); after != before {
		t.Errorf("their books were\n%s\nand are\n%s", before, after)
	}
}

// TestInvariant4Markup lets names and notes hold what a browser would run.
func TestInvariant4Markup(t *testing.T) {
	t.Parallel()
	const evil = `<img src=x onerror=alert(1)>"'><script>alert(1)</script>`
	h := serving(t)
	shop := h.begin(t, "windworks")
	noor := shop.steward
	noor.done("/account", "name", evil, "handle", "noor", "language", "", "zone", "", "email", "")
	noor.done("/c/windworks/contribution/projects", "name", evil)
	if a, err := shop.log(h.caller(t), strings.NewReplacer(`"`, `'`).Replace(evil)); err != nil || a.status != http.StatusCreated {
		t.Fatal(a, err)
	}
	for _, path := range []string{"", "/people", "/search?q=" + "%3Cimg", "/contribution", "/contribution/entries", "/contribution/projects"} {
		page := noor.get("/c/windworks" + path)
		if page.status != http.StatusOK || strings.Contains(page.body, "<img src=x") || strings.Contains(page.body, "<script>alert") {
			t.Errorf("%s: %d shows markup as markup:\n%s", path, page.status, page.body)
		}
	}
	if policy := noor.get("/").header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe-inline") {
		t.Errorf("the security policy is %q", policy)
	}
}
