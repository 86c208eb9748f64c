package store

import "context"

// sqliteView is a read transaction on a session of the pool of readers.
type sqliteView struct {
	*session
	e   *sqliteEngine
	ctx context.Context
}

// snapshot takes a reader and begins its transaction. In WAL mode the moment it
// shows is that of its first statement.
func (e *sqliteEngine) snapshot(ctx context.Context) (reading, error) {
	var r *session
	select {
	case r = <-e.readers:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	v := &sqliteView{session: r, e: e, ctx: ctx}
	if r == nil {
		opened, err := openSession(ctx, e.reading)
		if err != nil {
			e.readers <- nil
			return nil, err
		}
		v.session = opened
	}
	if _, err := v.exec(ctx, "BEGIN", nil); err != nil {
		v.rollback()
		return nil, err
	}
	return v, nil
}

// moment asks the driver itself and does not look at the context: every page
// asks it, it is one row by its key, and both the driver and database/sql start
// a goroutine to watch the context of a statement.
func (v *sqliteView) moment(_ context.Context, commons ID) (epoch, clock int64, err error) {
	err = v.ask(readMoment, []any{string(commons)}, func(row Values) error {
		epoch, clock = row.Int(0), row.Int(1)
		return nil
	})
	return epoch, clock, err
}

// rollback gives the reader back. One whose statements were interrupted is
// thrown away: its driver may still be busy with the interruption.
func (v *sqliteView) rollback() {
	_, err := v.exec(context.Background(), "ROLLBACK", nil)
	if err != nil || v.ctx.Err() != nil {
		v.session.close()
		v.session = nil
	}
	v.e.readers <- v.session
}
