package contribution

import (
	"encoding/json"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// What people were paid in other systems is history: it stands in no account
// and is owed to nobody. Pages show it apart, as imported; balanced buckets of
// value equations count it (see equation.PaidBefore).

var (
	paidBeforeTo = store.SQL(`SELECT sort, at, unit, amount, content FROM contribution_paid_before
		WHERE commons_id = $1 AND person = $2 AND ended = 0 ORDER BY at DESC, seq DESC, n DESC LIMIT $3`)
	paidBeforeSums = store.SQL(`SELECT person, CAST(sum(amount) AS BIGINT) FROM contribution_paid_before
		WHERE commons_id = $1 AND unit = $2 AND sort = 'payout' AND ended = 0 GROUP BY person`)
)

// earlierPay is one payment of another system.
type earlierPay struct {
	At     time.Time       `json:"at"`
	Amount quantity.Amount `json:"amount"`
	Passed bool            `json:"passed,omitempty"` // one person passed it on: no pay
	Policy string          `json:"policy,omitempty"` // by which it was paid there
	Read   string          `json:"-"`                // file and line, for members
}

// earlierPayOf lists what somebody was paid before, newest first.
func earlierPayOf(q *web.Request, r store.Reader, agent store.ID, limit int) ([]earlierPay, error) {
	return store.All(r, func(row store.Scanner) (p earlierPay, err error) {
		var sort, unit, content string
		var at int64
		if err := row.Scan(&sort, &at, &unit, &p.Amount.Micros, &content); err != nil {
			return p, err
		}
		var as intake.Payout
		err = json.Unmarshal([]byte(content), &as)
		p.At, p.Amount.Unit, p.Passed, p.Policy = store.Time(at), quantity.Unit(unit), KeptSort(sort) == KeptTransfer, as.Policy
		if isMember(q) {
			p.Read = readAt(q, as.Source)
		}
		return p, err
	}, paidBeforeTo, agent, limit)
}

// readAt says where a record was read.
func readAt(q *web.Request, p intake.Provenance) string {
	if p.Line == 0 {
		return p.File
	}
	return q.T("contribution.import.read_at", "file", p.File, "line", p.Line)
}

// earlierPayBy adds up what everybody was paid before in a unit.
func earlierPayBy(r store.Reader, unit quantity.Unit) (map[store.ID]int64, error) {
	out := map[store.ID]int64{}
	_, err := store.All(r, func(row store.Scanner) (id store.ID, err error) {
		var sum int64
		err = row.Scan(&id, &sum)
		out[id] = sum
		return id, err
	}, paidBeforeSums, string(unit))
	return out, err
}
