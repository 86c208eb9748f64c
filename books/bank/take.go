package bank

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// chunkSize is the number of lines or entries that one act brings, unless lines with one
// fingerprint make it more: those come together.
const chunkSize = 1000

// Batch is what one file became.
type Batch struct {
	ID     store.ID `json:"id"`
	Format Format   `json:"format"`
	File   string   `json:"file,omitempty"` // its name; private
}

// takenLine is what the log says of a line in public.
type takenLine struct {
	ID      store.ID        `json:"id"`
	Account store.ID        `json:"account"`
	Day     string          `json:"day"`
	Amount  quantity.Amount `json:"amount"`
}

// takenBody is the public part of the record bank.take; the lines are attached.
type takenBody struct {
	Batch  store.ID `json:"batch"`
	Format Format   `json:"format"`
	Lines  int      `json:"lines"`
}

// chunks cuts the lines of a file for acts, by day. Lines with one fingerprint
// stay together, since only together they can be told from known ones.
func chunks(lines []intake.Line) [][]intake.Line {
	slices.SortStableFunc(lines, func(a, b intake.Line) int {
		return cmp.Or(strings.Compare(a.Day, b.Day), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
	var out [][]intake.Line
	for len(lines) > 0 {
		n := min(chunkSize, len(lines))
		for n < len(lines) && lines[n].Fingerprint == lines[n-1].Fingerprint {
			n++
		}
		out = append(out, lines[:n])
		lines = lines[n:]
	}
	return out
}

// known returns the lines here that have a fingerprint of those given.
func known(r store.Reader, lines []intake.Line) ([]Line, error) {
	prints := map[store.ID]bool{}
	var ids []store.ID
	for i := range lines {
		if f := fingerprint(&lines[i]); !prints[f] {
			prints[f] = true
			ids = append(ids, f)
		}
	}
	return store.AllOf(r, scanLine, linesByPrint, ids)
}

// recognize says which lines are here already.
func recognize(r store.Reader, lines []intake.Line) ([]Line, []intake.Recognized, error) {
	here, err := known(r, lines)
	plain := make([]intake.Line, len(here))
	for i := range here {
		plain[i] = here[i].Line
	}
	return here, intake.Recognize(plain, lines), err
}

// take brings the lines of a chunk that are not here yet, as one act, and
// returns how many there were. A repeat brings nothing.
func (b *Bank) take(ctx context.Context, who auth.Identity, batch Batch, lines []intake.Line) (brought int, err error) {
	return perform(ctx, b, who, "", batch, func(tx *store.Tx) (int, error) {
		_, recognized, err := recognize(tx, lines)
		if err != nil {
			return 0, err
		}
		var fresh []intake.Line
		for i, r := range recognized {
			if r.Known < 0 {
				fresh = append(fresh, lines[i])
			}
		}
		if len(fresh) == 0 {
			return 0, nil
		}
		return len(fresh), bring(tx, who, batch, fresh)
	})
}

// bring journals lines and keeps them.
func bring(tx *store.Tx, who auth.Identity, batch Batch, lines []intake.Line) error {
	accounts, err := openAccounts(tx, lines)
	if err != nil {
		return err
	}
	public := make([]takenLine, len(lines))
	for i := range lines {
		l := &lines[i]
		public[i] = takenLine{tx.NewID(), accounts[pocket{l.Account, l.Amount.Unit}].ID, l.Day, l.Amount}
	}
	record := journal.Record{Act: "bank.take", By: who.Agent, Public: takenBody{batch.ID, batch.Format, len(lines)}, Sealed: map[string]string{"file": batch.File}, Attached: map[string][]byte{}}
	if record.Attached["lines"], err = json.Marshal(public); err != nil {
		return err
	}
	private, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	record.Sealed["lines"] = string(private)
	seq, err := journal.Append(tx, record)
	if err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		content, err := json.Marshal(l)
		if err != nil {
			return err
		}
		if err := tx.Append(insertLine, public[i].ID, public[i].Account, seq, l.Day, string(l.Amount.Unit), l.Amount.Micros, fingerprint(l), string(l.Party.Account), string(Open), string(content)); err != nil {
			return err
		}
	}
	return noteChunk(tx, who, seq, batch, len(lines), nil)
}

// openAccounts returns the accounts of lines, making those that are new here.
func openAccounts(tx *store.Tx, lines []intake.Line) (map[pocket]Account, error) {
	list, err := Accounts(tx)
	here := pocketsOf(list)
	for i := range lines {
		p := pocket{lines[i].Account, lines[i].Amount.Unit}
		if _, there := here[p]; there || err != nil {
			continue
		}
		here[p] = Account{ID: tx.NewID(), Number: p.number, Unit: p.unit}
		err = saveAccount(tx, here[p]) // once in the life of an account
	}
	return here, err
}

var (
	insertChunk = store.Into("bank_chunk", "seq", "batch", "records", "events")
	addToBatch  = store.SQL(`INSERT INTO bank_batch (commons_id, id, at, by, state, records, content) VALUES ($1, $2, $3, $4, 'standing', $5, $6)
		ON CONFLICT (commons_id, id) DO UPDATE SET records = bank_batch.records + excluded.records`)
)

// noteChunk remembers what an act brought, to take it back.
func noteChunk(tx *store.Tx, who auth.Identity, seq int64, batch Batch, records int, events []store.ID) error {
	list, err := json.Marshal(events)
	if err != nil {
		return err
	}
	content, err := json.Marshal(batch)
	if err != nil {
		return err
	}
	if err := tx.Append(insertChunk, seq, batch.ID, int64(records), string(list)); err != nil {
		return err
	}
	n, err := tx.Exec(addToBatch, batch.ID, store.Micros(tx.Now()), who.Agent, int64(records), string(content))
	if err == nil && n != 1 {
		err = fault.Conflictf("bank.batch", "", "the file could not be noted")
	}
	return err
}

// closed remembers what the statements of a file closed with.
func (b *Bank) closed(ctx context.Context, who auth.Identity, statements []intake.Statement) error {
	_, err := perform(ctx, b, who, "", nil, func(tx *store.Tx) (int, error) {
		list, err := Accounts(tx)
		here := pocketsOf(list)
		for _, s := range statements {
			a, there := here[pocket{s.Opening.Account, s.Opening.Unit}]
			if c := s.Closing.Balance; err == nil && there && c != nil && !c.Interim && (a.Closing == nil || a.Closing.Day <= c.Day) {
				a.Closing, a.Holder = c, cmp.Or(s.Opening.Holder, a.Holder)
				here[pocket{a.Number, a.Unit}] = a
				err = saveAccount(tx, a)
			}
		}
		return 0, err
	})
	return err
}
