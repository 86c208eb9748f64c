package credit

import (
	"database/sql"
	"encoding/json"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

const (
	obligationFields = "SELECT content FROM credit_obligation WHERE commons_id = $1 AND "
	roundFields      = "SELECT content, run, seq FROM credit_round WHERE commons_id = $1"
)

var (
	obligationsByID    = store.ByIDs(obligationFields + "id IN (*)")
	obligationsByClaim = store.ByIDs(obligationFields + "claim IN (*)")
	obligationsOf      = store.SQL(obligationFields + `id IN (SELECT id FROM credit_obligation WHERE commons_id = $1 AND debtor = $2
		UNION SELECT id FROM credit_obligation WHERE commons_id = $1 AND creditor = $2) ORDER BY id DESC LIMIT $3`)
	openIDs    = store.SQL("SELECT id FROM credit_obligation WHERE commons_id = $1 AND unit = $2 AND state = 'open' ORDER BY id LIMIT $3")
	staleIDs   = store.SQL("SELECT id FROM credit_obligation WHERE commons_id = $1 AND state = 'proposed' AND at < $2 ORDER BY at, id LIMIT 400")
	countsOpen = store.SQL(`SELECT unit, CAST(count(*) AS BIGINT), CAST(sum(open) AS BIGINT) FROM credit_obligation WHERE commons_id = $1 AND state = 'open' GROUP BY unit ORDER BY unit`)

	insertRound    = store.Into("credit_round", "id", "unit", "state", "until", "run", "seq", "content", "sheet")
	insertWithheld = store.Into("credit_withheld", "round", "seq", "n", "content")
	updateRound    = store.SQL("UPDATE credit_round SET state = $3, until = $4, run = $5, content = $6 WHERE commons_id = $1 AND id = $2")
	keepOutcome    = store.SQL("UPDATE credit_round SET outcome = $3 WHERE commons_id = $1 AND id = $2")
	roundByID      = store.SQL(roundFields + " AND id = $2")
	roundsNewest   = store.SQL(roundFields + " ORDER BY id DESC LIMIT 100")
	roundsGoing    = store.SQL(roundFields + " AND state NOT IN ('settled', 'canceled') ORDER BY id")
	sheetOf        = store.SQL("SELECT sheet, outcome FROM credit_round WHERE commons_id = $1 AND id = $2")
	withheldIn     = store.SQL("SELECT content FROM credit_withheld WHERE commons_id = $1 AND round = $2 ORDER BY seq, n")
)

// obligations holds what acts rewrite of the register in memory; 100,000 take about 60 MB.
var obligations = store.NewRows(store.Into("credit_obligation", "id", "unit", "debtor", "creditor", "state", "open", "at", "claim", "round", "content"),
	obligationsByID, scanJSON[Obligation], func(o *Obligation) store.ID { return o.ID }, obligationRow, 100_000)

func obligationRow(o *Obligation) []any {
	return []any{o.ID, string(o.Unit), o.Debtor, o.Creditor, string(o.State), int64(o.Open), store.Micros(o.At), identifier(o.Claim), identifier(o.Round), encoded(o)}
}

func identifier(id store.ID) any {
	if id == "" {
		return nil
	}
	return id
}

// obligationsIn reads obligations for an act, however many, in the order of their identifiers.
func obligationsIn(tx *store.Tx, ids []store.ID) (out []Obligation, err error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), 400) {
		found, err := obligations.Get(tx, some...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortFunc(out, func(a, b Obligation) int { return compareIDs(a.ID, b.ID) })
	return out, nil
}

func compareIDs(a, b store.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// known is obligationsIn, or a refusal where one is missing.
func known(tx *store.Tx, ids []store.ID) ([]Obligation, error) {
	found, err := obligationsIn(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(o Obligation) bool { return o.ID == id }) {
			return nil, fault.NotFoundf("credit.unknown_obligation", "obligations", "there is no debt %.40q", id)
		}
	}
	return found, nil
}

func putAll(tx *store.Tx, list []Obligation) error {
	for _, o := range list {
		if err := obligations.Put(tx, o); err != nil {
			return err
		}
	}
	return nil
}

// unitTotal is what is open in a unit.
type unitTotal struct {
	Unit   quantity.Unit
	Debts  int64
	Amount Micros
}

func scanUnitTotal(r store.Scanner) (t unitTotal, err error) {
	return t, r.Scan(&t.Unit, &t.Debts, &t.Amount)
}

func scanRound(row store.Scanner) (r Round, err error) {
	var content string
	var run sql.NullString
	var seq int64
	if err := row.Scan(&content, &run, &seq); err != nil {
		return r, err
	}
	err = json.Unmarshal([]byte(content), &r)
	r.Run, r.Seq = store.ID(run.String), seq
	return r, err
}

// sheets is the snapshot of a round with what was worked out last, nil before.
type sheets struct {
	Sheet
	Outcome *Outcome
}

func scanSheets(row store.Scanner) (s sheets, err error) {
	var sheet string
	var outcome sql.NullString
	if err := row.Scan(&sheet, &outcome); err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(sheet), &s.Sheet); err != nil || !outcome.Valid {
		return s, err
	}
	return s, json.Unmarshal([]byte(outcome.String), &s.Outcome)
}

// roundFor reads a round.
func roundFor(r store.Reader, id store.ID) (Round, error) {
	var found Round
	is := false
	if _, ok := store.ParseID(string(id)); ok {
		var err error
		if found, is, err = store.One(r, scanRound, roundByID, id); err != nil {
			return found, err
		}
	}
	if !is {
		return found, fault.NotFoundf("credit.unknown_round", "round", "there is no clearing round %.40q", id)
	}
	return found, nil
}

// wholeRound reads a round with its sheet, what was worked out of it, and what is held back.
func wholeRound(r store.Reader, id store.ID) (round Round, s sheets, holds []Withheld, err error) {
	if round, err = roundFor(r, id); err != nil {
		return round, s, nil, err
	}
	if s, _, err = store.One(r, scanSheets, sheetOf, id); err != nil {
		return round, s, nil, err
	}
	holds, err = store.All(r, scanJSON[Withheld], withheldIn, id)
	return round, s, holds, err
}

// keepRound writes how a round stands.
func keepRound(tx *store.Tx, r Round) error {
	_, err := tx.Exec(updateRound, r.ID, string(r.State), moment(r.Until), identifier(r.Run), encoded(r))
	return err
}

// RoundsGoing are the rounds of a commons that are not over, oldest first.
func RoundsGoing(r store.Reader) ([]Round, error) { return store.All(r, scanRound, roundsGoing) }
