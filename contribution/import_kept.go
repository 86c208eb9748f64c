package contribution

import (
	"encoding/json"

	"commonweal/contribution/intake"
	"commonweal/platform/store"
)

// KeptAsk is a record of another system that is neither a contribution nor
// income here: a mark of a past evaluation, which a round of this commons is
// made of (see importRound), or a past payout, which history-aware pay reads.
type KeptAsk struct {
	Key    ImportKey
	Origin string
	Sort   KeptSort
	Person store.ID // who gave the mark, or who was paid
	Score  *intake.Score
	Entry  EntryNo  // of a mark: the contribution that it is about
	Repeat *EntryNo // of a mark: the contribution that Entry is said to repeat
	Payout *intake.Payout
}

// KeptSort is what a kept record is.
type KeptSort string

// The sorts of kept records.
const (
	KeptMark     KeptSort = "score"    // a mark
	KeptPay      KeptSort = "payout"   // what was paid
	KeptTransfer KeptSort = "transfer" // what one person passed on to another: shown, and no pay
)

// body is what is stored and journaled of it: the identities of the source,
// which name people, stay out, and so do free words.
func (k *KeptAsk) body() ([]byte, error) {
	if k.Score != nil {
		s := keptScore{*k.Score, k.Repeat}
		s.Rater = intake.Identity{}
		return json.Marshal(s)
	}
	p := *k.Payout
	p.To, p.From, p.Note = intake.Identity{}, intake.Identity{}, ""
	return json.Marshal(p)
}

// keptScore is a mark as it is stored and journaled.
type keptScore struct {
	intake.Score
	Repeat *EntryNo `json:"repeat,omitempty"` // the contribution that it says is repeated
}

var (
	insertMark       = store.Into("contribution_mark", "seq", "n", "batch", "rater", "entry_seq", "entry_n", "content")
	insertPaidBefore = store.Into("contribution_paid_before", "seq", "n", "batch", "sort", "person", "at", "unit", "amount", "ended", "content")
)

// keep stores the kept records of a chunk.
func keep(tx *store.Tx, seq int64, batch store.ID, list []KeptAsk) error {
	for i := range list {
		k := &list[i]
		body, err := k.body()
		if err != nil {
			return err
		}
		if k.Sort == KeptMark {
			err = tx.Append(insertMark, seq, int64(i), batch, k.Person, k.Entry.Seq, k.Entry.N, string(body))
		} else {
			err = tx.Append(insertPaidBefore, seq, int64(i), batch, string(k.Sort), k.Person, store.Micros(k.Payout.At), string(k.Payout.Amount.Unit), k.Payout.Amount.Micros, int64(0), string(body))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keptRecord is a kept record as the journal holds it.
type keptRecord struct {
	Sort   KeptSort        `json:"sort"`
	Person store.ID        `json:"person"`
	Entry  *EntryNo        `json:"entry,omitempty"` // of a mark: what it is about
	Record json.RawMessage `json:"record"`
}

// keptRecords is the list of a chunk for the journal.
func keptRecords(list []KeptAsk) ([]keptRecord, error) {
	out := make([]keptRecord, len(list))
	for i := range list {
		k := &list[i]
		body, err := k.body()
		if err != nil {
			return nil, err
		}
		out[i] = keptRecord{Sort: k.Sort, Person: k.Person, Record: body}
		if k.Sort == KeptMark {
			out[i].Entry = &k.Entry
		}
	}
	return out, nil
}
