package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// Values is one row of Snapshot.Scan: int64, string, []byte, bool or nil. It
// is good until the function it was given to returns; texts may be kept.
type Values []driver.Value

// Int is an integer column; NULL is 0.
func (v Values) Int(column int) int64 {
	n, _ := v[column].(int64)
	return n
}

// Text is a text or UUID column; NULL is "".
func (v Values) Text(column int) string {
	switch x := v[column].(type) {
	case string:
		return x
	case []byte:
		return string(x)
	}
	return ""
}

// Bytes is a BLOB column; NULL is nil.
func (v Values) Bytes(column int) []byte {
	b, _ := v[column].([]byte)
	return b
}

// Bool is a BOOLEAN column, which SQLite keeps as 0 or 1; NULL is false.
func (v Values) Bool(column int) bool {
	b, is := v[column].(bool)
	return is && b || v.Int(column) != 0
}

// Null reports whether a column is NULL.
func (v Values) Null(column int) bool { return v[column] == nil }

// Scan calls each with every row of a statement, in order, without the cost of
// database/sql: for reading hundreds of thousands of rows. args are $2 and up.
func (r *Snapshot) Scan(s *Statement, each func(Values) error, args ...any) error {
	values, err := r.ready(args)
	if err != nil {
		return err
	}
	r.busy = true
	defer func() { r.busy = false }()
	if err := r.view.scan(r.ctx, s.Text, values, each); err != nil {
		return fmt.Errorf("store: %.80s: %w", s.Text, explain(r.s.engine, err))
	}
	return nil
}

// eachRow reads the rows of a driver to their end.
func eachRow(ctx context.Context, rows driver.Rows, each func(Values) error) error {
	row := make([]driver.Value, len(rows.Columns()))
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
}
