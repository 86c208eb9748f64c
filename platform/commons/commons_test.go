package commons

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/auth/hot"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

func TestFoundAndFind(t *testing.T) { each(t, testFoundAndFind) }

func testFoundAndFind(t *testing.T, w *world) {
	c := w.found(river())
	got, exists, err := w.directory.BySlug(w.ctx, "river-workshop")
	w.ok(err)
	if !exists || got.ID != c.ID || got.Name != "River Workshop" || got.Language != "nl-BE" || got.Currency != "EUR" ||
		!slices.Equal(got.Practices, []string{"contribution", "credit"}) || !got.Founded.Equal(c.Founded) {
		t.Errorf("found %+v", got)
	}
	for _, slug := range []string{"nowhere", "", "River-Workshop!", "../x", strings.Repeat("x", 1000), "admin"} {
		if _, exists, err := w.directory.BySlug(w.ctx, slug); exists || err != nil {
			t.Errorf("%q exists: %v", slug, err)
		}
	}
	w.ok(w.store.Read(w.ctx, c.ID, func(r *store.Snapshot) error {
		self, err := Self(r)
		if self.Zone != "Europe/Brussels" {
			t.Errorf("Self is %+v", self)
		}
		return err
	}))
	w.refused(w.store.Read(w.ctx, store.NewID(), func(r *store.Snapshot) error { _, err := Self(r); return err }), "commons.none")
}

func TestInvariant3TheAgentComesIntoBeingInTheSameAct(t *testing.T) {
	each(t, testInvariant3TheAgentComesIntoBeingInTheSameAct)
}

func testInvariant3TheAgentComesIntoBeingInTheSameAct(t *testing.T, w *world) {
	refuse := errors.New("no agent")
	fail := true
	w.directory = w.newDirectory(Config{Founded: []Hook{func(tx *store.Tx, c Commons, trace *auth.Trace) error {
		if fail {
			return refuse
		}
		trace.Public["vf"] = map[string]any{"agents": []store.ID{c.Agent}}
		return nil
	}}})
	if _, err := w.directory.Found(w.ctx, w.admin, river()); !errors.Is(err, refuse) {
		t.Fatalf("got %v", err)
	}
	if _, exists, err := w.directory.BySlug(w.ctx, "river-workshop"); exists || err != nil {
		t.Fatalf("a commons without an agent exists: %v", err)
	}
	fail = false
	c := w.found(river()) // the interrupted founding is finished
	if c.ID != c.Agent {
		t.Errorf("commons %s is agent %s", c.ID, c.Agent)
	}
	e := w.entries(c.ID)
	if len(e) != 2 || e[0].Act != "commons.found" || e[1].Act != "auth.admit" || !strings.Contains(string(e[0].Body), `"vf"`) {
		t.Errorf("the journal begins with %+v", e)
	}
}

func TestInvariant1AddressesAreTakenOnce(t *testing.T) { each(t, testInvariant1AddressesAreTakenOnce) }

func testInvariant1AddressesAreTakenOnce(t *testing.T, w *world) {
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			ask := river()
			ask.Name = fmt.Sprint("Workshop ", i)
			if _, err := w.directory.Found(w.ctx, w.admin, ask); err == nil {
				won.Add(1)
			} else if fault.CodeOf(err) != "commons.slug_taken" {
				t.Errorf("refused with %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d commons at one address", won.Load())
	}
}

func TestInvariant6TheFounderIsASteward(t *testing.T) { each(t, testInvariant6TheFounderIsASteward) }

func testInvariant6TheFounderIsASteward(t *testing.T, w *world) {
	c := w.found(river())
	if who := w.steward(c); who.Role != auth.Steward || who.Agent == "" {
		t.Errorf("the founder is %+v", who)
	}
	mine, err := w.directory.Of(w.ctx, w.admin.Account)
	w.ok(err)
	if len(mine) != 1 || mine[0].ID != c.ID {
		t.Errorf("the founder's commons are %+v", mine)
	}
	ask := river()
	ask.Slug = "hill-kitchen"
	alone, err := w.directory.Found(w.ctx, w.gate.Operator(store.Host), ask) // the operator founds for others
	w.ok(err)
	if e := w.entries(alone.ID); len(e) != 1 {
		t.Errorf("the operator became a member: %+v", e)
	}
}

func TestBadFoundingsAreRefusedWhole(t *testing.T) { each(t, testBadFoundingsAreRefusedWhole) }

func testBadFoundingsAreRefusedWhole(t *testing.T, w *world) {
	for field, spoil := range map[string]func(*Ask){
		"slug":      func(a *Ask) { a.Slug = "Has Space" },
		"currency":  func(a *Ask) { a.Currency = "XXQ" },
		"name":      func(a *Ask) { a.Name = " " },
		"statement": func(a *Ask) { a.Statement = strings.Repeat("s", 281) },
		"language":  func(a *Ask) { a.Language = "!" },
		"zone":      func(a *Ask) { a.Zone = "Local" },
		"practices": func(a *Ask) { a.Practices = []string{"usury"} },
	} {
		ask := river()
		spoil(&ask)
		_, err := w.directory.Found(w.ctx, w.admin, ask)
		if f := fault.As(err); f == nil || f.Field != field || f.Kind != fault.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := w.directory.Found(w.ctx, w.admin, Ask{})
	var list fault.List
	if !errors.As(err, &list) || len(list) != 5 {
		t.Errorf("an empty form names every field: %v", err)
	}
	if all, err := w.directory.All(w.ctx); err != nil || len(all) != 0 {
		t.Errorf("a refused founding left %+v, %v", all, err)
	}
	outsider := w.gate.Table().As(auth.Identity{Account: w.admin.Account, Commons: store.Host})
	_, err = w.directory.Found(w.ctx, outsider, river())
	w.refused(err, "auth.forbidden")
}

func TestSlugs(t *testing.T) {
	for slug, ok := range map[string]bool{"river-workshop": true, "RIVER ": true, "a1": true, "2026": true, "a": false, "-a": false, "a-": false,
		"a--b": false, "a_b": false, "é-b": false, "api": false, "sign-in": false, "c": false, strings.Repeat("a", 41): false, "a\x00": false} {
		if _, err := CheckSlug(slug); (err == nil) != ok {
			t.Errorf("%q: %v", slug, err)
		}
	}
}

func FuzzCheckSlug(f *testing.F) {
	for _, seed := range []string{"river-workshop", "A-b", "..", "a\u0130", "K\u212a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		slug, err := CheckSlug(text)
		if err != nil {
			return
		}
		if again, err := CheckSlug(slug); err != nil || again != slug || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q became %q, then %q, %v", text, slug, again, err)
		}
	})
}

func TestCurrencies(t *testing.T) {
	for u, ok := range map[quantity.Unit]bool{"EUR": true, "JPY": true, "BHD": true, "eur": false, "kilogram": false, "": false, "DEM": false, "XAU": false} {
		if err := CheckCurrency(u); (err == nil) != ok {
			t.Errorf("%q: %v", u, err)
		}
	}
}

func TestSettings(t *testing.T) { each(t, testSettings) }

func testSettings(t *testing.T, w *world) {
	c := w.found(river())
	s := c.Settings()
	s.Name, s.OpenBooks, s.Practices = "River House", true, []string{"contribution"}
	after, err := w.directory.Change(w.ctx, w.steward(c), s)
	w.ok(err)
	if after.Slug != c.Slug || after.Currency != c.Currency || after.Name != "River House" {
		t.Errorf("changed to %+v", after)
	}
	last := w.entries(c.ID)[2]
	if body := string(last.Body); last.Act != "commons.settings" || body != `{"settings":{"name":"River House","openBooks":true,"practices":["contribution"]}}` {
		t.Errorf("journaled %s %s", last.Act, body)
	}
	if _, err := w.directory.Change(w.ctx, w.steward(c), s); err != nil || len(w.entries(c.ID)) != 3 {
		t.Errorf("a change of nothing was journaled: %v", err)
	}
	s.Zone = "Mars/Olympus"
	_, err = w.directory.Change(w.ctx, w.steward(c), s)
	w.refused(err, "commons.zone")
	member := w.steward(c)
	member.Role = auth.Member
	_, err = w.directory.Change(w.ctx, member, c.Settings())
	w.refused(err, "auth.forbidden")
	nowhere := w.steward(c)
	nowhere.Commons = store.NewID()
	_, err = w.directory.Change(w.ctx, nowhere, c.Settings())
	w.refused(err, "commons.none")
}

func TestInvariant4ChangesAreSeenAtOnceAndCostNothingElse(t *testing.T) {
	each(t, testInvariant4ChangesAreSeenAtOnceAndCostNothingElse)
}

func testInvariant4ChangesAreSeenAtOnceAndCostNothingElse(t *testing.T, w *world) {
	c := w.found(river())
	other := w.newDirectory(Config{})
	name := func(d *Directory) string {
		got, _, err := d.BySlug(w.ctx, c.Slug)
		w.ok(err)
		return got.Name
	}
	name(w.directory)
	name(other)
	s := c.Settings()
	s.Name = "River House"
	_, err := w.directory.Change(w.ctx, w.steward(c), s)
	w.ok(err)
	if name(w.directory) != "River House" {
		t.Error("this process does not see its own change")
	}
	w.now = w.now.Add(hot.Fresh)
	if name(other) != "River House" || name(w.directory) != "River House" {
		t.Error("another process does not see the change within Fresh")
	}
	w.ok(w.store.Close()) // from here on every query fails
	if name(w.directory) != "River House" {
		t.Error("unreachable")
	}
}

func TestInvariant5ClosedBooksAreNotOnTheFrontPage(t *testing.T) {
	each(t, testInvariant5ClosedBooksAreNotOnTheFrontPage)
}

func testInvariant5ClosedBooksAreNotOnTheFrontPage(t *testing.T, w *world) {
	front := func() (names []string) {
		list, err := w.directory.Of(w.ctx, "")
		w.ok(err)
		for _, c := range list {
			names = append(names, c.Name)
		}
		return names
	}
	c := w.found(river())
	if len(front()) != 0 {
		t.Fatalf("front page: %v", front())
	}
	s := c.Settings()
	s.OpenBooks = true
	_, err := w.directory.Change(w.ctx, w.steward(c), s)
	w.ok(err)
	if !slices.Equal(front(), []string{"River Workshop"}) {
		t.Fatalf("front page: %v", front())
	}
	// A change that is interrupted before its copy is written: the commons decides.
	_, err = store.Write(w.ctx, w.store, store.Command{Commons: store.Host}, func(tx *store.Tx) (int64, error) { return tx.Exec(markStale, string(c.ID)) })
	w.ok(err)
	s.OpenBooks = false
	_, err = store.Write(w.ctx, w.store, store.Command{Commons: c.ID}, func(tx *store.Tx) (Commons, error) {
		return w.directory.changeIn(tx, w.steward(c), s)
	})
	w.ok(err)
	if len(front()) != 0 {
		t.Errorf("closed, but on the front page: %v", front())
	}
}

func TestTheLaterCopyWins(t *testing.T) { each(t, testTheLaterCopyWins) }

func testTheLaterCopyWins(t *testing.T, w *world) {
	c := w.found(river())
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			s := c.Settings()
			s.OpenBooks, s.Name = true, fmt.Sprint("Name ", i)
			if _, err := w.directory.Change(w.ctx, w.steward(c), s); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	now, _, err := w.directory.ByID(w.ctx, c.ID)
	w.ok(err)
	list, err := w.directory.Of(w.ctx, "")
	w.ok(err)
	if len(list) != 1 || list[0].Name != now.Name {
		t.Errorf("the front page says %+v, the commons %q", list, now.Name)
	}
}

func TestIdentityKnowsOpenBooks(t *testing.T) { each(t, testIdentityKnowsOpenBooks) }

func testIdentityKnowsOpenBooks(t *testing.T, w *world) {
	ask := river()
	ask.OpenBooks = true
	c := w.found(ask)
	who, err := w.directory.Identity(httptest.NewRequest("GET", "/", nil), c.ID)
	w.ok(err)
	if !who.OpenBooks || who.Commons != c.ID || who.Role != auth.Outsider {
		t.Errorf("got %+v", who)
	}
	for _, id := range []store.ID{store.Host, store.NewID()} {
		if who, err = w.directory.Identity(httptest.NewRequest("GET", "/", nil), id); err != nil || who.OpenBooks || who.Commons != id {
			t.Errorf("got %+v, %v", who, err)
		}
	}
}
