package credit

import (
	"encoding/json"
	"slices"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Forgetting somebody leaves what was paid: balances rest on it. The private
// descriptions of payments that they made or were a party of, and the reasons that were
// given for answers to them, are destroyed here and in the log's private fields.
// A public description stands in the public log, where its author put it; the
// database shows it no more.
var (
	notedPayments = store.SQL(`SELECT id, seq, author, legs, private FROM credit_payment WHERE commons_id = $1 AND note IS NOT NULL`)
	reasonedSteps = store.SQL(`SELECT s.payment, s.seq, s.by_agent, p.legs, TRUE FROM credit_step s JOIN credit_payment p ON p.commons_id = s.commons_id AND p.id = s.payment
		WHERE s.commons_id = $1 AND s.reason IS NOT NULL AND s.reason <> ''`)
	forgetNotes   = store.ByIDs("UPDATE credit_payment SET note = NULL WHERE commons_id = $1 AND id IN (*)")
	forgetReasons = store.ByIDs("UPDATE credit_step SET reason = NULL WHERE commons_id = $1 AND payment IN (*)")
	heldBy        = store.SQL("SELECT " + accountColumns + " FROM credit_account WHERE commons_id = $1 AND agent = $2 ORDER BY id")
)

// worded is a payment, or an answer to one, that says something in words.
type worded struct {
	payment store.ID
	seq     int64 // the entry of the log that has the words
	by      store.ID
	legs    []Leg
	sealed  bool // they are private there
}

func scanWorded(row store.Scanner) (w worded, err error) {
	var legs string
	var by *string
	if err := row.Scan(&w.payment, &w.seq, &by, &legs, &w.sealed); err != nil {
		return w, err
	}
	if by != nil {
		w.by = store.ID(*by)
	}
	return w, json.Unmarshal([]byte(legs), &w.legs)
}

// concerns reports whether somebody wrote the words or is a party of the payment.
func (w worded) concerns(person store.ID, theirs map[store.ID]bool) bool {
	return w.by == person || slices.ContainsFunc(w.legs, func(l Leg) bool { return theirs[l.From] || theirs[l.To] })
}

// Forget destroys the words of a person and about their payments, inside the
// act that erases them. The private descriptions of payments that came together
// are sealed together: those of others can be opened no longer, and their texts stay.
func Forget(tx *store.Tx, person store.ID) error {
	theirs, err := accountSet(tx, person)
	if err != nil {
		return err
	}
	for _, words := range []struct {
		find *store.Statement
		wipe *store.ByKeys[store.ID]
	}{{notedPayments, forgetNotes}, {reasonedSteps, forgetReasons}} {
		found, err := store.All(tx, scanWorded, words.find)
		if err != nil {
			return err
		}
		var payments []store.ID
		var seqs []int64
		for _, w := range found {
			if !w.concerns(person, theirs) {
				continue
			}
			payments = append(payments, w.payment)
			if w.sealed {
				seqs = append(seqs, w.seq)
			}
		}
		if err := store.ExecOf(tx, words.wipe, payments); err != nil {
			return err
		}
		if err := journal.EraseEntries(tx, seqs); err != nil {
			return err
		}
	}
	if _, err = tx.Exec(forgetSchedules, person); err != nil {
		return err
	}
	return forgetReferences(tx, person)
}

func accountSet(r store.Reader, person store.ID) (map[store.ID]bool, error) {
	held, err := store.All(r, scanAccount, heldBy, person)
	theirs := make(map[store.ID]bool, len(held))
	for _, a := range held {
		theirs[a.ID] = true
	}
	return theirs, err
}
