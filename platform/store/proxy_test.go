package store_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// proxy stands between the store and PostgreSQL and cuts connections when the
// store sends a word: before the server hears of it, or before its answer comes back.
type proxy struct {
	word   string
	server string // socket of the server
	cut    atomic.Int64
	heard  atomic.Bool // whether the server hears the commit that is cut
	cuts   atomic.Int64
}

// through starts a proxy and returns the address that leads through it.
func (p *proxy) through(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	p.server = filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return u.String()
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	var deaf atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil || deaf.Load() {
				client.Close()
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			break
		}
		if bytes.Contains(buffer[:n], []byte(p.word)) && p.cut.Add(-1) >= 0 {
			p.cuts.Add(1)
			if !p.heard.Load() {
				break
			}
			deaf.Store(true)
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			break
		}
		if deaf.Load() { // let the server commit and answer into the void
			_, _ = io.Copy(io.Discard, client)
			break
		}
	}
	client.Close()
	server.Close()
	wg.Wait()
}

// A commit whose answer is lost is looked up: what happened is not repeated,
// what did not happen is.
func TestInvariant1CommitsThatBreakOff(t *testing.T) {
	p := &proxy{word: "COMMIT"}
	c := config()
	c.URL = p.through(t, storetest.Postgres(t, bank))
	s := storetest.Open(t, c)
	commons := store.NewID()
	id := open(t, s, commons, 0)[0]
	want := int64(0)
	for _, heard := range []bool{true, false} {
		for _, cuts := range []int64{1, 2, 3} { // the first hits the act that holds up the lane
			p.heard.Store(heard)
			p.cut.Store(cuts)
			for _, err := range inOneGroup(t, s, commons,
				later(s, commons, func(tx *store.Tx) error { return move(tx, id, 1) }),
				later(s, commons, func(tx *store.Tx) error { return move(tx, id, 10) })) {
				if err != nil {
					t.Errorf("server heard %v, %d cuts: %v", heard, cuts, err)
				}
			}
			want += 11
			if st := look(t, s, commons); st.money != want {
				t.Errorf("server heard %v, %d cuts: %d; want %d", heard, cuts, st.money, want)
			}
		}
	}
	if p.cuts.Load() == 0 {
		t.Error("the proxy cut nothing")
	}
	if s.Stats().Retries == 0 {
		t.Error("nothing was tried again")
	}
}
