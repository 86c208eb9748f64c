package vfrest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/vf"
)

// Each line is judged by itself: what is wrong with one does not keep the
// others, and all of a chunk are one entry of the log.
func TestLinesAreAnsweredOneByOne(t *testing.T) {
	each(t, func(y *yard) {
		sack, before := store.NewID(), y.entries()
		body := strings.Join([]string{
			y.raise(y.ben, sack, "10"), "", y.lower(y.ben, sack, "11"), `{"action":"lowerr"}`, `{"action":`, y.lower(y.ben, sack, "4"),
			y.raise(y.ann, store.NewID(), "1"), `{"action":"raise","created":"2020-01-01T00:00:00Z"}`, strings.Repeat("x", 3*maxLine), y.lower(y.ben, sack, "6"),
		}, "\n")
		status, text := y.ask("ben", "POST", "/events", body, "Idempotency-Key", "all at once")
		got := y.lines(text)
		var seen []string
		for _, g := range got[:len(got)-1] {
			seen = append(seen, fmt.Sprintf("%d %v %s", g.Line, g.ID != "", g.Error.Code))
		}
		want := "[1 true  3 false vf.negative_balance 4 false vf.missing_agent 5 false vf.json 6 true  7 false auth.forbidden 8 false vfrest.set_here 9 false vfrest.line_too_long 10 true ]"
		if status != http.StatusOK || fmt.Sprint(seen) != strings.Replace(want, "vf.missing_agent", got[2].Error.Code, 1) {
			t := y.t
			t.Errorf("status %d\n got %s\nwant %s", status, seen, want)
		}
		if got[0].Resource != sack || y.left(sack) != "0" {
			y.t.Errorf("record %s holds %s", got[0].Resource, y.left(sack))
		}
		if last := got[len(got)-1]; last.Lines != 9 || last.Recorded != 3 || last.Refused != 6 {
			y.t.Errorf("sums up as %+v", last)
		}
		if n := y.entries() - before; n != 1 {
			y.t.Errorf("%d entries of the log; want one", n)
		}
		if _, text := y.ask("ben", "POST", "/events?answers=refused", y.raise(y.ben, store.NewID(), "1")); len(y.lines(text)) != 1 {
			y.t.Errorf("asked for refusals only, got %s", text)
		}
	})
}

// Invariant 2: one bad line, and nothing changes; every bad line is named.
func TestInvariant2AtomicChangesAllOrNothing(t *testing.T) {
	each(t, func(y *yard) {
		sack, before := store.NewID(), y.entries()
		good := []string{y.raise(y.ben, sack, "10"), y.lower(y.ben, sack, "4")}
		bad := append(good[:2:2], "", `{"action":`, y.lower(y.ben, sack, "7"), y.lower(y.ben, sack, "6"), y.raise(y.ann, store.NewID(), "1"))
		status, text := y.ask("ben", "POST", "/events?mode=atomic", strings.Join(bad, "\n"))
		var refused struct {
			Error struct{ Code string }
			Lines []struct {
				Line  int
				Error struct{ Code string }
			}
		}
		must(y.t, json.Unmarshal([]byte(text), &refused))
		if want := "[{4 {vf.json}} {5 {vf.negative_balance}} {7 {auth.forbidden}}]"; status != http.StatusUnprocessableEntity || fmt.Sprint(refused.Lines) != want || refused.Error.Code != "vf.json" {
			y.t.Errorf("status %d: %s", status, text)
		}
		if y.left(sack) != "" || y.entries() != before {
			y.t.Error("something changed")
		}
		status, text = y.ask("ben", "POST", "/events?mode=atomic", strings.Join(good, "\r\n"))
		if got := y.lines(text); status != http.StatusOK || len(got) != 3 || got[2].Recorded != 2 || y.left(sack) != "6" {
			y.t.Errorf("status %d: %s", status, text)
		}
		var many strings.Builder
		for range 1500 {
			many.WriteString("{}\n")
		}
		_, text = y.ask("ben", "POST", "/events?mode=atomic", many.String())
		must(y.t, json.Unmarshal([]byte(text), &refused))
		if len(refused.Lines) != maxReported {
			y.t.Errorf("%d lines are listed; want %d", len(refused.Lines), maxReported)
		}
	})
}

// Invariant 3: a repeat records nothing, also where the first attempt broke
// off; other text under the same key is refused.
func TestInvariant3RepeatsAreHarmless(t *testing.T) {
	each(t, func(y *yard) {
		sack := store.NewID()
		text := y.raise(y.ben, sack, "100000") + "\n" + strings.Repeat(y.lower(y.ben, sack, "1")+"\n", chunkLines+100)
		cut := strings.Repeat(y.lower(y.ben, sack, "1")+"\n", 50)
		broken := io.MultiReader(strings.NewReader(text[:len(text)-len(cut)]), failing{})
		w := httptest.NewRecorder()
		y.shell.ServeHTTP(w, request("ben", "POST", "/c/yard/events", broken, "Idempotency-Key", "monday"))
		if got := y.lines(w.Body.String()); got[len(got)-1].Error.Code != "vfrest.broken_off" || len(got) != chunkLines+1 {
			y.t.Errorf("%d answers, the last %+v", len(got), got[len(got)-1])
		}
		_, first := y.ask("ben", "POST", "/events", text, "Idempotency-Key", "monday")
		left, entries := y.left(sack), y.entries()
		_, second := y.ask("ben", "POST", "/events", text, "Idempotency-Key", "monday")
		if first != second || y.left(sack) != left || y.entries() != entries || left != fmt.Sprint(100000-chunkLines-100) {
			y.t.Errorf("%s is left, was %s; the answers are alike: %v", y.left(sack), left, first == second)
		}
		if status, text := y.ask("ben", "POST", "/events", y.lower(y.ben, sack, "2"), "Idempotency-Key", "monday"); status != http.StatusConflict {
			y.t.Errorf("other text under the same key: %d %s", status, text)
		}
	})
}

// failing is a sender who goes away.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestPackedBodies(t *testing.T) {
	each(t, func(y *yard) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		io.WriteString(z, strings.Repeat(y.raise(y.ben, "", "1")+"\n", 5000))
		must(y.t, z.Close())
		_, answer := y.ask("ben", "POST", "/events?answers=refused", packed.String(), "Content-Encoding", "gzip")
		if got := y.lines(answer); len(got) != 1 || got[0].Recorded != 5000 {
			y.t.Errorf("answered %.300s", answer)
		}
		_, answer = y.ask("ben", "POST", "/events", packed.String()[:packed.Len()/2], "Content-Encoding", "gzip")
		if got := y.lines(answer); got[len(got)-1].Error.Code != "vfrest.broken_off" {
			y.t.Errorf("half a file: %.300s", answer)
		}
	})
}

func TestRefusedRequests(t *testing.T) {
	each(t, func(y *yard) {
		for _, c := range []struct {
			who, path, body, header, value string
			status                         int
			code                           string
		}{
			{"", "/events", "{}", "", "", 401, "auth.sign_in"},
			{"ben", "/events?mode=some", "{}", "", "", 422, "vfrest.mode"},
			{"ben", "/events?answers=no", "{}", "", "", 422, "vfrest.answers"},
			{"ben", "/events", "{}", "Content-Type", "application/json", 422, "vfrest.content_type"},
			{"ben", "/events", "{}", "Content-Encoding", "br", 422, "vfrest.gzip"},
			{"ben", "/events", "{}", "Content-Encoding", "gzip", 422, "vfrest.gzip"},
			{"ben", "/events", "{}", "Idempotency-Key", strings.Repeat("k", 181), 422, "vfrest.key_too_long"},
			{"ben", "/events?mode=atomic", strings.Repeat("{}\n", maxAtomic+1), "", "", 429, "vfrest.too_many_lines"},
		} {
			status, text := y.ask(c.who, "POST", c.path, c.body, c.header, c.value)
			if status != c.status || !strings.Contains(text, `"`+c.code+`"`) {
				y.t.Errorf("%s %s %s: %d %s; want %d %s", c.path, c.header, c.value, status, text, c.status, c.code)
			}
		}
	})
}

// A line is answered before the next one is sent: nobody waits for a chunk to fill.
func TestInvariant1AnswersComeWhileLinesAreSent(t *testing.T) {
	each(t, func(y *yard) {
		server := httptest.NewServer(y.shell)
		defer server.Close()
		in, out := io.Pipe()
		r, err := http.NewRequestWithContext(y.t.Context(), "POST", server.URL+"/c/yard/events", in)
		must(y.t, err)
		r.Header.Set("Content-Type", "application/x-ndjson")
		r.Header.Set("X-As", "ben")
		sack := store.NewID()
		go fmt.Fprintln(out, y.raise(y.ben, sack, "5"))
		answer, err := http.DefaultClient.Do(r)
		must(y.t, err)
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		for n := 1; n <= 5; n++ {
			if !lines.Scan() || !strings.Contains(lines.Text(), fmt.Sprintf(`"line":%d,"id"`, n)) {
				y.t.Fatalf("line %d: %q %v", n, lines.Text(), lines.Err())
			}
			if want := fmt.Sprint(6 - n); y.left(sack) != want {
				y.t.Fatalf("answered, but %s is left; want %s", y.left(sack), want)
			}
			fmt.Fprintln(out, y.lower(y.ben, sack, "1"))
		}
		out.Close()
		lines.Scan() // the answer to the last line
		if !lines.Scan() || lines.Text() != `{"lines":6,"recorded":6,"refused":0}` {
			y.t.Errorf("ends with %q", lines.Text())
		}
	})
}

// Invariant 5, and the order of recording: what is read is what was written,
// from any place on; notes are for members.
func TestInvariant5EventsAreGivenInOrder(t *testing.T) {
	each(t, func(y *yard) {
		sack := store.NewID()
		_, text := y.ask("ben", "POST", "/events", y.raise(y.ben, sack, "2000")+"\n"+strings.Repeat(y.lower(y.ben, sack, "1")+"\n", 1200))
		written := y.lines(text)
		written = written[:len(written)-1]
		read := func(who, query string) (out []vf.Event) {
			status, text := y.ask(who, "GET", "/events.ndjson"+query, "")
			if status != http.StatusOK {
				y.t.Fatalf("%s: %d %s", query, status, text)
			}
			for line := range strings.Lines(text) {
				e, err := vf.DecodeEvent([]byte(line))
				must(y.t, err)
				out = append(out, e)
			}
			return out
		}
		all := read("ben", "")
		if len(all) != len(written) {
			y.t.Fatalf("%d events; want %d", len(all), len(written))
		}
		for i, e := range all {
			if e.ID != written[i].ID {
				y.t.Fatalf("event %d is %s; want %s", i, e.ID, written[i].ID)
			}
		}
		if got := read("ben", "?after="+string(all[700].ID)); len(got) != 500 || got[0].ID != all[701].ID {
			y.t.Errorf("behind the 701st: %d events", len(got))
		}
		for query, want := range map[string]int{"?action=raise": 1, "?action=raise&action=lower": 1201, "?limit=7": 7, "?provider=" + string(y.ann.Agent): 0,
			"?agent=" + string(y.ben.Agent): 1201, "?until=2001-01-01": 0, "?from=2001-01-01T00:00:00Z": 1201} {
			if got := read("ben", query); len(got) != want {
				y.t.Errorf("%s finds %d; want %d", query, len(got), want)
			}
		}
		if got := read("ben", "")[1]; got.Note != "spilled" {
			y.t.Errorf("a member reads the note %q", got.Note)
		}
		if got := read("", "")[1]; got.Note != "" {
			y.t.Errorf("an outsider reads the note %q", got.Note)
		}
		for _, query := range []string{"?action=stroll", "?after=x", "?limit=0", "?from=yesterday"} {
			if status, text := y.ask("ben", "GET", "/events.ndjson"+query, ""); status != http.StatusUnprocessableEntity {
				y.t.Errorf("%s: %d %s", query, status, text)
			}
		}
		y.open = false
		if status, text := y.ask("", "GET", "/events.ndjson", ""); status != http.StatusUnauthorized {
			y.t.Errorf("closed books: %d %s", status, text)
		}
	})
}

// At one address people get their page and programs their lines.
func TestEventsAreNegotiated(t *testing.T) {
	each(t, func(y *yard) {
		y.ask("ben", "POST", "/events", y.raise(y.ben, store.NewID(), "1"))
		if status, text := y.ask("ben", "GET", "/events", "", "Accept", "text/html"); status != http.StatusOK || text != "a page" {
			y.t.Errorf("people get %d %s", status, text)
		}
		if status, text := y.ask("ben", "GET", "/events", "", "Accept", "application/x-ndjson"); status != http.StatusOK || !strings.Contains(text, `"action":"raise"`) {
			y.t.Errorf("programs get %d %s", status, text)
		}
		if status, text := y.ask("ben", "GET", "/events?limit=x", "", "Accept", "application/x-ndjson"); status != http.StatusUnprocessableEntity || !strings.Contains(text, "vfrest.limit") {
			y.t.Errorf("a refusal is %d %s", status, text)
		}
	})
}

// Whatever comes in: every line that is not empty is read as an event or has
// a fault, lines are counted as an editor does, and reading ends.
func FuzzReading(f *testing.F) {
	for _, seed := range []string{`{"action":"raise"}`, "\n\n{}\r\n", `{"newInventoriedResource":{"id":"x"}}`, `{"resourceQuantity":{"unit":"one","value":"1e3"}}`, "\x00\xff", `{"fulfills":[{"target":"x"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, got := newReading(bytes.NewReader(text)), 0
		for {
			it, err := r.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if got++; it.bad == nil && it.rec.Event.ID == "" && it.size == 0 {
				t.Fatal("an empty line was read")
			}
		}
		want := 0
		for line := range bytes.Lines(text) {
			if len(bytes.TrimSpace(line)) > 0 {
				want++
			}
		}
		if got != want {
			t.Fatalf("%d lines were read of %d", got, want)
		}
	})
}
