package creditcommons

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"commonweal/platform/fault"
)

// Entry is what one account pays another on a ledger.
type Entry struct {
	Payee       string          `json:"payee"`
	Payer       string          `json:"payer"`
	Quant       Quant           `json:"quant"`
	Description string          `json:"description,omitempty"`
	Metadata    json.RawMessage `json:"metadata,omitempty"`
	Author      string          `json:"author,omitempty"`
	Primary     bool            `json:"primary,omitempty"`
	// TrunkwardQuant is the amount in the unit of the trunkward neighbor, where it crosses there.
	TrunkwardQuant *Quant `json:"trunkward_quant,omitempty"`
}

// Transaction is a version of a transaction with its entries, the primary one first.
type Transaction struct {
	UUID    string  `json:"uuid"`
	Version int     `json:"version"`
	Type    string  `json:"type,omitempty"`
	State   string  `json:"state"`
	Scribe  string  `json:"scribe,omitempty"`
	Written string  `json:"written,omitempty"`
	Entries []Entry `json:"entries"`
}

// Summary is how an account stands, or its trade in a state.
type Summary struct {
	Balance  Quant `json:"balance"`
	Volume   Quant `json:"volume"`
	GrossIn  Quant `json:"gross_in"`
	GrossOut Quant `json:"gross_out"`
	Partners int   `json:"partners"`
	Trades   int   `json:"trades"`
	Entries  int   `json:"entries"`
}

// Limits of an account. A limit of zero is a limit; nil is none.
type Limits struct {
	Min *Quant `json:"min"`
	Max *Quant `json:"max"`
}

// Envelope is around every answer.
type Envelope[T any] struct {
	Data  T               `json:"data"`
	Meta  *Meta           `json:"meta,omitempty"`
	Links json.RawMessage `json:"links,omitempty"`
}

// Meta says what may follow, and where in a list an answer stands.
type Meta struct {
	Transitions map[string][]string `json:"transitions,omitempty"`
	Results     int                 `json:"number_of_results,omitempty"`
	Page        int                 `json:"current_page,omitempty"`
}

// The bounds of what is read.
const (
	MaxBody    = 256 << 10 // bytes
	maxEntries = 50
	maxText    = 1000 // bytes of a description
)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// ReadTransaction reads what a neighbor relays.
//
// Faults: creditcommons.too_large, .json, .fields, .same_account, .quant.
func ReadTransaction(body []byte) (t Transaction, err error) {
	if len(body) > MaxBody {
		return t, fault.Invalidf("creditcommons.too_large", "", "the body has %d bytes; at most %d are read", len(body), MaxBody)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&t); err != nil {
		if e := fault.As(err); e != nil {
			return t, e
		}
		return t, fault.Invalidf("creditcommons.json", "", "this is no transaction: %v", err)
	}
	if d.More() {
		return t, fault.Invalidf("creditcommons.json", "", "this is no transaction: something follows it")
	}
	return t, t.check()
}

func (t Transaction) check() error {
	fields := func(field, value string) error {
		return fault.Invalidf("creditcommons.fields", field, "%.60q is no %s of a transaction", value, field)
	}
	switch {
	case !uuidForm.MatchString(t.UUID):
		return fields("uuid", t.UUID)
	case t.Version < 0 || t.Version > 1000:
		return fields("version", t.UUID)
	case len(t.State) != 1 || !strings.Contains("PVCEX", t.State):
		return fields("state", t.State)
	case len(t.Entries) == 0 || len(t.Entries) > maxEntries:
		return fault.Invalidf("creditcommons.fields", "entries", "a transaction has 1 to %d entries, not %d", maxEntries, len(t.Entries))
	}
	for _, e := range t.Entries {
		switch {
		case e.Payee == e.Payer:
			return fault.Invalidf("creditcommons.same_account", "payee", "%.100q cannot pay itself", e.Payee)
		case e.Quant <= 0:
			return fault.Invalidf("creditcommons.quant", "quant", "%.40q is no amount; write a number with at most six decimals", e.Quant.String())
		case len(e.Description) > maxText || strings.ContainsAny(e.Description, "\x00"):
			return fields("description", e.Description)
		}
		for _, path := range []string{e.Payee, e.Payer} {
			if _, err := ParsePath(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// Problem is an error as nodes tell it. Some send an object, some a bare text.
type Problem struct {
	Class  string `json:"class,omitempty"` // "MaxLimit"
	Node   string `json:"node,omitempty"`
	Path   string `json:"path,omitempty"`
	Method string `json:"method,omitempty"`
	User   string `json:"user,omitempty"`
	Text   string `json:"message,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler for both forms.
func (p *Problem) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*p = Problem{}
		return json.Unmarshal(b, &p.Text)
	}
	type object Problem // without this method
	return json.Unmarshal(b, (*object)(p))
}

// ReadProblems reads the errors of an answer; none when there are none to read.
func ReadProblems(body []byte) []Problem {
	var answer struct {
		Errors []Problem `json:"errors"`
	}
	if len(body) > MaxBody || json.Unmarshal(body, &answer) != nil {
		return nil
	}
	return answer.Errors
}
