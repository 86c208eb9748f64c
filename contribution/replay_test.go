package contribution

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// recorded reads the whole log of the workshop, as an archive holds it.
func (w *workshop) recorded() (list []Recorded, blobs map[string][]byte) {
	w.t.Helper()
	blobs = map[string][]byte{}
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		if err != nil {
			return err
		}
		entries, err := journal.Entries(r, 0, head.Size, int(head.Size))
		if err != nil {
			return err
		}
		for _, e := range entries {
			for _, digest := range e.Attached {
				if blobs[digest], err = journal.Blob(r, digest); err != nil {
					return err
				}
			}
			list = append(list, Recorded{Entry: e})
		}
		return nil
	}))
	return list, blobs
}

// replay checks a log and returns the entry at fault, or -1.
func replay(t testing.TB, list []Recorded, blobs map[string][]byte) (at int64, runs []Recomputation, err error) {
	t.Helper()
	return replayInto(t, NewReplay(), list, blobs)
}

// replayInto is replay by a replay that the caller looks into afterwards.
func replayInto(t testing.TB, r *Replay, list []Recorded, blobs map[string][]byte) (at int64, runs []Recomputation, err error) {
	t.Helper()
	r.Recomputed = func(x Recomputation) { runs = append(runs, x) }
	for _, e := range list {
		e.Attachment = func(name string) ([]byte, error) { return blobs[e.Attached[name]], nil }
		var body struct {
			VF *vf.Changes `json:"vf"`
		}
		must(t, json.Unmarshal(e.Body, &body))
		e.Changes = body.VF
		if e.Attached["vf"] != "" {
			e.Changes = &vf.Changes{}
			must(t, json.Unmarshal(blobs[e.Attached["vf"]], e.Changes))
		}
		if err := r.Entry(e); err != nil {
			return e.Seq, runs, err
		}
	}
	return -1, runs, r.Close()
}

// eventful lets the workshop live through everything that the replay checks.
func (w *workshop) eventful() {
	w.t.Helper()
	w.worked()
	v := w.adopt(w.allToMakers())
	w.sell("30", DeductionAsk{Kind: "processor", ToName: "Card processor", Amount: quantity.MustParse("0.58", "EUR")})
	w.distribute(v)
	wrong := w.log(w.bas, "2")
	w.decide(w.ada, wrong.No, Reject)
	w.decide(w.bas, wrong.No, Appeal)
	again, err := LogContribution(ctx, w.db, w.cleo, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.MustParse("4", "hour")})
	must(w.t, err)
	_, err = LogContribution(ctx, w.db, w.cleo, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.MustParse("5", "hour"), Corrects: &again.No})
	must(w.t, err)
	w.sell("12.34")
	taken := w.distribute(v)
	_, err = ReverseDistribution(ctx, w.db, w.ada, "", ReverseAsk{taken.ID, "the wrong income"})
	must(w.t, err)
	w.distribute(v)
	_, err = PayOut(ctx, w.db, w.ada, "", PayoutAsk{To: w.cleo.Agent, Amount: quantity.MustParse("1.50", "EUR"), At: time.Now()})
	must(w.t, err)
	ask := ImportAsk{Batch: Batch{ID: store.NewID(), Source: "timesheet"}, Seen: -1}
	for i, who := range []store.ID{w.bas.Agent, w.cleo.Agent, w.ada.Agent} {
		ask.Keys = append(ask.Keys, ImportKeyOf(string(rune('a'+i))))
		ask.Logs = append(ask.Logs, LogAsk{Kind: "work", Person: who, Project: w.project.ID, Quant: quantity.Of(int64(i+1), "hour"), From: time.Now().AddDate(0, 0, -i)})
	}
	_, err = ImportContributions(ctx, w.db, w.ada, ask)
	must(w.t, err)
	_, err = SetHalfLife(ctx, w.db, w.ada, "", HalfLifeAsk{Days: 30, Decision: "Assembly of 12 May"})
	must(w.t, err)
	_, err = SanctionKarma(ctx, w.db, w.ada, "", SanctionAsk{Person: w.bas.Agent, Amount: quantity.Of(3, "karma"), Decision: "Assembly of 12 May"})
	must(w.t, err)
	w.sell("7")
	w.distribute(w.adopt(w.byKarma()))
}

// byKarma is an equation whose result depends on karma.
func (w *workshop) byKarma() equation.Equation {
	text := w.allToMakers()
	text.Buckets[0].Key = "karma"
	text.Buckets[0].Rules[0].ID = "karma"
	text.Buckets[0].Rules[0].Formula = "value * (karma + 1)"
	return text
}

// Everything that the acts of the practice wrote, the replay accepts, and every
// distribution computed again from the log alone comes to its lines.
func TestInvariant10ReplayFromTheLogAlone(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.eventful()
		list, blobs := w.recorded()
		at, runs, err := replay(t, list, blobs)
		if err != nil {
			t.Fatalf("entry %d: %v", at, err)
		}
		if len(runs) != 4 {
			t.Fatalf("%d distributions were computed again, want 4", len(runs))
		}
		for _, r := range runs {
			if !r.Independent || len(r.Lines) == 0 || len(r.Differences) > 0 {
				t.Errorf("distribution %d: independent %v, %d lines, %v", r.No, r.Independent, len(r.Lines), r.Differences)
			}
		}
	})
}

// forgery is a change of one entry that the replay must find at that entry.
type forgery struct {
	act      string // whose last entry is changed
	from, to string // in its body
	attached string // or in this attachment
	field    string // that the breach names
}

var forgeries = []forgery{
	{act: "contribution.log", from: `"value":{"unit":"EUR","value":"60"}`, to: `"value":{"unit":"EUR","value":"61"}`, field: "value"},
	{act: "contribution.log", from: `"state":"logged"`, to: `"state":"validated"`, field: "state"},
	{act: "contribution.validate", from: `"state":"disputed"`, to: `"state":"validated"`, field: "decision"},
	{act: "contribution.validate", from: `"verdict":"appeal"`, to: `"verdict":"grant"`, field: "own"},
	{act: "contribution.income", from: `"gross":{"unit":"EUR","value":"7"}`, to: `"gross":{"unit":"EUR","value":"8"}`, field: "income"},
	{act: "contribution.adopt_equation", from: `"percent":"100"`, to: `"percent":"90"`, field: "equation"},
	{act: "contribution.open_distribution", from: `"state":"opened"`, to: `"state":"done"`, field: "distribution"},
	{act: "contribution.open_distribution", from: `"version":1`, to: `"version":2`, field: "distribution"},
	{act: "contribution.pay_out", from: `"amount":{"unit":"EUR","value":"1.5"}`, to: `"amount":{"unit":"EUR","value":"2.5"}`, field: "event"},
	{act: "contribution.distribute", attached: "result", from: `"amount":`, to: `"amount":1`, field: "recomputed"},
	{act: "contribution.distribute", attached: "vf", from: `"action":"transfer"`, to: `"action":"lower"`, field: "event"},
	{act: "contribution.import", attached: "entries", from: `"value":"2"`, to: `"value":"3"`, field: "value"},
	{act: "contribution.reverse_distribution", attached: "vf", from: `"value":"-`, to: `"value":"-1`, field: "reversal"},
}

// A log in which one act says something else than the rules allow is refused
// at that act, although every event in it may obey the core.
func TestReplayFindsForgeries(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.eventful()
		list, blobs := w.recorded()
		for _, f := range forgeries {
			forged, at := forge(t, list, blobs, f)
			got, _, err := replay(t, forged.list, forged.blobs)
			if found := fault.As(err); got != at || found == nil || found.Code != "contribution.replay" || found.Field != f.field {
				t.Errorf("%s %s: %s → %s: entry %d, %v; want entry %d, field %s", f.act, f.attached, f.from, f.to, got, err, at, f.field)
			}
		}
	})
}

type forgedLog struct {
	list  []Recorded
	blobs map[string][]byte
}

func forge(t testing.TB, list []Recorded, blobs map[string][]byte, f forgery) (forgedLog, int64) {
	t.Helper()
	out := forgedLog{append([]Recorded(nil), list...), map[string][]byte{}}
	for k, v := range blobs {
		out.blobs[k] = v
	}
	for i := len(list) - 1; i >= 0; i-- {
		e := &out.list[i]
		text := string(e.Body)
		if f.attached != "" {
			text = string(blobs[e.Attached[f.attached]])
		}
		if e.Act != f.act || !strings.Contains(text, f.from) {
			continue
		}
		text = strings.Replace(text, f.from, f.to, 1)
		if f.attached == "" {
			e.Body = json.RawMessage(text)
		} else {
			out.blobs[e.Attached[f.attached]] = []byte(text)
		}
		return out, e.Seq
	}
	t.Fatalf("no %s says %s", f.act, f.from)
	return out, -1
}

// An act that is left out is missed by what follows from it.
func TestReplayMissesWhatIsLeftOut(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.eventful()
		list, blobs := w.recorded()
		for i, e := range list {
			switch e.Act {
			case "contribution.income", "contribution.open_distribution", "contribution.simulate_equation", "contribution.adopt_equation":
				rest := append(append([]Recorded(nil), list[:i]...), list[i+1:]...)
				if at, _, err := replay(t, rest, blobs); err == nil || at <= e.Seq {
					t.Errorf("without entry %d (%s) the replay ends at %d with %v", e.Seq, e.Act, at, err)
				}
			}
		}
	})
}
