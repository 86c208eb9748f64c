package auth

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

func admin(i int) Person {
	return Person{Name: fmt.Sprint("Ada ", i), Handle: fmt.Sprint("ada", i), Password: password}
}

func TestFirstRunMakesOneAdministrator(t *testing.T) { each(t, testFirstRunMakesOneAdministrator) }

func testFirstRunMakesOneAdministrator(t *testing.T, w *world) {
	old, needed, err := w.gate.FirstRun(w.ctx)
	w.ok(err)
	secret, _, err := w.gate.FirstRun(w.ctx)
	w.ok(err)
	if !needed || secret == old {
		t.Fatal("a host without an administrator needs a fresh link at every start")
	}
	_, err = w.gate.AcceptFirstRun(w.ctx, old, admin(0), Visit{})
	w.refused(err, "auth.link")
	s, err := w.gate.AcceptFirstRun(w.ctx, secret, admin(1), Visit{})
	w.ok(err)
	who, err := w.gate.Identity(w.cookie(s.Secret), w.commons, false)
	w.ok(err)
	if !who.Admin || !who.Can(CanAccounts) {
		t.Errorf("got %+v", who)
	}
	if _, needed, err = w.gate.FirstRun(w.ctx); err != nil || needed {
		t.Errorf("needed again: %v, %v", needed, err)
	}
	_, err = w.gate.AcceptFirstRun(w.ctx, secret, admin(2), Visit{})
	w.refused(err, "auth.link")
}

func TestInvariant8TheFirstRunLinkWorksOnce(t *testing.T) {
	each(t, testInvariant8TheFirstRunLinkWorksOnce)
}

func testInvariant8TheFirstRunLinkWorksOnce(t *testing.T, w *world) {
	secret, _, err := w.gate.FirstRun(w.ctx)
	w.ok(err)
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if _, err := w.gate.AcceptFirstRun(w.ctx, secret, admin(i), Visit{}); err == nil {
				won.Add(1)
			} else if fault.CodeOf(err) != "auth.link" {
				t.Errorf("refused with %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d administrators were made by one link", won.Load())
	}
}

func TestInvariant8AnInviteForOneAdmitsOne(t *testing.T) {
	each(t, testInvariant8AnInviteForOneAdmitsOne)
}

func testInvariant8AnInviteForOneAdmitsOne(t *testing.T, w *world) {
	w.person("sam", Steward)
	secret, _, err := w.gate.Invite(w.ctx, w.as("sam"), InviteAsk{Role: Member, Uses: 2, Life: time.Hour})
	w.ok(err)
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			_, _, err := w.gate.JoinByInvite(w.ctx, w.commons, secret, admin(i), Visit{})
			if err == nil {
				won.Add(1)
			} else if fault.CodeOf(err) != "auth.link" {
				t.Errorf("refused with %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 2 {
		t.Errorf("%d people joined by an invite for two", won.Load())
	}
	for i := range 12 { // nobody who was too late is left with an account
		_, err := w.gate.SignIn(w.ctx, admin(i).Handle, password, Visit{Address: fmt.Sprint("192.0.2.", i)})
		if err == nil {
			won.Add(-1)
		}
	}
	if won.Load() != 0 {
		t.Errorf("%d accounts too many or too few", -won.Load())
	}
}

func TestInviteAccepted(t *testing.T) { each(t, testInviteAccepted) }

func testInviteAccepted(t *testing.T, w *world) {
	w.person("sam", Steward)
	sam := w.as("sam")
	secret, invite, err := w.gate.Invite(w.ctx, sam, InviteAsk{Role: Steward, Uses: 5, Life: time.Hour, Note: "for Robin"})
	w.ok(err)
	s, m, err := w.gate.JoinByInvite(w.ctx, w.commons, secret, Person{Name: "Robin", Handle: "robin", Password: password}, Visit{})
	w.ok(err)
	who := w.who(w.cookie(s.Secret))
	if who.Role != Steward || who.Agent != m.Agent {
		t.Errorf("joined as %+v", who)
	}
	again, err := w.gate.AcceptInvite(w.ctx, who, w.commons, secret)
	w.ok(err)
	left, err := w.gate.Invites(w.ctx, sam)
	w.ok(err)
	if again.Agent != m.Agent || len(left) != 1 || left[0].Uses != 4 || left[0].Note != "for Robin" {
		t.Errorf("accepting twice took a use: %+v, %+v", again, left)
	}
	w.ok(w.gate.WithdrawInvite(w.ctx, sam, invite.ID))
	_, err = w.gate.CheckInvite(w.ctx, w.commons, secret)
	w.refused(err, "auth.link")
	w.refused(w.gate.WithdrawInvite(w.ctx, sam, invite.ID), "auth.invite")
}

func TestInvariant2BadLinksAnswerAlike(t *testing.T) { each(t, testInvariant2BadLinksAnswerAlike) }

func testInvariant2BadLinksAnswerAlike(t *testing.T, w *world) {
	a, _ := w.person("sam", Steward)
	sam := w.as("sam")
	expired, _, err := w.gate.Invite(w.ctx, sam, InviteAsk{Role: Member, Uses: 1, Life: time.Minute})
	w.ok(err)
	withdrawn, invite, err := w.gate.Invite(w.ctx, sam, InviteAsk{Role: Member, Uses: 1, Life: time.Hour})
	w.ok(err)
	w.ok(w.gate.WithdrawInvite(w.ctx, sam, invite.ID))
	replaced, err := w.gate.NewRecovery(w.ctx, sam, a.ID)
	w.ok(err)
	_, err = w.gate.NewRecovery(w.ctx, sam, a.ID)
	w.ok(err)
	w.clock.pass(2 * time.Minute)
	invented, _ := newSecret("")
	answers := map[string]bool{}
	for _, secret := range []string{expired, withdrawn, replaced, invented, "", "x", "\x00"} {
		_, _, err := w.gate.JoinByInvite(w.ctx, w.commons, secret, admin(1), Visit{})
		answers[err.Error()] = true
		_, err = w.gate.Recover(w.ctx, secret, "another horse battery", Visit{})
		answers[err.Error()] = true
		_, err = w.gate.AcceptFirstRun(w.ctx, secret, admin(1), Visit{})
		answers[err.Error()] = true
	}
	if len(answers) != 1 {
		t.Errorf("answers differ: %v", answers)
	}
}

func TestInvitesAreChecked(t *testing.T) { each(t, testInvitesAreChecked) }

func testInvitesAreChecked(t *testing.T, w *world) {
	w.person("sam", Steward)
	w.person("robin", Member)
	for _, ask := range []InviteAsk{{}, {Role: Member, Life: time.Hour}, {Role: Member, Uses: 1001, Life: time.Hour}, {Role: Member, Uses: 1},
		{Role: Member, Uses: 1, Life: 400 * 24 * time.Hour}, {Role: Member, Uses: 1, Life: time.Hour, Note: "a\x00b"}} {
		if _, _, err := w.gate.Invite(w.ctx, w.as("sam"), ask); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", ask, err)
		}
	}
	_, _, err := w.gate.Invite(w.ctx, w.as("robin"), InviteAsk{Role: Member, Uses: 1, Life: time.Hour})
	w.refused(err, "auth.forbidden")
}

func TestRecovery(t *testing.T) { each(t, testRecovery) }

func testRecovery(t *testing.T, w *world) {
	w.person("sam", Steward)
	robin, _ := w.person("robin", Member)
	session := w.signIn("robin")
	token, _, err := w.gate.IssueToken(w.ctx, w.who(w.cookie(session.Secret)), TokenAsk{Label: "t", Life: time.Hour})
	w.ok(err)
	secret, err := w.gate.NewRecovery(w.ctx, w.as("sam"), robin.ID)
	w.ok(err)
	_, err = w.gate.Recover(w.ctx, secret, "short", Visit{})
	w.refused(err, "auth.password") // and the link still works
	s, err := w.gate.Recover(w.ctx, secret, "another horse battery", Visit{})
	w.ok(err)
	if w.who(w.cookie(s.Secret)).Account != robin.ID || w.who(w.cookie(session.Secret)).Account != "" {
		t.Error("recovery must sign in here and out everywhere else")
	}
	_, err = w.gate.Identity(w.token(token), w.commons, false)
	w.refused(err, "auth.bad_token")
	_, err = w.gate.Recover(w.ctx, secret, "a third horse battery", Visit{})
	w.refused(err, "auth.link")
	_, err = w.gate.SignIn(w.ctx, "robin", password, Visit{})
	w.refused(err, "auth.sign_in_failed")
}

func TestAStewardDoesNotOpenAccountsOfOtherCommons(t *testing.T) {
	each(t, testAStewardDoesNotOpenAccountsOfOtherCommons)
}

func testAStewardDoesNotOpenAccountsOfOtherCommons(t *testing.T, w *world) {
	w.person("sam", Steward)
	robin, _ := w.person("robin", Member)
	ada, err := w.gate.CreateAdmin(w.ctx, admin(1))
	w.ok(err)
	_, err = w.gate.Admit(w.ctx, w.gate.Operator(w.commons), ada.ID, Member)
	w.ok(err)
	stranger, _ := w.person("kim", Outsider)
	_, err = w.gate.NewRecovery(w.ctx, w.as("sam"), ada.ID)
	w.refused(err, "auth.recover_elsewhere")
	_, err = w.gate.NewRecovery(w.ctx, w.as("sam"), stranger.ID)
	w.refused(err, "auth.member")
	_, err = w.gate.NewRecovery(w.ctx, w.as("robin"), robin.ID)
	w.refused(err, "auth.forbidden")
	_, err = w.gate.Admit(w.ctx, w.gate.Operator("01890000-0000-7000-8000-000000000001"), robin.ID, Member)
	w.ok(err)
	_, err = w.gate.NewRecovery(w.ctx, w.as("sam"), robin.ID)
	w.refused(err, "auth.recover_elsewhere")
	if _, err = w.gate.NewRecovery(w.ctx, w.gate.Operator(w.commons), robin.ID); err != nil {
		t.Errorf("an administrator may: %v", err)
	}
}

func TestChangingThePassword(t *testing.T) { each(t, testChangingThePassword) }

func testChangingThePassword(t *testing.T, w *world) {
	w.person("robin", Member)
	other := w.signIn("robin")
	robin := w.as("robin")
	w.refused(w.gate.ChangePassword(w.ctx, robin, "wrong horse battery", "another horse battery"), "auth.present_password")
	w.refused(w.gate.ChangePassword(w.ctx, robin, password, "short"), "auth.password")
	w.ok(w.gate.ChangePassword(w.ctx, robin, password, "another horse battery"))
	if w.who(w.cookie(other.Secret)).Account != "" {
		t.Error("the other device is still signed in")
	}
	_, err := w.gate.SignIn(w.ctx, "robin", password, Visit{})
	w.refused(err, "auth.sign_in_failed")
	for range oneNameHere.free {
		w.refused(w.gate.ChangePassword(w.ctx, robin, "wrong horse battery", "another horse battery"), "auth.present_password")
	}
	err = w.gate.ChangePassword(w.ctx, robin, "another horse battery", "a third horse battery")
	w.refused(err, "auth.too_many_attempts")
}

func TestHandlesAreUnique(t *testing.T) { each(t, testHandlesAreUnique) }

func testHandlesAreUnique(t *testing.T, w *world) {
	w.person("robin", Member)
	w.person("sam", Member)
	_, err := w.gate.CreateAdmin(w.ctx, Person{Name: "R", Handle: "ROBIN", Password: password})
	w.refused(err, "auth.handle_taken")
	w.refused(w.gate.ChangeAccount(w.ctx, w.as("sam"), Change{Name: "Sam", Handle: "robin"}), "auth.handle_taken")
	w.refused(w.gate.ChangeAccount(w.ctx, w.as("sam"), Change{Name: "Sam"}), "auth.handle")
	w.ok(w.gate.ChangeAccount(w.ctx, w.as("sam"), Change{Name: "Sam Lowe", Handle: "sam.lowe", Language: "nl", Zone: "Europe/Amsterdam"}))
	if who := w.as("sam.lowe"); who.Name != "Sam Lowe" || who.Language != "nl" || who.Zone != "Europe/Amsterdam" {
		t.Errorf("got %+v", who)
	}
}

func TestEnroll(t *testing.T) { each(t, testEnroll) }

// What is done in the act that admits is done exactly when somebody is admitted.
func TestEnrollWithMore(t *testing.T) { each(t, testEnrollWithMore) }

func testEnrollWithMore(t *testing.T, w *world) {
	operator := w.gate.Operator(w.commons)
	people := make([]Person, enrollChunk+3)
	for i := range people {
		people[i] = Person{Name: "Extra Person"}
	}
	full := errors.New("no room")
	members, err := w.gate.EnrollWith(w.ctx, operator, people, Member, func(_ *store.Tx, first int, chunk []Membership) error {
		if first == 0 && len(chunk) == enrollChunk {
			return nil
		}
		return full
	})
	if !errors.Is(err, full) || len(members) != enrollChunk {
		t.Errorf("%d members and %v; want the first chunk and the error of the second", len(members), err)
	}
	w.ok(w.store.Read(w.ctx, w.commons, func(r *store.Snapshot) error {
		list, err := Members(r)
		admitted := 0
		for _, m := range list {
			if m.Name == "Extra Person" {
				admitted++
			}
		}
		if admitted != enrollChunk {
			t.Errorf("%d are members", admitted)
		}
		return err
	}))
}

func testEnroll(t *testing.T, w *world) {
	people := make([]Person, 600)
	for i := range people {
		people[i] = Person{Name: fmt.Sprint("Person ", i), Handle: fmt.Sprint("p", i+10)}
	}
	members, err := w.gate.Enroll(w.ctx, w.gate.Operator(w.commons), people, Member)
	w.ok(err)
	if len(members) != 600 || members[599].Name != "Person 599" || len(w.acts()) != 600 {
		t.Errorf("%d members, %d acts", len(members), len(w.acts()))
	}
	_, err = w.gate.Enroll(w.ctx, w.gate.Operator(w.commons), []Person{{Name: "New", Handle: "new"}, {Name: "Old", Handle: "p77"}}, Member)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "auth.handle_taken" || f.Line != 2 {
		t.Errorf("got %v", err)
	}
	_, err = w.gate.Enroll(w.ctx, w.gate.Operator(w.commons), []Person{{Name: "A", Handle: "aa"}, {Name: "B", Handle: "aa"}}, Member)
	w.refused(err, "auth.handle_taken")
	w.person("sam", Steward)
	_, err = w.gate.Enroll(w.ctx, w.as("sam"), []Person{{Name: "A"}}, Member)
	w.refused(err, "auth.forbidden")
}
