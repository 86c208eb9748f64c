package auth

import (
	"errors"
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The program is killed between the act that makes accounts and the one that
// admits them: a sweep leaves nothing of those, and everything of the others.
func TestAccountsThatNobodyAdmitted(t *testing.T) { each(t, testUnadmitted) }

func testUnadmitted(t *testing.T, w *world) {
	operator := w.gate.Operator(w.commons)
	members, err := w.gate.Enroll(w.ctx, operator, []Person{{Name: "Ann", Handle: "ann"}}, Member)
	w.ok(err)
	cut := func(handle string) Account {
		t.Helper()
		list, err := w.gate.enrollAccounts(w.ctx, w.commons, []Person{{Name: "Left " + handle, Handle: handle, Password: password}}, 0)
		w.ok(err)
		return list[0]
	}
	lost, late, elsewhere, admin := cut("lost"), cut("late"), cut("elsewhere"), cut("admin")
	other := store.NewID()
	_, err = w.gate.Admit(w.ctx, w.gate.Operator(other), elsewhere.ID, Member)
	w.ok(err)
	w.ok(w.gate.SetAdmin(w.ctx, w.gate.Operator(store.Host), admin.ID, true))
	for _, c := range []struct {
		pass  time.Duration
		after string
		gone  bool
	}{{0, "at once", false}, {pendingLife / 2, "soon", false}, {pendingLife, "later", true}} {
		w.clock.pass(c.pass)
		if c.gone { // who went on by themselves in time stays
			_, err := w.gate.Admit(w.ctx, operator, late.ID, Member)
			w.ok(err)
		}
		w.ok(w.gate.Sweep(w.ctx))
		if _, err := w.gate.Account(w.ctx, lost.ID); (fault.KindOf(err) == fault.NotFound) != c.gone {
			t.Errorf("%s: %v", c.after, err)
		}
	}
	for _, stays := range []store.ID{members[0].Account, late.ID, elsewhere.ID, admin.ID} {
		if _, err := w.gate.Account(w.ctx, stays); err != nil {
			t.Error(err)
		}
	}
	again, err := w.gate.Enroll(w.ctx, operator, []Person{{Name: "Lost again", Handle: "lost"}}, Member)
	w.ok(err)
	w.clock.pass(2 * pendingLife)
	w.ok(w.gate.Sweep(w.ctx))
	if _, err := w.gate.Account(w.ctx, again[0].Account); err != nil {
		t.Errorf("the name was not free, or the member is gone: %v", err)
	}
	w.ok(w.gate.readHost(w.ctx, func(r *store.Snapshot) error {
		if left, err := store.All(r, scanPending, selectPending, store.Micros(r.Now())); err != nil || len(left) > 0 {
			return errors.Join(err, errors.New("settled accounts are still pending"))
		}
		return nil
	}))
}

// So it is with somebody who joins by a link.
func TestJoinersThatNobodyAdmitted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret, _, err := w.gate.Invite(w.ctx, w.gate.Operator(w.commons), InviteAsk{Role: Member, Uses: 2, Life: 24 * time.Hour})
		w.ok(err)
		_, m, err := w.gate.JoinByInvite(w.ctx, w.commons, secret, Person{Name: "Ben", Handle: "ben", Password: password}, Visit{Address: "192.0.2.1", Device: "Firefox"})
		w.ok(err)
		a, err := w.gate.create(w.ctx, Person{Name: "Cut off", Handle: "cut", Password: password}, func(tx *store.Tx, a *Account) error { return awaits(tx, a.ID, w.commons) })
		w.ok(err)
		w.clock.pass(2 * pendingLife)
		w.ok(w.gate.Sweep(w.ctx))
		if _, err := w.gate.Account(w.ctx, a.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("cut off: %v", err)
		}
		if _, err := w.gate.Account(w.ctx, m.Account); err != nil {
			t.Errorf("who joined: %v", err)
		}
	})
}
