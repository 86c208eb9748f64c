package books_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// till is a commons with one account that acts pay into.
type till struct {
	books.LogExport
	agent, account store.ID
}

func config(l *journal.Log) store.Config {
	return store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: l}
}

// eachEngine runs the body with a fresh till on both engines.
func eachEngine(t *testing.T, body func(*testing.T, *till)) {
	var l *journal.Log
	storetest.Each(t, func() store.Config { l = &journal.Log{}; return config(l) }, func(t *testing.T, s *store.Store) {
		body(t, newTill(t, s, l))
	})
}

func freshTill(t testing.TB) *till {
	l := &journal.Log{}
	return newTill(t, storetest.Open(t, config(l)), l)
}

func newTill(t testing.TB, s *store.Store, l *journal.Log) *till {
	k, err := journal.NewKey("river.example")
	must(t, err)
	x := &till{LogExport: books.LogExport{Store: s, Log: l, Key: k, Commons: store.NewID()}}
	x.act(t, "commons.found", func(l *vf.Ledger) error {
		a, err := l.AddAgent(vf.Agent{Kind: vf.Person, Name: "Robin Example"})
		must(t, err)
		euro, err := l.AddSpecification(vf.ResourceSpecification{Name: "Euro", DefaultUnitOfResource: "EUR"})
		must(t, err)
		x.agent = a.ID
		_, r, err := l.RecordNew(x.event("0"), vf.Resource{ConformsTo: euro.ID})
		x.account = r.ID
		return err
	})
	return x
}

func (x *till) event(value string) vf.Event {
	q := quantity.MustParse(value, "EUR")
	return vf.Event{Action: vf.Raise, Provider: x.agent, Receiver: x.agent, ResourceInventoriedAs: x.account, ResourceQuantity: &q, Note: "from the flea market"}
}

func (x *till) act(t testing.TB, name string, f func(*vf.Ledger) error) {
	_, err := store.Write(t.Context(), x.Store, store.Command{Commons: x.Commons}, func(tx *store.Tx) (int, error) {
		l := vf.Open(tx)
		if err := f(l); err != nil {
			return 0, err
		}
		_, err := journal.Append(tx, journal.Record{Act: name, Public: map[string]any{"slip": "7", "vf": l.Changes()}, Sealed: l.Sealed(),
			Attached: map[string][]byte{"slip": []byte(name)}})
		return 0, err
	})
	must(t, err)
}

func (x *till) raise(t testing.TB, value string) {
	x.act(t, "credit.raise", func(l *vf.Ledger) error { _, err := l.Record(x.event(value)); return err })
}

// chatter appends n entries that move nothing, in one act.
func (x *till) chatter(t testing.TB, n int) {
	_, err := store.Write(t.Context(), x.Store, store.Command{Commons: x.Commons}, func(tx *store.Tx) (int, error) {
		for range n {
			if _, err := journal.Append(tx, journal.Record{Act: "a.b"}); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	must(t, err)
}

func (x *till) export(t testing.TB, name string) (dest string, done books.Exported) {
	t.Helper()
	dest = filepath.Join(t.TempDir(), name)
	done, err := books.ExportLog(t.Context(), x.LogExport, dest)
	must(t, err)
	return dest, done
}

func (x *till) verify(t testing.TB, dest string) verify.Report {
	t.Helper()
	report, err := verify.Path(t.Context(), dest, verify.Options{Keys: []string{x.Key.Verifier(x.Commons)}})
	must(t, err)
	return report
}

// content returns the files of an archive, one after the other.
func content(t testing.TB, dest string) string {
	t.Helper()
	fsys, closer, err := verify.Open(dest)
	must(t, err)
	defer closer.Close()
	var b strings.Builder
	must(t, fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		fmt.Fprintf(&b, "%s\n%s\n", name, data)
		return err
	}))
	return b.String()
}

// The same state gives the same bytes, as a folder and as a zip file.
func TestInvariant1SameStateSameBytes(t *testing.T) {
	eachEngine(t, func(t *testing.T, x *till) {
		x.Private = true
		for range 10 {
			x.raise(t, "0.07")
		}
		x.chatter(t, 290)
		folder, done := x.export(t, "a")
		zipped, again := x.export(t, "a.zip")
		if done != again || done.Size != 302 || done.Resources != 1 || done.Attachments != 2 {
			t.Errorf("exported %+v, then %+v", done, again)
		}
		if content(t, folder) != content(t, zipped) {
			t.Error("folder and zip file differ")
		}
		zipped2, _ := x.export(t, "b.ZIP")
		a, err := os.ReadFile(zipped)
		must(t, err)
		b, err := os.ReadFile(zipped2)
		must(t, err)
		if !bytes.Equal(a, b) {
			t.Error("two zip files of one state differ")
		}
		if report := x.verify(t, zipped); report.Size != done.Size || report.Opened != report.Sealed || report.Sealed == 0 {
			t.Errorf("report %+v", report)
		}
	})
}

// An export beside acts that go on is of one piece: its balances belong to a
// moment that its entries have passed.
func TestInvariant3ExportUnderLoadVerifies(t *testing.T) {
	eachEngine(t, func(t *testing.T, x *till) {
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						x.raise(t, "1")
					}
				}
			})
		}
		var last int64
		for i := range 8 {
			dest, done := x.export(t, fmt.Sprint(i))
			report := x.verify(t, dest)
			if report.Size != done.Size || report.BalancesAt > report.Size || report.Size < last {
				t.Errorf("exported %+v after %d, report %+v", done, last, report)
			}
			last = report.Size
		}
		close(stop)
		wg.Wait()
	})
}

func TestInvariant2WholeOrNotAtAll(t *testing.T) {
	x := freshTill(t)
	x.raise(t, "5")
	folder := t.TempDir()
	for _, name := range []string{"there", "there.zip"} {
		dest := filepath.Join(folder, name)
		must(t, os.WriteFile(dest, []byte("mine"), 0o600))
		if _, err := books.ExportLog(t.Context(), x.LogExport, dest); fault.CodeOf(err) != "books.destination_exists" {
			t.Errorf("%s exists: %v", name, err)
		}
		if b, _ := os.ReadFile(dest); string(b) != "mine" {
			t.Errorf("%s was overwritten", name)
		}
		must(t, os.Remove(dest))
	}
	if _, err := books.ExportLog(t.Context(), x.LogExport, filepath.Join(folder, "none", "x")); fault.CodeOf(err) != "books.destination" {
		t.Errorf("no such folder: %v", err)
	}
	for _, name := range []string{"canceled", "canceled.zip"} {
		ctx, cancel := context.WithCancel(t.Context())
		x.Progress = func(int64, int64) { cancel() }
		if _, err := books.ExportLog(ctx, x.LogExport, filepath.Join(folder, name)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	left, err := os.ReadDir(folder)
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A private archive can be read by its owner alone.
func TestInvariant4PrivateArchivesAreClosed(t *testing.T) {
	x := freshTill(t)
	x.raise(t, "5")
	for private, want := range map[bool]string{true: "-rw------- drwx------ -rw-------", false: "-rw-r--r-- drwxr-xr-x -rw-r--r--"} {
		x.Private = private
		folder, _ := x.export(t, "a")
		zipped, _ := x.export(t, "a.zip")
		var modes []string
		for _, path := range []string{zipped, folder, filepath.Join(folder, verify.FileEntries)} {
			info, err := os.Stat(path)
			must(t, err)
			modes = append(modes, info.Mode().String())
		}
		if got := strings.Join(modes, " "); got != want {
			t.Errorf("private %v: modes %s, want %s", private, got, want)
		}
		if shows := strings.Contains(content(t, folder), "flea market"); shows != private {
			t.Errorf("private %v: a private text shows: %v", private, shows)
		}
	}
}

func TestProgress(t *testing.T) {
	x := freshTill(t)
	x.chatter(t, 5000)
	var seen []string
	x.Progress = func(done, total int64) { seen = append(seen, fmt.Sprintf("%d/%d", done, total)) }
	x.export(t, "a")
	if got := strings.Join(seen, " "); got != "4096/5002 5002/5002" {
		t.Errorf("progress %s", got)
	}
}

// The commands of the README find an honest archive honest.
func TestReadmeCommands(t *testing.T) {
	x := freshTill(t)
	for range 20 {
		x.raise(t, "0.07")
	}
	dest, _ := x.export(t, "a")
	text, err := os.ReadFile(filepath.Join(dest, verify.FileReadme))
	must(t, err)
	run := func(number string) []string {
		t.Helper()
		_, after, ok := strings.Cut(string(text), "\n"+number+". ")
		if !ok {
			t.Fatalf("the README has no step %s", number)
		}
		after, _, _ = strings.Cut(after, "\n\n\n")
		var script strings.Builder
		begun := false
		for line := range strings.Lines(after) {
			command, indented := strings.CutPrefix(line, "    ")
			if begun && !indented && strings.TrimSpace(line) != "" {
				break
			}
			if indented {
				begun = true
				script.WriteString(command)
			}
		}
		cmd := exec.Command("sh", "-e", "-c", script.String())
		cmd.Dir = dest
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("step %s: %v\n%s\n%s", number, err, script.String(), out)
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
	if out := run("1"); len(out) != 2 || !strings.HasPrefix(out[0], out[1]) {
		t.Errorf("leaf: %q", out)
	}
	if out := run("2"); len(out) != 2 || out[0] != out[1] {
		t.Errorf("root: %q", out)
	}
	if out := run("3"); !strings.Contains(out[0], "Verified Successfully") {
		t.Errorf("signature: %q", out)
	}
	cmd := exec.Command("sh", "-c", "sha256sum blobs/*")
	cmd.Dir = dest
	out, err := cmd.Output()
	must(t, err)
	for line := range strings.Lines(string(out)) {
		digest, name, _ := strings.Cut(strings.TrimSpace(line), "  blobs/")
		if digest != name {
			t.Errorf("blob: %s", line)
		}
	}
}
