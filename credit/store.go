package credit

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"commonweal/platform/store"
)

const accountColumns = "id, currency, agent, role, state, floor, ceiling, outgoing, incoming, opened, content"

var (
	accountsByID     = store.ByIDs("SELECT " + accountColumns + " FROM credit_account WHERE commons_id = $1 AND id IN (*)")
	accountsOfAgent  = store.SQL("SELECT " + accountColumns + " FROM credit_account WHERE commons_id = $1 AND agent = $2 AND currency = $3 ORDER BY id")
	accountsByAgents = store.ByIDs("SELECT " + accountColumns + " FROM credit_account WHERE commons_id = $1 AND agent IN (*)")
)

// accounts holds what acts rewrite of accounts in memory; 100,000 take about 40 MB.
var accounts = store.NewRows(store.Into("credit_account", "id", "currency", "agent", "role", "state", "floor", "ceiling", "outgoing", "incoming", "opened", "content"),
	accountsByID, scanAccount, func(a *Account) store.ID { return a.ID }, accountRow, 100_000)

func scanAccount(r store.Scanner) (a Account, err error) {
	var ceiling sql.NullInt64
	var opened int64
	var terms string
	err = r.Scan(&a.ID, &a.Currency, &a.Agent, &a.Role, &a.Standing, &a.Floor, &ceiling, &a.Outgoing, &a.Incoming, &opened, &terms)
	if err != nil {
		return a, err
	}
	if ceiling.Valid {
		high := Micros(ceiling.Int64)
		a.Ceiling = &high
	}
	a.Opened = store.Time(opened)
	kept := accountContent{&a.Terms, &a.Limits}
	return a, json.Unmarshal([]byte(terms), &kept)
}

// accountContent is what the row of an account keeps as JSON.
type accountContent struct {
	*AccountTerms
	Limits *AccountLimits `json:"limits,omitempty"`
}

// content is what the row keeps as JSON.
func (a *Account) content() accountContent {
	if a.Limits.Group == "" && a.Limits.Traded == 0 && a.Limits.Received == nil && a.Limits.Decision == nil {
		return accountContent{AccountTerms: &a.Terms}
	}
	return accountContent{&a.Terms, &a.Limits}
}

func accountRow(a *Account) []any {
	return []any{a.ID, a.Currency, a.Agent, string(a.Role), string(a.Standing), int64(a.Floor), nullable(a.Ceiling), int64(a.Outgoing), int64(a.Incoming), store.Micros(a.Opened), encoded(a.content())}
}

func nullable(n *Micros) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

// encoded is a value of our own as JSON: such values always marshal.
func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("credit: " + err.Error())
	}
	return string(b)
}

const paymentColumns = "id, seq, currency, workflow, state, at, until, author, reverses, legs, more, note, private"

var (
	insertCurrency = store.Into("credit_currency", "id", "unit", "content")
	insertPayment  = store.Into("credit_payment", "id", "seq", "currency", "workflow", "state", "at", "until", "due", "author", "reverses", "legs", "more", "note", "private")
	insertLine     = store.Into("credit_line", "account", "seq", "n", "payment", "other", "amount", "kind", "at")
	insertWaiting  = store.Into("credit_waiting", "account", "payment", "net")
	insertStep     = store.Into("credit_step", "payment", "seq", "state", "at", "by_agent", "reason")
	insertBand     = store.Into("credit_band", "account", "seq", "at", "floor", "ceiling", "content")

	insertDelegate  = store.Into("credit_delegate", "agent", "account")
	deleteDelegates = store.SQL("DELETE FROM credit_delegate WHERE commons_id = $1 AND account = $2")
	delegatedTo     = store.SQL("SELECT account FROM credit_delegate WHERE commons_id = $1 AND agent = $2 ORDER BY account")

	paymentsByID  = store.ByIDs("SELECT " + paymentColumns + " FROM credit_payment WHERE commons_id = $1 AND id IN (*)")
	refundsOf     = store.SQL("SELECT " + paymentColumns + " FROM credit_payment WHERE commons_id = $1 AND reverses = $2 ORDER BY id")
	setState      = store.SQL("UPDATE credit_payment SET state = $3, legs = $4, more = $5 WHERE commons_id = $1 AND id = $2")
	deleteWaiting = store.SQL("DELETE FROM credit_waiting WHERE commons_id = $1 AND account = $2 AND payment = $3")
	selectDue     = store.SQL("SELECT " + paymentColumns + " FROM credit_payment WHERE commons_id = $1 AND state = 'pending' AND due <= $2 ORDER BY due, id LIMIT 200")
	setDue        = store.SQL("UPDATE credit_payment SET more = $3, due = $4 WHERE commons_id = $1 AND id = $2")
)

func scanPayment(r store.Scanner) (p Payment, err error) {
	var at int64
	var until sql.NullInt64
	var author, reverses, more, note sql.NullString
	var legs string
	err = r.Scan(&p.ID, &p.Seq, &p.Currency, &p.Workflow, &p.State, &at, &until, &author, &reverses, &legs, &more, &note, &p.Private)
	if err != nil {
		return p, err
	}
	p.At, p.Author, p.Reverses, p.Note = store.Time(at), store.ID(author.String), store.ID(reverses.String), note.String
	if until.Valid {
		p.Until = store.Time(until.Int64)
	}
	if more.Valid {
		if err := json.Unmarshal([]byte(more.String), &p.About); err != nil {
			return p, err
		}
	}
	return p, json.Unmarshal([]byte(legs), &p.Legs)
}

// appendPayment keeps a payment as it was made.
func appendPayment(tx *store.Tx, p Payment) error {
	var note any
	if p.Note != "" {
		note = p.Note
	}
	return tx.Append(insertPayment, p.ID, p.Seq, p.Currency, p.Workflow, string(p.State), store.Micros(p.At), moment(p.Until), moment(p.due()), p.Author, p.Reverses, encoded(p.Legs), p.more(), note, p.Private)
}

// more is what few payments say, or NULL.
func (p Payment) more() any {
	if p.About == (About{}) {
		return nil
	}
	return encoded(p.About)
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return store.Micros(t)
}

// AccountsOf returns the accounts of somebody, as they were opened.
func AccountsOf(r store.Reader, agent store.ID) ([]Account, error) {
	list, err := store.AllOf(r, scanAccount, accountsByAgents, []store.ID{agent})
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

// delegate keeps who acts for an account, as its terms say.
func delegate(tx *store.Tx, a Account) error {
	for _, agent := range a.Terms.Delegates {
		if err := tx.Append(insertDelegate, agent, a.ID); err != nil {
			return err
		}
	}
	return nil
}
