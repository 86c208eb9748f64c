package auth

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

func TestSignInWithNameOrEmail(t *testing.T) { each(t, testSignInWithNameOrEmail) }

func testSignInWithNameOrEmail(t *testing.T, w *world) {
	a, _ := w.person("robin", Outsider)
	for _, name := range []string{"robin", " Robin ", "ROBIN@example.org"} {
		s, err := w.gate.SignIn(w.ctx, name, password, Visit{Address: "192.0.2.1"})
		w.ok(err)
		if who := w.who(w.cookie(s.Secret)); who.Account != a.ID || who.Role != Outsider {
			t.Errorf("%q signed in as %+v", name, who)
		}
	}
}

func TestAnEmailOfTwoAccountsOpensNeither(t *testing.T) {
	each(t, testAnEmailOfTwoAccountsOpensNeither)
}

func testAnEmailOfTwoAccountsOpensNeither(t *testing.T, w *world) {
	for _, handle := range []string{"ada", "bo"} {
		_, err := w.gate.create(w.ctx, Person{Name: handle, Handle: handle, Email: "both@example.org", Password: password},
			func(*store.Tx, *Account) error { return nil })
		w.ok(err)
	}
	_, err := w.gate.SignIn(w.ctx, "both@example.org", password, Visit{Address: "192.0.2.1"})
	w.refused(err, "auth.sign_in_failed")
}

func TestInvariant2SigningInTellsNothing(t *testing.T) { each(t, testInvariant2SigningInTellsNothing) }

func testInvariant2SigningInTellsNothing(t *testing.T, w *world) {
	w.person("robin", Outsider)
	_, err := w.gate.create(w.ctx, Person{Name: "Key Only", Handle: "keyonly"}, func(*store.Tx, *Account) error { return nil })
	w.ok(err)
	w.gate.hasher.dummy() // made once, whoever comes first
	answers := map[string]bool{}
	for i, try := range []struct{ name, password string }{
		{"robin", "wrong horse battery"}, {"nobody", "wrong horse battery"}, {"keyonly", "wrong horse battery"},
		{"robin", ""}, {"nobody", ""}, {"keyonly", ""}, {"robin", strings.Repeat("x", 5000)}, {"nobody", strings.Repeat("x", 5000)},
		{"robin", "\x00\xff"}, {"", ""}, {strings.Repeat("n", 100_000), "wrong horse battery"}, {"rob\x00in", password},
	} {
		before := w.gate.hasher.runs.Load()
		_, err := w.gate.SignIn(w.ctx, try.name, try.password, Visit{Address: "192.0.2." + string(rune('a'+i))})
		if runs := w.gate.hasher.runs.Load() - before; runs != 1 {
			t.Errorf("%.20q took %d hashes, want 1 whoever it is", try.name, runs)
		}
		answers[err.Error()+fault.CodeOf(err)] = true
	}
	if len(answers) != 1 {
		t.Errorf("answers differ: %v", answers)
	}
}

func TestInvariant2TheLimitTellsNothing(t *testing.T) { each(t, testInvariant2TheLimitTellsNothing) }

func testInvariant2TheLimitTellsNothing(t *testing.T, w *world) {
	w.person("robin", Outsider)
	run := func(name, address string) (codes string) {
		for range 8 {
			_, err := w.gate.SignIn(w.ctx, name, "wrong horse battery", Visit{Address: address})
			codes += err.Error() + "\n"
		}
		return codes
	}
	if a, b := run("robin", "192.0.2.7"), run("nobody", "192.0.2.8"); a != b {
		t.Errorf("a known name is limited differently:\n%s\n%s", a, b)
	}
}

func TestInvariant3SignInBeginsANewSession(t *testing.T) {
	each(t, testInvariant3SignInBeginsANewSession)
}

func testInvariant3SignInBeginsANewSession(t *testing.T, w *world) {
	w.person("robin", Outsider)
	planted, _ := newSecret("")
	if who := w.who(w.cookie(planted)); who.Account != "" {
		t.Fatal("a planted secret is somebody")
	}
	first, second := w.signIn("robin"), w.signIn("robin")
	if first.Secret == planted || first.Secret == second.Secret {
		t.Error("two sessions share a secret")
	}
	if who := w.who(w.cookie(planted)); who.Account != "" {
		t.Error("the planted secret became somebody by signing in")
	}
}

func TestInvariant7WaitsDouble(t *testing.T) {
	l := limit{3, 15 * time.Minute}
	for _, c := range []struct {
		failures int
		want     time.Duration
	}{{0, 0}, {2, 0}, {3, time.Second}, {4, 2 * time.Second}, {10, 128 * time.Second}, {13, 15 * time.Minute}, {1 << 30, 15 * time.Minute}} {
		if got := l.delay(c.failures); got != c.want {
			t.Errorf("after %d failures the wait is %v, want %v", c.failures, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		l := limit{rapid.IntRange(0, 30).Draw(t, "free"), time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "longest"))}
		n := rapid.IntRange(0, 1<<20).Draw(t, "failures")
		if l.delay(n) > l.delay(n+1) || l.delay(n) > l.longest || (n >= l.free && l.delay(n) <= 0) {
			t.Fatalf("the wait is not monotone, bounded and positive at %d", n)
		}
	})
}

func TestInvariant7GuessingIsSlowedDown(t *testing.T) { each(t, testInvariant7GuessingIsSlowedDown) }

func testInvariant7GuessingIsSlowedDown(t *testing.T, w *world) {
	w.person("robin", Outsider)
	here := Visit{Address: "192.0.2.66"}
	for range oneNameHere.free {
		_, err := w.gate.SignIn(w.ctx, "robin", "wrong horse battery", here)
		w.refused(err, "auth.sign_in_failed")
	}
	_, err := w.gate.SignIn(w.ctx, "robin", password, here)
	w.refused(err, "auth.too_many_attempts")
	if _, err := w.gate.SignIn(w.ctx, "robin", password, Visit{Address: "198.51.100.9"}); err != nil {
		t.Errorf("the owner is locked out elsewhere: %v", err)
	}
	w.clock.pass(2 * time.Second)
	if _, err := w.gate.SignIn(w.ctx, "robin", password, here); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestInvariant7ParallelGuessesGainNothing(t *testing.T) {
	each(t, testInvariant7ParallelGuessesGainNothing)
}

func testInvariant7ParallelGuessesGainNothing(t *testing.T, w *world) {
	w.person("robin", Outsider)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[string]int{}
	for range 40 {
		wg.Go(func() {
			_, err := w.gate.SignIn(w.ctx, "robin", "wrong horse battery", Visit{Address: "192.0.2.66"})
			mu.Lock()
			defer mu.Unlock()
			codes[fault.CodeOf(err)]++
		})
	}
	wg.Wait()
	if codes["auth.sign_in_failed"] != oneNameHere.free || codes["auth.too_many_attempts"] != 40-oneNameHere.free {
		t.Errorf("got %v, want %d guesses checked", codes, oneNameHere.free)
	}
}

func TestInvariant7FailuresOutliveTheProcess(t *testing.T) {
	each(t, testInvariant7FailuresOutliveTheProcess)
}

func testInvariant7FailuresOutliveTheProcess(t *testing.T, w *world) {
	w.person("robin", Outsider)
	for i := range oneName.free {
		g := w.newGate(Config{}) // each attempt meets a fresh process
		_, err := g.SignIn(w.ctx, "robin", "wrong horse battery", Visit{Address: "192.0.2." + string(rune('a'+i))})
		w.refused(err, "auth.sign_in_failed")
	}
	_, err := w.newGate(Config{}).SignIn(w.ctx, "robin", password, Visit{Address: "203.0.113.4"})
	w.refused(err, "auth.too_many_attempts")
	w.clock.pass(2 * oneName.longest) // the owner waits a minute at most, whatever strangers do
	w.signIn("robin")
}

func TestAClockSetBackLocksNobodyOut(t *testing.T) { each(t, testAClockSetBackLocksNobodyOut) }

func testAClockSetBackLocksNobodyOut(t *testing.T, w *world) {
	w.person("robin", Outsider)
	for range oneNameHere.free {
		_, err := w.gate.SignIn(w.ctx, "robin", "wrong horse battery", Visit{Address: "192.0.2.1"})
		w.refused(err, "auth.sign_in_failed")
	}
	w.clock.pass(-48 * time.Hour)
	_, err := w.gate.SignIn(w.ctx, "robin", password, Visit{Address: "192.0.2.1"})
	if err == nil || !strings.Contains(err.Error(), "wait 2s") {
		t.Errorf("got %v, want a wait of at most two seconds", err)
	}
	w.clock.pass(2 * time.Second)
	if _, err := w.gate.SignIn(w.ctx, "robin", password, Visit{Address: "192.0.2.1"}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// The counter in the database is dated by a clock that has been set back since,
// and another process meets it.
func TestAClockSetBackLocksNobodyOutElsewhere(t *testing.T) {
	each(t, testAClockSetBackLocksNobodyOutElsewhere)
}

func testAClockSetBackLocksNobodyOutElsewhere(t *testing.T, w *world) {
	w.person("robin", Outsider)
	for i := range oneName.free + 1 {
		_, err := w.newGate(Config{}).SignIn(w.ctx, "robin", "wrong horse battery", Visit{Address: fmt.Sprintf("192.0.2.%d", i)})
		if err == nil {
			t.Fatal("a wrong password opens")
		}
	}
	w.clock.pass(-48 * time.Hour)
	other := w.newGate(Config{})
	_, err := other.SignIn(w.ctx, "robin", password, Visit{Address: "203.0.113.4"})
	w.refused(err, "auth.too_many_attempts")
	w.clock.pass(2 * oneName.longest)
	if _, err := other.SignIn(w.ctx, "robin", password, Visit{Address: "203.0.113.4"}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestOldHashesAreRenewedWhenSigningIn(t *testing.T) {
	each(t, testOldHashesAreRenewedWhenSigningIn)
}

func testOldHashesAreRenewedWhenSigningIn(t *testing.T, w *world) {
	a, _ := w.person("robin", Outsider)
	stronger := w.newGate(Config{})
	stronger.hasher = newHasher(quick)
	stronger.hasher.params.Iterations = 2
	if _, err := stronger.SignIn(w.ctx, "robin", password, Visit{}); err != nil {
		t.Fatal(err)
	}
	after, err := w.gate.Account(w.ctx, a.ID)
	w.ok(err)
	if after.password == a.password || !strings.Contains(after.password, "t=2") {
		t.Errorf("the hash is still %.30s", after.password)
	}
	w.signIn("robin")
}

func TestPasswordRules(t *testing.T) {
	for _, c := range []struct {
		password string
		ok       bool
	}{
		{"correct horse battery", true}, {"vier losse woorden", true}, {"пароль из слов", true}, {"short", false},
		{"aaaaaaaaaaaaaaa", false}, {"Password123", false}, {"robin.vale", false}, {strings.Repeat("ab cde", 60), false},
		{"has\x00control", false}, {"123456789a", false},
	} {
		if got := checkPassword(c.password, "robin.vale", "Robin Vale"); (got == nil) != c.ok {
			t.Errorf("%q: %v", c.password, got)
		} else if got != nil && strings.Contains(got.Error(), c.password) {
			t.Errorf("the message repeats the password: %v", got)
		}
	}
}

func TestPeopleAreChecked(t *testing.T) {
	for _, p := range []Person{
		{Name: ""}, {Name: " \t "}, {Name: strings.Repeat("n", 81)}, {Name: "a\x00b"}, {Name: "evil\u202eeman"}, {Name: "\xff"},
		{Name: "Robin", Handle: "r"}, {Name: "Robin", Handle: "../etc"}, {Name: "Robin", Handle: "a@b.c"}, {Name: "Robin", Password: password},
		{Name: "Robin", Email: "Robin <robin@example.org>"}, {Name: "Robin", Email: "no"}, {Name: "Robin", Language: "!!"},
		{Name: "Robin", Zone: "Mars/Olympus"}, {Name: "Robin", Zone: "Local"}, {Name: "Robin", Zone: "../../etc/passwd"},
	} {
		if got, err := p.checked(); err == nil {
			t.Errorf("%+v was accepted as %+v", p, got)
		}
	}
	got, err := Person{Name: " Robin   Vale ", Handle: " Robin.Vale", Email: "Robin@Example.org", Password: password, Language: "nl-BE", Zone: "Europe/Brussels"}.checked()
	if err != nil || got.Name != "Robin Vale" || got.Handle != "robin.vale" || got.Email != "robin@example.org" {
		t.Errorf("got %+v, %v", got, err)
	}
	var list fault.List
	if _, err := (Person{Handle: "r", Email: "no"}).checked(); !errors.As(err, &list) || len(list) != 3 {
		t.Errorf("a bad form names every bad field: %v", err)
	}
}
