package verify

import (
	"errors"
	"fmt"

	"commonweal/platform/fault"
)

// Breach is the first thing in an archive that is not as it should be.
type Breach struct {
	Code     string `json:"code"` // "books.sequence", "vf.negative_balance"
	File     string `json:"file"`
	Seq      int64  `json:"seq"` // the entry at fault; -1 when no single entry is
	Act      string `json:"act,omitempty"`
	Message  string `json:"message"`
	Expected string `json:"expected,omitempty"`
	Found    string `json:"found,omitempty"`
}

// Error names the entry, then what is wrong with it.
func (b *Breach) Error() string {
	where := b.File
	if b.Seq >= 0 {
		where = fmt.Sprintf("%s, entry %d", where, b.Seq)
	}
	if b.Act != "" {
		where += " (" + b.Act + ")"
	}
	text := where + ": " + b.Message
	if b.Expected != "" || b.Found != "" {
		text += fmt.Sprintf("; expected %s, found %s", b.Expected, b.Found)
	}
	return text
}

// Unwrap gives the breach as a fault, so that the command line knows its exit status.
func (b *Breach) Unwrap() error {
	e := fault.Invalidf(b.Code, "", "%s", b.Error())
	if b.Seq >= 0 {
		e = e.AtLine(int(b.Seq) + 1)
	}
	return e
}

// in returns a breach of a whole file.
func in(file, code, message, expected, found string) *Breach {
	return &Breach{Code: code, File: file, Seq: -1, Message: message, Expected: expected, Found: found}
}

// at returns a breach of one entry.
func at(seq int64, act, code, message, expected, found string) *Breach {
	return &Breach{Code: code, File: FileEntries, Seq: seq, Act: act, Message: message, Expected: expected, Found: found}
}

// wrap makes a breach of an error of a rule. What is not a fault is not about
// the archive and passes through.
func wrap(err error, file string, seq int64, act string) error {
	var already *Breach
	if err == nil || errors.As(err, &already) {
		return err
	}
	e := fault.As(err)
	if e == nil {
		return err
	}
	return &Breach{Code: e.Code, File: file, Seq: seq, Act: act, Message: err.Error()}
}

// ofEntry makes a breach of another file one of the entry that names the file.
func ofEntry(err error, e *Entry) error {
	var b *Breach
	if errors.As(err, &b) && b.Seq < 0 {
		b.Seq, b.Act = e.Seq, e.Act
	}
	return err
}
