package verify

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"

	"commonweal/platform/journal"
)

// private walks private.jsonl beside the entries, when the archive has one.
type private struct {
	lines *lines
	ahead *Private // the line that was read and not used yet
}

// maxPrivate is the length of the longest line: a text of control characters, escaped.
const maxPrivate = 2*journal.MaxSealed + 1024

func openPrivate(fsys fs.FS) (*private, error) {
	if _, err := fs.Stat(fsys, FilePrivate); errors.Is(err, fs.ErrNotExist) {
		return &private{}, nil
	}
	l, err := openLines(fsys, FilePrivate, maxPrivate)
	if err != nil {
		return nil, err
	}
	p := &private{lines: l}
	return p, p.advance()
}

func (p *private) close() {
	if p.lines != nil {
		p.lines.close()
	}
}

// advance reads the next line, none at the end.
func (p *private) advance() error {
	p.ahead = nil
	line, err := p.lines.next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := journal.CheckCanonical(line); err != nil {
		return wrap(err, FilePrivate, -1, "")
	}
	var l Private
	if err := jsonv2.Unmarshal(line, &l, jsonv2.RejectUnknownMembers(true)); err != nil {
		return p.malformed(err.Error())
	}
	if l.Erased && (l.Salt != nil || l.Text != "") {
		return p.malformed("an erased field with a text")
	}
	p.ahead = &l
	return nil
}

func (p *private) malformed(found string) error {
	p.lines.n--
	return p.lines.breach("books.private_malformed", "this line does not open a field", `{"field", "salt", "seq", "text"} or {"erased", "field", "seq"}`, found)
}

// check holds what the archive opens of an entry against its commitments.
func (p *private) check(e *Entry, report *Report) error {
	report.Sealed += int64(len(e.Sealed))
	if p.lines == nil {
		report.Withheld += int64(len(e.Sealed))
		return nil
	}
	for _, field := range slices.Sorted(maps.Keys(e.Sealed)) {
		l := p.ahead
		if l == nil || l.Seq != e.Seq || l.Field != field {
			return in(FilePrivate, "books.private_missing", fmt.Sprintf("entry %d seals a field that the file neither opens nor calls erased", e.Seq), field, l.where())
		}
		if l.Erased {
			report.Erased++
		} else if err := e.CheckOpening(field, journal.Opening{Salt: l.Salt, Text: l.Text}); err != nil {
			return wrap(err, FilePrivate, e.Seq, e.Act)
		} else {
			report.Opened++
		}
		if err := p.advance(); err != nil {
			return err
		}
	}
	return nil
}

// end refuses lines that belong to no entry.
func (p *private) end() error {
	if p.ahead == nil {
		return nil
	}
	return in(FilePrivate, "books.private_extra", "a line belongs to no sealed field", "the end of the file", p.ahead.where())
}
