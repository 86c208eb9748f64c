package camt

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Bounds of a message.
const (
	deepest      = 64
	largestEntry = 16 << 20 // bytes of one element that is read whole
)

// Read yields the statements of a camt.053 message. Besides the faults of
// package intake it gives books.xml (not well-formed, or with a document type),
// books.camt_message (another message, or none), books.camt_element (an element
// that is missing or says what the standard does not know) and
// books.element_too_long.
func Read(file io.Reader) intake.Records {
	return intake.Finish("camt", func(yield func(intake.Record, error) bool) {
		m := &meter{in: transform.NewReader(file, unicode.BOMOverride(transform.Nop))}
		d := xml.NewDecoder(m)
		d.CharsetReader = charset
		r := reader{xml: d, meter: m, yield: yield}
		if err := r.document(); err != nil && err != errStopped {
			yield(nil, r.fault(err))
		}
	})
}

var (
	errStopped = errors.New("the caller stopped")
	errTooLong = errors.New("element too long")
)

// meter refuses to read on when no element ended for too many bytes.
type meter struct {
	in   io.Reader
	size int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.size > largestEntry {
		return 0, errTooLong
	}
	n, err := m.in.Read(p)
	m.size += n
	return n, err
}

// charset knows the encodings that banks use. UTF-16 was already decoded by its mark.
func charset(label string, in io.Reader) (io.Reader, error) {
	label = strings.ToLower(strings.TrimSpace(label))
	if strings.HasPrefix(label, "utf-16") || label == "utf8" {
		return in, nil
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil, fault.Invalidf("books.xml", "", "the encoding %q is unknown; save the file as UTF-8", intake.Show(label))
	}
	return transform.NewReader(in, e.NewDecoder()), nil
}

// reader walks a message.
type reader struct {
	xml   *xml.Decoder
	meter *meter
	yield func(intake.Record, error) bool
	path  []string // of open elements below the root
	stmt  *statement
}

// fault words an error of the decoder, with its line.
func (r *reader) fault(err error) error {
	line, _ := r.xml.InputPos()
	var syntax *xml.SyntaxError
	switch e := fault.As(err); {
	case e != nil && e.Line == 0:
		return e.AtLine(line)
	case e != nil:
		return e
	case errors.Is(err, errTooLong):
		return fault.Invalidf("books.element_too_long", "", "an element or entry is longer than %d bytes; no statement has one", largestEntry).AtLine(line)
	case errors.As(err, &syntax):
		return fault.Invalidf("books.xml", "", "the file is not well-formed XML: %s", intake.Clean(syntax.Msg, 200)).AtLine(syntax.Line)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Invalidf("books.xml", "", "the file is not well-formed XML: %s", "it ends too early").AtLine(line)
	case strings.HasPrefix(err.Error(), "xml: "): // errors of the decoder without a type of their own
		return fault.Invalidf("books.xml", "", "the file is not well-formed XML: %s", intake.Clean(strings.TrimPrefix(err.Error(), "xml: "), 200)).AtLine(line)
	}
	return err
}

// document reads the whole file.
func (r *reader) document() error {
	found := false
	for {
		token, err := r.xml.Token()
		if err == io.EOF && found {
			return nil
		}
		if err == io.EOF {
			return notThisMessage("no message at all")
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			return fault.Invalidf("books.xml", "", "the file declares a document type, which no bank statement does; it is not read")
		case xml.StartElement:
			found = true
			if err := r.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			r.meter.size = 0
			r.path = r.path[:len(r.path)-1]
			if t.Name.Local == "Stmt" && len(r.path) == 2 {
				if err := r.endStatement(); err != nil {
					return err
				}
			}
		}
	}
}

var namespace = regexp.MustCompile(`^urn:iso:std:iso:20022:tech:xsd:(camt\.053\.001\.\d\d)$|^$`)

func notThisMessage(what string) error {
	return fault.Invalidf("books.camt_message", "", "the file holds %s; export the statement as camt.053", intake.Show(what))
}

// start enters an element of the frame, or reads one whole.
func (r *reader) start(t xml.StartElement) error {
	name := t.Name.Local
	switch depth := len(r.path); {
	case depth == 0 && (name != "Document" || !namespace.MatchString(t.Name.Space)):
		return notThisMessage(strings.TrimSpace(name + " " + strings.TrimPrefix(t.Name.Space, "urn:iso:std:iso:20022:tech:xsd:")))
	case depth == 1 && name != "BkToCstmrStmt":
		return notThisMessage(name)
	case depth == 2 && name == "Stmt":
		r.begin()
	case depth == 3 && r.stmt != nil:
		read, err := r.element(t)
		if read || err != nil {
			return err
		}
	}
	if r.path = append(r.path, name); len(r.path) > deepest {
		return fault.Invalidf("books.xml", "", "elements nest more than %d deep; no statement does", deepest)
	}
	return nil
}

// element reads a child of Stmt that matters; false for any other.
func (r *reader) element(t xml.StartElement) (bool, error) {
	r.meter.size = 0
	line, _ := r.xml.InputPos()
	switch t.Name.Local {
	case "Id":
		return true, r.xml.DecodeElement(&r.stmt.id, &t)
	case "ElctrncSeqNb":
		return true, r.xml.DecodeElement(&r.stmt.sequence, &t)
	case "Acct":
		return true, r.xml.DecodeElement(&r.stmt.account, &t)
	case "Bal":
		var b balance
		if err := r.xml.DecodeElement(&b, &t); err != nil {
			return true, err
		}
		return true, r.report(r.stmt.balance(b, line))
	case "Ntry":
		var e entry
		if err := r.xml.DecodeElement(&e, &t); err != nil {
			return true, err
		}
		end, _ := r.xml.InputPos()
		return true, r.entry(&e, line, end)
	}
	return false, nil
}

// report hands a fault of one element out and reads on.
func (r *reader) report(err error) error {
	if err == nil || fault.As(err) == nil {
		return err
	}
	return r.emit(nil, err)
}

func (r *reader) emit(record intake.Record, err error) error {
	if !r.yield(record, err) {
		return errStopped
	}
	return nil
}

// entry turns one Ntry into a line.
func (r *reader) entry(e *entry, from, to int) error {
	if err := r.openStatement(from); err != nil {
		return err
	}
	booked, err := e.isBooked()
	if err == nil && !booked {
		return nil
	}
	var line *intake.Line
	if err == nil {
		line, err = r.stmt.line(e)
	}
	if err != nil {
		return r.report(fault.As(err).AtLine(from))
	}
	line.From, line.To = from, to
	return r.emit(line, nil)
}

// statement is what of a Stmt was read so far.
type statement struct {
	id, sequence     string
	account          account
	own              intake.Account
	unit             quantity.Unit
	opening, closing *intake.Balance
	opened           bool
	at               int
}

func (r *reader) begin() {
	line, _ := r.xml.InputPos()
	r.stmt = &statement{at: line}
}
