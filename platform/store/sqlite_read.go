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
func (e *sqliteEngine) snapshot(ctx context.Context) (view, error) {
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
