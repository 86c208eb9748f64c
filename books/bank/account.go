package bank

import (
	"encoding/json"

	"commonweal/books/intake"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Account is an account of the commons at a bank, in one currency.
type Account struct {
	ID     store.ID       `json:"id"`
	Number intake.Account `json:"number"`
	Unit   quantity.Unit  `json:"unit"`
	Holder string         `json:"holder,omitempty"` // as the statement says
	// Closing is what the latest statement closed with, where it said so.
	Closing *intake.Balance `json:"closing,omitempty"`
}

var (
	selectAccounts = store.SQL(`SELECT content FROM bank_account WHERE commons_id = $1 ORDER BY number, unit`)
	upsertAccount  = store.SQL(`INSERT INTO bank_account (commons_id, id, number, unit, content) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id, number, unit) DO UPDATE SET content = excluded.content`)
)

// Accounts returns the accounts whose statements were brought.
func Accounts(r store.Reader) ([]Account, error) {
	return store.All(r, scanJSON[Account], selectAccounts)
}

// pocket is one currency of one account.
type pocket struct {
	number intake.Account
	unit   quantity.Unit
}

func pocketsOf(list []Account) map[pocket]Account {
	out := make(map[pocket]Account, len(list))
	for _, a := range list {
		out[pocket{a.Number, a.Unit}] = a
	}
	return out
}

// saveAccount writes an account: one row each time a file ends a statement of it.
func saveAccount(tx *store.Tx, a Account) error {
	content, err := json.Marshal(a)
	if err == nil {
		_, err = tx.Exec(upsertAccount, a.ID, string(a.Number), string(a.Unit), string(content))
	}
	return err
}

// scanJSON reads a single JSON column.
func scanJSON[T any](row store.Scanner) (v T, err error) {
	var content string
	if err := row.Scan(&content); err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(content), &v)
}

// scanID reads a single identifier.
func scanID(row store.Scanner) (id store.ID, err error) { return id, row.Scan(&id) }
