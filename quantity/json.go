package quantity

import (
	"encoding/json"
)

// amountJSON is the shape of an Amount in the log, exports and API: decimals
// travel as strings, because JSON numbers lose digits.
type amountJSON struct {
	Unit  Unit   `json:"unit"`
	Value string `json:"value"`
}

// MarshalJSON writes {"unit":"hour","value":"2.5"}.
func (a Amount) MarshalJSON() ([]byte, error) {
	if !plain(a.Unit) { // a unit nobody has: let encoding/json find the escapes
		return json.Marshal(amountJSON{a.Unit, a.Decimal()})
	}
	// Written by hand, because a bulk import writes four amounts a row.
	b := append(make([]byte, 0, 64), `{"unit":"`...)
	b = append(append(b, a.Unit...), `","value":"`...)
	return append(a.AppendDecimal(b), `"}`...), nil
}

// plain reports whether a unit's identifier needs no escapes in JSON.
func plain(u Unit) bool {
	for i := range len(u) {
		if c := u[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Amount) UnmarshalJSON(b []byte) error {
	var j amountJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	v, err := Parse(j.Value, j.Unit)
	if err != nil {
		return err
	}
	*a = v
	return nil
}
