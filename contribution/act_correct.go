package contribution

import (
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// amend marks a contribution as replaced by a new one and backs its event out,
// so that the flows of the core show what really happened. The mark is a
// decision of the same journal entry that logs the replacement.
func amend(tx *store.Tx, ledger *vf.Ledger, who auth.Identity, no EntryNo, by *Entry) error {
	old, err := GetEntry(tx, no)
	if err != nil {
		return err
	}
	switch {
	case old.State == Amended:
		return fault.Conflictf("contribution.already_corrected", "corrects", "contribution %s was already corrected; correct the later one", no)
	case old.Person != by.Person:
		return fault.Conflictf("contribution.other_person", "person", "a correction keeps the contributor; log a new contribution for somebody else")
	case old.LoggedBy != who.Agent && old.Person != who.Agent && !who.Can(LogOther):
		return fault.Forbiddenf("contribution.not_yours", "only who gave or logged contribution %s may correct it", no)
	}
	by.State = Logged // a corrected contribution is looked at again
	_, err = ledger.Reverse(old.Event, "")
	return err
}

var (
	selectTally = store.SQL(`SELECT quantity FROM contribution_tally WHERE commons_id = $1 AND person = $2 AND kind = $3 AND month = $4`)
	addTally    = store.SQL(`INSERT INTO contribution_tally (commons_id, person, kind, month, quantity) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id, person, kind, month) DO UPDATE SET quantity = contribution_tally.quantity + excluded.quantity`)
)

// withinMaximum keeps a person within the monthly maximum of a kind.
func withinMaximum(tx *store.Tx, rule Validation, e Entry) error {
	if rule.MonthlyMaximum.IsZero() {
		return nil
	}
	month := e.At.Format("2006-01")
	used, _, err := store.One(tx, scanInt64, selectTally, e.Person, e.Kind, month)
	if err != nil {
		return err
	}
	total, err := quantity.AddMicros(used, e.Quantity.Micros)
	if err != nil || total > rule.MonthlyMaximum.Micros {
		return fault.Conflictf("contribution.maximum", "quantity", "this would make %s in %s; the most of one person is %s a month",
			quantity.Micros(total, e.Quantity.Unit), month, rule.MonthlyMaximum)
	}
	_, err = tx.Exec(addTally, e.Person, e.Kind, month, e.Quantity.Micros)
	return err
}

func scanInt64(row store.Scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}
