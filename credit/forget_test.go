package credit

import (
	"encoding/json"
	"strings"
	"testing"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// What Bas wrote and what was written about his payments goes, from the tables and
// from what opens the log; what others wrote among themselves and every balance stay.
func TestForgetTakesWordsAndLeavesBalances(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		secret := func(from, to store.ID, workflow, note string) PayAsk {
			return PayAsk{Workflow: workflow, Private: true, Note: note, Legs: []AskedLeg{{From: from, To: to, Amount: h("1")}}}
		}
		_, err := MakePayment(ctx, v.db, v.cleo, "", secret(v.cleo.Agent, v.bas.Agent, "", "about Bas"))
		must(t, err)
		_, err = MakePayment(ctx, v.db, v.cleo, "", secret(v.cleo.Agent, v.dirk.Agent, "", "between others"))
		must(t, err)
		asked, err := MakePayment(ctx, v.db, v.bas, "", secret(v.dirk.Agent, v.bas.Agent, "request", "by Bas"))
		must(t, err)
		_, err = MovePayment(ctx, v.db, v.dirk, "", MoveAsk{Payment: asked.ID, To: Rejected, Reason: "not for Bas"})
		must(t, err)
		_, err = SchedulePayment(ctx, v.db, v.bas, "", ScheduleAsk{Pay: secret(v.bas.Agent, v.cleo.Agent, "", "planned by Bas"), When: daily(v.db)})
		must(t, err)

		if kept := v.about(v.bas.Agent); !strings.Contains(kept, "about Bas") || !strings.Contains(kept, "by Bas") || !strings.Contains(kept, "planned by Bas") || strings.Contains(kept, "between others") {
			t.Errorf("what is kept of Bas is %s", kept)
		}
		_, err = store.Write(ctx, v.db, store.Command{Commons: v.commons.ID}, func(tx *store.Tx) (int, error) { return 0, Forget(tx, v.bas.Agent) })
		must(t, err)
		if kept := v.about(v.bas.Agent); strings.Contains(kept, "Bas") || !strings.Contains(kept, `"balance":{"unit":"hour","value":"1"}`) {
			t.Errorf("what is kept of Bas is %s", kept)
		}
		if kept := v.about(v.cleo.Agent); !strings.Contains(kept, "between others") {
			t.Errorf("what is kept of Cleo is %s", kept)
		}
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			head, err := journal.ReadHead(r)
			must(t, err)
			opened, err := journal.Openings(r, 0, head.Size)
			must(t, err)
			for seq, fields := range opened {
				for name, o := range fields {
					if (name == "note" || name == "reason") && strings.Contains(o.Text, "Bas") {
						t.Errorf("entry %d still tells %q", seq, o.Text)
					}
				}
			}
			return nil
		}))
		v.replayed()
	})
}

// about is everything that is kept about somebody.
func (v *village) about(person store.ID) string {
	v.t.Helper()
	var all strings.Builder
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		return AboutPerson(r, person, func(name string, content any) error {
			text, err := json.Marshal(content)
			all.Write(text)
			return err
		})
	}))
	return all.String()
}
