package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/outbound"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/web"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// office is a commons with a steward and a program that is told.
type office struct {
	t       *testing.T
	sender  *Sender
	commons store.ID
	steward auth.Identity
	later   atomic.Int64 // how far the clock was put on
	mu      sync.Mutex
	heard   []delivery
	answer  int // status; 0 is 200
	server  *httptest.Server
}

type delivery struct {
	id, at, signature string
	body              []byte
}

func each(t *testing.T, f func(o *office)) {
	var o *office
	config := func() store.Config {
		o = &office{}
		return store.Config{Schemas: []store.Schema{journal.Schema, Schema}, Sealer: &journal.Log{},
			Clock: func() time.Time { return time.Now().Add(time.Duration(o.later.Load())) }}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		o.t, o.commons = t, store.NewID()
		o.sender = &Sender{Store: s, HTTP: outbound.NewClient(true), Private: true}
		o.steward = auth.NewTable(slices.Concat(Grants, web.Grants)...).As(auth.Identity{Account: store.NewID(), Commons: o.commons, Agent: store.NewID(), Role: auth.Steward})
		o.server = httptest.NewServer(http.HandlerFunc(o.hear))
		defer o.server.Close()
		f(o)
	})
}

func (o *office) hear(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard = append(o.heard, delivery{r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), r.Header.Get("webhook-signature"), body})
	if o.answer == http.StatusFound {
		http.Redirect(w, r, "/elsewhere", o.answer)
	} else if o.answer != 0 {
		w.WriteHeader(o.answer)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) happen(acts ...string) {
	o.t.Helper()
	for _, a := range acts {
		_, err := store.Write(o.t.Context(), o.sender.Store, store.Command{Commons: o.commons}, func(tx *store.Tx) (int64, error) {
			return journal.Append(tx, journal.Record{Act: a, Public: map[string]any{"say": "<b>"}})
		})
		must(o.t, err)
	}
}

// told delivers after the clock was put on, and lists the acts that were heard since.
func (o *office) told(wait time.Duration) (acts []string) {
	o.t.Helper()
	o.later.Add(int64(wait))
	o.mu.Lock()
	before := len(o.heard)
	o.mu.Unlock()
	must(o.t, o.sender.Deliver(o.t.Context(), o.commons))
	for _, d := range o.heard[before:] {
		var m message
		must(o.t, json.Unmarshal(d.body, &m))
		acts = append(acts, m.Type)
	}
	return acts
}

func (o *office) subscribe(acts ...string) (Hook, string) {
	o.t.Helper()
	h, secret, err := o.sender.Subscribe(o.t.Context(), o.steward, o.server.URL, acts)
	must(o.t, err)
	return h, secret
}

func (o *office) hook(id store.ID) (h Hook) {
	o.t.Helper()
	must(o.t, o.sender.Store.Read(o.t.Context(), o.commons, func(r *store.Snapshot) (err error) { h, err = Get(r, id); return err }))
	return h
}

// verify checks a signature as the standard tells receivers to.
func verify(secret string, d delivery) bool {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", d.id, d.at, d.body)
	return slices.Contains(strings.Fields(d.signature), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// The example of the standard.
func TestSignatureOfTheStandard(t *testing.T) {
	got := sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

// Invariant 1: what was chosen comes once, in order, from now on, and signed.
func TestInvariant1DeliveriesComeInOrder(t *testing.T) {
	each(t, func(o *office) {
		o.happen("trial.before")
		h, secret := o.subscribe("trial.one", "other")
		o.happen("trial.one", "trial.two", "other.any", "trial.one")
		if got := o.told(0); fmt.Sprint(got) != "[trial.one other.any trial.one]" {
			o.t.Errorf("heard %v", got)
		}
		if got := o.told(time.Hour); len(got) > 0 {
			o.t.Errorf("again %v", got)
		}
		for _, d := range o.heard {
			var m message
			must(o.t, json.Unmarshal(d.body, &m))
			e, err := journal.Parse(m.Data)
			if must(o.t, err); !verify(secret, d) || d.id != fmt.Sprintf("msg_%s_%d", o.commons, e.Seq) || verify(newSecret(), d) {
				o.t.Errorf("%+v", d)
			}
		}
		if o.hook(h.ID).Next < 5 {
			o.t.Errorf("stands at %d", o.hook(h.ID).Next)
		}
	})
}

// Invariant 2: behind what is refused everything waits, longer and longer; a
// repeat has the same id; who refuses for days is not asked any more.
func TestInvariant2RefusedDeliveriesWait(t *testing.T) {
	each(t, func(o *office) {
		h, _ := o.subscribe()
		o.told(0) // that it was subscribed
		o.answer = 500
		o.happen("trial.one", "trial.two")
		for i, pause := range append([]time.Duration{0}, Schedule...) {
			if i > 0 {
				if got := o.told(pause - 2*time.Second); len(got) > 0 {
					o.t.Fatalf("attempt %d came too early", i)
				}
				pause = 3 * time.Second
			}
			if got := o.told(pause); fmt.Sprint(got) != "[trial.one]" {
				o.t.Fatalf("attempt %d: %v", i, got)
			}
		}
		if n := len(o.heard); o.heard[n-1].id != o.heard[n-2].id || o.heard[n-1].at == o.heard[n-2].at {
			o.t.Errorf("%+v", o.heard[n-2:])
		}
		if !o.hook(h.ID).Resting {
			o.t.Error("it is still asked")
		}
		o.answer = 0
		if got := o.told(1000 * time.Hour); len(got) > 0 {
			o.t.Errorf("it rests, but hears %v", got)
		}
		must(o.t, o.sender.Rest(o.t.Context(), o.steward, h.ID, false))
		if got := o.told(0); fmt.Sprint(got) != "[trial.one trial.two webhook.wake]" {
			o.t.Errorf("woken, it hears %v", got)
		}
		o.answer = http.StatusGone
		o.happen("trial.three")
		if o.told(0); !o.hook(h.ID).Resting {
			o.t.Error("it is gone, but still asked")
		}
	})
}

// Invariant 3: after a rotation both secrets are good for a day, then the new one.
func TestInvariant3Rotation(t *testing.T) {
	each(t, func(o *office) {
		h, old := o.subscribe("trial")
		now, err := o.sender.Rotate(o.t.Context(), o.steward, h.ID)
		must(o.t, err)
		for _, c := range []struct {
			wait    time.Duration
			oldGood bool
		}{{0, true}, {23 * time.Hour, true}, {2 * time.Hour, false}} {
			o.happen("trial.one")
			o.told(c.wait)
			d := o.heard[len(o.heard)-1]
			if !verify(now, d) || verify(old, d) != c.oldGood {
				o.t.Errorf("after %s: new %v, old %v", c.wait, verify(now, d), verify(old, d))
			}
		}
	})
}

// Invariant 4: an address in this host's network is refused, also when a name
// leads there or a receiver sends us on.
func TestInvariant4NoWayIntoOurNetwork(t *testing.T) {
	each(t, func(o *office) {
		o.answer = http.StatusFound
		h, _ := o.subscribe("trial")
		o.happen("trial.one")
		o.told(0)
		if len(o.heard) != 1 || o.hook(h.ID).Tries != 1 {
			o.t.Errorf("%d requests: the redirect was followed", len(o.heard))
		}
		o.heard = nil
		o.sender.HTTP, o.sender.Private = outbound.NewClient(false), false
		if got := o.told(time.Hour); len(got) > 0 {
			o.t.Errorf("the host reached itself: %v", got)
		}
		var tried []Attempt
		must(o.t, o.sender.Store.Read(o.t.Context(), o.commons, func(r *store.Snapshot) (err error) {
			tried, err = Attempts(r, h.ID, time.Now().Add(10000*time.Hour), 10)
			return err
		}))
		if len(tried) != 2 || tried[0].Status != 0 || !strings.Contains(tried[0].Why, "public address") || tried[1].Status != http.StatusFound {
			o.t.Errorf("%+v", tried)
		}
		for _, bad := range []string{"", "x", "http://example.org", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://localhost/", "ftp://example.org", "https://a:b@example.org/", "https://" + strings.Repeat("x", 900)} {
			if _, _, err := o.sender.Subscribe(o.t.Context(), o.steward, bad, nil); fault.CodeOf(err) != "webhook.url" {
				o.t.Errorf("%.60s: %v", bad, err)
			}
		}
	})
}

// Several processes at once deliver each entry once.
func TestInvariant6OneProcessAtATime(t *testing.T) {
	each(t, func(o *office) {
		o.subscribe("trial")
		for range 5 {
			o.happen("trial.one")
		}
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if err := o.sender.Deliver(o.t.Context(), o.commons); err != nil {
					o.t.Error(err)
				}
			})
		}
		all.Wait()
		if len(o.heard) != 5 {
			o.t.Errorf("%d deliveries of 5", len(o.heard))
		}
	})
}

// Invariant 5, and who may: stewards see the secret once; no entry of the log
// and no later page has it.
func TestInvariant5SecretsAreShownOnce(t *testing.T) {
	each(t, func(o *office) {
		member := o.steward
		member.Role = auth.Member
		people := map[string]auth.Identity{"stew": o.steward, "member": member}
		shell, err := web.New(web.Config{Store: o.sender.Store, Rooms: []web.Room{Room(o.sender)}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			CommonsBySlug: func(_ context.Context, slug string) (commons.Commons, bool, error) {
				return commons.Commons{ID: o.commons, Slug: "office", Name: "Office"}, slug == "office", nil
			},
			Resolve: func(r *http.Request, _ store.ID) (web.Visitor, error) {
				return web.Visitor{Who: people[r.Header.Get("X-As")]}, nil
			}})
		must(o.t, err)
		ask := func(who, method, path, accept string, fields url.Values) (int, string) {
			r := httptest.NewRequest(method, "/c/office/webhooks"+path, strings.NewReader(fields.Encode()))
			r.Header.Set("X-As", who)
			r.Header.Set("Accept", accept)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			shell.ServeHTTP(w, r)
			return w.Code, w.Body.String()
		}
		if status, _ := ask("member", "GET", "", "text/html", nil); status != http.StatusForbidden {
			o.t.Errorf("a member gets %d", status)
		}
		if status, text := ask("stew", "POST", "", "text/html", url.Values{"url": {"nonsense"}, "acts": {"Big Words"}}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "Choose acts") {
			o.t.Errorf("%d %s", status, text)
		}
		status, text := ask("stew", "POST", "", "application/json", url.Values{"url": {o.server.URL}, "acts": {"trial, other.any"}})
		var made struct{ ID, Secret string }
		if json.Unmarshal([]byte(text), &made); status != http.StatusOK || !strings.HasPrefix(made.Secret, "whsec_") {
			o.t.Fatalf("%d %s", status, text)
		}
		o.happen("trial.one")
		o.told(0)
		for _, path := range []string{"", "/" + made.ID} {
			for _, accept := range []string{"text/html", "application/json"} {
				if status, text := ask("stew", "GET", path, accept, nil); status != http.StatusOK || strings.Contains(text, made.Secret) || !strings.Contains(text, "trial") {
					o.t.Errorf("%s: %d %s", path, status, text)
				}
			}
		}
		status, text = ask("stew", "POST", "/"+made.ID, "text/html", url.Values{"do": {"rotate"}})
		if status != http.StatusOK || !strings.Contains(text, "whsec_") || strings.Contains(text, made.Secret) {
			o.t.Errorf("rotating: %d %s", status, text)
		}
		for _, do := range []string{"rest", "wake", "end"} {
			if status, text := ask("stew", "POST", "/"+made.ID, "text/html", url.Values{"do": {do}}); status != http.StatusSeeOther {
				o.t.Errorf("%s: %d %s", do, status, text)
			}
		}
		if status, _ := ask("stew", "GET", "/"+made.ID, "text/html", nil); status != http.StatusNotFound {
			o.t.Errorf("ended, it is still there: %d", status)
		}
		must(o.t, o.sender.Store.Read(o.t.Context(), o.commons, func(r *store.Snapshot) error {
			head, err := journal.ReadHead(r)
			must(o.t, err)
			for line, err := range journal.Lines(r, 0, head.Size) {
				if must(o.t, err); strings.Contains(string(line.Record), "whsec_") || strings.Contains(string(line.Record), o.server.URL) {
					o.t.Errorf("the log holds %s", line.Record)
				}
			}
			return nil
		}))
	})
}
