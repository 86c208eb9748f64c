package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// destination is what PostgreSQL is told about the rows of an Insert.
type destination struct {
	table  string
	unnest string   // the insert from one array a column
	copy   string   // the COPY statement; empty when rows that are there are to be left
	kinds  []string // types of the columns, commons_id first
}

// destination returns what the table of an insert looks like; the first asks the server.
func (t *postgresTx) destination(ctx context.Context, i *Insert) (*destination, error) {
	if d, ok := i.texts.Load(Postgres); ok {
		return d.(*destination), nil
	}
	if err := t.arrive(); err != nil {
		return nil, err
	}
	d, err := t.e.destination(ctx, t.conn, i)
	if err == nil {
		i.texts.Store(Postgres, d)
	}
	return d, err
}

func (e *postgresEngine) destination(ctx context.Context, conn *sql.Conn, i *Insert) (*destination, error) {
	types, err := e.types(ctx, conn, i.Table)
	if err != nil {
		return nil, err
	}
	d := &destination{table: i.Table}
	columns := slices.Insert(slices.Clone(i.Columns), 0, "commons_id")
	var arrays []string
	for n, c := range columns {
		kind, ok := types[c]
		if !ok {
			return nil, fmt.Errorf("store: %s has no column %s", i.Table, c)
		}
		arrays = append(arrays, fmt.Sprintf("$%d::%s[]", n+1, kind))
		d.kinds = append(d.kinds, kind)
	}
	d.unnest = i.head() + "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")" + i.tail
	if i.tail == "" {
		d.copy = "COPY " + i.Table + " (" + strings.Join(columns, ", ") + ") FROM STDIN WITH (FORMAT binary)"
	}
	return d, nil
}

// appendRow writes a row as COPY takes it in binary form: the number of fields,
// then each with its length, all big-endian (PostgreSQL manual, COPY, "Binary
// Format"). ok is false when a value is not plainly of its column's type.
func (d *destination) appendRow(b []byte, row []any) (_ []byte, ok bool) {
	b = binary.BigEndian.AppendUint16(b, uint16(len(row)))
	for n, v := range row {
		if b, ok = appendField(b, d.kinds[n], v); !ok {
			return b, false
		}
	}
	return b, true
}

// appendField writes one value; NULL has the length -1 and no bytes.
func appendField(b []byte, kind string, v any) (_ []byte, ok bool) {
	switch x := v.(type) {
	case nil:
		return binary.BigEndian.AppendUint32(b, math.MaxUint32), true
	case int64:
		b = binary.BigEndian.AppendUint32(b, 8)
		return binary.BigEndian.AppendUint64(b, uint64(x)), kind == "bigint"
	case bool:
		b = binary.BigEndian.AppendUint32(b, 1)
		if x {
			return append(b, 1), kind == "boolean"
		}
		return append(b, 0), kind == "boolean"
	case []byte:
		b = binary.BigEndian.AppendUint32(b, uint32(len(x)))
		return append(b, x...), kind == "bytea" && len(x) <= maxField
	case string:
		if kind == "uuid" {
			return appendUUID(b, x)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(len(x)))
		return append(b, x...), kind == "text" && len(x) <= maxField
	}
	return b, false
}

// maxField is the size of the largest value in bytes; the server holds no larger.
const maxField = 1 << 30

func appendUUID(b []byte, text string) (_ []byte, ok bool) {
	if len(text) != len(Host) { // Parse would take other forms too
		return b, false
	}
	u, err := uuid.Parse(text)
	if err != nil {
		return b, false
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(u)))
	return append(b, u[:]...), true
}
