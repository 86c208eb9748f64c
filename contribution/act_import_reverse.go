package contribution

import (
	"context"
	"encoding/json"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Withdraw marks a contribution that was taken back with the batch that brought it.
const Withdraw Verdict = "withdraw"

// The states of a batch.
const (
	batchStanding = "standing"
	batchReversed = "reversed"
)

// ReverseImportAsk names a batch that should not have come in, and says why.
type ReverseImportAsk struct {
	Batch  store.ID `json:"batch"`
	Reason string   `json:"reason"`
}

var (
	chunksOf      = store.SQL(`SELECT seq, rows FROM contribution_import WHERE commons_id = $1 AND batch = $2 AND length(keys) > 0 ORDER BY seq`)
	chunkBySeq    = store.SQL(`SELECT content FROM contribution_import WHERE commons_id = $1 AND seq = $2 AND length(keys) > 0`)
	emptyKeys     = store.SQL(`UPDATE contribution_import SET keys = $3 WHERE commons_id = $1 AND seq = $2`)
	endBatch      = store.SQL(`UPDATE contribution_batch SET state = $3 WHERE commons_id = $1 AND id = $2`)
	eventsOfChunk = store.SQL(`SELECT n, event FROM contribution_entry WHERE commons_id = $1 AND seq = $2 ORDER BY n`)
	amendedOf     = store.SQL(`SELECT entry_n FROM contribution_decision WHERE commons_id = $1 AND entry_seq = $2 AND state = 5`)
	endPaidBefore = store.SQL(`UPDATE contribution_paid_before SET ended = $3 WHERE commons_id = $1 AND seq = $2`)
	judgedOf      = store.SQL(`SELECT m.batch FROM contribution_mark m JOIN contribution_import i ON i.commons_id = m.commons_id AND i.seq = m.seq
		WHERE m.commons_id = $1 AND m.entry_seq = $2 AND m.batch <> $3 AND length(i.keys) > 0 LIMIT 1`)
)

// chunkRef is a chunk that still stands.
type chunkRef struct{ seq, rows int64 }

// ReverseImport takes a whole batch back, chunk by chunk, each as one act: the
// events are corrected to nothing, the contributions marked as amended, income
// returned, what was paid before forgotten, and the keys freed, so that a mended
// file can be imported again. The evaluation round of a batch of marks goes first.
// It goes on where it stopped. Contributions that were corrected one by one
// stay as they are.
//
// Faults: contribution.unknown_batch, .batch_reversed, .reason, .income_used,
// .batch_judged.
func ReverseImport(ctx context.Context, db *store.Store, who auth.Identity, ask ReverseImportAsk, progress func(done, total int)) (ImportedBatch, error) {
	var b ImportedBatch
	var chunks []chunkRef
	if err := who.Must(Import); err != nil {
		return b, err
	}
	err := db.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if b, err = GetBatch(r, ask.Batch); err != nil {
			return err
		}
		chunks, err = store.All(r, func(row store.Scanner) (c chunkRef, err error) {
			err = row.Scan(&c.seq, &c.rows)
			return c, err
		}, chunksOf, ask.Batch)
		return err
	})
	if err == nil && b.Reversed {
		err = fault.Conflictf("contribution.batch_reversed", "batch", "this import was taken back already")
	}
	if err == nil {
		err = needReason(ValidateAsk{Reason: ask.Reason})
	}
	if err != nil {
		return b, err
	}
	if _, err := auth.Perform(ctx, db, who, "", Import, ask, reverseRound); err != nil {
		return b, err
	}
	total, done := 0, 0
	for _, c := range chunks {
		total += int(c.rows)
	}
	for i, c := range slices.Backward(chunks) { // the last first: a refund before what it gave back
		last := i == 0
		if _, err := auth.Perform(ctx, db, who, "", Import, ask, func(tx *store.Tx, who auth.Identity, ask ReverseImportAsk) (int64, error) {
			return reverseChunk(tx, who, ask, c.seq, last)
		}); err != nil {
			return b, err
		}
		done += int(c.rows)
		if progress != nil {
			progress(done, total)
		}
	}
	b.Reversed = true
	return b, nil
}

// reverseChunk takes one chunk back; the last one ends the batch.
func reverseChunk(tx *store.Tx, who auth.Identity, ask ReverseImportAsk, seq int64, last bool) (int64, error) {
	content, found, err := store.One(tx, scanJSON[chunkContent], chunkBySeq, seq)
	if err != nil || !found { // somebody else was faster
		return 0, err
	}
	if err := unjudged(tx, ask.Batch, seq); err != nil {
		return 0, err
	}
	ledger := vf.Open(tx)
	decisions, events, err := standing(tx, who, seq)
	if err != nil {
		return 0, err
	}
	if err := correctToNothing(tx, ledger, events); err != nil {
		return 0, err
	}
	incomes, err := returnIncomes(tx, ledger, content.Incomes)
	if err != nil {
		return 0, err
	}
	no, err := journalReversal(tx, who, ask, seq, decisions, incomes, ledger.Changes())
	if err != nil {
		return 0, err
	}
	for i := range decisions {
		decisions[i].Seq, decisions[i].Reason = no, ask.Reason
		d := decisions[i]
		if err := tx.Append(insertDecision, d.Seq, int64(i), d.Entry.Seq, d.Entry.N, string(d.Verdict), int64(d.State), store.Micros(tx.Now()), orNull(string(d.By)), orNull(d.Reason)); err != nil {
			return 0, err
		}
	}
	if err := markReversed(tx, incomes, no); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(emptyKeys, seq, []byte{}); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(endPaidBefore, seq, no); err != nil {
		return 0, err
	}
	if last {
		_, err = tx.Exec(endBatch, ask.Batch, batchReversed)
	}
	return no, err
}

// unjudged refuses to take contributions back whose marks of another system
// stand here: their karma would stay without a cause.
func unjudged(tx *store.Tx, batch store.ID, seq int64) error {
	of, found, err := store.One(tx, scanID, judgedOf, seq, batch)
	if err != nil || !found {
		return err
	}
	b, err := GetBatch(tx, of)
	if err != nil {
		return err
	}
	return fault.Conflictf("contribution.batch_judged", "batch", "the marks of %q are about contributions of this import; take that import back first", b.File)
}

// standing returns the withdrawals of a chunk's contributions that were not
// amended yet, and their events.
func standing(tx *store.Tx, who auth.Identity, seq int64) ([]Decision, []store.ID, error) {
	gone, err := store.All(tx, scanInt64, amendedOf, seq)
	if err != nil {
		return nil, nil, err
	}
	var decisions []Decision
	var events []store.ID
	_, err = store.All(tx, func(row store.Scanner) (n int64, err error) {
		var event store.ID
		if err := row.Scan(&n, &event); err != nil {
			return n, err
		}
		if !slices.Contains(gone, n) {
			events = append(events, event)
			decisions = append(decisions, Decision{Entry: EntryNo{Seq: seq, N: n}, Verdict: Withdraw, State: Amended, By: who.Agent})
		}
		return n, nil
	}, eventsOfChunk, seq)
	return decisions, events, err
}

// correctToNothing corrects many events to nothing, in one step.
func correctToNothing(tx *store.Tx, ledger *vf.Ledger, ids []store.ID) error {
	originals, err := vf.GetEvents(tx, ids)
	if err != nil {
		return err
	}
	corrections := make([]vf.Event, 0, len(ids))
	for _, id := range ids {
		c, err := toNothing(originals[id])
		if err != nil {
			return err
		}
		corrections = append(corrections, c)
	}
	if len(corrections) == 0 {
		return nil
	}
	_, err = ledger.RecordAll(corrections)
	return err
}

// toNothing is the event that corrects another to nothing.
func toNothing(e vf.Event) (vf.Event, error) {
	c := vf.Event{Action: e.Action, Provider: e.Provider, Receiver: e.Receiver, InputOf: e.InputOf, OutputOf: e.OutputOf,
		ResourceInventoriedAs: e.ResourceInventoriedAs, ToResourceInventoriedAs: e.ToResourceInventoriedAs, ResourceConformsTo: e.ResourceConformsTo,
		ClassifiedAs: e.ClassifiedAs, RealizationOf: e.RealizationOf, InScopeOf: e.InScopeOf, Corrects: e.ID}
	if e.ResourceQuantity != nil {
		back, err := e.ResourceQuantity.Neg()
		if err != nil {
			return c, err
		}
		c.ResourceQuantity = &back
	}
	if e.EffortQuantity != nil {
		back, err := e.EffortQuantity.Neg()
		if err != nil {
			return c, err
		}
		c.EffortQuantity = &back
	}
	return c, nil
}

// returnIncomes takes back the incomes of a chunk that still stand.
func returnIncomes(tx *store.Tx, ledger *vf.Ledger, ids []store.ID) ([]Income, error) {
	known, err := getIncomes(tx, ids)
	if err != nil {
		return nil, err
	}
	var out []Income
	for _, id := range ids {
		in, found := known[id]
		if !found || in.ReversedAt != 0 {
			continue
		}
		if in, err = reverseIncome(ledger, in); err != nil {
			return nil, err
		}
		out = append(out, in)
	}
	return out, nil
}

// journalReversal appends the record of a chunk taken back: "decisions" lists
// the contributions, "incomes" the income, "vf" the corrections.
func journalReversal(tx *store.Tx, who auth.Identity, ask ReverseImportAsk, seq int64, decisions []Decision, incomes []Income, changes vf.Changes) (no int64, err error) {
	record := journal.Record{Act: "contribution.reverse_import", By: who.Agent,
		Public: map[string]any{"batch": ask.Batch, "chunk": seq, "contributions": len(decisions), "incomes": len(incomes)},
		Sealed: map[string]string{"reason": ask.Reason}, Attached: map[string][]byte{}}
	if record.Attached["decisions"], err = json.Marshal(decisions); err != nil {
		return 0, err
	}
	if record.Attached["vf"], err = json.Marshal(changes); err != nil {
		return 0, err
	}
	if len(incomes) > 0 {
		if record.Attached["incomes"], err = json.Marshal(incomes); err != nil {
			return 0, err
		}
	}
	return journal.Append(tx, record)
}
