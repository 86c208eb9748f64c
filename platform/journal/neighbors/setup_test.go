package neighbors

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var schemas = []store.Schema{journal.Schema, Schema}

func TestStatementsOnBothEngines(t *testing.T) { storetest.Guard(t, schemas...) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// host is a host with one commons, its log, and a witness for others.
type host struct {
	t       testing.TB
	store   *store.Store
	log     *journal.Log
	key     *journal.Key
	commons store.ID
	witness *Witness
	url     string // submission prefix of its witness
	asker   *Asker
}

// newHost opens a host on a store that has l as its sealer.
func newHost(t testing.TB, s *store.Store, l *journal.Log, name string) *host {
	t.Helper()
	h := &host{t: t, store: s, log: l, key: newKey(t, name), commons: store.NewID()}
	h.witness = &Witness{Store: s, Key: newKey(t, name+"/witness")}
	mux := http.NewServeMux()
	mux.Handle("POST /witness/add-checkpoint", h.witness)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	h.url = server.URL + "/witness"
	h.asker = &Asker{Store: s, Log: l, Key: h.key, HTTP: NewClient(true)}
	return h
}

func newKey(t testing.TB, name string) *journal.Key {
	t.Helper()
	k, err := journal.NewKey(name)
	must(t, err)
	return k
}

// openAt opens the SQLite database at a path.
func openAt(t testing.TB, path string) (*store.Store, *journal.Log) {
	t.Helper()
	l := &journal.Log{}
	s, err := store.Open(t.Context(), store.Config{URL: path, Schemas: schemas, Sealer: l})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s, l
}

func lone(t testing.TB, name string) *host {
	s, l := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	return newHost(t, s, l, name)
}

// each runs the body with a host on each engine.
func each(t *testing.T, body func(*testing.T, *host)) {
	t.Helper()
	var l *journal.Log
	storetest.Each(t, func() store.Config {
		l = &journal.Log{}
		return store.Config{Schemas: schemas, Sealer: l}
	}, func(t *testing.T, s *store.Store) { body(t, newHost(t, s, l, "here.example")) })
}

// act runs f as one act of the commons.
func (h *host) act(f func(*store.Tx) error) error {
	_, err := store.Write(h.t.Context(), h.store, store.Command{Commons: h.commons}, func(tx *store.Tx) (int, error) { return 0, f(tx) })
	return err
}

// grow appends entries to the log of the commons.
func (h *host) grow(n int) *host {
	h.t.Helper()
	must(h.t, h.act(func(tx *store.Tx) error {
		for i := range n {
			if _, err := journal.Append(tx, journal.Record{Act: "test.grow", Public: map[string]string{"n": fmt.Sprint(i)}}); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

// checkpoint is the signed head of the commons' log, alone.
func (h *host) checkpoint() string {
	h.t.Helper()
	signed, err := h.log.Checkpoint(h.t.Context(), h.store, h.commons, h.key)
	must(h.t, err)
	return signed
}

// ask is a request about the present head from an older size.
func (h *host) ask(old int64) []byte {
	h.t.Helper()
	signed := h.checkpoint()
	head, err := journal.ParseCheckpoint(journal.Body(signed))
	must(h.t, err)
	r := witness.Request{Old: old, Checkpoint: signed}
	must(h.t, h.store.Read(h.t.Context(), h.commons, func(s *store.Snapshot) error {
		r.Proof, err = h.log.ProveConsistency(s, old, head.Size)
		return err
	}))
	return r.Text()
}

// trusts makes neighbors of the hosts: quorum of them cosign the log of h, and they watch it.
func (h *host) trusts(quorum int, others ...*host) {
	h.t.Helper()
	p, g := witness.Policy{}, witness.Group{Name: "neighbors", Least: quorum}
	for i, o := range others {
		name := fmt.Sprint("n", i)
		p.Witnesses = append(p.Witnesses, witness.Witness{Name: name, Key: o.witness.Key.Cosigner(), URL: o.url})
		g.Members = append(g.Members, name)
		_, err := o.witness.Watch(h.t.Context(), "a neighbor", h.key.Verifier(h.commons))
		must(h.t, err)
	}
	p.Groups, p.Quorum = []witness.Group{g}, g.Name
	must(h.t, h.act(func(tx *store.Tx) error { return WritePolicy(tx, p, true) }))
}

func (h *host) policy() (p witness.Policy) {
	h.read(func(r *store.Snapshot) (err error) { p, err = ReadPolicy(r); return err })
	return p
}

func (h *host) read(f func(*store.Snapshot) error) {
	h.t.Helper()
	must(h.t, h.store.Read(h.t.Context(), h.commons, f))
}
