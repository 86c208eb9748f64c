package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// village is a host with one commons that has earned and shared out money.
type village struct {
	t      *testing.T
	data   string
	pot    contribution.Distribution
	event  store.ID // of an income
	logged contribution.Entry
}

const villager = "Wanda Nobodysbusiness"

func newVillage(t *testing.T) *village {
	t.Helper()
	v := &village{t: t, data: t.TempDir()}
	h := v.open()
	defer h.Close()
	ctx := t.Context()
	admin, err := h.Gate.CreateAdmin(ctx, auth.Person{Name: "Steward Example", Handle: "steward", Password: "open books for everyone"})
	v.must(err)
	c, err := h.Directory.Found(ctx, h.Gate.Operator(store.Host), commons.Ask{Slug: "village", Currency: "EUR", Founder: admin.ID,
		Settings: commons.Settings{Name: "Village", Language: "en", Zone: "Europe/Amsterdam", OpenBooks: true, Practices: []string{"contribution"}}})
	v.must(err)
	people, err := h.Gate.Enroll(ctx, h.Gate.Operator(c.ID), []auth.Person{{Name: villager}}, auth.Member)
	v.must(err)
	m, err := h.Gate.MembershipOf(ctx, c.ID, admin.ID)
	v.must(err)
	v.live(h, h.as(m), h.as(people[0]))
	return v
}

func (v *village) open() *House {
	v.t.Helper()
	h, err := Open(v.t.Context(), Place{Data: v.data, Origin: "http://localhost:8080", Site: "Test", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	v.must(err)
	return h
}

func (v *village) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// live logs work, takes money and shares it out.
func (v *village) live(h *House, steward, worker auth.Identity) {
	ctx, db := v.t.Context(), h.Store
	project, err := contribution.OpenProject(ctx, db, steward, "", "Well")
	v.must(err)
	v.logged, err = contribution.LogContribution(ctx, db, worker, "", contribution.LogAsk{Kind: "work", Project: project.ID, Quant: quantity.Of(3, "hour"), Note: "note of " + villager})
	v.must(err)
	_, err = contribution.ValidateContribution(ctx, db, steward, "", contribution.ValidateAsk{Entry: v.logged.No, Verdict: contribution.Accept})
	v.must(err)
	e, err := contribution.SaveEquation(ctx, db, steward, "", contribution.SaveEquationAsk{Text: equation.Equation{Project: string(project.ID), Name: "All", Unit: "EUR", Base: equation.Remaining,
		Buckets: []equation.Bucket{{Sequence: 1, Key: "all", Label: "All", Percent: "100", Rules: []equation.Rule{{ID: "work", Kinds: []string{"work"}, Claim: equation.UntilPaid, Formula: "value"}}}}}})
	v.must(err)
	ask := contribution.VersionAsk{ID: e.ID, Version: e.Version, Hash: e.Hash}
	_, err = contribution.MarkSimulated(ctx, db, steward, "", ask)
	v.must(err)
	_, err = contribution.AdoptEquation(ctx, db, steward, "", ask)
	v.must(err)
	in, err := contribution.RecordIncome(ctx, db, steward, "", contribution.IncomeAsk{Kind: contribution.Sale, Project: project.ID, PayerName: "Farm", At: time.Now(), Gross: quantity.Of(20, "EUR")})
	v.must(err)
	v.event = in.Event
	d, err := contribution.OpenDistribution(ctx, db, steward, "", contribution.OpenAsk{Equation: e.ID})
	v.must(err)
	v.pot, err = h.Contribution.Distribute(ctx, steward, "", d.ID)
	v.must(err)
}

// command runs a command line and returns what it prints and its status.
func (v *village) command(args ...string) (out, errors string, status int) {
	var stdout, stderr bytes.Buffer
	status = run(append([]string{"--data", v.data}, args...), &stdout, &stderr)
	return stdout.String(), stderr.String(), status
}

func (v *village) ok(args ...string) string {
	v.t.Helper()
	out, problem, status := v.command(args...)
	if status != 0 {
		v.t.Fatalf("%v: status %d: %s", args, status, problem)
	}
	return out
}

// The whole way from the command line: export, verify, compute again; and a
// changed archive is refused with the entry at fault.
func TestExportVerifyRecompute(t *testing.T) {
	v := newVillage(t)
	archive := filepath.Join(t.TempDir(), "log")
	v.ok("books", "export", "--commons", "village", "--format", "log", "--out", archive)
	if out := v.ok("verify", archive); !strings.Contains(out, "1 distributions, computed again, agree") {
		t.Errorf("verify says %s", out)
	}
	if out := v.ok("contribution", "recompute", archive, string(v.pot.ID)); !strings.Contains(out, "20 EUR") || !strings.Contains(out, "agree to the last unit") {
		t.Errorf("recompute says %s", out)
	}
	var found contribution.Recomputation
	v.must(json.Unmarshal([]byte(v.ok("--json", "contribution", "recompute", archive, "last")), &found))
	if found.ID != v.pot.ID || !found.Independent || len(found.Lines) != 1 || found.Lines[0].Booked != found.Lines[0].Found {
		t.Errorf("recomputed %+v", found)
	}
	_, problem, status := v.command("contribution", "recompute", archive, "12345")
	if status != fault.NotFound.ExitStatus() {
		t.Errorf("an unknown distribution: status %d, %s", status, problem)
	}
	entries := filepath.Join(archive, "entries.jsonl")
	data, err := os.ReadFile(entries)
	v.must(err)
	v.must(os.WriteFile(entries, bytes.Replace(data, []byte(`"value":"36"`), []byte(`"value":"37"`), 1), 0o600))
	_, problem, status = v.command("verify", archive)
	if status != fault.Invalid.ExitStatus() || !strings.Contains(problem, "entry "+v.logged.No.String()) {
		t.Errorf("a changed archive: status %d, %s", status, problem)
	}
}

// The table of shared out money has the lines of each distribution, with the
// names that its reader may see; and stops where its reader does.
func TestTableOfDistributionLines(t *testing.T) {
	v := newVillage(t)
	h := v.open()
	defer h.Close()
	tables := h.Contribution.Tables()
	at := slices.IndexFunc(tables, func(t contribution.Table) bool { return t.Name == "distribution-lines" })
	c, err := h.commons(&Globals{ctx: t.Context()}, "village")
	v.must(err)
	v.must(h.Store.Read(t.Context(), c.ID, func(r *store.Snapshot) error {
		var rows [][]string
		for row, err := range tables[at].Rows(r, func(store.ID) string { return "somebody" }) {
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		want := []string{strconv.FormatInt(v.pot.No, 10), "all", string(v.logged.Person), "somebody", "share", "20", "EUR"}
		if len(rows) != 1 || !slices.Equal(rows[0], want) {
			t.Errorf("the lines are %v, not %v", rows, want)
		}
		for range tables[at].Rows(r, func(store.ID) string { return "" }) {
			break
		}
		_, err := contribution.Distributions(r) // the snapshot answers further questions
		return err
	}))
}

// A receipt downloaded from the page of an entry is checked offline.
func TestReceiptFromThePage(t *testing.T) {
	v := newVillage(t)
	h := v.open()
	defer h.Close()
	shell, err := h.Shell(false)
	v.must(err)
	path := filepath.Join(t.TempDir(), "entry.tlog-proof")
	v.must(os.WriteFile(path, []byte(get(t, shell, "/c/village/books/log/"+v.logged.No.String()+"/receipt")), 0o600))
	h.Close()
	if out := v.ok("verify", path); !strings.Contains(out, "Entry "+v.logged.No.String()+" (contribution.log") {
		t.Errorf("verify says %s", out)
	}
}

func get(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost:8080"+path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d\n%s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// An outsider reads one pseudonym of a person on the home, in the practice, in
// the books and in an export.
func TestOnePseudonymEverywhere(t *testing.T) {
	v := newVillage(t)
	h := v.open()
	defer h.Close()
	shell, err := h.Shell(false)
	v.must(err)
	code := vf.Pseudonym(v.logged.Person)
	for path, want := range map[string]string{"": "Member " + code, "/contribution/entries/" + v.logged.No.String(): "Member " + code,
		"/books/events/" + string(v.logged.Event): "Member " + code, "/books/downloads/hledger": "Liabilities:Members:M" + code} {
		body := get(t, shell, "/c/village"+path)
		if !strings.Contains(body, want) || strings.Contains(body, villager) {
			t.Errorf("/c/village%s: want %s there, and not %s:\n%s", path, want, villager, body)
		}
	}
}

// An outsider of open books reads every page and file, and no name or note of
// a person in any of them.
func TestOutsidersReadTheBooksWithoutNames(t *testing.T) {
	v := newVillage(t)
	h := v.open()
	defer h.Close()
	shell, err := h.Shell(false)
	v.must(err)
	project := string(v.logged.Project)
	for _, path := range []string{"", "?period=all", "?from=2020-01-01&to=2020-12-31&compare=year", "/accounts/Assets:Bank", "/accounts/Liabilities", "/accounts/Assets:Hours?unit=hour",
		"/events/" + string(v.event), "/events/" + string(v.logged.Event), "/log", "/log/0", "/log/" + v.logged.No.String(), "/verify", "/downloads",
		"/owed", "/own", "/cash", "/owed?format=csv", "/own?by=recorded&known=2030-01-01", "/agents/" + string(v.logged.Person), "/downloads/years", "/downloads/opencollective", "/downloads/ocds",
		"/downloads/hledger", "/downloads/beancount", "/downloads/jsonl", "/downloads/csv", "/downloads/log", "/downloads/pie-chart?project=" + project} {
		body := get(t, shell, "/c/village/books"+path)
		if strings.Contains(body, villager) || strings.Contains(body, "Nobodysbusiness") {
			t.Errorf("%s tells a name", path)
		}
	}
	for _, path := range []string{"checkpoint", "key", "tile/0/000.p/5", "tile/entries/000.p/5"} {
		get(t, shell, "/c/village/log/"+path)
	}
	for path, want := range map[string]int{"/accounts/Nothing": 404, "/events/x": 404, "/log/999999": 404, "/downloads/docx": 404, "/downloads/hledger?private=true": 303, "/accounts/Assets:Bank?from=x": 422} {
		w := httptest.NewRecorder()
		shell.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost:8080/c/village/books"+path, nil))
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
}
