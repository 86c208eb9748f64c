package credit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/vf"
)

// Who writes a debt down has acknowledged it; the other side is asked; nobody
// speaks for others.
func TestInvariant9BothSidesAcknowledge(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		debt := DebtAsk{Debtor: v.cleo.Agent, Creditor: v.bas.Agent, Amount: euro("12.50"), Due: "2026-12-31", Reference: "invoice 7"}
		made, err := RegisterObligations(ctx, v.db, v.bas, "", []DebtAsk{debt})
		must(t, err)
		o := made[0]
		if o.State != Proposed || o.Acknowledged != (Sides{Creditor: true}) || o.Claim != "" {
			t.Errorf("written down by its creditor, the debt is %+v", o)
		}
		answer := func(who auth.Identity, s Saying) error {
			_, err := AnswerObligations(ctx, v.db, who, "", AnswerAsk{[]store.ID{o.ID}, s})
			return err
		}
		refused(t, answer(v.dirk, Acknowledge), "credit.not_your_debt")
		refused(t, answer(v.ada, Acknowledge), "credit.not_your_debt") // a steward speaks for no person
		must(t, answer(v.cleo, Acknowledge))
		refused(t, answer(v.cleo, Acknowledge), "credit.obligation_state")
		must(t, answer(v.cleo, Dispute))
		_, err = ConfirmPaid(ctx, v.db, v.bas, "", PaidAsk{Obligation: o.ID})
		refused(t, err, "credit.obligation_state")
		must(t, answer(v.bas, Settle)) // not the side that disputes it
		refused(t, answer(v.bas, Decline), "credit.obligation_state")
		must(t, answer(v.cleo, Settle))
		_, err = ConfirmPaid(ctx, v.db, v.cleo, "", PaidAsk{Obligation: o.ID})
		refused(t, err, "credit.not_your_claim")
		_, err = ConfirmPaid(ctx, v.db, v.bas, "", PaidAsk{Obligation: o.ID, Amount: euro("12.51")})
		refused(t, err, "credit.over_settled")
		_, err = ConfirmPaid(ctx, v.db, v.bas, "", PaidAsk{Obligation: o.ID, Amount: euro("2.50")})
		must(t, err)
		must(t, answer(v.bas, Withdraw))
		v.open(o, "10")
		must(t, answer(v.cleo, Withdraw))
		refused(t, answer(v.cleo, Dispute), "credit.obligation_state")
		v.replays()
	})
}

func TestDebtsThatAreNone(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, db *store.Store) {
		v := settle(t, db)
		for _, c := range []struct {
			ask  DebtAsk
			code string
		}{
			{DebtAsk{Creditor: v.bas.Agent, Amount: euro("0")}, "credit.obligation_amount"},
			{DebtAsk{Creditor: v.bas.Agent, Amount: euro("-1")}, "credit.obligation_amount"},
			{DebtAsk{Creditor: v.bas.Agent, Amount: euro("0.001")}, "credit.obligation_amount"},
			{DebtAsk{Creditor: v.bas.Agent, Amount: euro("4611686018427")}, "credit.obligation_amount"},
			{DebtAsk{Creditor: v.bas.Agent}, "credit.obligation_unit"},
			{DebtAsk{Creditor: v.ada.Agent, Amount: euro("1")}, "credit.self_debt"},
			{DebtAsk{Creditor: store.NewID(), Amount: euro("1")}, "credit.unknown_party"},
			{DebtAsk{Creditor: v.bas.Agent, Amount: euro("1"), Due: "2026-02-30"}, "credit.obligation_due"},
			{DebtAsk{Creditor: v.bas.Agent, Amount: euro("1"), Reference: strings.Repeat("x", 201)}, "credit.reference"},
		} {
			_, err := RegisterObligations(ctx, db, v.ada, "", []DebtAsk{c.ask})
			refused(t, err, c.code)
		}
		_, err := RegisterObligations(ctx, db, v.cleo, "", []DebtAsk{{Debtor: v.ada.Agent, Creditor: v.bas.Agent, Amount: euro("1")}})
		refused(t, err, "credit.not_your_debt")
		_, err = RegisterObligations(ctx, db, v.cleo, "", nil)
		refused(t, err, "credit.debts")
	})
}

// A file with bad lines is refused whole, and every one is named.
func TestAFileOfDebts(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		bad := "Debtor;Creditor;Amount;Currency;Due;Invoice\nAda;Bas;12.50;EUR;2026-12-31;7\nAda;Zoë;1;EUR;;\nBas;Bas;1;EUR;;\nCleo;Dirk;1,5;EUR;;\nCleo;Dirk;0;EUR;;\nCleo;Dirk;1;leaf;;\n"
		_, err := ImportDebts(ctx, v.db, v.ada, "", strings.NewReader(bad))
		var list fault.List
		if !errors.As(err, &list) || len(list) != 5 {
			t.Fatalf("five bad lines ended with %v", err)
		}
		for i, f := range list {
			if f.Line != i+3 {
				t.Errorf("refusal %d is of line %d: %v", i, f.Line, f)
			}
		}
		good := "debtor,creditor,amount,unit,reference\nada,BAS,12.50,EUR,7\n" + string(v.cleo.Agent) + ",Dirk,3,hour,8\n"
		made, err := ImportDebts(ctx, v.db, v.ada, "", strings.NewReader(good))
		must(t, err)
		if len(made) != 2 || made[0].Acknowledged != (Sides{Debtor: true}) || made[1].Acknowledged != (Sides{}) {
			t.Errorf("the file made %+v", made)
		}
		_, err = ImportDebts(ctx, v.db, v.bas, "", strings.NewReader(good))
		if !errors.As(err, &list) || len(list) != 1 || list[0].Line != 3 || list[0].Code != "credit.not_your_debt" {
			t.Errorf("a debt of others on line 3 ended with %v", err)
		}
		v.replays()
	})
}

func TestProposalsLapse(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		_, err := RegisterObligations(ctx, v.db, v.ada, "", []DebtAsk{{Creditor: v.bas.Agent, Amount: euro("1")}})
		must(t, err)
		ahead.Store(int64(usualAnswer - time.Minute))
		if n, err := New(v.db).LapseDebts(ctx, v.commons.ID); n != 0 || err != nil {
			t.Errorf("before its time %d lapsed, %v", n, err)
		}
		ahead.Store(int64(usualAnswer + time.Minute))
		if n, err := New(v.db).LapseDebts(ctx, v.commons.ID); n != 1 || err != nil {
			t.Errorf("after its time %d lapsed, %v", n, err)
		}
		v.replays()
	})
}

// Claims of the register are settled by the register alone.
func TestTheClaimIsTheRegisters(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		o := v.owes(v.ada, v.bas, euro("10"))
		amount := euro("10")
		_, err := store.Write(ctx, v.db, store.Command{Commons: v.commons.ID}, func(tx *store.Tx) (vf.Event, error) {
			return vf.Open(tx, Guard).Record(vf.Event{Action: vf.Transfer, Provider: o.Debtor, Receiver: o.Creditor, ResourceQuantity: &amount, Settles: []vf.Allocation{{Target: o.Claim}}})
		})
		refused(t, err, "credit.by_register")
	})
}

func FuzzReadDebts(f *testing.F) {
	f.Add("debtor,creditor,amount,unit\nAda,Bas,1,EUR\n")
	f.Add("debtor;creditor;amount;unit;due\nAda;\"Bas\n;1;EUR;2026-02-30\n\n")
	v := settle(f, storetest.Open(f, config()))
	f.Fuzz(func(t *testing.T, text string) {
		err := v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			asks, lines, err := ReadDebts(r, strings.NewReader(text))
			if err == nil && len(asks) != len(lines) {
				t.Errorf("%d debts stand on %d lines", len(asks), len(lines))
			}
			for _, a := range asks {
				if err == nil && (a.Amount.Sign() <= 0 || a.Debtor == a.Creditor) {
					t.Errorf("%+v was read as a debt", a)
				}
			}
			return err
		})
		if err != nil && fault.As(err) == nil {
			var list fault.List
			if !errors.As(err, &list) {
				t.Errorf("%q ended with %v", text, err)
			}
		}
	})
}

// What a debt of somebody is for goes with them, here and in the log; the debt stays.
func TestForgetTakesWhatDebtsAreFor(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		o := v.owes(v.ada, v.bas, euro("10"))
		other := v.owes(v.cleo, v.dirk, euro("10"))
		_, err := store.Write(ctx, v.db, store.Command{Commons: v.commons.ID}, func(tx *store.Tx) (int, error) { return 0, Forget(tx, v.bas.Agent) })
		must(t, err)
		if kept := v.about(v.ada.Agent); strings.Contains(kept, "invoice") || !strings.Contains(kept, string(o.ID)) {
			t.Errorf("what is kept of Ada is %s", kept)
		}
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			head, err := journal.ReadHead(r)
			must(t, err)
			opened, err := journal.Openings(r, 0, head.Size)
			must(t, err)
			left := 0
			for _, fields := range opened {
				for name := range fields {
					switch name {
					case "obligation/" + string(o.ID):
						t.Error("the log still opens what the debt was for")
					case "obligation/" + string(other.ID):
						left++
					}
				}
			}
			if left == 0 {
				t.Error("what a debt of others was for is gone too")
			}
			return nil
		}))
		v.replays()
	})
}
