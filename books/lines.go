package books

import (
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Balance is a line of balances.jsonl: what a resource holds.
type Balance struct {
	Accounting quantity.Amount `json:"accounting"`
	ID         store.ID        `json:"id"`
	Onhand     quantity.Amount `json:"onhand"`
}

func balanceOf(v store.Values) Balance {
	unit := quantity.Unit(v.Text(1))
	return Balance{quantity.Micros(v.Int(2), unit), store.ID(v.Text(0)), quantity.Micros(v.Int(3), unit)}
}

// line returns the balance as a canonical line.
func (b Balance) line() ([]byte, error) { return canonicalLine(b) }

// Private is a line of private.jsonl: what opens a sealed field of an entry, or
// that it was erased. Lines follow entries, then fields.
type Private struct {
	Erased bool   `json:"erased,omitzero"`
	Field  string `json:"field"`
	Salt   []byte `json:"salt,omitempty"`
	Seq    int64  `json:"seq"`
	Text   string `json:"text,omitempty"`
}

// canonicalLine returns the RFC 8785 form of a value on a line of its own.
func canonicalLine(value any) ([]byte, error) {
	b, err := jsonv2.Marshal(value)
	if err != nil {
		return nil, err
	}
	v := jsontext.Value(b)
	err = v.Canonicalize()
	return append(v, '\n'), err
}
