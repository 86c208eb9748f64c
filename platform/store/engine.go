package store

import (
	"context"
	"database/sql"
	"errors"

	"commonweal/platform/fault"
)

// Engine is the kind of database behind a Store.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// engine is all that differs between SQLite and PostgreSQL. What stands above
// it is one code with one SQL text.
type engine interface {
	kind() Engine
	// lane names the lane that a commons waits in.
	lane(commons ID) ID
	// begin opens a write transaction. It waits for a free connection.
	begin(ctx context.Context) (transaction, error)
	// snapshot opens a read-only transaction that sees one moment.
	snapshot(ctx context.Context) (reading, error)
	// judge says what an error of the driver means for the acts at hand.
	judge(err error) verdict
	// outcome finds out whether a transaction is durable whose commit gave an
	// error. It answers with an error itself when that cannot be known (now).
	outcome(ctx context.Context, t transaction, commit error) (durable bool, err error)
	// schema spells the schema words of a script.
	schema(script string) string
	// guard makes one process at a time migrate; it runs inside the transaction.
	guard(ctx context.Context, t transaction) error
	// keep saves a copy of a populated database before it is migrated.
	keep(ctx context.Context) error
	backup(ctx context.Context, path string, progress func(done, total int64)) error
	close() error
}

// view is a transaction that can be asked. Arguments are already driver values.
type view interface {
	query(ctx context.Context, text string, args []any) (*sql.Rows, error)
	queryRow(ctx context.Context, text string, args []any) Row
	// scan calls each with every row; the Values are good until each returns.
	scan(ctx context.Context, text string, args []any, each func(Values) error) error
	// prepare checks a statement without running it.
	prepare(ctx context.Context, text string) error
	// rollback ends the transaction and drops what it changed; after commit it does nothing.
	rollback()
}

// reading is the view of a snapshot.
type reading interface {
	view
	// moment reads the epoch and the clock of a commons, zero before its first act.
	moment(ctx context.Context, commons ID) (epoch, clock int64, err error)
}

// transaction is a view that can also change rows.
type transaction interface {
	view
	exec(ctx context.Context, text string, args []any) (changed int64, err error)
	// head reads the row of store_lane and locks it until the end; found is
	// false when the commons has none yet.
	head(ctx context.Context, commons ID) (h laneRow, found bool, err error)
	// recall reads what is known of idempotency keys.
	recall(ctx context.Context, commons ID, keys []string) (*sql.Rows, error)
	// insert writes rows; values holds width values for each.
	insert(ctx context.Context, i *Insert, values []any) error
	// send begins to write many rows and returns while they are under way; sent
	// is false when they go by insert. values is the caller's again at once.
	send(ctx context.Context, i *Insert, values []any) (sent bool, err error)
	// arrive waits for the rows under way and tells what became of them. Until
	// it is called, the transaction takes nothing but send and rollback.
	arrive() error
	commit(ctx context.Context) error
}

// verdict says what follows from an error of the driver.
type verdict int

const (
	ofAct    verdict = iota // the statement was wrong: its act fails, the others go on
	passing                 // the database was away or another process won: try again
	full                    // there is no room for more
	machine                 // the database cannot be used as it is
	cutShort                // the caller stopped waiting
)

// What constraint a statement broke. Acts that expect one may
// test for it with errors.Is; the act must still fail, because on PostgreSQL
// its transaction is over.
var (
	ErrUnique     = errors.New("store: a row with this key is already there")
	ErrForeignKey = errors.New("store: a row refers to one that is not there")
	ErrCheck      = errors.New("store: a value is outside of what its column allows")
)

// violation carries the driver's error and the kind of constraint it is about.
type violation struct {
	kind error
	err  error
}

func (v *violation) Error() string   { return v.kind.Error() + ": " + v.err.Error() }
func (v *violation) Unwrap() []error { return []error{v.kind, v.err} }

// explain turns an error of the machine into a fault that
// says so; others stay as they are.
func explain(e engine, err error) error {
	if err == nil || fault.As(err) != nil {
		return err
	}
	switch e.judge(err) {
	case full:
		return &unavailable{fault.New(fault.Unavailable, "store.disk_full", "", "the database has no room left; nothing was changed: free space on its disk, then try again"), err}
	case passing:
		return &unavailable{fault.New(fault.Unavailable, "store.unreachable", "", "the database does not answer; nothing was changed: try again later"), err}
	case machine:
		return &unavailable{fault.New(fault.Unavailable, "store.broken", "", "the database cannot be used; nothing was changed: see the log of the server"), err}
	}
	return err
}

// unavailable shows the fault and keeps the cause for the log.
type unavailable struct {
	shown *fault.Error
	cause error
}

func (u *unavailable) Error() string   { return u.shown.Error() + ": " + u.cause.Error() }
func (u *unavailable) Unwrap() []error { return []error{u.shown, u.cause} }
