package credit

import (
	"encoding/json"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

const batchColumns = "id, at, by_agent, state, together, rows, made, total, content"

var (
	selectBatch = store.SQL("SELECT " + batchColumns + " FROM credit_batch WHERE commons_id = $1 AND id = $2")
	batchesOf   = store.SQL("SELECT " + batchColumns + " FROM credit_batch WHERE commons_id = $1 AND ($2 OR by_agent = $3) AND id < $4 ORDER BY id DESC LIMIT $5")
	upsertBatch = store.SQL(`INSERT INTO credit_batch (commons_id, id, at, by_agent, state, together, rows, made, total, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (commons_id, id) DO UPDATE SET state = excluded.state, rows = excluded.rows, made = excluded.made, total = excluded.total`)
	insertChunk = store.Into("credit_batch_chunk", "batch", "first", "rows", "outcomes")
	chunksAfter = store.SQL("SELECT first, outcomes FROM credit_batch_chunk WHERE commons_id = $1 AND batch = $2 AND first > $3 ORDER BY first LIMIT 1")
)

// batch is a Batch with what only its acts need.
type batch struct {
	Batch
	fees map[store.ID][]Fee // that hold for all of it, where it goes over several acts
}

// batchContent is the column content of credit_batch.
type batchContent struct {
	Name string             `json:"name,omitempty"`
	Fees map[store.ID][]Fee `json:"fees,omitempty"`
}

func scanBatch(row store.Scanner) (b batch, err error) {
	var at int64
	var text string
	if err := row.Scan(&b.ID, &at, &b.By, &b.State, &b.Together, &b.Rows, &b.Made, &b.Total, &text); err != nil {
		return b, err
	}
	b.At = store.Time(at)
	var c batchContent
	err = json.Unmarshal([]byte(text), &c)
	b.Name, b.fees = c.Name, c.Fees
	return b, err
}

// GetBatch returns a batch to whoever brought it, and to those who may pay for others.
//
// Faults: credit.unknown_batch.
func GetBatch(r store.Reader, who auth.Identity, id store.ID) (Batch, error) {
	b, err := findBatch(r, who, id)
	return b.Batch, err
}

func findBatch(r store.Reader, who auth.Identity, id store.ID) (batch, error) {
	b, found, err := store.One(r, scanBatch, selectBatch, id)
	if err == nil && (!found || b.By != who.Agent && !who.Can(PayOther)) {
		err = unknownBatch()
	}
	return b, err
}

// Batches returns the batches that somebody may see before one, newest first.
func Batches(r store.Reader, who auth.Identity, before store.ID, limit int) ([]Batch, error) {
	if before == "" {
		before = lastID
	}
	return store.All(r, func(row store.Scanner) (Batch, error) {
		b, err := scanBatch(row)
		return b.Batch, err
	}, batchesOf, who.Can(PayOther), who.Agent, before, int64(limit))
}

// lastID is behind all others.
const lastID store.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// Outcomes calls each with the outcomes of a batch, in order.
func Outcomes(r store.Reader, id store.ID, each func([]BulkOutcome) error) error {
	for first := int64(-1); ; {
		chunk, found, err := store.One(r, scanChunk, chunksAfter, id, first)
		if err != nil || !found {
			return err
		}
		if err := each(chunk.outcomes); err != nil {
			return err
		}
		first = chunk.first
	}
}

// outcomeChunk is what became of the rows of one act.
type outcomeChunk struct {
	first    int64
	outcomes []BulkOutcome
}

func scanChunk(row store.Scanner) (c outcomeChunk, err error) {
	var text string
	if err := row.Scan(&c.first, &text); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(text), &c.outcomes)
}

// batchFor finds the batch that an act belongs to, or begins it.
func batchFor(tx *store.Tx, who auth.Identity, ask BulkAsk) (batch, error) {
	fresh := batch{Batch: Batch{ID: ask.Batch, Name: ask.Name, By: who.Agent, At: tx.Now(), State: BatchPaying, Together: ask.Together}}
	if ask.Batch == "" {
		fresh.ID = tx.NewID()
		return fresh, nil
	}
	b, found, err := store.One(tx, scanBatch, selectBatch, ask.Batch)
	if err != nil {
		return b, err
	}
	if _, valid := store.ParseID(string(ask.Batch)); !found && valid && ask.First == 0 {
		return fresh, nil
	}
	if !found || b.By != who.Agent && !who.Can(PayOther) {
		return b, unknownBatch()
	}
	if b.Rows != ask.First || b.State != BatchPaying && b.State != BatchHeld {
		return b, fault.Conflictf("credit.bulk_raced", "first", "%d rows of these payments were taken, not %d; somebody else went on with them", b.Rows, ask.First)
	}
	return b, nil
}

func unknownBatch() error {
	return fault.NotFoundf("credit.unknown_batch", "batch", "there are no such payments here")
}

// keep writes how the batch stands after an act, with what became of its rows.
func (b batch) keep(tx *store.Tx, first int, outcomes []BulkOutcome) error {
	if err := b.save(tx); err != nil {
		return err
	}
	text, err := json.Marshal(outcomes)
	if err != nil {
		return err
	}
	return tx.Append(insertChunk, b.ID, int64(first), int64(len(outcomes)), string(text))
}

func (b batch) save(tx *store.Tx) error {
	_, err := tx.Exec(upsertBatch, b.ID, store.Micros(b.At), b.By, string(b.State), b.Together, int64(b.Rows), int64(b.Made), int64(b.Total), encoded(batchContent{b.Name, b.fees}))
	return err
}
