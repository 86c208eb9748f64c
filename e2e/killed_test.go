package e2e_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// form is how a browser sends a form without a file.
const form = "application/x-www-form-urlencoded"

// longPatience is for long work that another process must first be missed at.
const longPatience = 3 * patience

// longRows is how many lines a file has whose import takes a while, and from
// which on sharing out is long work too (contribution: 50,000).
const longRows = 60_000

// people is how many people such a file is about.
const people = 7

func person(i int) string { return fmt.Sprintf("Member %c Example", 'A'+rune(i%people)) }

// TestInvariant3KilledAtWork kills the process again and again while a file is
// imported, while the import is taken back, and while money is shared out.
func TestInvariant3KilledAtWork(t *testing.T) {
	for name, database := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, database(t))
			h.serve()
			shop := h.begin(t, "windworks")
			shop.sharesByHours()
			file := longSheet(longRows)
			kills := 4
			if h.database != "" {
				kills = 2 // after each, the next process waits a quarter of a minute for the one that died
			}

			batch := shop.imports(t, file, kills)
			shop.hasRows(t, longRows)
			shop.takesBack(t, batch, kills)
			shop.hasRows(t, 0)
			shop.imports(t, file, 0) // what was taken back can come again
			shop.hasRows(t, longRows)
			shop.hasMembers(t)

			cut := 0
			for n := range kills {
				if shop.sharesOut(t, n > 0) {
					cut++
				}
			}
			if cut == 0 {
				t.Error("all was shared out before the host could be killed")
			}
			shop.paidOnce(t, kills)
		})
	}
}

// longSheet is a timesheet, each line with words of its own.
func longSheet(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("Person,Date,Hours,Note\n")
	for i := range rows {
		fmt.Fprintf(&b, "%s,2026-03-%02d,0.5,row %d\n", person(i), 1+i%28, i)
	}
	return b.Bytes()
}

// sharesByHours makes work valid at once, at 12.00 an hour, and puts a rule
// into force that pays by it.
func (w workshop) sharesByHours() {
	h := w.steward.host
	h.t.Helper()
	w.steward.done("/c/"+w.slug+"/contribution/kinds/work", "name", "Work", "rate", "12", "validators", "0", "silent", "0")
	h.stop()
	h.run("contribution", "equation", "save", h.rule("hours * rate"), "--project", "Turbine")
	h.run("contribution", "equation", "adopt")
	h.serve()
}

// sends brings a timesheet to the first page of an import.
func (w workshop) sends(t *testing.T, name string, file []byte) answer {
	t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	parts.WriteField("format", "timesheet")
	parts.WriteField("project", w.project)
	part, err := parts.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	parts.Close()
	a, err := w.steward.send("POST", "/c/"+w.slug+"/contribution/import/new", parts.FormDataContentType(), body.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// upload brings a timesheet and returns the page of what was found in it.
func (w workshop) upload(t *testing.T, name string, file []byte) (page string) {
	t.Helper()
	a := w.sends(t, name, file)
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, visible(a.body))
	}
	options := a.header.Get("Location")
	leads := w.steward.done(options, "column_person", "Person", "column_date", "Date", "column_hours", "Hours", "column_note", "Note", "dates", "ymd", "numbers", "en")
	w.works(t, leads, 0)
	return strings.TrimSuffix(options, "/options")
}

// imports brings a file in while the host is killed so many times, and returns
// the page of what came in.
func (w workshop) imports(t *testing.T, file []byte, kills int) (batch string) {
	t.Helper()
	page := w.upload(t, "long.csv", file)
	fields := []string{}
	for i := range strings.Count(w.steward.get(page).body, `name="who_`) {
		fields = append(fields, fmt.Sprintf("who_%d", i), "new")
	}
	w.works(t, w.steward.done(page, fields...), kills)
	return strings.Replace(page, "/file/", "/batch/", 1)
}

// takesBack takes an import back while the host is killed so many times.
func (w workshop) takesBack(t *testing.T, batch string, kills int) {
	t.Helper()
	w.works(t, w.steward.done(batch+"/reverse", "reason", "the wrong year"), kills)
}

var ended = regexp.MustCompile(`Done|Failed|Canceled`)

// works waits until long work is done, and kills the host so many times before
// it is, each time at a moment nobody chose.
func (w workshop) works(t *testing.T, run string, kills int) {
	t.Helper()
	if !strings.Contains(run, "/jobs/") {
		return // it was short
	}
	h := w.steward.host
	state := func() string { return visible(mainOf(w.steward.get(run).body)) }
	hit := 0
	for range kills {
		begun := state()
		within(t, longPatience, "the work to go on", func() bool { return hit == 0 || state() != begun })
		time.Sleep(time.Duration(rand.Int64N(int64(200 * time.Millisecond))))
		if ended.MatchString(state()) {
			break
		}
		h.kill()
		h.serve()
		hit++
	}
	if kills > 0 && hit == 0 {
		t.Error("the work was over before the host could be killed")
	}
	within(t, longPatience, "the work to end", func() bool { return ended.MatchString(state()) })
	if said := state(); !strings.Contains(said, "Done") {
		t.Fatalf("%s after %d kills: %s", run, hit, said)
	}
}

// mainOf is the page without what is around it.
func mainOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return page
}

// hasRows fails unless so many lines of the sheet stand, each once.
func (w workshop) hasRows(t *testing.T, want int) {
	t.Helper()
	times := map[string]int{}
	for day := 1; day <= 28; day += 7 { // a file holds 20,000 contributions at most
		a := w.steward.get(fmt.Sprintf("/c/%s/contribution/entries.csv?state=validated&from=2026-03-%02d&until=2026-03-%02d", w.slug, day, day+6))
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			times[row[len(row)-1]]++
		}
	}
	for i := range want {
		if note := fmt.Sprint("row ", i); times[note] != 1 {
			t.Fatalf("%s stands %d times", note, times[note])
		}
	}
	if len(times) != want {
		t.Fatalf("%d lines stand, not %d", len(times), want)
	}
}

// hasMembers fails unless each person of the sheet is a member, once.
func (w workshop) hasMembers(t *testing.T) {
	t.Helper()
	page := w.steward.get("/c/" + w.slug + "/people").body
	for i := range people {
		if rows := strings.Count(page, `<span class="hidden"> `+person(i)+"</span>"); rows != 1 {
			t.Errorf("%s is a member %d times", person(i), rows)
		}
	}
}

var (
	openOne   = regexp.MustCompile(`/contribution/distributions/([0-9a-f-]{36})"`)
	inForce   = regexp.MustCompile(`<option value="([0-9a-f-]{36})"`)
	notShared = regexp.MustCompile(`name="income" value="([0-9a-f-]{36})"`)
)

// sharesOut receives 1,000.00 and shares it out, and the host is killed at a
// moment that nobody chose: while the button is pressed, or once it was. Then it
// does what the page says until nothing is left, and reports whether anything was.
func (w workshop) sharesOut(t *testing.T, pressed bool) (cut bool) {
	t.Helper()
	h, at := w.steward.host, "/c/"+w.slug+"/contribution/"
	w.steward.done(at+"income/new", "kind", "sale", "project", w.project, "gross", "1000", "payer_name", "Village of Exampledorp", "day", "2026-04-01")
	page := w.steward.get(at + "distributions/new").body
	equation, income := inForce.FindStringSubmatch(page), notShared.FindStringSubmatch(page)
	if equation == nil || income == nil {
		t.Fatalf("nothing can be shared out: %s", visible(mainOf(page)))
	}
	ask := url.Values{"do": {"run"}, "equation": {equation[1]}, "income": {income[1]}}.Encode()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		w.steward.send("POST", at+"distributions/new", form, ask, nil) // no answer may come
	}()
	if pressed {
		<-answered
	}
	time.Sleep(time.Duration(rand.Int64N(int64(100 * time.Millisecond))))
	h.kill()
	<-answered
	h.serve()
	for end := time.Now().Add(longPatience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		page := mainOf(w.steward.get(at + "distributions/new").body)
		open := openOne.FindStringSubmatch(page)
		switch {
		case open != nil: // it was opened, and perhaps is under way
			cut = true
			if a := w.steward.post(at + "distributions/" + open[1] + "/run"); a.status == http.StatusSeeOther {
				w.works(t, a.header.Get("Location"), 0)
			}
		case notShared.MatchString(page): // nothing came of it
			if a, err := w.steward.send("POST", at+"distributions/new", form, ask, nil); err != nil || a.status != http.StatusSeeOther {
				t.Fatalf("%v %d %s", err, a.status, visible(mainOf(a.body)))
			}
		default:
			return cut
		}
	}
	t.Fatal("the money is not shared out")
	return cut
}

// paidOnce fails unless the books verify and hold so many distributions, each
// of which is done, took up 1,000.00 and pays what its rule says.
func (w workshop) paidOnce(t *testing.T, want int) {
	t.Helper()
	archive := w.verifies(t)
	h := w.steward.host
	var list []struct {
		No    int64
		State string
		Pot   struct{ Value string }
		Paid  struct{ Value string }
	}
	said := h.run("--json", "contribution", "distributions")
	if err := json.Unmarshal([]byte(said), &list); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	done := 0
	for _, d := range list {
		if d.State == "canceled" {
			continue
		}
		done++
		if d.State != "done" || d.Pot.Value != "1000" || d.Paid.Value != "1000" {
			t.Errorf("%+v", d)
		}
		h.run("contribution", "recompute", archive, fmt.Sprint(d.No))
	}
	if done != want {
		t.Errorf("%d distributions, not %d: %s", done, want, said)
	}
}
