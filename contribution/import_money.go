package contribution

import (
	"encoding/json"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// MoneyAsk is a movement of money to be imported: income, or the return of an
// income that was imported before it.
type MoneyAsk struct {
	Key    ImportKey
	Origin string
	Income IncomeAsk
	// RefundOf is the reference of an income that was given back as a whole. Then
	// Income says no more than its Gross.
	RefundOf string
}

// importedMoney is what a chunk did with money.
type importedMoney struct {
	incomes  []Income
	refunded []Income // of earlier chunks, or of this one
}

// importMoney records the income of a chunk and takes back what was refunded.
func importMoney(tx *store.Tx, ledger *vf.Ledger, s *Settings, asks []MoneyAsk) (*importedMoney, error) {
	m := &importedMoney{}
	tills := map[quantity.Unit]*till{}
	for i := range asks {
		ask := &asks[i]
		if ask.RefundOf != "" {
			if err := m.refund(tx, ledger, ask); err != nil {
				return nil, err
			}
			continue
		}
		if err := ask.Income.check(s, tx.Now()); err != nil {
			return nil, err
		}
		t := tills[ask.Income.Gross.Unit]
		if t == nil {
			var err error
			if t, err = openTill(tx, ledger, s, ask.Income.Gross.Unit); err != nil {
				return nil, err
			}
			tills[ask.Income.Gross.Unit] = t
		}
		in, err := t.take(ask.Income)
		if err != nil {
			return nil, err
		}
		m.incomes = append(m.incomes, in)
	}
	return m, nil
}

var incomeByReference = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND reference = $2 AND unit = $3 ORDER BY at, id`)

// refund takes back the income that a refund names: of this chunk, else of an
// earlier import.
func (m *importedMoney) refund(tx *store.Tx, ledger *vf.Ledger, ask *MoneyAsk) error {
	gross := ask.Income.Gross
	for i, in := range m.incomes {
		if in.Reference == ask.RefundOf && in.Gross == gross && in.ReversedAt == 0 {
			return m.takeBack(ledger, in, i)
		}
	}
	list, err := store.All(tx, scanIncome, incomeByReference, ask.RefundOf, string(gross.Unit))
	if err != nil {
		return err
	}
	for _, in := range list {
		if in.Gross == gross && in.ReversedAt == 0 {
			return m.takeBack(ledger, in, -1)
		}
	}
	return fault.NotFoundf("contribution.refund_of", "refund", "no income of %s with the reference %q stands here to be given back", gross, ask.RefundOf)
}

// takeBack backs the transfers of an income out. own is its place among those
// of this chunk, or -1.
func (m *importedMoney) takeBack(ledger *vf.Ledger, in Income, own int) error {
	in, err := reverseIncome(ledger, in)
	if err != nil {
		return err
	}
	if own >= 0 {
		m.incomes[own] = in
		return nil
	}
	m.refunded = append(m.refunded, in)
	return nil
}

// reverseIncome corrects the transfers of an income to nothing: the deductions
// first, so that the pot never holds less than nothing. It is refused once a
// distribution has taken of it.
func reverseIncome(ledger *vf.Ledger, in Income) (Income, error) {
	if !in.Used.IsZero() {
		return in, fault.Conflictf("contribution.income_used", "income", "%s of the income %q was distributed already; reverse the distribution first", in.Used, in.Reference)
	}
	for _, d := range in.Deductions {
		if _, err := ledger.Reverse(d.Event, ""); err != nil {
			return in, err
		}
	}
	if _, err := ledger.Reverse(in.Event, ""); err != nil {
		return in, err
	}
	in.Net, in.ReversedAt = quantity.Amount{Unit: in.Gross.Unit}, pendingSeq
	return in, nil
}

// pendingSeq marks an income that the act under way takes back: the number of
// its journal entry is known only at the end.
const pendingSeq = -1

var updateIncome = store.SQL(`UPDATE contribution_income SET net = $3, content = $4 WHERE commons_id = $1 AND id = $2`)

// save stores the incomes of a chunk and marks those that were taken back.
func (m *importedMoney) save(tx *store.Tx, seq int64) error {
	for i := range m.incomes {
		if m.incomes[i].ReversedAt == pendingSeq {
			m.incomes[i].ReversedAt = seq
		}
		if err := saveIncome(tx, m.incomes[i]); err != nil {
			return err
		}
	}
	return markReversed(tx, m.refunded, seq)
}

// markReversed writes that incomes were taken back by a journal entry.
func markReversed(tx *store.Tx, list []Income, seq int64) error {
	for _, in := range list {
		in.ReversedAt = seq
		content, err := json.Marshal(in)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(updateIncome, in.ID, in.Net.Micros, string(content)); err != nil {
			return err
		}
	}
	return nil
}
