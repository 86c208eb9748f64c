package credit

import (
	"database/sql"
	"math"
	"time"

	"commonweal/platform/store"
)

// Line is what one leg of a payment changed in an account.
type Line struct {
	Seq     int64     `json:"entry"` // of the log
	N       int64     `json:"line"`  // its place in the entry
	Payment store.ID  `json:"payment"`
	Other   store.ID  `json:"other"` // the account on the other side
	Amount  Micros    `json:"amount"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	After   Micros    `json:"balance"` // what stood in the account then
}

// Period is a span of time: from its first moment to before its last. Zero
// moments leave it open.
type Period struct{ From, Until time.Time }

func (p Period) bounds() (from, until int64) {
	from, until = math.MinInt64, math.MaxInt64
	if !p.From.IsZero() {
		from = store.Micros(p.From)
	}
	if !p.Until.IsZero() {
		until = store.Micros(p.Until)
	}
	return from, until
}

// spot is where a page of a statement begins: behind a line.
type spot struct{ seq, n int64 }

// newest is the place before the newest line.
var newest = spot{math.MaxInt64, math.MaxInt64}

const lineColumns = "seq, n, payment, other, amount, kind, at"

var (
	selectLines = store.SQL("SELECT " + lineColumns + ` FROM credit_line WHERE commons_id = $1 AND account = $2 AND (seq, n) < ($3, $4)
		AND at >= $5 AND at < $6 ORDER BY seq DESC, n DESC LIMIT $7`)
	sumUpTo  = store.SQL("SELECT CAST(sum(amount) AS BIGINT) FROM credit_line WHERE commons_id = $1 AND account = $2 AND (seq, n) <= ($3, $4)")
	sumFlows = store.SQL(`SELECT CAST(sum(amount) FILTER (WHERE at < $3) AS BIGINT),
		CAST(sum(amount) FILTER (WHERE at >= $3 AND at < $4 AND amount > 0) AS BIGINT),
		CAST(sum(amount) FILTER (WHERE at >= $3 AND at < $4 AND amount < 0) AS BIGINT)
		FROM credit_line WHERE commons_id = $1 AND account = $2`)
	waitingOf   = store.ByIDs("SELECT payment FROM credit_waiting WHERE commons_id = $1 AND account IN (*)")
	selectSteps = store.SQL("SELECT seq, state, at, by_agent, reason FROM credit_step WHERE commons_id = $1 AND payment = $2 ORDER BY seq")
	selectBands = store.SQL("SELECT content FROM credit_band WHERE commons_id = $1 AND account = $2 ORDER BY seq DESC LIMIT 100")
)

func scanLine(r store.Scanner) (l Line, err error) {
	var at int64
	err = r.Scan(&l.Seq, &l.N, &l.Payment, &l.Other, &l.Amount, &l.Kind, &at)
	l.At = store.Time(at)
	return l, err
}

// statementLines reads a page of the statement of an account, newest first, each line
// with what stood in the account after it.
func statementLines(r store.Reader, account store.ID, p Period, after spot, limit int) ([]Line, error) {
	from, until := p.bounds()
	list, err := store.All(r, scanLine, selectLines, account, after.seq, after.n, from, until, int64(limit))
	if err != nil || len(list) == 0 {
		return list, err
	}
	var sum sql.NullInt64
	if err := r.QueryRow(sumUpTo, account, list[0].Seq, list[0].N).Scan(&sum); err != nil {
		return nil, err
	}
	balance := Micros(sum.Int64)
	for i := range list {
		list[i].After = balance
		balance -= list[i].Amount
	}
	return list, nil
}

// Flows is what a period did to an account.
type Flows struct{ Before, In, Out, After Micros }

func flowsOf(r store.Reader, account store.ID, p Period) (f Flows, err error) {
	from, until := p.bounds()
	var before, in, out sql.NullInt64
	err = r.QueryRow(sumFlows, account, from, until).Scan(&before, &in, &out)
	f = Flows{Micros(before.Int64), Micros(in.Int64), Micros(-out.Int64), Micros(before.Int64 + in.Int64 + out.Int64)}
	return f, err
}

// waitingFor reads the payments that wait and touch any of the accounts, oldest first.
func waitingFor(r store.Reader, ids []store.ID) ([]Payment, error) {
	payments, err := store.AllOf(r, scanID, waitingOf, ids)
	if err != nil {
		return nil, err
	}
	return findPayments(r, payments)
}

func scanID(r store.Scanner) (id store.ID, err error) {
	err = r.Scan(&id)
	return id, err
}

// step is something that became of a payment that waited.
type step struct {
	Seq    int64
	State  State
	At     time.Time
	By     store.ID
	Reason string
}

func scanStep(r store.Scanner) (s step, err error) {
	var at int64
	var by, reason sql.NullString
	err = r.Scan(&s.Seq, &s.State, &at, &by, &reason)
	s.At, s.By, s.Reason = store.Time(at), store.ID(by.String), reason.String
	return s, err
}
