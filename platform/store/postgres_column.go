package store

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// column is one column of the rows of an insert, as an array for pgx. It reads
// the values where they lie, among those of the other columns.
//
// pgx sends arrays in binary form, for which it takes no identifier as text: it
// would describe the whole array in an error and then encode it as text, which
// the server has to read again. So identifiers are handed to it as bytes.
type column struct {
	values []any // of all rows, from the first value of the column on
	width  int   // values of one row
	rows   int
	id     *pgtype.UUID // of a UUID column: the element that pgx encodes before it asks for the next
}

func newColumn(values []any, width, at int, isUUID bool) *column {
	c := &column{values: values[at:], width: width, rows: len(values) / width}
	if isUUID {
		c.id = &pgtype.UUID{Valid: true}
	}
	return c
}

// Dimensions implements pgtype.ArrayGetter.
func (c *column) Dimensions() []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(c.rows), LowerBound: 1}}
}

// Index implements pgtype.ArrayGetter. What should be an identifier and is none
// stays as it is: pgx then sends the array as text, and the server refuses it.
func (c *column) Index(row int) any {
	v := c.values[row*c.width]
	if c.id == nil {
		return v
	}
	text, ok := v.(string)
	if !ok || len(text) != len(Host) { // Parse would take other forms too
		return v
	}
	u, err := uuid.Parse(text)
	if err != nil {
		return v
	}
	c.id.Bytes = u
	return c.id
}

// IndexType implements pgtype.ArrayGetter: elements are of any type.
func (c *column) IndexType() any { return nil }

// GoString keeps the errors of pgx from listing every value of every column.
func (c *column) GoString() string { return fmt.Sprintf("a column of %d rows", c.rows) }
