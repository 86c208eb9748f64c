package books_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// counter is a shop whose every download is large, with its pages.
type counter struct {
	*shop
	t     *testing.T
	shell *web.Shell
	jobs  *job.Runner
}

func eachCounter(t *testing.T, body func(*testing.T, *counter)) {
	eachShop(t, func(t *testing.T, s *shop) {
		c := &counter{shop: s, t: t}
		quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
		c.jobs = job.NewRunner(job.Config{Store: s.Store, Sweep: 20 * time.Millisecond, Log: quiet, Commons: func(context.Context) ([]store.ID, error) { return []store.ID{s.id}, nil }})
		s.Jobs, s.Downloads, s.Large = c.jobs, t.TempDir(), 1
		c.jobs.Add(s.DownloadJobs()...)
		table := auth.NewTable(slices.Concat(auth.Grants, commons.Grants, job.Grants, web.Grants, vf.Grants, books.Grants)...)
		as := map[string]auth.Identity{"": {}, "robin": {Account: s.robin, Agent: s.robin, Role: auth.Member}, "stew": {Account: s.sam, Agent: s.sam, Role: auth.Steward}}
		var err error
		c.shell, err = web.New(web.Config{Store: s.Store, Rooms: []web.Room{books.Room(s.Books)}, Log: quiet,
			CommonsBySlug: func(_ context.Context, slug string) (commons.Commons, bool, error) {
				return commons.Commons{ID: s.id, Slug: "shop", Name: "Shop", Zone: "Europe/Amsterdam", OpenBooks: true}, slug == "shop", nil
			},
			Resolve: func(r *http.Request, id store.ID) (web.Visitor, error) {
				who := as[r.Header.Get("X-As")]
				who.Commons, who.OpenBooks = id, true
				return web.Visitor{Who: table.As(who)}, nil
			}})
		must(t, err)
		body(t, c)
	})
}

// work lets the jobs run until the test ends.
func (c *counter) work() {
	ctx, stop := context.WithCancel(c.t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = c.jobs.Work(ctx) }()
	c.t.Cleanup(func() { stop(); <-ended })
}

func (c *counter) ask(who, method, path, form string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.Header.Set("X-As", who)
	if form != "" || method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.shell.ServeHTTP(w, r)
	return w
}

// order asks for a file and returns the address of its page.
func (c *counter) order(who, format, form string) string {
	c.t.Helper()
	w := c.ask(who, "POST", "/c/shop/books/downloads/"+format, form)
	if w.Code != http.StatusSeeOther {
		c.t.Fatalf("asking for %s: status %d\n%s", format, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// follow reads the page until it says something.
func (c *counter) follow(who, at, want string) string {
	c.t.Helper()
	body := ""
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if body = c.ask(who, "GET", at, "").Body.String(); strings.Contains(body, want) {
			return body
		}
	}
	c.t.Fatalf("%s never says %q:\n%s", at, want, body)
	return ""
}

// A large download is asked for by a button, followed on a page that reloads
// itself without scripts, taken in parts, and equals what is written at once.
func TestLargeDownloads(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		if body := c.ask("", "GET", "/c/shop/books/downloads/hledger?from=2026-01-01", "").Body.String(); !strings.Contains(body, "This is a large file") || !strings.Contains(body, `name="from" value="2026-01-01"`) {
			t.Fatalf("a link to a large download:\n%s", body)
		}
		at := c.order("", "hledger", "from=2026-01-01")
		if body := c.follow("", at, "Waiting for its turn"); !strings.Contains(body, `<noscript><meta http-equiv="refresh"`) || !strings.Contains(body, `action="`+at+`/cancel"`) {
			t.Errorf("the page while it waits:\n%s", body)
		}
		if w := c.ask("", "GET", at+"/file", ""); w.Code != http.StatusSeeOther {
			t.Errorf("taken too early: status %d", w.Code)
		}
		c.work()
		c.follow("", at, "The file is ready")
		path, _ := c.write(t, books.Export{Format: books.HledgerFormat, Filter: ledger.Filter{From: "2026-01-01"}})
		want := read(t, path)
		w := c.ask("", "GET", at+"/file", "", "Accept-Encoding", "gzip")
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), want) || w.Header().Get("Content-Disposition") != `attachment; filename="shop-hledger-2026-01-01.journal"` {
			t.Errorf("the file: status %d, %v\n%s", w.Code, w.Header(), w.Body)
		}
		rest := c.ask("", "GET", at+"/file", "", "Range", "bytes=100-", "If-Range", w.Header().Get("ETag"), "Accept-Encoding", "gzip")
		if rest.Code != http.StatusPartialContent || !bytes.Equal(rest.Body.Bytes(), want[100:]) {
			t.Errorf("the rest of the file: status %d, %d bytes, want %d", rest.Code, rest.Body.Len(), len(want)-100)
		}
		if again := c.order("robin", "hledger", "from=2026-01-01"); again != at {
			t.Errorf("the same file is written again, at %s", again)
		}
		if body := c.ask("robin", "GET", "/c/shop/books/downloads", "").Body.String(); !strings.Contains(body, `href="`+at+`"`) {
			t.Errorf("the downloads do not list the file:\n%s", body)
		}
	})
}

func TestLargeLogVerifies(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.work()
		at := c.order("", "log", "")
		c.follow("", at, "The file is ready")
		data := c.ask("", "GET", at+"/file", "").Body.Bytes()
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		must(t, err)
		if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "checkpoint" }) {
			t.Errorf("the archive holds no checkpoint")
		}
	})
}

// Private files are for those who may ask for them; each asks for a few only.
func TestInvariant6LargeDownloadsAreGuarded(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		if w := c.ask("robin", "POST", "/c/shop/books/downloads/jsonl", "private=true"); w.Code != http.StatusForbidden {
			t.Errorf("a member asks for private texts: status %d", w.Code)
		}
		secret := c.order("stew", "csv", "private=true")
		mine := c.order("robin", "csv", "")
		if w := c.ask("robin", "GET", secret, ""); w.Code != http.StatusForbidden {
			t.Errorf("a member follows a private file: status %d", w.Code)
		}
		if w := c.ask("", "POST", mine+"/cancel", ""); w.Code != http.StatusForbidden {
			t.Errorf("a visitor cancels the file of a member: status %d", w.Code)
		}
		if same := c.order("robin", "csv", ""); same != mine {
			t.Errorf("asking twice starts twice: %s, %s", mine, same)
		}
		for day := 1; day <= 8; day++ {
			c.order("", "jsonl", fmt.Sprintf("from=2026-01-%02d", day))
		}
		if w := c.ask("", "POST", "/c/shop/books/downloads/jsonl", "from=2026-01-09"); w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), "come back tomorrow") {
			t.Errorf("the ninth file of visitors: status %d", w.Code)
		}
		c.order("stew", "jsonl", "from=2026-01-09")
		c.work()
		c.follow("stew", secret, "The file is ready")
		if w := c.ask("robin", "GET", secret+"/file", ""); w.Code != http.StatusForbidden {
			t.Errorf("a member takes a private file: status %d", w.Code)
		}
		c.follow("robin", mine, "The file is ready")
		if body := c.ask("robin", "GET", "/c/shop/books/downloads", "").Body.String(); strings.Contains(body, secret) {
			t.Errorf("a member sees the private file listed")
		}
	})
}

func TestCanceledAndKeptDownloads(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		at := c.order("robin", "csv", "")
		if w := c.ask("robin", "POST", at+"/cancel", ""); w.Code != http.StatusSeeOther {
			t.Fatalf("canceling: status %d", w.Code)
		}
		body := c.follow("robin", at, "You stopped this")
		if !regexp.MustCompile(`<form method="post" action="/c/shop/books/downloads/csv">`).MatchString(body) {
			t.Errorf("no way to write it again:\n%s", body)
		}
		c.work()
		at = c.order("robin", "csv", "")
		c.follow("robin", at, "The file is ready")
		files, err := filepath.Glob(filepath.Join(c.Downloads, string(c.id), "*"))
		must(t, err)
		if len(files) != 1 {
			t.Fatalf("the folder holds %v", files)
		}
		must(t, c.SweepDownloads(t.Context(), c.id))
		c.follow("robin", at, "The file is ready")
		old := time.Now().Add(-25 * time.Hour)
		must(t, os.Chtimes(files[0], old, old))
		must(t, c.SweepDownloads(t.Context(), c.id))
		c.follow("robin", at, "This file is not kept any longer")
		if w := c.ask("robin", "GET", at+"/file", ""); w.Code != http.StatusSeeOther {
			t.Errorf("taking what is gone: status %d", w.Code)
		}
		if next := c.order("robin", "csv", ""); next == at {
			t.Errorf("asking again leads to what is gone")
		}
	})
}

// While a long export is written others read what the log gained meanwhile; the
// export is that of the moment when it began.
func TestInvariant5ReadingDuringALongExport(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		work := func(times int) {
			s.act(t, "shop.work", true, func(l *vf.Ledger) {
				for range times {
					hours := quantity.Of(1, "hour")
					_, err := l.Record(vf.Event{Action: vf.Work, Provider: s.sam, Receiver: s.id, EffortQuantity: &hours, InScopeOf: s.id, ClassifiedAs: []string{"cw:contribution/work"}})
					must(t, err)
				}
			})
		}
		work(2500)
		path, _ := s.write(t, books.Export{Format: books.BeancountFormat})
		began, answered, seen := make(chan struct{}), make(chan error, 1), 0
		go func() {
			<-began
			work(1)
			answered <- s.Read(t.Context(), s.id, func(v *books.View) error { seen = v.Ledger.Len(); return nil })
		}()
		again, _ := s.write(t, books.Export{Format: books.BeancountFormat, Progress: func(done, _ int64) {
			if done == 1000 {
				close(began)
			}
			time.Sleep(30 * time.Millisecond)
		}})
		select {
		case err := <-answered:
			must(t, err)
		default:
			t.Errorf("a reader waited until the export was written")
		}
		if seen <= 2500 || !bytes.Equal(read(t, path), read(t, again)) {
			t.Errorf("the reader saw %d entries; the exports differ: %v", seen, !bytes.Equal(read(t, path), read(t, again)))
		}
	})
}

// Whoever is erased is in every private download: those that are there go with
// the act, those that wait are not written, and the public ones stay.
func TestErasureTakesPrivateDownloads(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.work()
		private, public := c.order("stew", "jsonl", "private=on"), c.order("stew", "jsonl", "")
		for _, at := range []string{private, public} {
			c.follow("stew", at, at+"/file")
		}
		files := func() int {
			list, err := os.ReadDir(filepath.Join(c.Downloads, string(c.id)))
			must(t, err)
			return len(list)
		}
		if n := files(); n != 2 {
			t.Fatalf("%d files", n)
		}
		_, err := store.Write(t.Context(), c.Store, store.Command{Commons: c.id}, func(tx *store.Tx) (int, error) { return 0, c.ForgetDownloads(tx) })
		must(t, err)
		if n := files(); n != 1 {
			t.Errorf("%d files are left", n)
		}
		if w := c.ask("stew", "GET", private+"/file", ""); w.Code == http.StatusOK {
			t.Error("the private file can still be had")
		}
		if w := c.ask("stew", "GET", public+"/file", ""); w.Code != http.StatusOK {
			t.Errorf("the public file: status %d", w.Code)
		}
		left := filepath.Join(c.Downloads, string(c.id), filepath.Base(private)+".jsonl") // as if the program had been killed before it went
		must(t, os.WriteFile(left, []byte("Robin"), 0o600))
		must(t, c.SweepDownloads(t.Context(), c.id))
		if n := files(); n != 1 {
			t.Errorf("%d files are left after the sweep", n)
		}
		if again := c.order("stew", "jsonl", "private=on"); again == private {
			t.Error("the withdrawn file is offered again")
		}
	})
}
