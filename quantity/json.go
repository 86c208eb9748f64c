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
	return json.Marshal(amountJSON{a.Unit, a.Decimal()})
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
