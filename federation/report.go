package federation

import (
	"encoding/json"
	"time"

	"commonweal/federation/workplan"
	"commonweal/platform/store"
)

// The states of a report, besides Open.
const (
	Confirmed = "confirmed"
	Disputed  = "disputed"
)

// Report is what one side tells the other that was done of a promise. What a peer tells
// is never more than something to confirm or to dispute; confirmed, it is a pair of
// events, one in the books of each side.
type Report struct {
	ID      store.ID
	Ours    bool
	URI     string // of the event that is told of
	Peer    store.ID
	Promise store.ID
	Said    workplan.Event
	State   string
	Reason  string   // why it is disputed
	Event   store.ID // in our books; empty: none
	Other   string   // what the other side calls its event of the same; empty: none
	At      time.Time
	Changed time.Time
}

const reportColumns = "id, ours, uri, peer, promise, said, state, reason, event, other, at, changed"

var (
	insertReport      = store.SQL(`INSERT INTO federation_report (commons_id, id, ours, uri, peer, promise, said, state, reason, event, other, at, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, '', $10, $10)`)
	setReport         = store.SQL(`UPDATE federation_report SET state = $3, reason = $4, event = $5, other = $6, changed = $7 WHERE commons_id = $1 AND id = $2`)
	selectReport      = store.SQL(`SELECT ` + reportColumns + ` FROM federation_report WHERE commons_id = $1 AND id = $2`)
	selectReportURI   = store.SQL(`SELECT ` + reportColumns + ` FROM federation_report WHERE commons_id = $1 AND peer = $2 AND uri = $3`)
	selectReportEvent = store.SQL(`SELECT ` + reportColumns + ` FROM federation_report WHERE commons_id = $1 AND event = $2`)
	reportsOf         = store.ByIDs(`SELECT ` + reportColumns + ` FROM federation_report WHERE commons_id = $1 AND promise IN (*) ORDER BY id`)
	openReports       = store.SQL(`SELECT ` + reportColumns + ` FROM federation_report WHERE commons_id = $1 AND ours = $2 AND state = 'open' ORDER BY id LIMIT 10`)
	countReports      = store.SQL(`SELECT count(*) FROM federation_report WHERE commons_id = $1 AND peer = $2 AND ours = $3 AND state = 'open'`)
)

func scanReport(s store.Scanner) (x Report, err error) {
	var said string
	var at, changed int64
	if err = s.Scan(&x.ID, &x.Ours, &x.URI, &x.Peer, &x.Promise, &said, &x.State, &x.Reason, &x.Event, &x.Other, &at, &changed); err != nil {
		return x, err
	}
	x.At, x.Changed = store.Time(at), store.Time(changed)
	return x, json.Unmarshal([]byte(said), &x.Said)
}

// Reports returns what was told of promises, oldest first.
func Reports(r store.Reader, promises ...store.ID) ([]Report, error) {
	return store.AllOf(r, scanReport, reportsOf, promises)
}

func (x Report) add(tx *store.Tx) error {
	_, err := tx.Exec(insertReport, x.ID, x.Ours, x.URI, x.Peer, x.Promise, text(x.Said), Open, string(x.Event), store.Micros(tx.Now()))
	return err
}

func (x Report) change(tx *store.Tx) error {
	_, err := tx.Exec(setReport, x.ID, x.State, x.Reason, string(x.Event), x.Other, store.Micros(tx.Now()))
	return err
}
