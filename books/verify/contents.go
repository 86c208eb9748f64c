package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// announced follows the keys that the log itself names.
func (v *verification) announced(e *Entry) error {
	if e.Act != journal.ActKey {
		return nil
	}
	var body struct {
		Key string `json:"key"`
	}
	if err := jsonv2.Unmarshal(e.Body, &body, jsonv2.RejectUnknownMembers(true)); err != nil {
		return fault.Invalidf("books.key_malformed", "", "this entry does not announce a key: %v", err)
	}
	v.key = body.Key
	return nil
}

// blobs remembers which attachments were checked already.
type blobs struct{ seen map[string]bool }

// check compares an attachment with its digest.
func (b *blobs) check(fsys fs.FS, digest, name string) error {
	if b.seen[digest] {
		return nil
	}
	h := sha256.New()
	if err := eachBlob(fsys, digest, h); err != nil {
		return err
	}
	if found := hex.EncodeToString(h.Sum(nil)); found != digest {
		return fault.Invalidf("books.attachment_differs", name, "the attachment is not the one that was attached; expected SHA-256 %s, found %s", digest, found)
	}
	if b.seen == nil {
		b.seen = map[string]bool{}
	}
	b.seen[digest] = true
	return nil
}

// eachBlob copies an attachment of bounded size.
func eachBlob(fsys fs.FS, digest string, w io.Writer) error {
	file := FolderBlobs + "/" + digest
	f, err := open(fsys, file)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(w, io.LimitReader(f, journal.MaxBlob+1))
	if err != nil {
		return unreadable(file, err)
	}
	if n > journal.MaxBlob {
		return in(file, "books.file_too_large", "the attachment is too large", fmt.Sprintf("at most %d bytes", journal.MaxBlob), "more")
	}
	return nil
}

// readBlob returns an attachment that was checked.
func readBlob(fsys fs.FS, digest string) ([]byte, error) {
	if digest == "" {
		return nil, fault.Invalidf("books.attachment_unknown", "", "the entry has no such attachment")
	}
	var b bytes.Buffer
	err := eachBlob(fsys, digest, &b)
	return b.Bytes(), err
}

// private walks private.jsonl beside the entries, when the archive has one.
type private struct {
	lines *lines
	ahead *privateLine // the line that was read and not used yet
}

// privateLine is a line of private.jsonl: what opens a field, or that it was erased.
type privateLine struct {
	Erased bool   `json:"erased"`
	Field  string `json:"field"`
	Salt   []byte `json:"salt"`
	Seq    int64  `json:"seq"`
	Text   string `json:"text"`
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
	var l privateLine
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
			return in(FilePrivate, "books.private_missing", fmt.Sprintf("entry %d seals a field that the file neither opens nor calls erased", e.Seq), field, l.name())
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

func (l *privateLine) name() string {
	if l == nil {
		return "the end of the file"
	}
	return fmt.Sprintf("%s of entry %d", l.Field, l.Seq)
}

// end refuses lines that belong to no entry.
func (p *private) end() error {
	if p.ahead == nil {
		return nil
	}
	return in(FilePrivate, "books.private_extra", "a line belongs to no sealed field", "the end of the file", p.ahead.name())
}
