package contribution

import (
	"encoding/json"

	"commonweal/platform/auth"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// importBody is the public part of the record of a chunk. Its attachments are
// "entries" (the contributions, as in contribution.log), "vf" (their events)
// and, where the chunk has them, "incomes", "refunded", "kept" and "origins".
type importBody struct {
	Batch Batch `json:"batch"`
	Rows  int   `json:"rows"`
}

// journalImport appends the chunk's record and returns its number.
func journalImport(tx *store.Tx, who auth.Identity, ask *ImportAsk, entries []Entry, money *importedMoney, changes vf.Changes) (seq int64, err error) {
	record := journal.Record{Act: "contribution.import", By: who.Agent, Public: importBody{ask.Batch, ask.Records()}, Attached: map[string][]byte{}}
	if record.Attached["entries"], err = entriesJSON(entries); err != nil {
		return 0, err
	}
	if record.Attached["vf"], err = changesJSON(changes); err != nil {
		return 0, err
	}
	for name, list := range map[string][]Income{"incomes": money.incomes, "refunded": money.refunded} {
		if len(list) == 0 {
			continue
		}
		if record.Attached[name], err = json.Marshal(list); err != nil {
			return 0, err
		}
	}
	if len(ask.Kept) > 0 {
		records, err := keptRecords(ask.Kept)
		if err != nil {
			return 0, err
		}
		if record.Attached["kept"], err = json.Marshal(records); err != nil {
			return 0, err
		}
	}
	if origins := ask.origins(); len(origins) > ask.Records() { // somebody told where
		record.Attached["origins"] = []byte(origins)
	}
	if record.Sealed, err = importNotes(ask); err != nil {
		return 0, err
	}
	return journal.Append(tx, record)
}

// importNotes are the private notes of a chunk, sealed as one: a JSON list with
// a text for each contribution, then for each movement of money.
func importNotes(ask *ImportAsk) (map[string]string, error) {
	notes := make([]string, 0, len(ask.Logs)+len(ask.Money))
	noted := false
	for i := range ask.Logs {
		notes = append(notes, ask.Logs[i].Note)
		noted = noted || ask.Logs[i].Note != ""
	}
	for i := range ask.Money {
		notes = append(notes, ask.Money[i].Income.Note)
		noted = noted || ask.Money[i].Income.Note != ""
	}
	if !noted {
		return nil, nil
	}
	sealed, err := json.Marshal(notes)
	return map[string]string{"notes": string(sealed)}, err
}
