package store

import (
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"
)

// ID is the identifier of anything stored: a UUIDv7 made in Go, in its
// canonical text form. Identifiers made later sort later. The empty ID means
// none: the database keeps it as NULL.
type ID string

// Host is the commons_id of what belongs to the host as a whole: accounts,
// sessions, the list of commons. Acts in its lane are not journaled.
const Host ID = "00000000-0000-0000-0000-000000000000"

// NewID returns a fresh identifier. Acts use Tx.NewID instead.
func NewID() ID { return ID(uuid.Must(uuid.NewV7()).String()) }

// ParseID reads an identifier in canonical form; ok is false for anything else.
func ParseID(text string) (id ID, ok bool) {
	u, err := uuid.Parse(text)
	if err != nil || u.String() != text {
		return "", false
	}
	return ID(text), true
}

// Value implements driver.Valuer: the empty ID is NULL.
func (id ID) Value() (driver.Value, error) {
	if id == "" {
		return nil, nil
	}
	return string(id), nil
}

// Scan implements sql.Scanner: NULL is the empty ID.
func (id *ID) Scan(src any) error {
	switch x := src.(type) {
	case nil:
		*id = ""
	case string:
		*id = ID(x)
	case []byte:
		*id = ID(x)
	default:
		return fmt.Errorf("store: an ID cannot be read from %T", src)
	}
	return nil
}
