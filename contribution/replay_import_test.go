package contribution

import (
	"slices"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// movedIn lets the workshop bring along what it has elsewhere: hours, money with
// fees and a refund, praise with its marks, past pay. Some of it is taken back,
// and income of it is distributed.
func (w *workshop) movedIn() {
	w.t.Helper()
	back := func(b Batch) {
		_, err := ReverseImport(ctx, w.db, w.ada, ReverseImportAsk{Batch: b.ID, Reason: "a trial"}, nil)
		must(w.t, err)
	}
	money := ImportPlan{Project: w.project.ID, Projects: map[string]store.ID{"bench": w.project.ID}, People: map[string]store.ID{"opencollective:bas": w.bas.Agent}}
	trial := w.run(w.text(FormatOpenCollective, "trial.csv", transactions, ReadOptions{}), money)
	hours := w.run(w.text(FormatTimesheet, "march.csv", hours, sheet()), w.plan())
	back(trial.Batch)
	_, scores := w.praised()
	back(scores.Batch)
	w.run(w.text(FormatPraiseScores, "mended.csv", praiseScores, ReadOptions{}), w.praisePlan())
	w.run(w.text(FormatOpenCollective, "transactions.csv", transactions, ReadOptions{}), money)
	w.sourceCred()
	w.made(w.bas)
	w.made(w.cleo)
	_, err := LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(2, "hour"), Corrects: &w.standing()[0].No})
	must(w.t, err)
	w.distribute(w.adopt(w.balanced()))
	back(hours.Batch)
}

// What imports brought and what of it was taken back stands in the log alone:
// the replay comes to the live state.
func TestReplayOfImportsComesToTheLiveState(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.movedIn()
		r := w.sameAsReplayed()
		if len(r.before) != 1 || len(r.chunks) != 4 || r.ledger.Len() < 9 {
			t.Errorf("%d payments of before, %d chunks, %d contributions are left", len(r.before), len(r.chunks), r.ledger.Len())
		}
	})
}

// An import that says something else than its events, a reversal that leaves
// something, a round that its marks do not come to: each is found.
func TestReplayFindsForgedImports(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.movedIn()
		list, blobs := w.recorded()
		for _, f := range []struct{ act, attached, from, to, fields string }{
			{"contribution.import", "incomes", `"gross":\{"unit":"EUR","value":"100"`, `"gross":{"unit":"EUR","value":"101"`, "income"},
			{"contribution.import", "incomes", `"amount":\{"unit":"EUR","value":"5"`, `"amount":{"unit":"EUR","value":"4"`, "income"},
			{"contribution.import", "incomes", `"net":\{"unit":"EUR","value":"92.5"`, `"net":{"unit":"EUR","value":"100"`, "income"},
			{"contribution.import", "vf", `"resourceQuantity":\{"unit":"EUR","value":"2.5"`, `"resourceQuantity":{"unit":"EUR","value":"1.5"`, "event"},
			{"contribution.import", "vf", `"cw:income/donation"`, `"cw:income/sale"`, "event"},
			{"contribution.import", "kept", `"sort":"payout","person":"[^"]*","record":(.*"value":)"10"`, `"sort":"payout","person":"x","record":$1"9"`, "recomputed"},
			{"contribution.import", "kept", `"mark":13`, `"mark":21`, "items ratings round"},
			{"contribution.import", "kept", `"entry":"(\d+)[^"]*"`, `"entry":"9${1}0.7"`, "kept"},
			{"contribution.import", "kept", `"repeat":"(\d+)[^"]*"`, `"repeat":"${1}"`, "items ratings round"},
			{"contribution.import_round", "result", `"score":"17"`, `"score":"18"`, "items ratings"},
			{"contribution.import_round", "basis", `"at":"2026`, `"at":"2025`, "basis"},
			{"contribution.import_round", "panels", `"raters":\["[^"]*",`, `"raters":[`, "panels"},
			{"contribution.import_round", "", `"unit":"karma","value":"1.7"`, `"unit":"karma","value":"2.7"`, "karma"},
			{"contribution.import_round", "", `"num":17`, `"num":18`, "ratings"},
			{"contribution.import_round", "", `"scored":3`, `"scored":4`, "round"},
			{"contribution.import_round", "", `"duplicate":"1/10"`, `"duplicate":"1/2"`, "rules"},
			{"contribution.reverse_round", "", `"state":"reversed"`, `"state":"closed"`, "round"},
			{"contribution.reverse_import", "decisions", `\{"entry":[^}]*\},?`, ``, "corrects decisions"},
			{"contribution.reverse_import", "vf", `"value":"-(2|0.5)"`, `"value":"-1"`, "corrects"},
			{"contribution.reverse_import", "", `"chunk":(\d+)`, `"chunk":9$1`, "chunk"},
			{"contribution.reverse_import", "incomes", `^\[.*\]$`, `[]`, "income"},
			{"contribution.reverse_import", "incomes", `"id":"[^"]*"`, `"id":"00000000-0000-0000-0000-000000000009"`, "income"},
		} {
			forged, at := rewrite(t, list, blobs, f.act, f.attached, f.from, f.to, func(Recorded) bool { return true })
			got, _, err := replay(t, forged.list, forged.blobs)
			if found := fault.As(err); found == nil || got < at || found.Code != "contribution.replay" || !slices.Contains(strings.Fields(f.fields), found.Field) {
				t.Errorf("%s %s: %s → %s: entry %d, %v; want entry %d, field %s", f.act, f.attached, f.from, f.to, got, err, at, f.fields)
			}
		}
	})
}

// An act of an import that is left out is missed by what follows from it.
func TestReplayMissesImportsThatAreLeftOut(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.movedIn()
		list, blobs := w.recorded()
		for i, e := range list {
			if e.Act != "contribution.import" && e.Act != "contribution.reverse_round" {
				continue
			}
			if at, _, err := replay(t, slices.Concat(list[:i], list[i+1:]), blobs); err == nil || at <= e.Seq {
				t.Errorf("without entry %d (%s) the replay ends at %d with %v", e.Seq, e.Act, at, err)
			}
		}
	})
}
