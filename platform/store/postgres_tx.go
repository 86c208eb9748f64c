package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// postgresView is a read transaction on a connection of its own.
type postgresView struct{ conn *sql.Conn }

func (v postgresView) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	rows, err := v.conn.QueryContext(ctx, text, args...)
	return rows, postgresViolation(err)
}

func (v postgresView) queryRow(ctx context.Context, text string, args []any) Row {
	return postgresRow{v.conn.QueryRowContext(ctx, text, args...)}
}

// postgresRow names the constraint that a row's statement broke.
type postgresRow struct{ *sql.Row }

// Scan implements Row.
func (r postgresRow) Scan(dest ...any) error { return postgresViolation(r.Row.Scan(dest...)) }

func (v postgresView) scan(ctx context.Context, text string, args []any, each func(Values) error) error {
	return v.conn.Raw(func(c any) error { return scanDriver(ctx, c, text, args, each) })
}

func (v postgresView) moment(ctx context.Context, commons ID) (epoch, clock int64, err error) {
	err = v.queryRow(ctx, readMoment, []any{string(commons)}).Scan(&epoch, &clock)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return epoch, clock, err
}

// rollback ends the transaction; a connection that cannot do even that is dropped.
func (v postgresView) rollback() {
	if _, err := v.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		discard(v.conn)
		return
	}
	_ = v.conn.Close()
}

// postgresTx is a write transaction.
type postgresTx struct {
	postgresView
	e       *postgresEngine
	xid     string // the server's number of the transaction
	ended   bool
	copying *copier // rows under way
}

func (t *postgresTx) exec(ctx context.Context, text string, args []any) (int64, error) {
	r, err := t.conn.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, postgresViolation(err)
	}
	return r.RowsAffected()
}

// The row is locked until the transaction ends, which is what makes the acts
// of a commons happen one after the other whichever process runs them. The
// number of the transaction tells later whether a broken commit happened.
const (
	postgresHead = `SELECT epoch, entries, clock, CAST(pg_current_xact_id() AS TEXT) FROM store_lane WHERE commons_id = $1 FOR UPDATE`
	postgresNew  = `INSERT INTO store_lane (commons_id, epoch, entries, clock) VALUES ($1, 0, 0, 0) ON CONFLICT DO NOTHING`
)

// head locks the row; a commons that has none gets one first, because a row
// that is not there cannot be locked.
func (t *postgresTx) head(ctx context.Context, commons ID) (h laneRow, found bool, err error) {
	for range 2 {
		err = t.queryRow(ctx, postgresHead, []any{string(commons)}).Scan(&h.epoch, &h.entries, &h.clock, &t.xid)
		if !errors.Is(err, sql.ErrNoRows) {
			return h, err == nil, err
		}
		if _, err := t.exec(ctx, postgresNew, []any{string(commons)}); err != nil {
			return h, false, err
		}
	}
	return h, false, fmt.Errorf("store: the lane of %s cannot be locked: %w", commons, err)
}

// The subquery with its limit cannot be merged into the rest, so that any plan,
// one made while the table was empty too, looks each key up by the index.
const postgresRecall = `SELECT a.key, a.digest, a.result FROM unnest($2::text[]) AS k(key) CROSS JOIN LATERAL
	(SELECT key, digest, result FROM store_act WHERE commons_id = $1 AND key = k.key LIMIT 1) AS a`

func (t *postgresTx) recall(ctx context.Context, commons ID, keys []string) (*sql.Rows, error) {
	return t.query(ctx, postgresRecall, []any{string(commons), keys})
}

// insert sends the values as one array a column, so that one statement writes
// any number of rows.
func (t *postgresTx) insert(ctx context.Context, i *Insert, values []any) error {
	to, err := t.destination(ctx, i)
	if err != nil {
		return err
	}
	args := make([]any, i.width())
	for c := range args {
		args[c] = newColumn(values, i.width(), c, to.kinds[c] == "uuid")
	}
	_, err = t.exec(ctx, to.unnest, args)
	return err
}

// commit looks at the answer too: the server answers the commit of a
// transaction that has failed with ROLLBACK and no error.
func (t *postgresTx) commit(ctx context.Context) error {
	err := t.conn.Raw(func(c any) error {
		tag, err := c.(*stdlib.Conn).Conn().Exec(ctx, "COMMIT")
		if err == nil && tag.String() != "COMMIT" {
			err = fmt.Errorf("store: the server answered COMMIT with %s", tag)
		}
		return err
	})
	t.ended = err == nil
	return err
}

func (t *postgresTx) rollback() {
	t.abort()
	if t.ended {
		_ = t.conn.Close()
		return
	}
	t.postgresView.rollback()
}
