package bank

import (
	"context"
	"encoding/json"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Brought is a batch as it stands now.
type Brought struct {
	Batch
	At       time.Time `json:"at"`
	By       store.ID  `json:"by"`
	Records  int64     `json:"records"`
	Reversed bool      `json:"reversed,omitempty"`
}

const batchColumns = `id, at, by, state, records, content`

var (
	selectBatch = store.SQL(`SELECT ` + batchColumns + ` FROM bank_batch WHERE commons_id = $1 AND id = $2`)
	batchPage   = store.SQL(`SELECT ` + batchColumns + ` FROM bank_batch WHERE commons_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`)
	chunksOf    = store.SQL(`SELECT seq, records, events FROM bank_chunk WHERE commons_id = $1 AND batch = $2 ORDER BY seq DESC`)
	chunkBySeq  = store.SQL(`SELECT seq, records, events FROM bank_chunk WHERE commons_id = $1 AND seq = $2`)
	endBatch    = store.SQL(`UPDATE bank_batch SET state = 'reversed' WHERE commons_id = $1 AND id = $2`)
	forgetting  = []*store.Statement{
		store.SQL(`DELETE FROM bank_evidence WHERE commons_id = $1 AND line IN (SELECT l.id FROM bank_line l WHERE l.commons_id = bank_evidence.commons_id AND l.seq = $2)`),
		store.SQL(`DELETE FROM bank_outcome WHERE commons_id = $1 AND line IN (SELECT l.id FROM bank_line l WHERE l.commons_id = bank_outcome.commons_id AND l.seq = $2)`),
		store.SQL(`DELETE FROM bank_line WHERE commons_id = $1 AND seq = $2`),
		store.SQL(`DELETE FROM bank_entry WHERE commons_id = $1 AND seq = $2`),
		store.SQL(`DELETE FROM bank_chunk WHERE commons_id = $1 AND seq = $2`),
	}
)

func scanBatch(row store.Scanner) (b Brought, err error) {
	var at int64
	var id store.ID
	var state, content string
	if err := row.Scan(&id, &at, &b.By, &state, &b.Records, &content); err != nil {
		return b, err
	}
	err = json.Unmarshal([]byte(content), &b.Batch)
	b.At, b.Reversed = store.Time(at), state == "reversed"
	return b, err
}

// GetBatch returns one batch.
func GetBatch(r store.Reader, id store.ID) (Brought, error) {
	b, found, err := store.One(r, scanBatch, selectBatch, id)
	if err == nil && !found {
		err = fault.NotFoundf("bank.unknown_batch", "batch", "nothing was brought under this address")
	}
	return b, err
}

// lastID is after every identifier.
const lastID store.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// Batches returns what was brought, newest first: at most limit, older than one; "" begins at the newest.
func Batches(r store.Reader, before store.ID, limit int) ([]Brought, error) {
	if before == "" {
		before = lastID
	}
	return store.All(r, scanBatch, batchPage, before, limit)
}

// TakeBackAsk names a batch that should not have come in, and says why.
type TakeBackAsk struct {
	Batch  store.ID
	Reason string
}

// chunk is what one act of a batch brought.
type chunk struct {
	seq     int64
	records int64
	events  []store.ID
}

func scanChunk(row store.Scanner) (c chunk, err error) {
	var events string
	if err := row.Scan(&c.seq, &c.records, &events); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(events), &c.events)
}

// TakeBack takes a whole batch back, act by act: what was recorded because of
// its lines or entries is corrected to nothing, and they are forgotten, so that the
// file can be brought again. It goes on where it stopped.
//
// Faults: bank.unknown_batch, .batch_reversed, .undo_reason, contribution.income_used.
func (b *Bank) TakeBack(ctx context.Context, who auth.Identity, ask TakeBackAsk, progress func(done, total int)) (batch Brought, err error) {
	if err := needReason(ask.Reason); err != nil {
		return batch, err
	}
	if err := who.Must(Reconcile); err != nil {
		return batch, err
	}
	var list []chunk
	err = b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if batch, err = GetBatch(r, ask.Batch); err != nil {
			return err
		}
		list, err = store.All(r, scanChunk, chunksOf, ask.Batch)
		return err
	})
	if err == nil && batch.Reversed {
		err = fault.Conflictf("bank.batch_reversed", "batch", "this was taken back already")
	}
	if err != nil {
		return batch, err
	}
	total, done := 0, 0
	for _, c := range list {
		total += int(c.records)
	}
	for i, c := range list {
		if _, err := perform(ctx, b, who, "", ask, func(tx *store.Tx) (int, error) { return 0, b.takeBack(tx, who, ask, c.seq, i == len(list)-1) }); err != nil {
			return batch, err
		}
		if done += int(c.records); progress != nil {
			progress(done, total)
		}
	}
	batch.Reversed = true
	return batch, nil
}

// takeBack takes one act of a batch back; the last one ends the batch.
func (b *Bank) takeBack(tx *store.Tx, who auth.Identity, ask TakeBackAsk, seq int64, last bool) error {
	u := undoing{b: b, tx: tx, who: who, l: b.open(tx)}
	c, found, err := store.One(tx, scanChunk, chunkBySeq, seq)
	if err != nil || !found { // somebody else was faster
		return err
	}
	lines, err := store.All(tx, scanLine, linesOfChunk, seq)
	if err != nil {
		return err
	}
	if err := u.lines(lines); err != nil {
		return err
	}
	if err := u.events(c.events); err != nil {
		return err
	}
	if err := u.journal("bank.take_back", map[string]any{"batch": ask.Batch, "chunk": seq}, ask.Reason); err != nil {
		return err
	}
	for _, s := range forgetting {
		if _, err := tx.Exec(s, seq); err != nil {
			return err
		}
	}
	if last {
		_, err = tx.Exec(endBatch, ask.Batch)
	}
	return err
}
