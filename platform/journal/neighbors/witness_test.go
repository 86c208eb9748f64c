package neighbors

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// post sends a body to a witness over HTTP.
func post(t testing.TB, url string, body []byte) (status int, kind, answer string) {
	t.Helper()
	resp, err := http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(body))
	must(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(b)
}

// The protocol over HTTP, on both engines, as C2SP tlog-witness writes it.
func TestWitnessAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *host) {
		log := lone(t, "log.example").grow(10)
		want := func(what string, body []byte, status int, answer string) {
			t.Helper()
			got, kind, text := post(t, h.url, body)
			if got != status || answer != "" && text != answer || status == 409 && kind != witness.SizeType {
				t.Errorf("%s: %d %s %q, want %d", what, got, kind, text, status)
			}
		}
		want("not watched", log.ask(0), 404, "")
		_, err := h.witness.Watch(t.Context(), "", log.key.Verifier(log.commons))
		must(t, err)
		want("no request", []byte("hello"), 400, "")
		want("too large", bytes.Repeat([]byte("x"), witness.MaxRequest+1), 400, "")
		want("unsigned", []byte(strings.Replace(string(log.ask(0)), "\n11\n", "\n12\n", 1)), 403, "")
		want("from elsewhere", log.ask(5), 409, "0\n")
		status, _, line := post(t, h.url, log.ask(0))
		signed := log.checkpoint()
		found, err := journal.Cosignatures(signed+line, h.witness.Key.Cosigner())
		must(t, err)
		if status != 200 || len(found) != 1 {
			t.Fatalf("cosigned: %d %q", status, line)
		}
		want("again from nothing", log.ask(0), 409, "11\n")
		want("the same again", log.ask(11), 200, "")
		log.grow(300)
		want("longer", log.ask(11), 200, "")
		want("above", []byte(strings.Replace(string(log.ask(311)), "old 311", "old 312", 1)), 400, "")
		log.grow(1)
		want("a wrong proof", []byte(strings.Replace(string(log.ask(11)), "old 11\n", "old 311\n", 1)), 422, "")
		list, err := h.witness.Watched(t.Context())
		must(t, err)
		if len(list) != 1 || list[0].Head.Size != 311 || list[0].At.IsZero() || list[0].Name != list[0].Origin {
			t.Errorf("watched %+v", list)
		}
		must(t, h.witness.Unwatch(t.Context(), list[0].Origin))
		want("not watched any more", log.ask(311), 404, "")
		if err := h.witness.Unwatch(t.Context(), list[0].Origin); fault.CodeOf(err) != "neighbors.no_log" {
			t.Errorf("twice: %v", err)
		}
		_, err = h.witness.Watch(t.Context(), "", log.key.Verifier(log.commons))
		must(t, err)
		want("watched again, from nothing", log.ask(0), 409, "311\n")
	})
}

// forks are two hosts with the same log of ten entries, its key and its name,
// that went different ways since.
func forks(t *testing.T) (a, b *host) {
	folder := t.TempDir()
	s, l := openAt(t, filepath.Join(folder, "a.db"))
	a = newHost(t, s, l, "log.example").grow(10)
	a.checkpoint()
	must(t, store.Copy(t.Context(), filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db"), nil))
	s, l = openAt(t, filepath.Join(folder, "b.db"))
	b = newHost(t, s, l, "log.example")
	b.key, b.commons, b.asker.Key = a.key, a.commons, a.key
	return a, b
}

// rush sends each body eight times at once and returns the heads that were cosigned.
func (h *host) rush(bodies ...[]byte) map[string]bool {
	var all sync.WaitGroup
	var mu sync.Mutex
	cosigned := map[string]bool{}
	for _, body := range bodies {
		for range 8 {
			all.Go(func() {
				line, err := h.witness.Cosign(h.t.Context(), body)
				var refusal *witness.Refusal
				if errors.As(err, &refusal) {
					return
				}
				r, _ := witness.ParseRequest(body)
				if got, wrong := journal.Cosignatures(r.Checkpoint+line, h.witness.Key.Cosigner()); err != nil || wrong != nil || len(got) != 1 {
					h.t.Errorf("neither cosigned nor refused: %v, %v", err, wrong)
				}
				mu.Lock()
				defer mu.Unlock()
				cosigned[journal.Body(r.Checkpoint)] = true
			})
		}
	}
	all.Wait()
	return cosigned
}

// Two histories race for the cosignature of one witness, many requests at a time:
// what is cosigned is one history.
func TestInvariant1OneHistoryUnderParallelRequests(t *testing.T) {
	each(t, func(t *testing.T, h *host) {
		a, b := forks(t)
		_, err := h.witness.Watch(t.Context(), "", a.key.Verifier(a.commons))
		must(t, err)
		_, err = h.witness.Cosign(t.Context(), a.ask(0))
		must(t, err)
		cosigned := h.rush(a.grow(1).ask(11), b.grow(1).ask(11))
		if len(cosigned) != 1 {
			t.Fatalf("cosigned: %v", cosigned)
		}
		if !cosigned[journal.Body(a.checkpoint())] {
			a, b = b, a // the other one was first: it is the true one now
		}
		first := a.grow(3).ask(12)
		second := a.grow(3).ask(12)
		for head := range h.rush(first, second, b.grow(9).ask(12), b.ask(11), b.ask(0)) {
			if head == journal.Body(b.checkpoint()) {
				t.Error("the fork was cosigned in the end")
			}
		}
		list, err := h.witness.Watched(t.Context())
		must(t, err)
		if size := list[0].Head.Size; size != 15 && size != 18 {
			t.Errorf("the witness holds size %d", size)
		}
	})
}

// A witness that is closed and opened again refuses the fork as before.
func TestInvariant1AcrossRestart(t *testing.T) {
	a, b := forks(t)
	path := filepath.Join(t.TempDir(), "witness.db")
	s, l := openAt(t, path)
	w := newHost(t, s, l, "witness.example").witness
	_, err := w.Watch(t.Context(), "", a.key.Verifier(a.commons))
	must(t, err)
	_, err = w.Cosign(t.Context(), a.grow(5).ask(0))
	must(t, err)
	must(t, s.Close())
	s, _ = openAt(t, path)
	w = &Witness{Store: s, Key: w.Key}
	for _, old := range []int64{0, 11, 16} {
		if b.grow(5); old > 0 {
			if _, err := w.Cosign(t.Context(), b.ask(old)); !refused(err, 409, 422) {
				t.Errorf("a fork from %d: %v", old, err)
			}
		}
	}
	if _, err := w.Cosign(t.Context(), a.grow(1).ask(16)); err != nil {
		t.Errorf("the true log: %v", err)
	}
}

// A log that changed its key is watched under both.
func TestWatchingAnotherKey(t *testing.T) {
	h, log := lone(t, "here.example"), lone(t, "log.example").grow(3)
	watch := func() {
		t.Helper()
		_, err := h.witness.Watch(t.Context(), "the log", log.key.Verifier(log.commons))
		must(t, err)
	}
	watch()
	_, err := h.witness.Cosign(t.Context(), log.ask(0))
	must(t, err)
	log.key = newKey(t, "log.example")
	body := log.ask(4)
	if _, err := h.witness.Cosign(t.Context(), body); !refused(err, 403) {
		t.Errorf("an unknown key: %v", err)
	}
	watch()
	_, err = h.witness.Cosign(t.Context(), body)
	must(t, err)
	for range maxKeys - 2 {
		log.key = newKey(t, "log.example")
		watch()
	}
	log.key = newKey(t, "log.example")
	if _, err := h.witness.Watch(t.Context(), "", log.key.Verifier(log.commons)); fault.CodeOf(err) != "neighbors.keys" {
		t.Errorf("a ninth key: %v", err)
	}
	for vkey, code := range map[string]string{"nonsense": "journal.key_malformed", h.witness.Key.Cosigner(): "journal.key_malformed"} {
		if _, err := h.witness.Watch(t.Context(), "", vkey); fault.CodeOf(err) != code {
			t.Errorf("%.30s: %v", vkey, err)
		}
	}
	if _, err := h.witness.Watch(t.Context(), strings.Repeat("x", 201), log.key.Verifier(log.commons)); fault.CodeOf(err) != "neighbors.name" {
		t.Errorf("a long name: %v", err)
	}
}
