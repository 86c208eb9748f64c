package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

func TestInvariant1ExportVerifies(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(true)
	var seen []int64
	got, err := verify.Archive(t.Context(), m, verify.Options{Keys: []string{c.vkey()}, Progress: func(done, total int64) { seen = append(seen, done, total) }})
	must(t, err)
	if got.Size != 14 || got.Events != 12 || got.Resources != 3 || got.BalancesAt != 14 || got.Attachments != 3 || !got.Trusted || got.Commons != c.commons {
		t.Errorf("report %+v", got)
	}
	if got.Sealed == 0 || got.Opened != got.Sealed || got.Erased != 0 || got.Withheld != 0 {
		t.Errorf("of %d private fields %d are opened, %d erased, %d withheld", got.Sealed, got.Opened, got.Erased, got.Withheld)
	}
	if fmt.Sprint(seen) != "[14 14]" {
		t.Errorf("progress %v", seen)
	}
	public := c.export(false)
	if public[verify.FilePrivate] != nil {
		t.Error("private.jsonl without the request")
	}
	for name, f := range public {
		if bytes.Contains(f.Data, []byte("sweeping")) || bytes.Contains(f.Data, []byte("Robin")) {
			t.Errorf("%s shows a private text", name)
		}
	}
	got, err = verify.Archive(t.Context(), public, verify.Options{})
	must(t, err)
	if got.Trusted || got.Withheld != got.Sealed || got.Opened != 0 {
		t.Errorf("public archive, own key: %+v", got)
	}
}

// Every balance of the example, by hand: the till had 100, gave 12.34 and took it
// back, gave 0.01 and 70; 130 sheets less 3 and four halves.
func TestBalancesOfTheExample(t *testing.T) {
	c := newRiver(t)
	c.busy()
	want := map[store.ID]string{c.till: "29.99", c.account: "70.01", c.stock: "125"}
	for _, line := range lines(c.export(false), verify.FileBalances)[1:] {
		var b verify.Balance
		must(t, json.Unmarshal([]byte(line), &b))
		if b.Accounting.Decimal() != want[b.ID] || b.Onhand != b.Accounting {
			t.Errorf("%s holds %s and %s, want %s", b.ID, b.Accounting, b.Onhand, want[b.ID])
		}
		delete(want, b.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestErasedFieldsShowAsErased(t *testing.T) {
	c := newRiver(t)
	c.busy()
	before := c.export(true)
	var erased int
	_, err := store.Write(t.Context(), c.store, store.Command{Commons: c.commons}, func(tx *store.Tx) (int, error) {
		e, err := journal.Read(tx, 4)
		must(t, err)
		for field := range e.Sealed {
			n, err := journal.Erase(tx, 4, field)
			must(t, err)
			erased += n
		}
		return 0, nil
	})
	must(t, err)
	m := c.export(true)
	got, err := c.verify(m)
	must(t, err)
	if erased == 0 || got.Erased != int64(erased) || got.Opened != got.Sealed-got.Erased {
		t.Errorf("erased %d: report %+v", erased, got)
	}
	for _, file := range []string{verify.FileEntries, verify.FileCheckpoint, verify.FileLeaves, verify.FileBalances} {
		if !bytes.Equal(m[file].Data, before[file].Data) {
			t.Errorf("erasing changed %s", file)
		}
	}
}

// breach runs the verification and returns the breach, which must be there.
func (c *river) breach(name string, m fstest.MapFS) *verify.Breach {
	c.t.Helper()
	_, err := c.verify(m)
	var b *verify.Breach
	if !errors.As(err, &b) {
		c.t.Errorf("%s: got %v, want a breach", name, err)
		return &verify.Breach{Seq: -2}
	}
	if fault.CodeOf(err) != b.Code || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), b.Message) {
		c.t.Errorf("%s: the breach %+v is not its fault %v", name, b, err)
	}
	return b
}

// wantBreach checks which entry is named, and why.
func (c *river) wantBreach(name string, m fstest.MapFS, seq int, codes ...string) {
	c.t.Helper()
	b := c.breach(name, m)
	if b.Seq != int64(seq) {
		c.t.Errorf("%s: named entry %d, want %d: %v", name, b.Seq, seq, b)
	}
	if slices.Contains(codes, b.Code) {
		return
	}
	c.t.Errorf("%s: code %s, want one of %v: %v", name, b.Code, codes, b)
}

// Whoever changes, drops, inserts, swaps or cuts off entries of an archive is
// found, and the first bad entry is named, at every position.
func TestInvariant2TamperedEntriesAreNamed(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	with := func(e ...string) fstest.MapFS { return changed(m, verify.FileEntries, []byte(strings.Join(e, ""))) }
	splice := func(i, n int, in ...string) []string {
		return append(append(append([]string(nil), entries[:i]...), in...), entries[i+n:]...)
	}
	for i, line := range entries {
		c.wantBreach("digit changed", with(splice(i, 1, strings.Replace(line, `"seq":`+fmt.Sprint(i), `"seq":`+fmt.Sprint(i+1), 1))...), i, "books.sequence")
		c.wantBreach("time changed", with(splice(i, 1, strings.Replace(line, `Z","`, `1Z","`, 1))...), i, "journal.entry_malformed")
		c.wantBreach("respaced", with(splice(i, 1, " "+line)...), i, "journal.not_canonical")
		c.wantBreach("emptied", with(splice(i, 1, "\n")...), i, "journal.not_json", "journal.not_canonical")
		other := entries[(i+1)%len(entries)]
		c.wantBreach("inserted before", with(splice(i, 0, other)...), i, "books.sequence")
		c.wantBreach("truncated", with(entries[:i]...), i, "books.truncated")
		if i+1 < len(entries) {
			c.wantBreach("dropped", with(splice(i, 1)...), i, "books.sequence")
			c.wantBreach("swapped", with(splice(i, 2, entries[i+1], line)...), i, "books.sequence")
		}
	}
	c.wantBreach("added", with(append(splice(0, 0), entries[0])...), len(entries), "books.too_many")
	c.wantBreach("no line feed", with(splice(len(entries)-1, 1, strings.TrimSuffix(entries[len(entries)-1], "\n"))...), len(entries)-1, "books.broken_line")
}

// A changed byte anywhere in any file but README.txt is found.
func TestInvariant2EveryByteCounts(t *testing.T) {
	c := newRiver(t)
	c.pay("12.34")
	m := c.export(true)
	for file, f := range m {
		if file == verify.FileReadme {
			continue
		}
		step := max(1, len(f.Data)/150)
		for i := 0; i < len(f.Data); i += step {
			flipped := bytes.Clone(f.Data)
			flipped[i] ^= 1 << (i % 7)
			c.breach(fmt.Sprintf("%s, byte %d", file, i), changed(m, file, flipped))
		}
		c.breach(file+" cut", changed(m, file, f.Data[:len(f.Data)-1]))
		c.breach(file+" extended", changed(m, file, append(bytes.Clone(f.Data), '\n')))
		if file != verify.FilePrivate { // without it the fields are withheld, which is not wrong
			if b := c.breach(file+" removed", changed(m, file, nil)); b.Code != "books.file_missing" {
				t.Errorf("%s removed: %v", file, b)
			}
		}
	}
}

// A host that rewrites its history and signs it anew cannot make the events
// agree with the rules and the balances; one that forks it cannot use the key.
func TestRewrittenHistory(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	rewrite := func(i int, old, new string) fstest.MapFS {
		if !strings.Contains(entries[i], old) {
			t.Fatalf("entry %d has no %s: %s", i, old, entries[i])
		}
		out := append([]string(nil), entries...)
		out[i] = strings.Replace(out[i], old, new, 1)
		return c.withEntries(m, out)
	}
	if _, err := c.verify(c.withEntries(m, entries)); err != nil {
		t.Fatalf("the same entries signed anew: %v", err)
	}
	last := len(entries) - 2 // the payment of 70; after it comes the key
	c.wantBreach("a payment made larger than the till", rewrite(last, `"value":"70"`, `"value":"7000"`), last, "vf.negative_balance")
	c.wantBreach("a payment made smaller", rewrite(last, `"value":"70"`, `"value":"69"`), -1, "books.balance")
	c.wantBreach("an unknown action", rewrite(last, `"action":"transfer"`, `"action":"tranfser"`), last, "vf.unknown_action")
	c.wantBreach("a chain cut", rewrite(last, `"chainPosition":`, `"chainPosition":1`), last, "vf.replay_differs")
	c.wantBreach("an unknown member", rewrite(last, `"vf":{"events"`, `"vf":{"erase":1,"events"`), last, "books.changes_malformed")
	c.wantBreach("another attachment", rewrite(last, journal.Digest([]byte("receipt over 70")), journal.Digest([]byte("receipt over 71"))), last, "books.file_missing")
	c.wantBreach("another commons", rewrite(last, string(c.commons), string(store.NewID())), last, "books.other_commons")
	c.wantBreach("time set back", rewrite(last, `"at":"20`, `"at":"19`), last, "books.time")
	c.wantBreach("dropped at the end", c.withEntries(m, entries[:last+1]), -1, "books.balances_malformed")
	other := newRiver(t)
	if _, err := verify.Archive(t.Context(), m, verify.Options{Keys: []string{other.vkey()}}); fault.CodeOf(err) != "journal.signature" {
		t.Errorf("another log's key: %v", err)
	}
	shifted := changed(m, verify.FileBalances, []byte(strings.Replace(string(m[verify.FileBalances].Data), `{"size":14}`, `{"size":12}`, 1)))
	c.wantBreach("balances said to be older", shifted, -1, "books.balance")
}

// A key that the log did not announce, and a log rewritten under its own leaves.
func TestKeysAndForks(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	fork := append(append([]string(nil), entries[:8]...), lines(c.withEntries(m, entries), verify.FileEntries)[9:]...)
	c.wantBreach("a fork under its own leaves", changed(c.withEntries(m, fork), verify.FileCheckpoint, m[verify.FileCheckpoint].Data), 8, "books.sequence")
	b := c.breach("leaves that do not belong", changed(m, verify.FileLeaves, []byte(strings.Repeat(strings.Repeat("0", 64)+"\n", len(entries)))))
	if b.File != verify.FileLeaves || b.Code != "books.leaves_differ" {
		t.Errorf("leaves changed: %v", b)
	}
	key := -1
	for i, line := range entries {
		if strings.Contains(line, journal.ActKey) {
			key = i
		}
	}
	renamed := append([]string(nil), entries...)
	renamed[key] = strings.Replace(renamed[key], journal.ActKey, "journal.kex", 1)
	c.wantBreach("a key that was not announced", c.withEntries(m, renamed), -1, "books.key_not_announced")
}

// turncoat is an archive whose leaves.txt is another one when it is opened again.
type turncoat struct {
	fstest.MapFS
	later  fstest.MapFS
	opened int
}

func (a *turncoat) Open(name string) (fs.File, error) {
	if name == verify.FileLeaves {
		if a.opened++; a.opened > 1 {
			return a.later.Open(name)
		}
	}
	return a.MapFS.Open(name)
}

func TestArchiveThatChangesWhileItIsRead(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	entries[12] = strings.Replace(entries[12], "credit.pay", "credit.pax", 1)
	forged := c.withEntries(m, entries)
	a := &turncoat{MapFS: changed(m, verify.FileEntries, forged[verify.FileEntries].Data), later: forged}
	if _, err := verify.Archive(t.Context(), a, verify.Options{}); fault.CodeOf(err) != "books.root" {
		t.Errorf("got %v after %d readings", err, a.opened)
	}
}

func TestBalancesFile(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	b := lines(m, verify.FileBalances)
	with := func(lines ...string) fstest.MapFS {
		return changed(m, verify.FileBalances, []byte(strings.Join(lines, "")))
	}
	late := strings.Replace(b[1], b[1][strings.Index(b[1], `"id":"`)+6:][:36], "ffffffff-ffff-7fff-8fff-ffffffffffff", 1)
	for name, x := range map[string]struct {
		m    fstest.MapFS
		code string
	}{
		"empty":         {with(), "books.balances_malformed"},
		"no size":       {with(b[1:]...), "books.balances_malformed"},
		"too far":       {with(append([]string{"{\"size\":15}\n"}, b[1:]...)...), "books.balances_malformed"},
		"negative size": {with(append([]string{"{\"size\":-1}\n"}, b[1:]...)...), "books.balances_malformed"},
		"first missing": {with(b[0], b[2], b[3]), "books.balance_missing"},
		"last missing":  {with(b[0], b[1], b[2]), "books.balance_missing"},
		"twice":         {with(b[0], b[1], b[1], b[2], b[3]), "books.balance_unknown"},
		"invented":      {with(append(b, late)...), "books.balance_unknown"},
		"swapped":       {with(b[0], b[2], b[1], b[3]), "books.balance_missing"},
		"one cent":      {with(b[0], strings.Replace(b[1], `.99"`, `.98"`, 1), b[2], b[3]), "books.balance"},
		"other unit":    {with(b[0], strings.ReplaceAll(b[1], `"EUR"`, `"USD"`), b[2], b[3]), "books.balance"},
	} {
		if got := c.breach(name, x.m); got.Code != x.code || got.File != verify.FileBalances {
			t.Errorf("%s: %v (%s), want %s", name, got, got.Code, x.code)
		}
	}
}

func TestPrivateFile(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(true)
	p := lines(m, verify.FilePrivate)
	if len(p) < 4 {
		t.Fatalf("%d private fields", len(p))
	}
	with := func(lines ...string) fstest.MapFS {
		return changed(m, verify.FilePrivate, []byte(strings.Join(lines, "")))
	}
	rest := func(i int) []string { return append([]string(nil), p[i:]...) }
	for name, x := range map[string]struct {
		m    fstest.MapFS
		code string
	}{
		"first missing": {with(rest(1)...), "books.private_missing"},
		"last missing":  {with(p[:len(p)-1]...), "books.private_missing"},
		"one too many":  {with(append(rest(0), p[0])...), "books.private_extra"},
		"text changed":  {with(append([]string{strings.Replace(p[0], `"text":"`, `"text":"not `, 1)}, rest(1)...)...), "journal.opening"},
		"not canonical": {with(append([]string{" " + p[0]}, rest(1)...)...), "journal.not_canonical"},
		"unknown":       {with(append([]string{strings.Replace(p[0], `}`, `,"x":1}`, 1)}, rest(1)...)...), "books.private_malformed"},
		"both":          {with(append([]string{`{"erased":true,` + p[0][1:]}, rest(1)...)...), "books.private_malformed"},
	} {
		if got := c.breach(name, x.m); got.Code != x.code {
			t.Errorf("%s: %v (%s), want %s", name, got, got.Code, x.code)
		}
	}
}

// An act that changes too much for an entry attaches what it did to the core.
func TestChangesInAnAttachment(t *testing.T) {
	c := newRiver(t)
	c.busy()
	attach := func(content func([]byte) []byte) fstest.MapFS {
		_, err := store.Write(t.Context(), c.store, store.Command{Commons: c.commons}, func(tx *store.Tx) (int, error) {
			l := vf.Open(tx)
			e := vf.Event{Action: vf.Consume, Provider: c.shop, Receiver: c.shop, InputOf: c.desk, ResourceInventoriedAs: c.stock, ResourceQuantity: amount("0.01", "one")}
			if _, err := l.RecordAll(slices.Repeat([]vf.Event{e}, 200)); err != nil {
				return 0, err
			}
			changes, err := json.Marshal(l.Changes())
			must(t, err)
			_, err = journal.Append(tx, journal.Record{Act: "supply.consume_many", Attached: map[string][]byte{"vf": content(changes)}})
			return 0, err
		})
		must(t, err)
		return c.export(false)
	}
	m := attach(func(b []byte) []byte { return b })
	report, err := c.verify(m)
	must(t, err)
	if report.Events != 212 {
		t.Errorf("%d events replayed", report.Events)
	}
	entries := lines(m, verify.FileEntries)
	twice := append([]string(nil), entries...)
	twice[13] = strings.Replace(twice[13], `"body":{}`, `"body":{"vf":{}}`, 1)
	c.wantBreach("in both places", c.withEntries(m, twice), 13, "books.changes_malformed")
	c.wantBreach("something else", attach(func(b []byte) []byte { return b[1:] }), 15, "books.changes_malformed")
}

// counter is a rule of a room.
type counter struct {
	seen   int64
	slips  int
	refuse int64
	closed bool
}

func (r *counter) Entry(e *verify.Entry) error {
	if e.Seq != r.seen {
		return fault.Invalidf("test.order", "", "entry %d came as number %d", e.Seq, r.seen)
	}
	if r.seen++; e.Seq == r.refuse {
		return fault.Invalidf("test.share", "share", "the share of Robin is 3; expected 4, found 3")
	}
	if e.Attached["slip"] != "" {
		slip, err := e.Attachment("slip")
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(slip), "receipt over") {
			r.slips++
		}
	}
	_, err := e.Attachment("none")
	if fault.CodeOf(err) != "books.attachment_unknown" {
		return fmt.Errorf("an attachment that is not there: %w", err)
	}
	return nil
}

func (r *counter) Close() error {
	r.closed = true
	if r.refuse < -1 {
		return fault.Invalidf("test.total", "", "something is missing at the end")
	}
	return nil
}

func TestRulesOfRooms(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	ok := &counter{refuse: -1}
	_, err := verify.Archive(t.Context(), m, verify.Options{Rules: []verify.Rule{ok}})
	must(t, err)
	if ok.seen != 14 || ok.slips != 3 || !ok.closed {
		t.Errorf("the rule saw %+v", ok)
	}
	var b *verify.Breach
	_, err = verify.Archive(t.Context(), m, verify.Options{Rules: []verify.Rule{&counter{refuse: 7}}})
	if !errors.As(err, &b) || b.Seq != 7 || b.Code != "test.share" || b.Act == "" {
		t.Errorf("a refusal of entry 7: %v", err)
	}
	_, err = verify.Archive(t.Context(), m, verify.Options{Rules: []verify.Rule{&counter{refuse: -2}}})
	if !errors.As(err, &b) || b.Code != "test.total" {
		t.Errorf("a refusal at the end: %v", err)
	}
}

// weigher is a rule that watches the memory.
type weigher struct{ most uint64 }

func (w *weigher) Entry(e *verify.Entry) error {
	if e.Seq%100 == 0 {
		var now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&now)
		w.most = max(w.most, now.HeapAlloc)
	}
	return nil
}

func (w *weigher) Close() error { return nil }

// 60 MB of entries, 50 MB of private texts and 40 MB of attachments pass through a
// verification that never holds more than a few of them.
func TestInvariant3MemoryDoesNotGrowWithContent(t *testing.T) {
	c := newRiver(t)
	large := strings.Repeat("words ", 10_000)
	for n := range 100 {
		_, err := store.Write(t.Context(), c.store, store.Command{Commons: c.commons}, func(tx *store.Tx) (int, error) {
			for i := range 10 {
				r := journal.Record{Act: "a.b", Public: map[string]string{"text": large}, Sealed: map[string]string{"note": large[:50_000]}}
				if i == 0 {
					r.Attached = map[string][]byte{"scan": bytes.Repeat([]byte{byte(n)}, 400_000)}
				}
				if _, err := journal.Append(tx, r); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		must(t, err)
	}
	dest := filepath.Join(t.TempDir(), "archive")
	_, err := books.ExportLog(t.Context(), books.LogExport{Store: c.store, Log: c.log, Key: c.key, Commons: c.commons, Private: true}, dest)
	must(t, err)
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	w := &weigher{}
	report, err := verify.Path(t.Context(), dest, verify.Options{Rules: []verify.Rule{w}})
	must(t, err)
	if report.Size != 1005 || report.Attachments != 100 {
		t.Errorf("report %+v", report)
	}
	if grown := int64(w.most) - int64(before.HeapAlloc); grown > 24<<20 {
		t.Errorf("the verification held %d MB", grown>>20)
	}
}

func TestCanceled(t *testing.T) {
	c := newRiver(t)
	m := c.export(false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := verify.Archive(ctx, m, verify.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReceiptFile(t *testing.T) {
	c := newRiver(t)
	c.pay("12.34")
	rec, err := c.log.Receipt(t.Context(), c.store, c.commons, c.key, 4)
	must(t, err)
	data, err := rec.Text()
	must(t, err)
	path := filepath.Join(t.TempDir(), "entry"+journal.ReceiptType)
	must(t, os.WriteFile(path, data, 0o600))
	got, err := verify.Receipt(path, c.vkey())
	must(t, err)
	if got.Entry.Act != "credit.pay" || !got.Trusted {
		t.Errorf("checked %+v", got)
	}
	rec.Entry = strings.Replace(rec.Entry, "credit.pay", "credit.pax", 1)
	data, err = rec.Text()
	must(t, err)
	must(t, os.WriteFile(path, data, 0o600))
	if _, err := verify.Receipt(path); fault.CodeOf(err) != "journal.inclusion" {
		t.Errorf("changed: %v", err)
	}
	must(t, os.WriteFile(path, make([]byte, 2<<20), 0o600))
	if _, err := verify.Receipt(path); fault.CodeOf(err) != "journal.receipt_too_large" {
		t.Errorf("too large: %v", err)
	}
}
