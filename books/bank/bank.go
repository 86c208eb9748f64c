package bank

import (
	"context"
	"embed"
	"time"

	"commonweal/books"
	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/upload"
	"commonweal/quantity"
	"commonweal/vf"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema is the tables of this room.
var Schema = store.Schema{Room: "bank", Files: schemaFiles}

// Reconcile is to bring statements and journals, and to say what lines are.
// Whoever may do so reads names and account numbers of everybody who paid.
const Reconcile auth.Capability = "bank.reconcile"

// Grants is the room's part of the capability table.
var Grants = []auth.Grant{{Capability: Reconcile, Least: auth.Steward, Meaning: "bring bank statements and journals, and say what each line is"}}

// Till is the accounts in one currency, within an act.
type Till interface {
	// Specification is what the accounts conform to.
	Specification() store.ID
	// Accounts returns the accounts of agents and opens those that are missing.
	Accounts(agents []store.ID) (map[store.ID]store.ID, error)
}

// Taken is income that a practice will share out: its own identifier and the
// event of its money.
type Taken struct{ ID, Event store.ID }

// IncomeAsk is income for a project.
type IncomeAsk struct {
	Part
	Line *Line
	At   time.Time
}

// Sockets are what other rooms do inside the acts of this one.
type Sockets struct {
	// Till opens the accounts in a currency.
	Till func(tx *store.Tx, l *vf.Ledger, unit quantity.Unit) (Till, error)
	// Take records income for projects; record is journaled as "incomes".
	Take func(tx *store.Tx, l *vf.Ledger, asks []IncomeAsk) (taken []Taken, record []byte, err error)
	// Return takes such income back; record is journaled as "returned", and then
	// done is called with the number of the entry.
	Return func(tx *store.Tx, l *vf.Ledger, ids []store.ID) (record []byte, done func(seq int64) error, err error)
	// Kinds are the kinds of income that may be for a project: "sale".
	Kinds []string
	// Hooks is what other rooms have to say about events.
	Hooks []vf.Hooks
}

// Bank is the statements and journals of every commons of a host.
type Bank struct {
	Store *store.Store
	Books *books.Books
	Sockets
	// Runner does long work; nil: whoever asks waits.
	Runner *job.Runner
	// Actor resolves who a job acts as, with the rights they have now.
	Actor func(ctx context.Context, commons, account store.ID) (auth.Identity, error)
	// Most bounds a file in bytes; 0 means upload.Most.
	Most int64
}

// box keeps files that wait.
func (b *Bank) box() upload.Box {
	return upload.Box{DB: b.Store, Room: "bank", Needs: Reconcile, Most: b.Most}
}

// perform is the one way an act of this room happens.
func perform[R any](ctx context.Context, b *Bank, who auth.Identity, key string, ask any, act func(*store.Tx) (R, error)) (R, error) {
	if err := who.Must(Reconcile); err != nil {
		var none R
		return none, err
	}
	return store.Write(ctx, b.Store, store.Command{Commons: who.Commons, Key: key, Ask: ask}, func(tx *store.Tx) (R, error) {
		if err := who.In(tx); err != nil {
			var none R
			return none, err
		}
		return act(tx)
	})
}

// open opens the ledger of the core within an act.
func (b *Bank) open(tx *store.Tx) *vf.Ledger { return vf.Open(tx, b.Hooks...) }
