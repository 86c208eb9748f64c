package vf

import (
	"encoding/json"
	"fmt"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// However many private texts an act has, the log can be replayed to what
// stands, and the whole of them is committed to.
func TestManyEventsWithNotes(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		till := store.NewID()
		open := Recording{Event{Action: Raise, Provider: d.member.Agent, Receiver: d.member.Agent, ResourceQuantity: one_("5000"), Note: "from the mill"}, &Resource{ID: till, ConformsTo: d.spec, Note: "on the left"}}
		m := Many{List: []Recording{open}}
		for i := range 1000 {
			m.List = append(m.List, Recording{Event: Event{Action: Lower, Provider: d.member.Agent, Receiver: d.member.Agent, ResourceInventoriedAs: till, ResourceQuantity: one_("1"), Note: fmt.Sprint("to customer ", i)}})
		}
		out, err := d.core.RecordMany(t.Context(), d.member, "", m)
		if err != nil || len(out) != 1001 || out[0].Resource != till {
			t.Fatal(err)
		}
		read(t, d.core.Store, d.member.Commons, func(r *store.Snapshot) error {
			head, err := journal.ReadHead(r)
			if err != nil {
				return err
			}
			replay, sealed := NewReplay(), 0
			for line, err := range journal.Lines(r, 0, head.Size) {
				if err != nil {
					return err
				}
				e, err := journal.Parse(line.Record)
				if err != nil {
					return err
				}
				changes, err := changesOf(r, e)
				if err != nil {
					return err
				}
				if err := replay.Apply(changes); err != nil {
					return err
				}
				sealed += len(e.Sealed)
			}
			if want := 1002 + 2; sealed != want { // and the names of two people
				t.Errorf("%d commitments; want %d", sealed, want)
			}
			for _, x := range replay.Resources() {
				if x.ID == till && x.Accounting != *one_("4000") {
					t.Errorf("the replay leaves %s", x.Accounting)
				}
			}
			return nil
		})
	})
}

// changesOf reads what an entry did to the core, where it stands.
func changesOf(r store.Reader, e journal.Entry) (Changes, error) {
	var body struct{ VF json.RawMessage }
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return Changes{}, err
	}
	if digest := e.Attached["vf"]; digest != "" {
		raw, err := journal.Blob(r, digest)
		if err != nil {
			return Changes{}, err
		}
		body.VF = raw
	}
	return DecodeChanges(body.VF)
}

// What was known to be bad is not tried; whole means that nothing stands.
func TestManyWhole(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		raise := Recording{Event{Action: Raise, Provider: d.member.Agent, Receiver: d.member.Agent, ResourceQuantity: one_("1")}, &Resource{ConformsTo: d.spec}}
		theirs := Recording{Event{Action: Raise, Provider: d.steward.Agent, Receiver: d.steward.Agent, ResourceQuantity: one_("1")}, &Resource{ConformsTo: d.spec}}
		m := Many{List: []Recording{raise, {}, theirs}, Bad: map[int]*fault.Error{1: fault.Invalidf("vf.json", "", "no JSON")}}
		out, err := d.core.RecordMany(t.Context(), d.member, "", m)
		if err != nil || out[0].ID == "" || out[1].Refused.Code != "vf.json" || out[2].Refused.Code != "auth.forbidden" {
			t.Errorf("%+v, %v", out, err)
		}
		m.Whole = true
		_, err = d.core.RecordMany(t.Context(), d.member, "", m)
		if list, _ := err.(fault.List); len(list) != 2 || list[0].Line != 2 || list[1].Line != 3 {
			t.Errorf("%v", err)
		}
		if _, err := d.core.RecordMany(t.Context(), d.outside, "", m); fault.CodeOf(err) != "auth.forbidden" {
			t.Errorf("an outsider: %v", err)
		}
		left := 0
		read(t, d.core.Store, d.member.Commons, func(r *store.Snapshot) error {
			list, err := Resources(r, ResourceFilter{})
			left = len(list)
			return err
		})
		if left != 1 {
			t.Errorf("%d records; want the one of the first act", left)
		}
	})
}
