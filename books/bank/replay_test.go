package bank

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// replayed follows the log of the desk; change may change an entry before it is read.
func (d *desk) replayed(change func(e *Entry)) (*Replay, error) {
	d.t.Helper()
	replay := NewReplay()
	err := d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		if err != nil {
			return err
		}
		for line, err := range journal.Lines(r, 0, head.Size) {
			if err != nil {
				return err
			}
			e := Entry{}
			if e.Entry, err = journal.Parse(line.Record); err != nil {
				return err
			}
			e.Attachment = func(name string) ([]byte, error) { return journal.Blob(r, e.Attached[name]) }
			if e.Attached["vf"] != "" {
				data, err := e.Attachment("vf")
				if err != nil {
					return err
				}
				e.Changes = &vf.Changes{}
				if err := json.Unmarshal(data, e.Changes); err != nil {
					return err
				}
			}
			if change != nil {
				change(&e)
			}
			if err := replay.Entry(e); err != nil {
				return err
			}
		}
		return replay.Close()
	})
	return replay, err
}

// same holds the replay against the database.
func (d *desk) same(r *Replay) {
	d.t.Helper()
	for _, state := range []State{Open, Settled, Ignored} {
		var ids []store.ID
		for _, l := range d.linesIn(state) {
			ids = append(ids, l.ID)
			var events []store.ID
			if l.Outcome != nil {
				for _, p := range l.Outcome.Parts {
					if p.Done != "" {
						events = append(events, p.Done)
					}
				}
			}
			if have := r.Lines[l.ID]; have == nil || have.Amount != l.Amount || !slices.Equal(have.Events, events) {
				d.t.Errorf("the line %s is %+v in the log", l.ID, have)
			}
		}
		slices.Sort(ids)
		if !slices.Equal(ids, r.Sorted(state)) {
			d.t.Errorf("%s are %v, in the log %v", state, ids, r.Sorted(state))
		}
	}
}

func TestInvariant5TheLogAloneGivesTheLines(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		gone := d.bring(Camt, camtOf(0, move{1, 700, "Somebody", "wrong file"})).Batch
		d.bring(Camt, camtOf(0, march...))
		lines := d.openLines()[1:]
		must(t, d.settle(lines[0], Part{As: Income, Amount: euro(12_000), Kind: "sale", Name: "Acme Fictions", Project: d.project.ID}))
		must(t, d.settle(lines[1], Part{As: Expense, Amount: euro(-3_000), Kind: "materials", Name: "Tool Shed"}, Part{As: Expense, Amount: euro(-1_500), Kind: "rent", Name: "Tool Shed"}))
		must(t, d.settle(lines[2], Part{As: Owed, Amount: euro(5_000), Agent: d.bas.Agent}))
		must(t, d.settle(lines[3], Part{As: Between, Amount: euro(5_000)}))
		must(t, d.Settle(ctx, d.ada, "", SettleAsk{[]Decision{{Line: lines[4].ID, Reason: "not ours"}}}))
		must(t, d.Reopen(ctx, d.ada, "", ReopenAsk{lines[2].ID, "look again"}))
		_, err := d.TakeBack(ctx, d.ada, TakeBackAsk{gone, "the wrong file"}, nil)
		must(t, err)
		r, err := d.replayed(nil)
		must(t, err)
		d.same(r)
		if len(r.Lines) != 5 {
			t.Errorf("%d lines", len(r.Lines))
		}
		for name, change := range map[string]struct{ from, to string }{
			"another amount":  {`"value":"-30"`, `"value":"-29"`},
			"settled twice":   {string(lines[1].ID), string(lines[0].ID)},
			"an unknown line": {string(lines[1].ID), string(store.NewID())},
		} {
			_, err := d.replayed(func(e *Entry) {
				whole := e.Attachment
				e.Attachment = func(of string) ([]byte, error) {
					data, err := whole(of)
					if e.Act == "bank.settle" && of == "lines" {
						data = []byte(strings.ReplaceAll(string(data), change.from, change.to))
					}
					return data, err
				}
			})
			if fault.CodeOf(err) != "bank.replay" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Somebody who is erased stands in no line and no rule any more; what was paid stays.
func TestForgottenPeopleStandInNoLine(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.bring(Camt, camtOf(0, move{2, 5_000, "Bas Uniquename", "zanzibar"}, move{3, 700, "Somebody Else", "quagga"}))
		lines := d.openLines()
		must(t, d.settle(lines[0], Part{As: Owed, Amount: euro(5_000), Agent: d.bas.Agent}))
		_, err := d.AddRule(ctx, d.ada, "", RuleLike(&lines[0].Line, Part{As: Owed, Agent: d.bas.Agent}, ""))
		must(t, err)
		_, err = store.Write(ctx, d.Store, store.Command{Commons: d.commons.ID}, func(tx *store.Tx) (int, error) { return 0, Forget(tx, d.bas.Agent) })
		must(t, err)
		l := d.linesIn(Settled)[0]
		if text, _ := json.Marshal(l); strings.Contains(string(text), "Uniquename") || strings.Contains(string(text), "zanzibar") || l.Amount != euro(5_000) || len(l.Outcome.Parts) != 1 {
			t.Errorf("the line is %s", text)
		}
		if other := d.openLines(); len(other) != 1 || other[0].Description != "quagga" {
			t.Errorf("the other line is %+v", other)
		}
		must(t, d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
			rules, err := Rules(r)
			if len(rules) != 0 {
				t.Errorf("%d rules stay", len(rules))
			}
			return err
		}))
		r, err := d.replayed(nil)
		must(t, err)
		d.same(r)
		if again := d.bring(Camt, camtOf(0, move{2, 5_000, "Bas Uniquename", "zanzibar"})); again.Brought != 0 {
			t.Errorf("the line came in again: %+v", again)
		}
	})
}
