package contribution

import (
	"encoding/json"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

const entryColumns = `seq, n, event, kind, person, project, process, at, quantity, unit, rate, value, state, logged_by, deliverable, corrects, evidence, note`

var (
	insertEntry = store.Into("contribution_entry", "seq", "n", "event", "kind", "person", "project", "process", "at",
		"quantity", "unit", "rate", "value", "state", "logged_by", "deliverable", "corrects", "evidence", "note")
	selectEntry  = store.SQL(`SELECT ` + entryColumns + ` FROM contribution_entry WHERE commons_id = $1 AND seq = $2 AND n = $3`)
	entriesByNo  = store.ByPairs(`SELECT `+entryColumns+` FROM contribution_entry WHERE commons_id = $1 AND (seq, n) IN (*)`, EntryNo.pair)
	entriesAfter = store.SQL(`SELECT ` + entryColumns + ` FROM contribution_entry
		WHERE commons_id = $1 AND (seq, n) > ($2, $3) ORDER BY seq, n LIMIT $4`)
)

// GetEntry returns one contribution in the state it stands in now.
func GetEntry(r store.Reader, no EntryNo) (Entry, error) {
	e, found, err := store.One(r, scanEntry, selectEntry, no.Seq, no.N)
	if err != nil {
		return e, err
	}
	if !found {
		return e, fault.NotFoundf("contribution.unknown_entry", "entry", "there is no contribution %s in this commons", no)
	}
	decisions, err := Decisions(r, no)
	if err == nil && len(decisions) > 0 {
		e.State = decisions[len(decisions)-1].State
	}
	return e, priced(r, err, &e)
}

// priced gives rates and values, which are stored as bare numbers, the
// currency of the commons, and entries the stream of their kind, which a kind
// keeps for good.
func priced(r store.Reader, err error, list ...*Entry) error {
	if err != nil {
		return err
	}
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	for _, e := range list {
		e.Stream = s.Kinds[e.Kind].Stream
		if e.Rate.Unit != "" {
			e.Rate.Unit = s.Currency
		}
		if e.Value.Unit != "" {
			e.Value.Unit = s.Currency
		}
	}
	return nil
}

// unpriced stands for "the currency of the commons" between scanning and priced.
const unpriced quantity.Unit = "currency"

// appendEntry stores a logged contribution.
func appendEntry(tx *store.Tx, e Entry) error {
	evidence, err := evidenceJSON(e.Evidence)
	if err != nil {
		return err
	}
	var corrects any
	if e.Corrects != nil {
		corrects = e.Corrects.String()
	}
	return tx.Append(insertEntry, e.No.Seq, e.No.N, e.Event, e.Kind, e.Person, e.Project, orNull(string(e.Process)), store.Micros(e.At),
		e.Quantity.Micros, string(e.Quantity.Unit), microsOrNull(e.Rate), microsOrNull(e.Value), int64(e.State), e.LoggedBy, orNull(e.Deliverable), corrects, evidence, orNull(e.Note))
}

// scanEntry reads entryColumns; priced completes it.
func scanEntry(row store.Scanner) (e Entry, err error) {
	var at int64
	var process, deliverable, corrects, evidence, note *string
	var rate, value *int64
	err = row.Scan(&e.No.Seq, &e.No.N, &e.Event, &e.Kind, &e.Person, &e.Project, &process, &at, &e.Quantity.Micros, &e.Quantity.Unit,
		&rate, &value, &e.State, &e.LoggedBy, &deliverable, &corrects, &evidence, &note)
	if err != nil {
		return e, err
	}
	e.At = store.Time(at)
	if process != nil {
		e.Process = store.ID(*process)
	}
	if rate != nil {
		e.Rate = quantity.Micros(*rate, unpriced)
	}
	if value != nil {
		e.Value = quantity.Micros(*value, unpriced)
	}
	if note != nil {
		e.Note = *note
	}
	if deliverable != nil {
		e.Deliverable = *deliverable
	}
	if corrects != nil {
		no, err := ParseEntryNo(*corrects)
		if err != nil {
			return e, err
		}
		e.Corrects = &no
	}
	if evidence != nil {
		err = json.Unmarshal([]byte(*evidence), &e.Evidence)
	}
	return e, err
}

// orNull stores an empty text as NULL.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// microsOrNull stores an amount without a unit, which means "none", as NULL.
func microsOrNull(a quantity.Amount) any {
	if a.Unit == "" {
		return nil
	}
	return a.Micros
}
