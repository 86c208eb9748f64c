package auth

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

func (w *world) members() (list []Membership) {
	w.t.Helper()
	w.ok(w.store.Read(w.ctx, w.commons, func(r *store.Snapshot) (err error) {
		list, err = Members(r)
		return err
	}))
	return list
}

func TestMembershipsAreJournaledWithoutNames(t *testing.T) {
	each(t, testMembershipsAreJournaledWithoutNames)
}

func testMembershipsAreJournaledWithoutNames(t *testing.T, w *world) {
	w.person("sam", Steward)
	_, m := w.person("robin", Member)
	sam := w.as("sam")
	w.ok(w.gate.SetRole(w.ctx, sam, m.Agent, Steward))
	w.ok(w.gate.SetRole(w.ctx, sam, m.Agent, Steward)) // no change, no entry
	w.ok(w.gate.Leave(w.ctx, w.as("robin")))
	w.ok(w.gate.ChangeAccount(w.ctx, sam, Change{Name: "Samir", Handle: "sam"}))
	var acts []string
	for _, e := range w.acts() {
		acts = append(acts, e.Act)
		if text := fmt.Sprintf("%s %v", e.Body, e); strings.Contains(strings.ToLower(text), "robin") || strings.Contains(text, "Sam") {
			t.Errorf("entry %d names somebody: %s", e.Seq, text)
		}
	}
	if want := []string{"auth.admit", "auth.admit", "auth.set_role", "auth.leave", "auth.rename"}; !slices.Equal(acts, want) {
		t.Errorf("acts are %v, want %v", acts, want)
	}
}

func TestWhoLeavesComesBackAsTheSameAgent(t *testing.T) {
	each(t, testWhoLeavesComesBackAsTheSameAgent)
}

func testWhoLeavesComesBackAsTheSameAgent(t *testing.T, w *world) {
	w.person("sam", Steward)
	a, m := w.person("robin", Member)
	w.ok(w.gate.Leave(w.ctx, w.as("robin")))
	if who := w.as("robin"); who.Role != Outsider {
		t.Fatalf("after leaving robin is %+v", who)
	}
	back, err := w.gate.Admit(w.ctx, w.as("sam"), a.ID, Member)
	w.ok(err)
	if back.Agent != m.Agent || !back.Again || w.as("robin").Role != Member || len(w.members()) != 2 {
		t.Errorf("came back as %+v", back)
	}
	same, err := w.gate.Admit(w.ctx, w.as("sam"), a.ID, Steward)
	w.ok(err)
	if same.Role != Member {
		t.Error("admitting a member again changed their role")
	}
}

func TestInvariant9ThereIsAlwaysASteward(t *testing.T) { each(t, testInvariant9ThereIsAlwaysASteward) }

func testInvariant9ThereIsAlwaysASteward(t *testing.T, w *world) {
	_, m := w.person("sam", Steward)
	w.person("robin", Member)
	w.refused(w.gate.SetRole(w.ctx, w.as("sam"), m.Agent, Member), "auth.last_steward")
	w.refused(w.gate.Leave(w.ctx, w.as("sam")), "auth.last_steward")
	w.refused(w.gate.Remove(w.ctx, w.as("sam"), m.Agent), "auth.last_steward")
	w.refused(w.gate.Erase(w.ctx, w.as("sam"), password), "auth.last_steward")
	w.ok(w.gate.Leave(w.ctx, w.as("robin")))
	w.ok(w.gate.Leave(w.ctx, w.as("sam"))) // the last one turns off the light
}

func TestInvariant9ThereIsAlwaysAnAdministrator(t *testing.T) {
	each(t, testInvariant9ThereIsAlwaysAnAdministrator)
}

func testInvariant9ThereIsAlwaysAnAdministrator(t *testing.T, w *world) {
	_, err := w.gate.CreateAdmin(w.ctx, admin(1))
	w.ok(err)
	w.refused(w.gate.Erase(w.ctx, w.as("ada1"), password), "auth.last_admin")
	_, err = w.gate.CreateAdmin(w.ctx, admin(2))
	w.ok(err)
	w.ok(w.gate.Erase(w.ctx, w.as("ada1"), password))
}

func TestAdministrators(t *testing.T) { each(t, testAdministrators) }

func testAdministrators(t *testing.T, w *world) {
	ada, err := w.gate.CreateAdmin(w.ctx, admin(1))
	w.ok(err)
	robin, _ := w.person("robin", Outsider)
	host := w.as("ada1")
	w.refused(w.gate.SetAdmin(w.ctx, host, ada.ID, false), "auth.last_admin")
	session := w.signIn("robin")
	w.refused(w.gate.SetAdmin(w.ctx, w.who(w.cookie(session.Secret)), robin.ID, true), "auth.forbidden")
	w.ok(w.gate.SetAdmin(w.ctx, host, robin.ID, true))
	if !w.who(w.cookie(session.Secret)).Admin {
		t.Error("the new administrator is not one yet")
	}
	w.ok(w.gate.SetAdmin(w.ctx, host, ada.ID, false))
	w.refused(w.as("ada1").Must(CanAccounts), "auth.forbidden")
	var names []string
	for after := store.ID(""); ; {
		list, err := w.gate.Accounts(w.ctx, w.who(w.cookie(session.Secret)), after, 1)
		w.ok(err)
		if len(list) == 0 {
			break
		}
		after = list[0].ID
		names = append(names, list[0].Handle)
	}
	if !slices.Equal(names, []string{"ada1", "robin"}) {
		t.Errorf("accounts are %v", names)
	}
	if a, err := w.gate.AccountByName(w.ctx, "ROBIN"); err != nil || a.ID != robin.ID {
		t.Errorf("%+v, %v", a, err)
	}
	_, err = w.gate.AccountByName(w.ctx, "robin@example.org")
	w.refused(err, "auth.account")
}

func TestInvariant10ErasureLeavesNothingOfThePerson(t *testing.T) {
	each(t, testInvariant10ErasureLeavesNothingOfThePerson)
}

func testInvariant10ErasureLeavesNothingOfThePerson(t *testing.T, w *world) {
	w.person("sam", Steward)
	a, m := w.person("robin", Member)
	session := w.signIn("robin")
	robin := w.who(w.cookie(session.Secret))
	token, _, err := w.gate.IssueToken(w.ctx, robin, TokenAsk{Label: "robin's export", Life: time.Hour})
	w.ok(err)
	_, err = w.gate.NewRecovery(w.ctx, w.as("sam"), a.ID)
	w.ok(err)
	w.refused(w.gate.Erase(w.ctx, robin, "wrong horse battery"), "auth.present_password")
	w.ok(w.gate.Erase(w.ctx, robin, password))
	if w.who(w.cookie(session.Secret)).Account != "" {
		t.Error("an erased person is signed in")
	}
	_, err = w.gate.Identity(w.token(token), w.commons, false)
	w.refused(err, "auth.bad_token")
	list := w.members()
	if i := slices.IndexFunc(list, func(x Membership) bool { return x.Agent == m.Agent }); i < 0 || list[i].Name != "" || list[i].Account != "" || list[i].Active() {
		t.Errorf("members are %+v", list)
	}
	w.ok(w.store.Read(w.ctx, store.Host, func(r *store.Snapshot) error {
		for _, table := range []string{"account", "seat", "session", "token", "passkey", "link", "ceremony"} {
			var n int
			column := "account"
			if table == "account" {
				column = "id"
			}
			w.ok(r.QueryRow(&store.Statement{Text: "SELECT count(*) FROM auth_" + table + " WHERE commons_id = $1 AND " + column + " = $2"}, string(a.ID)).Scan(&n))
			if n != 0 {
				t.Errorf("auth_%s still knows the person", table)
			}
		}
		return nil
	}))
}

func TestHooksTakePart(t *testing.T) { each(t, testHooksTakePart) }

func testHooksTakePart(t *testing.T, w *world) {
	refuse := errors.New("no room")
	full := false
	var seen []string
	note := func(word string) MemberHook {
		return func(tx *store.Tx, m Membership, trace *Trace) error {
			if full {
				return refuse
			}
			seen = append(seen, fmt.Sprintf("%s %s again=%v erased=%v", word, m.Name, m.Again, m.Erased))
			trace.Public["vf"] = map[string]any{"agents": []store.ID{m.Agent}}
			trace.Sealed["name"] = m.Name
			return nil
		}
	}
	w.gate = w.newGate(Config{Admitted: []MemberHook{note("admitted")}, Renamed: []MemberHook{note("renamed")}, Ended: []MemberHook{note("ended")}})
	w.person("sam", Steward)
	w.person("robin", Member)
	w.ok(w.gate.ChangeAccount(w.ctx, w.as("robin"), Change{Name: "Rob", Handle: "robin"}))
	w.ok(w.gate.Erase(w.ctx, w.as("robin"), password))
	want := []string{"admitted Robin sam again=false erased=false", "admitted Robin robin again=false erased=false",
		"renamed Rob again=false erased=false", "ended  again=false erased=true"}
	if !slices.Equal(seen, want) {
		t.Errorf("hooks saw %q", seen)
	}
	w.ok(w.store.Read(w.ctx, w.commons, func(r *store.Snapshot) error {
		open, err := journal.Openings(r, 0, 4)
		if err != nil {
			return err
		}
		if open[0]["name"].Text != "Robin sam" || len(open[1]) != 0 || len(open[2]) != 0 {
			t.Errorf("after erasing robin the journal still opens %v", open)
		}
		return nil
	}))
	if e := w.acts()[1]; !strings.Contains(string(e.Body), `"vf"`) || e.Sealed["name"] == "" {
		t.Errorf("the hook's trace is not in the record: %+v", e)
	}
	full = true
	_, err := w.gate.Enroll(w.ctx, w.gate.Operator(w.commons), []Person{{Name: "Late", Handle: "late"}}, Member)
	if !errors.Is(err, refuse) {
		t.Errorf("got %v", err)
	}
	if _, err := w.gate.AccountByName(w.ctx, "late"); err == nil {
		t.Error("an account was left behind that belongs nowhere")
	}
	kim, _ := w.person("kim", Outsider)
	if _, err := w.gate.Admit(w.ctx, w.as("sam"), kim.ID, Member); !errors.Is(err, refuse) {
		t.Errorf("got %v", err)
	}
	if len(w.members()) != 2 {
		t.Error("a member whom a hook refused was admitted")
	}
}

func TestMatrixOfAuth(t *testing.T) {
	got := Matrix(NewTable(append(slices.Clone(Grants), Grant{Capability: "books.read", Least: Member, OpenBooks: true})...))
	want, err := os.ReadFile("testdata/matrix.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("who may do what has changed; the table is now\n%s", got)
	}
}

func TestAnIdentityWithoutATableMayNothing(t *testing.T) {
	each(t, testAnIdentityWithoutATableMayNothing)
}

func testAnIdentityWithoutATableMayNothing(t *testing.T, w *world) {
	w.refused(Identity{Role: Steward, Admin: true}.Must(CanMembers), "auth.no_table")
	w.refused(w.gate.Operator(w.commons).Must("unknown.verb"), "auth.unknown_capability")
	for _, r := range Roles()[1:] {
		if got, err := ParseRole(r.String()); err != nil || got != r {
			t.Errorf("%v reads back as %v, %v", r, got, err)
		}
	}
	_, err := ParseRole("outsider")
	w.refused(err, "auth.role")
}
