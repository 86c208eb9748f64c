package store_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// bank is the room of these tests: accounts that must never be overdrawn and a
// line for every transfer. journal is its sealer's table.
var bank = store.Schema{Room: "bank", Files: fstest.MapFS{"schema/0001_bank.sql": {Data: []byte(`
CREATE TABLE bank_account (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  balance BIGINT NOT NULL CHECK (balance >= 0),
  open BOOLEAN NOT NULL,
  note TEXT,
  stamp BLOB,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE bank_transfer (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  payer UUID NOT NULL,
  payee UUID NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  FOREIGN KEY (commons_id, payer) REFERENCES bank_account (commons_id, id),
  FOREIGN KEY (commons_id, payee) REFERENCES bank_account (commons_id, id)
) STRICT;
CREATE TABLE bank_entry (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq)
) STRICT;
CREATE TABLE bank_setting (
  commons_id UUID NOT NULL PRIMARY KEY,
  fee BIGINT NOT NULL
) STRICT;
`)}}}

var (
	addAccount  = store.Into("bank_account", "id", "balance", "open")
	addTransfer = store.Into("bank_transfer", "id", "payer", "payee", "amount", "at")
	addEntry    = store.Into("bank_entry", "seq", "line")
	balanceOf   = store.SQL(`SELECT balance FROM bank_account WHERE commons_id = $1 AND id = $2`)
	changeBy    = store.SQL(`UPDATE bank_account SET balance = balance + $3 WHERE commons_id = $1 AND id = $2`)
	totals      = store.SQL(`SELECT CAST(count(*) AS BIGINT), CAST(coalesce(sum(balance), 0) AS BIGINT) FROM bank_account WHERE commons_id = $1`)
	transfers   = store.SQL(`SELECT id, at FROM bank_transfer WHERE commons_id = $1 ORDER BY at, id`)
	entries     = store.SQL(`SELECT seq, line FROM bank_entry WHERE commons_id = $1 ORDER BY seq`)
)

// ledger seals entries into bank_entry.
type ledger struct{}

func (ledger) Seal(tx *store.Tx, first int64, lines [][]byte) error {
	for i, l := range lines {
		if err := tx.Append(addEntry, first+int64(i), string(l)); err != nil {
			return err
		}
	}
	return nil
}

func config() store.Config {
	return store.Config{Schemas: []store.Schema{bank}, Sealer: ledger{}}
}

// open makes accounts and returns their identifiers.
func open(t testing.TB, s *store.Store, commons store.ID, balances ...int64) []store.ID {
	t.Helper()
	ids, err := store.Write(context.Background(), s, store.Command{Commons: commons}, func(tx *store.Tx) ([]store.ID, error) {
		var ids []store.ID
		for _, b := range balances {
			ids = append(ids, tx.NewID())
			if err := tx.Append(addAccount, ids[len(ids)-1], b, true); err != nil {
				return nil, err
			}
		}
		return ids, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// transfer moves an amount, with a rule checked by reading first: right only
// when acts happen one after the other.
func transfer(from, to store.ID, amount int64) func(*store.Tx) (store.ID, error) {
	return func(tx *store.Tx) (store.ID, error) {
		balance, err := readBalance(tx, from)
		if err != nil {
			return "", err
		}
		if balance < amount {
			return "", fault.Conflictf("bank.overdrawn", "amount", "the account holds %d; at most that can leave it, not %d", balance, amount)
		}
		if err := move(tx, from, -amount); err != nil {
			return "", err
		}
		if err := move(tx, to, amount); err != nil {
			return "", err
		}
		id := tx.NewID()
		if err := tx.Append(addTransfer, id, from, to, amount, store.Micros(tx.Now())); err != nil {
			return "", err
		}
		_, err = tx.Enter(line("transfer " + string(id)))
		return id, err
	}
}

func readBalance(r store.Reader, id store.ID) (balance int64, err error) {
	err = r.QueryRow(balanceOf, id).Scan(&balance)
	return balance, err
}

func move(tx *store.Tx, id store.ID, by int64) error {
	n, err := tx.Exec(changeBy, id, by)
	if err == nil && n != 1 {
		err = fault.NotFoundf("bank.no_account", "account", "there is no account %s", id)
	}
	return err
}

// state is what a commons holds, for comparing.
type state struct {
	accounts, money    int64
	transfers, entries int
}

func look(t testing.TB, s *store.Store, commons store.ID) state {
	t.Helper()
	var st state
	err := s.Read(context.Background(), commons, func(r *store.Snapshot) error {
		if err := r.QueryRow(totals).Scan(&st.accounts, &st.money); err != nil {
			return err
		}
		ids, err := store.All(r, scanID, transfers)
		if err != nil {
			return err
		}
		lines, err := store.All(r, scanEntry, entries)
		if err != nil {
			return err
		}
		for i, l := range lines {
			if l.seq != int64(i) {
				return fmt.Errorf("entry %d stands where %d belongs", l.seq, i)
			}
		}
		st.transfers, st.entries = len(ids), len(lines)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

type stamped struct {
	id store.ID
	at int64
}

func scanID(s store.Scanner) (v stamped, err error) { return v, s.Scan(&v.id, &v.at) }

type entry struct {
	seq  int64
	line string
}

func scanEntry(s store.Scanner) (e entry, err error) { return e, s.Scan(&e.seq, &e.line) }

// files is a schema of one script.
func files(script string) fstest.MapFS {
	return fstest.MapFS{"schema/0001.sql": {Data: []byte(script)}}
}
