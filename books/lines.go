package books

import (
	"io"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// writeLine writes a value in canonical form (RFC 8785) on a line of its own.
func writeLine(w io.Writer, value any) error {
	b, err := jsonv2.Marshal(value)
	if err != nil {
		return err
	}
	v := jsontext.Value(b)
	if err := v.Canonicalize(); err != nil {
		return err
	}
	_, err = w.Write(append(v, '\n'))
	return err
}
