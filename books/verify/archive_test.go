package verify_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// river is a small commons with a log: a workshop, its members, stock and accounts.
type river struct {
	t       testing.TB
	store   *store.Store
	log     *journal.Log
	key     *journal.Key
	seed    []byte // of the key
	commons store.ID

	shop, robin   store.ID // agents
	euro, sheets  store.ID // specifications
	till, account store.ID // resources in EUR
	stock         store.ID // sheets
	desk          store.ID // process
}

func newRiver(t testing.TB) *river {
	t.Helper()
	c := &river{t: t, log: &journal.Log{}, commons: store.NewID()}
	c.store = storetest.Open(t, store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: c.log})
	path := filepath.Join(t.TempDir(), "journal.key")
	var err error
	c.key, err = journal.OpenKey(path, "river.example")
	must(t, err)
	text, err := os.ReadFile(path)
	must(t, err)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.SplitN(string(text), "+", 5)[4]))
	must(t, err)
	c.seed = raw[1:]
	c.found()
	return c
}

// act runs f on the ledger and journals what it did, as every room's acts do.
func (c *river) act(name string, f func(*vf.Ledger) error, attached map[string][]byte) {
	c.t.Helper()
	_, err := store.Write(c.t.Context(), c.store, store.Command{Commons: c.commons}, func(tx *store.Tx) (int, error) {
		l := vf.Open(tx)
		if err := f(l); err != nil {
			return 0, err
		}
		_, err := journal.Append(tx, journal.Record{Act: name, By: c.robin, Public: map[string]any{"vf": l.Changes()}, Sealed: l.Sealed(), Attached: attached})
		return 0, err
	})
	must(c.t, err)
}

func (c *river) found() {
	c.act("commons.found", func(l *vf.Ledger) error {
		shop, err := l.AddAgent(vf.Agent{Kind: vf.Organization, Name: "River Workshop"})
		must(c.t, err)
		robin, err := l.AddAgent(vf.Agent{Kind: vf.Person, Name: "Robin Example"})
		must(c.t, err)
		euro, err := l.AddSpecification(vf.ResourceSpecification{Name: "Euro", MediumOfExchange: true, DefaultUnitOfResource: "EUR"})
		must(c.t, err)
		sheets, err := l.AddSpecification(vf.ResourceSpecification{Name: "Plywood sheet", DefaultUnitOfResource: "one"})
		must(c.t, err)
		desk, err := l.AddProcess(vf.Process{Name: "Build a desk"})
		c.shop, c.robin, c.euro, c.sheets, c.desk = shop.ID, robin.ID, euro.ID, sheets.ID, desk.ID
		return err
	}, nil)
	c.till = c.raise(c.shop, c.euro, "100", "EUR")
	c.account = c.raise(c.robin, c.euro, "0", "EUR")
	c.stock = c.raise(c.shop, c.sheets, "130", "one")
}

func amount(text string, unit quantity.Unit) *vf.Amount {
	a := quantity.MustParse(text, unit)
	return &a
}

func (c *river) raise(who, spec store.ID, text string, unit quantity.Unit) (id store.ID) {
	c.act("supply.stock", func(l *vf.Ledger) error {
		_, r, err := l.RecordNew(vf.Event{Action: vf.Raise, Provider: who, Receiver: who, ResourceQuantity: amount(text, unit)}, vf.Resource{ConformsTo: spec})
		id = r.ID
		return err
	}, nil)
	return id
}

// pay moves money from the till to Robin's account.
func (c *river) pay(text string) (id store.ID) {
	c.act("credit.pay", func(l *vf.Ledger) error {
		e, err := l.Record(vf.Event{Action: vf.Transfer, Provider: c.shop, Receiver: c.robin, ResourceInventoriedAs: c.till,
			ToResourceInventoriedAs: c.account, ResourceQuantity: amount(text, "EUR"), Note: "for sweeping"})
		id = e.ID
		return err
	}, map[string][]byte{"slip": []byte("receipt over " + text)})
	return id
}

// consume uses sheets up.
func (c *river) consume(text string) {
	c.act("supply.consume", func(l *vf.Ledger) error {
		_, err := l.Record(vf.Event{Action: vf.Consume, Provider: c.shop, Receiver: c.shop, InputOf: c.desk, ResourceInventoriedAs: c.stock, ResourceQuantity: amount(text, "one")})
		return err
	}, nil)
}

// busy does a little of everything: fourteen entries with the announcement of the key.
func (c *river) busy() {
	first := c.pay("12.34")
	c.pay("0.01")
	c.consume("3")
	c.act("credit.correct", func(l *vf.Ledger) error { _, err := l.Reverse(first, "wrong account"); return err }, nil)
	for range 4 {
		c.consume("0.5")
	}
	c.pay("70")
}

// vkey is the public key of the log.
func (c *river) vkey() string { return c.key.Verifier(c.commons) }

// export writes an archive and reads it into memory.
func (c *river) export(private bool) fstest.MapFS {
	c.t.Helper()
	dest := filepath.Join(c.t.TempDir(), "archive")
	_, err := books.ExportLog(c.t.Context(), books.LogExport{Store: c.store, Log: c.log, Key: c.key, Commons: c.commons, Private: private}, dest)
	must(c.t, err)
	return load(c.t, dest)
}

func load(t testing.TB, folder string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		m[filepath.ToSlash(name)] = &fstest.MapFile{Data: content}
		return err
	}))
	return m
}

// changed returns a copy of the archive with one file replaced; nil removes it.
func changed(m fstest.MapFS, file string, content []byte) fstest.MapFS {
	out := fstest.MapFS{}
	maps.Copy(out, m)
	out[file] = &fstest.MapFile{Data: content}
	if content == nil {
		delete(out, file)
	}
	return out
}

func lines(m fstest.MapFS, file string) []string {
	return strings.SplitAfter(strings.TrimSuffix(string(m[file].Data), "\n")+"\n", "\n")[:strings.Count(string(m[file].Data), "\n")]
}

// withEntries returns the archive with other entries and everything else made to
// fit, signed by the key: what a host could do that rewrites its own history.
func (c *river) withEntries(m fstest.MapFS, entries []string) fstest.MapFS {
	c.t.Helper()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	var leaves strings.Builder
	for i, line := range entries {
		leaf := tlog.RecordHash([]byte(strings.TrimSuffix(line, "\n")))
		h, err := tlog.StoredHashesForRecordHash(int64(i), leaf, reader)
		must(c.t, err)
		stored = append(stored, h...)
		leaves.WriteString(hex.EncodeToString(leaf[:]) + "\n")
	}
	root, err := tlog.TreeHash(int64(len(entries)), reader)
	must(c.t, err)
	cp := journal.Checkpoint{Origin: c.key.Origin(c.commons), Head: journal.Head{Size: int64(len(entries)), Root: root}}
	out := changed(m, verify.FileEntries, []byte(strings.Join(entries, "")))
	out = changed(out, verify.FileLeaves, []byte(leaves.String()))
	return changed(out, verify.FileCheckpoint, []byte(c.sign(cp)))
}

// sign signs any checkpoint at all, which the journal never would.
func (c *river) sign(cp journal.Checkpoint) string {
	hash := strings.Split(c.vkey(), "+")[1]
	seed := ed25519.NewKeyFromSeed(c.seed).Seed()
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", cp.Origin, hash, base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))))
	must(c.t, err)
	signed, err := note.Sign(&note.Note{Text: cp.Text()}, signer)
	must(c.t, err)
	return string(signed)
}

func (c *river) verify(m fstest.MapFS) (verify.Report, error) {
	return verify.Archive(context.Background(), m, verify.Options{Keys: []string{c.vkey()}})
}
