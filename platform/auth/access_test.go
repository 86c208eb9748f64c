package auth

import (
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"commonweal/platform/auth/hot"
	"commonweal/platform/store"
)

func TestMembersAreResolvedWithTheirRole(t *testing.T) { each(t, testMembersAreResolvedWithTheirRole) }

func testMembersAreResolvedWithTheirRole(t *testing.T, w *world) {
	a, m := w.person("robin", Steward)
	who := w.as("robin")
	if who.Account != a.ID || who.Agent != m.Agent || who.Role != Steward || who.Session == "" || who.Name != "Robin robin" {
		t.Errorf("got %+v", who)
	}
	if nobody := w.who(httptest.NewRequest("GET", "/", nil)); nobody.Account != "" || nobody.Role != Outsider || nobody.Can(CanMembers) {
		t.Errorf("nobody is %+v", nobody)
	}
}

func TestTokensActForTheirMember(t *testing.T) { each(t, testTokensActForTheirMember) }

func testTokensActForTheirMember(t *testing.T, w *world) {
	_, m := w.person("robin", Steward)
	secret, token, err := w.gate.IssueToken(w.ctx, w.as("robin"), TokenAsk{Label: "export", Scopes: []Capability{CanMembers}, Life: time.Hour})
	w.ok(err)
	who := w.who(w.token(secret))
	if who.Agent != m.Agent || who.Token != token.ID || !who.Can(CanMembers) {
		t.Errorf("got %+v", who)
	}
	if !strings.HasPrefix(secret, TokenPrefix) {
		t.Errorf("secret scanners will not find %s", secret)
	}
}

func TestInvariant4TokensStayInTheirScopes(t *testing.T) {
	each(t, testInvariant4TokensStayInTheirScopes)
}

func testInvariant4TokensStayInTheirScopes(t *testing.T, w *world) {
	w.person("robin", Steward)
	robin := w.as("robin")
	secret, _, err := w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "export", Scopes: []Capability{CanMembers}, Life: time.Hour})
	w.ok(err)
	who := w.who(w.token(secret))
	w.refused(who.Must(CanInvite), "auth.scope")
	_, _, err = w.gate.IssueToken(w.ctx, who, TokenAsk{Label: "child", Scopes: []Capability{CanMembers}, Life: time.Hour})
	w.refused(err, "auth.token_for_account")
	w.refused(w.gate.ChangePassword(w.ctx, who, password, "another horse battery"), "auth.token_for_account")
	w.refused(w.gate.Erase(w.ctx, who, password), "auth.token_for_account")
	_, _, err = w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "too much", Scopes: []Capability{CanAccounts}, Life: time.Hour})
	w.refused(err, "auth.token_scope")
	for _, c := range []Capability{CanTokens, CanLeave, CanRecover, "unknown.verb"} {
		_, _, err = w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "personal", Scopes: []Capability{c}, Life: time.Hour})
		w.refused(err, "auth.token_scope")
	}
	all, _, err := w.gate.IssueTokenFor(w.ctx, w.gate.Operator(w.commons), robin.Agent, TokenAsk{Label: "all", Life: time.Hour})
	w.ok(err)
	w.refused(w.who(w.token(all)).Must(CanLeave), "auth.token_for_account")
	_, _, err = w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "none", Scopes: []Capability{}, Life: time.Hour})
	w.ok(err)
}

func TestInvariant4AScopeIsNoMoreThanTheRole(t *testing.T) {
	each(t, testInvariant4AScopeIsNoMoreThanTheRole)
}

func testInvariant4AScopeIsNoMoreThanTheRole(t *testing.T, w *world) {
	_, m := w.person("robin", Steward)
	w.person("sam", Steward)
	secret, _, err := w.gate.IssueToken(w.ctx, w.as("robin"), TokenAsk{Label: "invites", Scopes: []Capability{CanInvite}, Life: time.Hour})
	w.ok(err)
	w.ok(w.gate.SetRole(w.ctx, w.as("sam"), m.Agent, Member))
	w.refused(w.who(w.token(secret)).Must(CanInvite), "auth.forbidden")
}

func TestInvariant4TokensOfAdministratorsDoNotAdminister(t *testing.T) {
	each(t, testInvariant4TokensOfAdministratorsDoNotAdminister)
}

func testInvariant4TokensOfAdministratorsDoNotAdminister(t *testing.T, w *world) {
	a, err := w.gate.CreateAdmin(w.ctx, Person{Name: "Ada", Handle: "ada", Password: password})
	w.ok(err)
	m, err := w.gate.Admit(w.ctx, w.gate.Operator(w.commons), a.ID, Steward)
	w.ok(err)
	if !w.as("ada").Can(CanAccounts) {
		t.Error("an administrator cannot administer")
	}
	secret, _, err := w.gate.IssueTokenFor(w.ctx, w.gate.Operator(w.commons), m.Agent, TokenAsk{Label: "all", Life: time.Hour})
	w.ok(err)
	w.refused(w.who(w.token(secret)).Must(CanAccounts), "auth.forbidden")
}

func TestInvariant5WithdrawnTokensStopAtOnce(t *testing.T) {
	each(t, testInvariant5WithdrawnTokensStopAtOnce)
}

func testInvariant5WithdrawnTokensStopAtOnce(t *testing.T, w *world) {
	w.person("robin", Member)
	robin := w.as("robin")
	secret, token, err := w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "export", Life: time.Hour})
	w.ok(err)
	other := w.newGate(Config{})
	for _, g := range []*Gate{w.gate, other} {
		if who, err := g.Identity(w.token(secret), w.commons, false); err != nil || who.Agent == "" {
			t.Fatalf("%+v, %v", who, err)
		}
	}
	w.ok(w.gate.RevokeToken(w.ctx, robin, token.ID))
	_, err = w.gate.Identity(w.token(secret), w.commons, false)
	w.refused(err, "auth.bad_token")
	w.clock.pass(hot.Fresh)
	_, err = other.Identity(w.token(secret), w.commons, false)
	w.refused(err, "auth.bad_token")
}

func TestInvariant5EndedSessionsStopAtOnce(t *testing.T) {
	each(t, testInvariant5EndedSessionsStopAtOnce)
}

func testInvariant5EndedSessionsStopAtOnce(t *testing.T, w *world) {
	w.person("robin", Member)
	first, second := w.signIn("robin"), w.signIn("robin")
	here := w.who(w.cookie(second.Secret))
	if w.who(w.cookie(first.Secret)).Account == "" {
		t.Fatal("not signed in")
	}
	devices, err := w.gate.Devices(w.ctx, here)
	w.ok(err)
	if len(devices) != 2 || devices[0].Device != "Firefox, Linux" {
		t.Errorf("devices are %+v", devices)
	}
	w.ok(w.gate.SignOut(w.ctx, here, first.ID))
	if who := w.who(w.cookie(first.Secret)); who.Account != "" {
		t.Errorf("the other device is still %+v", who)
	}
	third := w.signIn("robin")
	w.who(w.cookie(third.Secret))
	w.ok(w.gate.SignOutOthers(w.ctx, here))
	if w.who(w.cookie(third.Secret)).Account != "" || w.who(w.cookie(second.Secret)).Account == "" {
		t.Error("signing out the others must leave this one, and only this one")
	}
	w.refused(w.gate.SignOut(w.ctx, here, first.ID), "auth.session")
}

func TestInvariant5SomebodyElsesSessionIsNotYours(t *testing.T) {
	each(t, testInvariant5SomebodyElsesSessionIsNotYours)
}

func testInvariant5SomebodyElsesSessionIsNotYours(t *testing.T, w *world) {
	w.person("robin", Member)
	w.person("sam", Member)
	theirs := w.signIn("sam")
	w.refused(w.gate.SignOut(w.ctx, w.as("robin"), theirs.ID), "auth.session")
	if w.who(w.cookie(theirs.Secret)).Account == "" {
		t.Error("sam was signed out by robin")
	}
}

func TestInvariant5MembershipsEndAtOnce(t *testing.T) { each(t, testInvariant5MembershipsEndAtOnce) }

func testInvariant5MembershipsEndAtOnce(t *testing.T, w *world) {
	_, m := w.person("robin", Member)
	w.person("sam", Steward)
	session := w.signIn("robin")
	if w.who(w.cookie(session.Secret)).Role != Member {
		t.Fatal("not a member")
	}
	w.ok(w.gate.Remove(w.ctx, w.as("sam"), m.Agent))
	if who := w.who(w.cookie(session.Secret)); who.Role != Outsider || who.Agent != "" {
		t.Errorf("after removal robin is %+v", who)
	}
}

func TestInvariant6OtherCommonsAreRefused(t *testing.T) {
	each(t, testInvariant6OtherCommonsAreRefused)
}

func testInvariant6OtherCommonsAreRefused(t *testing.T, w *world) {
	_, m := w.person("robin", Steward)
	secret, _, err := w.gate.IssueToken(w.ctx, w.as("robin"), TokenAsk{Label: "here", Life: time.Hour})
	w.ok(err)
	elsewhere := store.NewID()
	_, err = w.gate.Identity(w.token(secret), elsewhere, false)
	w.refused(err, "auth.other_commons")
	who, err := w.gate.Identity(w.cookie(w.signIn("robin").Secret), elsewhere, true)
	w.ok(err)
	if who.Role != Outsider || who.Agent != "" || who.Can(CanMembers) {
		t.Errorf("a steward here is %+v elsewhere", who)
	}
	w.refused(w.gate.SetRole(w.ctx, who, m.Agent, Member), "auth.forbidden")
	w.refused(w.gate.Remove(w.ctx, w.gate.Operator(elsewhere), m.Agent), "auth.member")
	err = w.store.Read(w.ctx, elsewhere, func(r *store.Snapshot) error { return w.as("robin").In(r) })
	w.refused(err, "auth.other_commons")
}

func TestSessionsEndWhenIdle(t *testing.T) { each(t, testSessionsEndWhenIdle) }

func testSessionsEndWhenIdle(t *testing.T, w *world) {
	w.person("robin", Member)
	s := w.signIn("robin")
	w.clock.pass(20 * 24 * time.Hour)
	if w.who(w.cookie(s.Secret)).Account == "" {
		t.Fatal("ended too early")
	}
	w.ok(w.gate.Sweep(w.ctx)) // writes down that it was used, and prolongs it
	w.clock.pass(20 * 24 * time.Hour)
	who := w.who(w.cookie(s.Secret))
	if who.Account == "" {
		t.Fatal("use did not prolong the session")
	}
	list, err := w.gate.Devices(w.ctx, who)
	w.ok(err)
	if age := w.clock.Now().Sub(list[0].Seen); age != 20*24*time.Hour {
		t.Errorf("last seen %v ago", age)
	}
	w.clock.pass(IdleLife)
	if w.who(w.cookie(s.Secret)).Account != "" {
		t.Error("an idle session goes on")
	}
	w.ok(w.gate.Sweep(w.ctx))
	if list, _ := w.gate.Sessions(w.ctx, who.Account); len(list) != 0 {
		t.Errorf("expired sessions are kept: %+v", list)
	}
}

func TestSessionsEndAfterTheirFullLife(t *testing.T) { each(t, testSessionsEndAfterTheirFullLife) }

func testSessionsEndAfterTheirFullLife(t *testing.T, w *world) {
	w.person("robin", Member)
	s := w.signIn("robin")
	for used := time.Duration(0); used < FullLife; used += 20 * 24 * time.Hour {
		if w.who(w.cookie(s.Secret)).Account == "" {
			t.Fatalf("ended after %v", used)
		}
		w.ok(w.gate.Sweep(w.ctx))
		w.clock.pass(20 * 24 * time.Hour)
	}
	w.clock.pass(time.Second)
	if w.who(w.cookie(s.Secret)).Account != "" {
		t.Error("a session outlives its full life")
	}
}

func TestTokensExpire(t *testing.T) { each(t, testTokensExpire) }

func testTokensExpire(t *testing.T, w *world) {
	w.person("robin", Member)
	secret, _, err := w.gate.IssueToken(w.ctx, w.as("robin"), TokenAsk{Label: "short", Life: time.Second})
	w.ok(err)
	w.who(w.token(secret))
	w.clock.pass(time.Second + time.Millisecond) // within the cache's freshness: expiry does not wait for it
	_, err = w.gate.Identity(w.token(secret), w.commons, false)
	w.refused(err, "auth.bad_token")
}

func TestBadHeadersAreRefused(t *testing.T) { each(t, testBadHeadersAreRefused) }

func testBadHeadersAreRefused(t *testing.T, w *world) {
	w.person("robin", Member)
	s := w.signIn("robin")
	for _, header := range []string{"Bearer", "Bearer ", "Bearer cw_", "Basic cm9iaW46cHc=", "Bearer " + s.Secret, "bearer cw_" + strings.Repeat("A", 43), "x", "Bearer \x00"} {
		r := w.cookie(s.Secret)
		r.Header.Set("Authorization", header)
		_, err := w.gate.Identity(r, w.commons, false)
		w.refused(err, "auth.bad_token")
	}
	for _, value := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 1<<16)} {
		if w.who(w.cookie(value)).Account != "" {
			t.Errorf("the cookie %.20q is somebody", value)
		}
	}
}

func TestCookiesAreLocked(t *testing.T) { each(t, testCookiesAreLocked) }

func testCookiesAreLocked(t *testing.T, w *world) {
	for origin, want := range map[string]string{
		"https://commons.example": "__Host-commonweal=s; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
		"http://localhost:8080":   "commonweal=s; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax",
	} {
		rec := httptest.NewRecorder()
		w.newGate(Config{Origin: origin}).SetCookie(rec, NewSession{Secret: "s"})
		if got := rec.Header().Get("Set-Cookie"); got != want {
			t.Errorf("%s: %s", origin, got)
		}
	}
	if _, err := New(Config{Store: w.store, Origin: "commons.example"}); err == nil {
		t.Error("an origin without a scheme was accepted")
	}
}

func TestOnlyProxiesAreBelieved(t *testing.T) { each(t, testOnlyProxiesAreBelieved) }

func testOnlyProxiesAreBelieved(t *testing.T, w *world) {
	g := w.newGate(Config{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}})
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "", "203.0.113.9"},
		{"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},                   // a stranger says so
		{"127.0.0.1:1", "198.51.100.1", "198.51.100.1"},                    // our proxy says so
		{"127.0.0.1:1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"}, // behind two proxies; the first is made up
		{"127.0.0.1:1", "rubbish", "127.0.0.1"},                            // unreadable
		{"[2001:db8:1:2:3:4:5:6]:1", "", "2001:db8:1:2::/64"},              // a subscriber's network
		{"127.0.0.1:1", "::ffff:198.51.100.1", "198.51.100.1"},             // IPv4 in IPv6
		{"@", "198.51.100.1", "198.51.100.1"},                              // a proxy by a Unix socket
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := g.Visit(r).Address; got != c.want {
			t.Errorf("%s forwarding for %q is %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}

func TestInvariant1NoSecretIsStored(t *testing.T) {
	w := newWorld(t)
	_, m := w.person("robin", Steward)
	s := w.signIn("robin")
	robin := w.who(w.cookie(s.Secret))
	token, _, err := w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "export", Life: time.Hour})
	w.ok(err)
	invite, _, err := w.gate.Invite(w.ctx, robin, InviteAsk{Role: Member, Uses: 1, Life: time.Hour})
	w.ok(err)
	recovery, err := w.gate.NewRecovery(w.ctx, robin, m.Account)
	w.ok(err)
	first, _, err := w.gate.FirstRun(w.ctx)
	w.ok(err)
	_, ceremony, err := w.gate.BeginPasskeySignIn(w.ctx)
	w.ok(err)
	w.ok(w.store.Close())
	var held []byte
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(w.path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		held = append(held, b...)
	}
	if !strings.Contains(string(held), "Robin robin") {
		t.Fatal("the scan does not see the database")
	}
	for what, secret := range map[string]string{"password": password, "session": s.Secret, "token": token, "token's random part": token[3:],
		"invite": invite, "recovery": recovery, "first run": first, "ceremony": ceremony} {
		if secret == "" || strings.Contains(string(held), secret) {
			t.Errorf("the %s is in the database", what)
		}
	}
}

func TestInvariant11KnowingWhoAsksCostsNoQuery(t *testing.T) {
	each(t, testInvariant11KnowingWhoAsksCostsNoQuery)
}

func testInvariant11KnowingWhoAsksCostsNoQuery(t *testing.T, w *world) {
	w.person("robin", Member)
	r := w.cookie(w.signIn("robin").Secret)
	w.who(r)
	w.ok(w.store.Close()) // from here on every query fails
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if who, err := w.gate.Identity(r, w.commons, false); err != nil || who.Role != Member {
					t.Errorf("%+v, %v", who, err)
					return
				}
			}
		})
	}
	wg.Wait()
	w.clock.pass(hot.Fresh)
	if _, err := w.gate.Identity(r, w.commons, false); err == nil {
		t.Error("a value older than Fresh was served")
	}
}

// BenchmarkIdentity is the price of knowing who asks, once for each request.
func BenchmarkIdentity(b *testing.B) {
	w := newWorld(b)
	w.person("robin", Member)
	r := w.cookie(w.signIn("robin").Secret)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if who, err := w.gate.Identity(r, w.commons, false); err != nil || who.Role != Member {
				b.Errorf("%+v, %v", who, err)
			}
		}
	})
}
