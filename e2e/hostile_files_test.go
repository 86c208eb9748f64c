package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestInvariant4MalformedFiles brings files that are no timesheets, or bad
// ones, to the import page.
func TestInvariant4MalformedFiles(t *testing.T) {
	t.Parallel()
	h := serving(t)
	shop := h.begin(t, "windworks")
	before := shop.books()
	const head = "Person,Date,Hours,Note\n"
	const good = head + "Noor Example,2026-03-02,1,sanding\n"
	for name, c := range map[string]struct{ file, says string }{
		"nothing":           {"", "empty"},
		"only a head":       {head, "Nothing is new"},
		"no text":           {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", ""},
		"an open quote":     {good + "Noor Example,2026-03-03,1,\"never closed\n" + strings.Repeat("x,y\n", 100), "line"},
		"a zero byte":       {good + "Noor Example,2026-03-03,1,a\x00b\n", "line"},
		"half of UTF-16":    {"\xff\xfeP\x00e\x00r\x00", ""},
		"ragged lines":      {good + "Noor Example,2026-03-03\n", "Line 3"},
		"more columns":      {good + "Noor Example,2026-03-03,1,a,b,c,d\n", "Line 3"},
		"less than nothing": {good + "Noor Example,2026-03-03,-1,x\n", "Line 3"},
		"nothing done":      {good + "Noor Example,2026-03-03,0,x\n", "Line 3"},
		"a huge amount":     {good + "Noor Example,2026-03-03,99999999999999999999,x\n", "Line 3"},
		"a power":           {good + "Noor Example,2026-03-03,1e9,x\n", "Line 3"},
		"no number":         {good + "Noor Example,2026-03-03,=1+1,x\n", "Line 3"},
		"no day":            {good + "Noor Example,2026-02-30,1,x\n", "Line 3"},
		"a day to come":     {good + "Noor Example,2106-03-03,1,x\n", "Line 3"},
		"a day long past":   {good + "Noor Example,0001-01-01,1,x\n", "Line 3"},
		"a long field":      {good + "Noor Example,2026-03-03,1," + strings.Repeat("x", 2<<20) + "\n", "line"},
		"many columns":      {strings.Repeat("a,", 5000) + "\n", ""},
	} {
		t.Run(name, func(t *testing.T) { shop.refusesFile(t, c.file, c.says) })
	}
	if after := shop.books(); after != before {
		t.Errorf("the books were\n%s\nand are\n%s", before, after)
	}
}

// refusesFile brings a timesheet as far as it comes, and fails if it comes in
// or if a page on the way does not say so.
func (w workshop) refusesFile(t *testing.T, file, says string) {
	t.Helper()
	a := w.sends(t, "hostile.csv", []byte(file))
	if a.status == http.StatusSeeOther {
		options := a.header.Get("Location")
		a = w.steward.post(options, "column_person", "Person", "column_date", "Date", "column_hours", "Hours", "column_note", "Note", "dates", "ymd", "numbers", "en")
		if a.status == http.StatusSeeOther {
			page := strings.TrimSuffix(options, "/options")
			checked := w.steward.get(page)
			if checked.status != http.StatusOK || !strings.Contains(checked.body, says) {
				t.Errorf("the check answers %d without %q: %s", checked.status, says, visible(mainOf(checked.body)))
			}
			a = w.steward.post(page, "who_0", "new")
		}
	}
	if a.status < 400 || a.status > 499 {
		t.Errorf("answers %d %s: %s", a.status, a.header.Get("Location"), visible(mainOf(a.body)))
	}
}

// TestInvariant4MillionLines brings a million lines of which the last is bad:
// the file is read to its end in little memory while others work, and refused
// whole.
func TestInvariant4MillionLines(t *testing.T) {
	t.Parallel()
	h := serving(t)
	shop := h.begin(t, "windworks")
	file := append(longSheet(1_000_000), "Member A Example,2026-13-01,1,the last\n"...)
	page := shop.upload(t, "million.csv", file)
	if a := shop.steward.get(page); !strings.Contains(a.body, "Line 1,000,002") {
		t.Errorf("the bad line is not named: %s", visible(mainOf(a.body)))
	}
	if a := shop.steward.post(page, "others", "1"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a file with a bad line is answered with %d", a.status)
	}
	if books := shop.books(); strings.Count(books, "\n") != 1 {
		t.Errorf("something came in: %.300s", books)
	}
	if peak := h.peak(t); peak > 512<<20 {
		t.Errorf("the host took %d MB", peak>>20)
	} else {
		t.Logf("the host took %d MB", peak>>20)
	}
}

// peak is the most memory that the program has had at a time, in bytes.
func (h *host) peak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.process.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// TestInvariant4HostileRepository imports a history of names in broken
// encodings and of days that nobody worked on.
func TestInvariant4HostileRepository(t *testing.T) {
	t.Parallel()
	h := serving(t)
	shop := h.begin(t, "windworks")
	h.stop()
	repository := brokenHistory(t)
	before := h.run("contribution", "list")
	said, err := h.command("import", "git", repository, "--commons", "windworks", "--project", "Turbine", "--create-people").CombinedOutput()
	if err == nil || !bytes.Contains(said, []byte("1970")) && !bytes.Contains(said, []byte("2106")) {
		t.Errorf("%v: %s", err, said)
	}
	if after := h.run("contribution", "list"); after != before {
		t.Errorf("refused, and yet there is %s", after)
	}
	h.run("import", "git", repository, "--commons", "windworks", "--project", "Turbine", "--create-people", "--skip-bad")
	h.serve()
	books := shop.books()
	for _, name := range []string{"Zoë", "bytes@example.org", "script"} {
		if !strings.Contains(books, name) {
			t.Errorf("%q is not among\n%s", name, books)
		}
	}
	if books != strings.ToValidUTF8(books, "?") || strings.ContainsAny(books, "\x00\u202e") || strings.Contains(books, "2106") || strings.Contains(books, "1970") {
		t.Errorf("what came in cannot be shown or believed: %q", books)
	}
	shop.verifies(t)
}

// brokenHistory makes a repository of commits that git itself would not write.
func brokenHistory(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git := func(input string, args ...string) string {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", dir}, args...)...)
		c.Stdin = strings.NewReader(input)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	git("", "init", "-q")
	tree, parent := git("", "mktree"), ""
	for _, c := range []struct{ author, message string }{
		{"Zo\xeb <zoe@example.org> 1772445600 +0100\nencoding ISO-8859-1", "caf\xe9\n"},
		{"\xff\xfe\x80 <bytes@example.org> 1772445600 +0000", "broken \xc3\x28 bytes\n"},
		{"<script>alert(1)</script> <x@example.org> 1772445600 +0000", "\u202eevil\n"},
		{"Old <old@example.org> 0 +0000", "1970\n"},
		{"Late <late@example.org> 4300000000 +0000", "2106\n"},
		{"Early <early@example.org> -86400 +0000", "before 1970\n"},
		{"Huge <huge@example.org> 99999999999999999999 +0000", "no time\n"},
	} {
		author, encoding, _ := strings.Cut(c.author, "\n")
		if encoding != "" {
			encoding += "\n"
		}
		text := "tree " + tree + "\n" + parent + "author " + author + "\ncommitter C <c@example.org> 1772445600 +0000\n" + encoding + "\n" + c.message
		parent = "parent " + git(text, "hash-object", "-t", "commit", "-w", "--literally", "--stdin") + "\n"
	}
	git("", "update-ref", "HEAD", strings.Fields(parent)[1])
	return dir
}

// TestInvariant4HostileFormulas offers rules that would not end, that cannot be
// worked out, or that give more than there is.
func TestInvariant4HostileFormulas(t *testing.T) {
	t.Parallel()
	h := serving(t)
	shop := h.begin(t, "windworks")
	shop.sharesByHours()
	if a, err := shop.log(h.caller(t), "a quarter"); err != nil || a.status != http.StatusCreated {
		t.Fatal(a, err)
	}
	shop.steward.done("/c/windworks/contribution/income/new", "kind", "sale", "project", shop.project, "gross", "100", "payer_name", "Village of Exampledorp", "day", "2026-04-01")
	h.stop()
	for _, formula := range []string{
		"while(true){}", "[1, 2, 3].map(x, x)", "f(f)", "value * 99999999999999999999", "value + hours", "payload", "1.0/0.0",
		strings.Repeat("(", 900) + "value" + strings.Repeat(")", 900), "value" + strings.Repeat(" + value", 5000), "value; value", "'a' * 3", "\x00",
	} {
		said, err := h.command("contribution", "equation", "save", h.rule(formula), "--project", "Turbine").CombinedOutput()
		if err == nil || !bytes.Contains(said, []byte("formula")) || bytes.Contains(said, []byte("goroutine")) {
			t.Errorf("%.40q: %v %.300s", formula, err, said)
		}
	}
	for formula, why := range map[string]string{"value / (hours / hours - 1)": "divide by zero", "-value": "negative", "value / karma": "divide by zero"} {
		h.run("contribution", "equation", "save", h.rule(formula), "--equation", "Makers", "--project", "Turbine")
		h.run("contribution", "equation", "adopt", "Makers")
		if said := h.run("contribution", "preview"); !strings.Contains(said, "paid of 100 EUR           10 EUR") || strings.Contains(said, "Noor") {
			t.Errorf("%s: what cannot be worked out is paid:\n%s", formula, said)
		}
		h.run("contribution", "distribute", "Makers")
		if said := h.run("contribution", "why", "last", "noor"); !strings.Contains(said, why) {
			t.Errorf("%s: nobody is told why: %s", formula, said)
		}
		h.run("contribution", "reverse", "last", "--reason", "the rule was wrong")
	}
	h.serve()
	shop.verifies(t)
}

// quoted is a text in JSON.
func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// rule writes a value equation with one formula into a file.
func (h *host) rule(formula string) (file string) {
	h.t.Helper()
	file = filepath.Join(h.t.TempDir(), "rule.json")
	text := fmt.Sprintf(`{"name": "Makers", "unit": "EUR", "base": "remaining", "buckets": [
		{"sequence": 1, "key": "fund", "percent": "10", "fixed": [{"agent": "@commons", "weight": "1"}]},
		{"sequence": 2, "key": "makers", "percent": "100", "rules": [{"id": "work", "kinds": ["work"], "claim": "until_paid", "formula": %s}]}]}`, quoted(formula))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return file
}
