package credit

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// listed is a list of payments in hours.
func listed(format BulkFormat, together bool, text string) Bulk {
	return Bulk{Name: "list", Together: together, Read: Reading{Format: format, Unit: quantity.Hour}, Open: func() io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }}
}

// outcomes are those of a batch, by line.
func (v *village) outcomes(id store.ID) map[int]BulkOutcome {
	v.t.Helper()
	all := map[int]BulkOutcome{}
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		return Outcomes(r, id, func(list []BulkOutcome) error {
			for _, o := range list {
				all[o.Line] = o
			}
			return nil
		})
	}))
	return all
}

// Row by row, what can be paid is paid, and every row is answered: its payment,
// or why there is none, with its line.
func TestRowByRow(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		text := fmt.Sprintf("from,to,amount,note\n%[1]s,%[2]s,15,bread\n%[1]s,%[2]s,15,too much\n%[1]s,%[2]s,5,the rest\n%[1]s,%[1]s,1,\n%[1]s,%[2]s,0,\n%[1]s,%[2]s,1.001,\n%[1]s,nobody,1,\n%[1]s,%[2]s,a lot,\n",
			v.cleo.Agent, v.bas.Agent)
		b, err := New(v.db).PayList(ctx, v.cleo, "k", "", listed(BulkTable, false, text), nil)
		must(t, err)
		if b.State != BatchPaid || b.Rows != 8 || b.Made != 2 {
			t.Errorf("the batch is %+v", b)
		}
		v.stands(v.cleo, "-20")
		v.stands(v.bas, "20")
		got := v.outcomes(b.ID)
		for line, code := range map[int]string{2: "", 3: "credit.spendable", 4: "", 5: "credit.self_payment", 6: "credit.amount", 7: "credit.amount_step", 8: "credit.unknown_account", 9: "credit.bulk_amount"} {
			o := got[line]
			if (code == "") != (o.Payment != "") || o.Refused != nil && (o.Refused.Code != code || o.Refused.Line != line) {
				t.Errorf("line %d ended with %+v, want %q", line, o, code)
			}
		}
		again, err := New(v.db).PayList(ctx, v.cleo, "k", "", listed(BulkTable, false, text), nil)
		must(t, err)
		if again.ID != b.ID {
			t.Error("a repeat with the same key made other payments")
		}
		v.stands(v.bas, "20")
		v.replayed()
	})
}

// Together, one row that cannot be paid leaves everything as it was, and the
// refusal names each such row.
func TestInvariant4AllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		pay := func(rows ...string) error {
			_, err := New(v.db).PayList(ctx, v.cleo, "", "", listed(BulkTable, true, "from,to,amount\n"+strings.Join(rows, "\n")), nil)
			return err
		}
		row := func(from, to auth.Identity, hours string) string {
			return string(from.Agent) + "," + string(to.Agent) + "," + hours
		}
		err := pay(row(v.cleo, v.bas, "15"), row(v.cleo, v.bas, "6"), row(v.dirk, v.bas, "1"))
		list, is := err.(fault.List)
		if !is || len(list) != 2 || list[0].Line != 3 || list[0].Code != "credit.spendable" || list[1].Line != 4 || list[1].Code != "credit.not_your_account" {
			t.Errorf("it was refused with %v", err)
		}
		v.stands(v.bas, "0")
		must(t, pay(row(v.cleo, v.bas, "15"), row(v.cleo, v.dirk, "5")))
		v.stands(v.cleo, "-20")
		v.replayed()
	})
}

// A long list that stands or falls as one is reserved as a whole first: a bad
// row at its end changes nothing, and once it is reserved it goes through to its end,
// also when it was interrupted and bands were narrowed meanwhile.
func TestALongListStandsOrFalls(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		rows := strings.Repeat(fmt.Sprintf(`{"from":"%s","to":"%s","amount":{"unit":"hour","value":"0.01"}}`+"\n", v.cleo.Agent, v.bas.Agent), 999) // 9.99 of 20
		long := rows + strings.Repeat(fmt.Sprintf(`{"from":"%s","to":"%s","amount":{"unit":"hour","value":"0.01"}}`+"\n", v.bas.Agent, v.cleo.Agent), 999)
		_, err := New(v.db).PayList(ctx, v.ada, "", "", listed(BulkLines, true, strings.Repeat(long, 6)+"{}\n"), nil)
		if list, is := err.(fault.List); !is || list[0].Line != 6*1998+1 {
			t.Errorf("it was refused with %v", err)
		}
		v.stands(v.bas, "0")
		if a, _ := v.account(v.cleo); a.Outgoing != 0 {
			t.Errorf("%d is reserved", a.Outgoing)
		}
		_, err = New(v.db).PayList(ctx, v.ada, "", "", listed(BulkLines, true, strings.Repeat(long, 6)), nil) // 59.94 leave, before or after others arrive
		refused(t, err, "credit.spendable")

		wide := quantity.Of(1000, quantity.Hour)
		for _, who := range []auth.Identity{v.cleo, v.bas} {
			a, _ := v.account(who)
			_, err := SetBand(ctx, v.db, v.ada, "", BandAsk{Account: a.ID, Floor: quantity.Of(-1000, quantity.Hour), Ceiling: &wide, Reason: "room"})
			must(t, err)
		}
		held := v.interrupted(strings.Repeat(rows, 11)) // 109.89
		for _, who := range []auth.Identity{v.cleo, v.bas} {
			a, _ := v.account(who)
			_, err := SetBand(ctx, v.db, v.ada, "", BandAsk{Account: a.ID, Floor: h("0"), Reason: "narrow"})
			must(t, err)
		}
		b, err := New(v.db).PayList(ctx, v.ada, "", held, listed(BulkLines, true, strings.Repeat(rows, 11)), nil)
		must(t, err)
		if b.State != BatchPaid || b.Made != 11*999 {
			t.Errorf("the batch is %+v", b)
		}
		v.stands(v.bas, "109.89")
		a, _ := v.account(v.cleo)
		if a.Outgoing != 0 || a.Incoming != 0 {
			t.Errorf("%+v is left reserved", a)
		}
		v.replayed()
	})
}

// interrupted begins a list that stands or falls as one and stops after its first act.
func (v *village) interrupted(text string) store.ID {
	v.t.Helper()
	b, p := listed(BulkLines, true, text), New(v.db)
	id, err := p.beginTogether(ctx, v.ada, "", "", b)
	must(v.t, err)
	stop := fmt.Errorf("killed")
	err = b.chunks(func(rows []BulkRow, _ fault.List) error {
		if _, err := PayMany(ctx, v.db, v.ada, "", BulkAsk{Batch: id, Rows: rows}); err != nil {
			return err
		}
		return stop
	})
	if err != stop {
		v.t.Fatal(err)
	}
	return id
}

// A batch is taken back by refunds of exactly what is left of it; what somebody
// cannot pay back stays and is named.
func TestABatchIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		text := fmt.Sprintf("from,to,amount\n%[1]s,%[2]s,15\n%[1]s,%[3]s,5\n", v.cleo.Agent, v.bas.Agent, v.dirk.Agent)
		b, err := New(v.db).PayList(ctx, v.cleo, "", "", listed(BulkTable, true, text), nil)
		must(t, err)
		_, err = Refund(ctx, v.db, v.bas, "", RefundAsk{Payment: v.outcomes(b.ID)[2].Payment, Amount: h("5")})
		must(t, err)
		must(t, v.pays(v.dirk, v.ada, "24")) // -19 is left to Dirk, who has 1 to spend
		ask := ReverseBatchAsk{Batch: b.ID, Reason: "the wrong month"}
		_, err = ReverseBatch(ctx, v.db, v.cleo, ask, nil)
		refused(t, err, "auth.forbidden")
		left, err := ReverseBatch(ctx, v.db, v.ada, ask, nil)
		must(t, err)
		if len(left) != 1 || left[0].Line != 3 || left[0].Refused.Code != "credit.spendable" {
			t.Errorf("%+v is left", left)
		}
		v.stands(v.bas, "0")
		v.stands(v.cleo, "-5")
		must(t, v.pays(v.ada, v.dirk, "24"))
		left, err = ReverseBatch(ctx, v.db, v.ada, ask, nil)
		must(t, err)
		if len(left) != 0 {
			t.Errorf("%+v is left", left)
		}
		v.stands(v.cleo, "0")
		v.replayed()
	})
}

// replayed holds the accounts of the village against its log.
func (v *village) replayed() {
	v.t.Helper()
	(&life{village: v, people: []auth.Identity{v.ada, v.bas, v.cleo, v.dirk}}).replayed()
}
