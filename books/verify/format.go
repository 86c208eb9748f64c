package verify

import (
	"fmt"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// The files of an archive; package books says what they hold.
const (
	FileReadme     = "README.txt"
	FileKey        = "key"
	FileCheckpoint = "checkpoint"
	FileLeaves     = "leaves.txt"
	FileEntries    = "entries.jsonl"
	FileBalances   = "balances.jsonl"
	FilePrivate    = "private.jsonl"
	FolderBlobs    = "blobs"
)

// BalancesAt is the first line of balances.jsonl: how many entries the log had
// when the database held the balances that follow.
type BalancesAt struct {
	Size *int64 `json:"size"`
}

// Balance is a further line of balances.jsonl: what a resource holds. Lines
// follow identifiers.
type Balance struct {
	Accounting quantity.Amount `json:"accounting"`
	ID         store.ID        `json:"id"`
	Onhand     quantity.Amount `json:"onhand"`
}

// String says both quantities.
func (b Balance) String() string { return fmt.Sprintf("%s, %s on hand", b.Accounting, b.Onhand) }

// Private is a line of private.jsonl: what opens a sealed field of an entry, or
// that it was erased. Lines follow entries, then fields.
type Private struct {
	Erased bool   `json:"erased,omitzero"`
	Field  string `json:"field"`
	Salt   []byte `json:"salt,omitempty"` // base64
	Seq    int64  `json:"seq"`
	Text   string `json:"text,omitempty"`
}

// where says where the line belongs.
func (p *Private) where() string {
	if p == nil {
		return "the end of the file"
	}
	return fmt.Sprintf("%s of entry %d", p.Field, p.Seq)
}
