package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestInvariant4SecondProcess refuses a second process on the same file.
func TestInvariant4SecondProcess(t *testing.T) {
	t.Parallel()
	h := serving(t)
	twin := h.twin()
	twin.start()
	eventually(t, "the second process to end", func() bool {
		select {
		case <-twin.ended:
			return true
		default:
			return false
		}
	})
	said := twin.said.text()
	if twin.process.ProcessState.Success() || !strings.Contains(said, "in use by process") || strings.Contains(said, "goroutine") {
		t.Errorf("%v: %s", twin.process.ProcessState, said)
	}
	if a := h.caller(t).get("/healthz"); a.status != http.StatusOK {
		t.Errorf("the first process answers %d", a.status)
	}
}

// TestInvariant4Hostile sends what no page of ours would send, and looks
// whether anything came of it.
func TestInvariant4Hostile(t *testing.T) {
	t.Parallel()
	h := serving(t)
	shop := h.begin(t, "windworks")
	if a, err := shop.log(h.caller(t), "a true one"); err != nil || a.status != http.StatusCreated {
		t.Fatal(a, err)
	}
	before := shop.books()
	t.Run("cross-site posts", shop.crossSite)
	t.Run("bodies", shop.bodies)
	t.Run("amounts", shop.amounts)
	t.Run("tokens", shop.tokens)
	if after := shop.books(); after != before {
		t.Errorf("the books were\n%s\nand are\n%s", before, after)
	}
}

// books is all contributions as the steward reads them.
func (w workshop) books() string {
	return w.steward.get("/c/" + w.slug + "/contribution/entries.csv").body
}

func (w workshop) crossSite(t *testing.T) {
	for _, header := range []http.Header{
		{"Origin": {"https://evil.example"}},
		{"Origin": {"null"}},
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}},
	} {
		a, err := w.steward.send("POST", "/c/"+w.slug+"/contribution/projects", "application/x-www-form-urlencoded", "name=Forged", header)
		if err != nil || a.status != http.StatusForbidden {
			t.Errorf("%v: %d %v", header, a.status, err)
		}
	}
	if page := w.steward.get("/c/" + w.slug + "/contribution/projects"); strings.Contains(page.body, "Forged") {
		t.Error("a forged project was opened")
	}
}

// refused sends a body that logs nothing and must be refused in words.
func (w workshop) refused(t *testing.T, body string) {
	t.Helper()
	a, err := w.steward.host.caller(t).send("POST", "/c/"+w.slug+"/contribution/entries", "application/json", body,
		http.Header{"Authorization": {"Bearer " + w.token}, "Accept": {"application/json"}})
	if err != nil || a.status < 400 || a.status > 499 || !strings.Contains(a.body, `"code"`) || !strings.Contains(a.body, `"message"`) {
		t.Errorf("%.200s: %d %.500s %v", body, a.status, a.body, err)
	}
}

func (w workshop) bodies(t *testing.T) {
	whole := fmt.Sprintf(`{"kind":"work","project":%q,"quantity":{"unit":"hour","value":"1"}`, w.project)
	for _, body := range []string{
		"", "null", "[]", "7", `"`, "{", whole, whole + "}}", whole + "} {}",
		whole + `,"surprise":1}`,
		whole + `,"note":7}`,
		whole + `,"note":"` + strings.Repeat("x", 70_000) + `"}`,
		whole + `,"note":"` + strings.Repeat("x", 5_000) + `"}`,
		whole + `,"note":"a` + "\x00" + `b"}`,
		whole + `,"note":"a\u0000b"}`,
		whole + `,"note":"` + "\xff\xfe" + `"}`,
		whole + `,"from":"yesterday"}`,
		whole + `,"from":"2999-01-01T00:00:00Z"}`,
		whole + `,"from":"0000-00-00T00:00:00Z"}`,
		whole + `,"deliverable":"nothing: of the kind"}`,
		whole + `,"evidence":[{"link":"javascript:alert(1)"}]}`,
		whole + `,"corrects":"9999"}`,
		strings.Repeat("[", 50_000),
		strings.Repeat(`{"kind":`, 5_000),
	} {
		w.refused(t, body)
	}
}

func (w workshop) amounts(t *testing.T) {
	for _, amount := range []string{
		`{"unit":"hour","value":"-1"}`, `{"unit":"hour","value":"0"}`, `{"unit":"hour","value":"99999999999999999999"}`,
		`{"unit":"hour","value":"9223372036854.775807"}`, `{"unit":"hour","value":"1e9"}`, `{"unit":"hour","value":"NaN"}`, `{"unit":"hour","value":"0.0000001"}`,
		`{"unit":"hour","value":1}`, `{"unit":"EUR","value":"1"}`, `{"unit":"furlong","value":"1"}`, `{"value":"1"}`, `{}`, `null`,
	} {
		w.refused(t, fmt.Sprintf(`{"kind":"work","project":%q,"quantity":%s}`, w.project, amount))
	}
	for _, amount := range []string{"", "-1", "0", "1e9", "0.001", "1,2,3", "NaN", "99999999999999999999", "9223372036854.775807"} {
		a := w.steward.post("/c/"+w.slug+"/contribution/income/new", "kind", "sale", "project", w.project, "gross", amount, "payer_name", "Village of Exampledorp", "day", "2026-04-01")
		if a.status < 400 || a.status > 499 {
			t.Errorf("an income of %q: %d %s", amount, a.status, visible(mainOf(a.body)))
		}
	}
	if page := w.steward.get("/c/" + w.slug + "/contribution/income"); strings.Contains(page.body, "Exampledorp") {
		t.Error("an income that was refused is there")
	}
}

// tokens tries to log without the right to.
func (w workshop) tokens(t *testing.T) {
	nobody := w.steward.host.caller(t)
	for _, token := range []string{"", "Bearer ", "Bearer x", "Basic bm9vcjpub29y", "Bearer " + w.token[:len(w.token)-1], "Bearer " + w.token + "x"} {
		forged := w
		forged.token = strings.TrimPrefix(token, "Bearer ")
		a, err := forged.log(nobody, "forged")
		if err != nil || a.status != http.StatusUnauthorized {
			t.Errorf("%q: %d %v", token, a.status, err)
		}
	}
}
