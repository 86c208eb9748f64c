package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"commonweal/platform/fault"
)

// bind puts the commons in front of the arguments of a statement and converts
// each to what both engines keep alike.
func bind(commons any, args []any) ([]any, error) {
	out := make([]any, len(args)+1)
	out[0] = commons
	for i, a := range args {
		v, err := value(a)
		if err != nil {
			return nil, err
		}
		out[i+1] = v
	}
	return out, nil
}

// value converts an argument to nil, int64, bool, string or []byte. What only
// one of the engines would take (NUL bytes, broken UTF-8) or what does not
// belong in a column (floats, times) is refused on both.
func value(a any) (driver.Value, error) {
	switch x := a.(type) {
	case nil, int64, bool:
		return a, nil
	case string:
		return a, checkText(x)
	case ID:
		if x == "" {
			return nil, nil
		}
		return string(x), checkText(string(x))
	case int:
		return int64(x), nil
	case []byte:
		if x == nil {
			return nil, nil
		}
		return a, nil
	case json.RawMessage:
		if x == nil {
			return nil, nil
		}
		return string(x), checkText(string(x))
	case float64, float32:
		return nil, fault.New(fault.Internal, "store.float", "", "a float is never stored: %v", a)
	case time.Time:
		return nil, fault.New(fault.Internal, "store.time", "", "a time is stored as Micros or as a day in text: %v", a)
	}
	v, err := driver.DefaultParameterConverter.ConvertValue(a)
	if err != nil {
		return nil, err
	}
	if x, same := v.([]byte); same {
		return x, nil
	}
	return value(v)
}

// keep copies what the caller may still change while a row is pending.
func keep(v driver.Value) driver.Value {
	if b, ok := v.([]byte); ok {
		return bytes.Clone(b)
	}
	return v
}

// checkText refuses text that PostgreSQL cannot hold.
func checkText(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return fault.Invalidf("store.text", "", "the text %.40q holds a NUL byte; remove it", s)
	}
	if !utf8.ValidString(s) {
		return fault.Invalidf("store.text", "", "the text %.40q is not UTF-8; convert it first", s)
	}
	return nil
}
