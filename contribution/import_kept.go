package contribution

import (
	"encoding/json"

	"commonweal/contribution/intake"
	"commonweal/platform/store"
)

// KeptAsk is a record of another system that the practice keeps as it came: a
// mark of a past evaluation, or a past payout. It is history, no duty and no
// contribution.
type KeptAsk struct {
	Key    ImportKey
	Origin string
	Sort   string // "score" or "payout"
	Person store.ID
	Score  *intake.Score
	Payout *intake.Payout
}

// body is what is stored and journaled of it: the identities of the source,
// which name people, stay out.
func (k *KeptAsk) body() ([]byte, error) {
	if k.Score != nil {
		s := *k.Score
		s.Rater = intake.Identity{}
		return json.Marshal(s)
	}
	p := *k.Payout
	p.To, p.From, p.Note = intake.Identity{}, intake.Identity{}, ""
	return json.Marshal(p)
}

var insertKept = store.Into("contribution_kept", "seq", "n", "batch", "sort", "person", "content")

// keep stores the records of a chunk that are kept as they came.
func keep(tx *store.Tx, seq int64, batch store.ID, list []KeptAsk) error {
	for i := range list {
		body, err := list[i].body()
		if err != nil {
			return err
		}
		if err := tx.Append(insertKept, seq, int64(i), batch, list[i].Sort, list[i].Person, string(body)); err != nil {
			return err
		}
	}
	return nil
}

// keptRecord is a kept record as the journal holds it.
type keptRecord struct {
	Sort   string          `json:"sort"`
	Person store.ID        `json:"person"`
	Record json.RawMessage `json:"record"`
}

// keptRecords is the list of a chunk for the journal.
func keptRecords(list []KeptAsk) ([]keptRecord, error) {
	out := make([]keptRecord, len(list))
	for i := range list {
		body, err := list[i].body()
		if err != nil {
			return nil, err
		}
		out[i] = keptRecord{list[i].Sort, list[i].Person, body}
	}
	return out, nil
}
