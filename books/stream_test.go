package books_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commonweal/platform/journal"
	"commonweal/platform/journal/follow"
	"commonweal/platform/store"
	"commonweal/vf"
)

// happening is one server-sent event.
type happening struct{ id, act, data string }

// listen opens the stream as an outsider and returns what reads its events.
func (c *counter) listen(server *httptest.Server, query string, headers ...string) func() happening {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), "GET", server.URL+"/c/shop/stream"+query, nil)
	must(c.t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	must(c.t, err)
	c.t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		c.t.Fatalf("status %d, %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	return func() (h happening) {
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				h.id = value
			case "event":
				h.act = value
			case "data":
				h.data = value
			case "":
				if h.data != "" {
					return h
				}
			}
		}
		return happening{}
	}
}

func (c *counter) log() (lines []journal.Line) {
	must(c.t, c.Store.Read(c.t.Context(), c.id, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		must(c.t, err)
		for l, err := range journal.Lines(r, 0, head.Size) {
			must(c.t, err)
			lines = append(lines, l)
		}
		return nil
	}))
	return lines
}

// What happened before is told from where the reader stopped, what happens now
// as it happens, each entry once; choosy readers get what they chose.
func TestStreamTellsWhatHappens(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.Follow = follow.New(c.Store)
		server := httptest.NewServer(c.shell)
		defer server.Close()
		defer c.Follow.Close()
		before := c.log()
		from, now, bread := c.listen(server, "?after=-1"), c.listen(server, ""), c.listen(server, "?after=1&act=trial.bread&act=flour", "Last-Event-ID", "0")
		c.act(t, "trial.salt", false, func(l *vf.Ledger) {})
		c.act(t, "flour.grind", false, func(l *vf.Ledger) {})
		c.act(t, "trial.bread", false, func(l *vf.Ledger) {})
		all := c.log()
		for i, l := range all {
			if got, want := from(), (happening{fmt.Sprint(i), actWord(t, l), string(l.Record)}); got != want {
				t.Fatalf("from the first: entry %d\n got %v\nwant %v", i, got, want)
			}
		}
		for i := len(before); i < len(all); i++ {
			if got := now(); got.id != fmt.Sprint(i) {
				t.Errorf("from now: got %v; want entry %d", got, i)
			}
		}
		if one, two := bread(), bread(); one.act != "flour.grind" || two.act != "trial.bread" {
			t.Errorf("chosen: %v, %v", one, two)
		}
		if w := c.ask("", "GET", "/c/shop/stream?after=yesterday", ""); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "books.after") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func actWord(t *testing.T, l journal.Line) string {
	e, err := journal.Parse(l.Record)
	must(t, err)
	return e.Act
}
