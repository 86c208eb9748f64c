package credit

import (
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/store"
)

// receiptsFrom begins the statements that add up what accounts were paid: trade
// between members with other members, at its completion from $3 and before $4,
// without what was taken back of it since.
const receiptsFrom = `SELECT l.account, o.agent, CAST(sum(l.amount) AS BIGINT) FROM credit_line l
	JOIN credit_account a ON a.commons_id = l.commons_id AND a.id = l.account
	JOIN credit_account o ON o.commons_id = l.commons_id AND o.id = l.other
	JOIN credit_payment p ON p.commons_id = l.commons_id AND p.id = l.payment
	WHERE l.commons_id = $1 AND a.role = 'member' AND o.role = 'member' AND o.agent <> a.agent AND l.kind = 'trade'
		AND (p.reverses IS NULL AND l.amount > 0 AND l.at >= $3 AND l.at < $4
			OR l.amount < 0 AND EXISTS (SELECT 1 FROM credit_line q
				WHERE q.commons_id = l.commons_id AND q.account = l.account AND q.payment = p.reverses AND q.at >= $3 AND q.at < $4))`

var (
	receiptsOfAll     = store.SQL(receiptsFrom + " AND a.currency = $2 GROUP BY l.account, o.agent ORDER BY l.account, o.agent")
	receiptsOfAccount = store.SQL(receiptsFrom + " AND a.id = $2 GROUP BY l.account, o.agent ORDER BY l.account, o.agent")

	accountsOfCurrency = store.SQL("SELECT " + accountColumns + " FROM credit_account WHERE commons_id = $1 AND currency = $2 AND id > $3 ORDER BY id LIMIT $4")

	insertWarning  = store.Into("credit_warning", "account", "seq", "side", "at")
	warningsOf     = store.SQL("SELECT side, at FROM credit_warning WHERE commons_id = $1 AND account = $2 ORDER BY seq DESC LIMIT 20")
	putDecision    = store.SQL("INSERT INTO credit_decision (commons_id, account, until) VALUES ($1, $2, $3) ON CONFLICT (commons_id, account) DO UPDATE SET until = excluded.until")
	deleteDecision = store.SQL("DELETE FROM credit_decision WHERE commons_id = $1 AND account = $2")
	endedDecisions = store.SQL("SELECT account FROM credit_decision WHERE commons_id = $1 AND until <= $2 ORDER BY until, account LIMIT 200")
	putMonth       = store.SQL("INSERT INTO credit_month (commons_id, currency, month) VALUES ($1, $2, $3) ON CONFLICT (commons_id, currency) DO UPDATE SET month = excluded.month")
	selectMonths   = store.SQL("SELECT currency, month FROM credit_month WHERE commons_id = $1")
)

// readReceipts runs one of the statements for receipts: by account, what each partner paid.
func readReceipts(r store.Reader, s *store.Statement, of store.ID, from, to time.Time) (map[store.ID]limit.Receipts, error) {
	rows, err := r.Query(s, of, store.Micros(from), store.Micros(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[store.ID]limit.Receipts{}
	for rows.Next() {
		var account store.ID
		var partner string
		var amount limit.Micros
		if err := rows.Scan(&account, &partner, &amount); err != nil {
			return nil, err
		}
		if amount <= 0 {
			continue
		}
		if out[account] == nil {
			out[account] = limit.Receipts{}
		}
		out[account].Add(partner, amount)
	}
	return out, rows.Err()
}

// WarningOf is when an account left its soft band.
type WarningOf struct {
	Side limit.Crossing `json:"side"`
	At   time.Time      `json:"at"`
}

// WarningsOf returns when an account left its soft band, the latest first.
func WarningsOf(r store.Reader, account store.ID) ([]WarningOf, error) {
	return store.All(r, func(row store.Scanner) (w WarningOf, err error) {
		var at int64
		err = row.Scan(&w.Side, &at)
		w.At = store.Time(at)
		return w, err
	}, warningsOf, account)
}

// membersOf reads the accounts of members in a currency, whatever their number.
func membersOf(r store.Reader, currency store.ID) (list []Account, err error) {
	const batch = 1000
	for after := store.ID(zeroID); ; {
		page, err := store.All(r, scanAccount, accountsOfCurrency, currency, after, batch)
		if err != nil {
			return nil, err
		}
		for _, a := range page {
			if a.Role == OfMember && a.Standing != Closed {
				list = append(list, a)
			}
		}
		if len(page) < batch {
			return list, nil
		}
		after = page[len(page)-1].ID
	}
}

// zeroID is before every identifier.
const zeroID = "00000000-0000-0000-0000-000000000000"
