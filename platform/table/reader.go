package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"commonweal/platform/fault"
)

// MaxRow is the size in bytes above which a row is taken for an unclosed quote.
const MaxRow = 1 << 20

// Reader yields the rows of a file.
type Reader struct {
	Format Format
	Header []string // cleaned of surrounding spaces
	csv    *csv.Reader
	meter  *meter
	unswap func(string) string
	loose  bool
	done   bool
	line   int // where the last row began
}

// Row is one line of data. Its cells are valid until the next one is read.
type Row struct {
	Line  int
	Cells []string
}

// Open finds out what of the format is not given, skips what stands before the
// header, and reads the header.
func Open(file io.Reader, f Format) (*Reader, error) {
	in := bufio.NewReaderSize(file, 64<<10)
	head, err := in.Peek(32 << 10)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, err
	}
	found := Detect(head)
	f.Encoding, f.Delimiter, f.Quote = orElse(f.Encoding, found.Encoding), orElse(f.Delimiter, found.Delimiter), orElse(f.Quote, found.Quote)
	if len(f.Delimiter) != 1 || strings.Contains("\"\r\n\x00'", f.Delimiter) {
		return nil, fault.Invalidf("intake.delimiter", "delimiter", "%q cannot separate cells; choose a comma, semicolon, tab or bar", f.Delimiter)
	}
	r := &Reader{Format: f, loose: f.Encoding == Loose, unswap: func(s string) string { return s }}
	decoded, err := decoder(f.Encoding, in)
	if err != nil {
		return nil, err
	}
	r.meter = &meter{in: decoded}
	if f.Quote != `"` {
		other := byte(0x01) // no quotes at all: a byte that no text holds takes their place
		if f.Quote == "'" {
			other = '\''
		}
		r.meter.swap = other
		r.unswap = func(s string) string { return swapped(s, other) }
	}
	r.csv = csv.NewReader(r.meter)
	r.csv.Comma = rune(f.Delimiter[0])
	r.csv.FieldsPerRecord = -1
	r.csv.ReuseRecord = true
	return r, r.readHeader()
}

func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

func (r *Reader) readHeader() error {
	for range r.Format.Skip + 1 {
		row, err := r.read()
		if err == io.EOF {
			return fault.Invalidf("intake.empty", "", "the file has no header line; export it again with the names of the columns on top")
		}
		if err != nil {
			return err
		}
		r.Header = r.Header[:0]
		for _, h := range row.Cells {
			r.Header = append(r.Header, strings.TrimSpace(h))
		}
	}
	return nil
}

// Next returns the next row, skipping empty lines. An error with a line
// concerns that line only; io.EOF ends the file.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.read()
		if err != nil {
			return row, err
		}
		if isBlank(row.Cells) {
			continue
		}
		for len(row.Cells) > len(r.Header) && strings.TrimSpace(row.Cells[len(row.Cells)-1]) == "" {
			row.Cells = row.Cells[:len(row.Cells)-1] // a trailing delimiter
		}
		if len(row.Cells) != len(r.Header) {
			return row, fault.Invalidf("intake.cells", "", "the line has %d cells, but the header has %d; look for a missing or extra %q, or an unclosed quote",
				len(row.Cells), len(r.Header), r.Format.Delimiter).AtLine(row.Line)
		}
		return row, nil
	}
}

func (r *Reader) read() (Row, error) {
	if r.done {
		return Row{}, io.EOF
	}
	r.meter.size = 0
	cells, err := r.csv.Read()
	if errors.Is(err, errTooLong) {
		r.done = true
		return Row{}, fault.Invalidf("intake.row_too_long", "", "a row is longer than %d bytes, most likely because a quote is opened and never closed; reading stops there", MaxRow).AtLine(r.line + 1)
	}
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return Row{Line: bad.StartLine}, fault.Invalidf("intake.quotes", "", "%v; write a quote inside a quoted cell twice", bad.Err).AtLine(bad.StartLine)
	}
	if err != nil {
		r.done = true
		return Row{}, err
	}
	line, _ := r.csv.FieldPos(0)
	r.line = line
	for i, c := range cells {
		if cells[i], err = r.text(c); err != nil {
			return Row{Line: line}, fault.As(err).AtLine(line)
		}
	}
	return Row{Line: line, Cells: cells}, nil
}

// text brings a cell to valid UTF-8.
func (r *Reader) text(cell string) (string, error) {
	cell = r.unswap(cell)
	if !utf8.ValidString(cell) {
		if !r.loose {
			return "", fault.Invalidf("intake.encoding", "", "%q is not valid %s; choose the encoding in which the file was saved", cell, r.Format.Encoding)
		}
		cell, _ = charmap.Windows1252.NewDecoder().String(cell)
	}
	if strings.ContainsRune(cell, 0) {
		return "", fault.Invalidf("intake.encoding", "", "a cell holds a zero byte; choose the encoding in which the file was saved")
	}
	return cell, nil
}

func isBlank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// decoder returns the file as UTF-8 without a byte-order mark.
func decoder(e Encoding, in *bufio.Reader) (io.Reader, error) {
	switch e {
	case UTF8, Loose:
		if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
			in.Discard(3)
		}
		return in, nil
	case UTF16LE:
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
	case UTF16BE:
		return transform.NewReader(in, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()), nil
	case Windows1252:
		return transform.NewReader(in, charmap.Windows1252.NewDecoder()), nil
	}
	return nil, fault.Invalidf("intake.encoding", "encoding", "%q is not an encoding that can be read; choose utf-8, utf-16le, utf-16be or windows-1252", e)
}

// decodeAll decodes the head of a file for a look at it.
func decodeAll(e Encoding, head []byte) string {
	r, err := decoder(e, bufio.NewReader(strings.NewReader(string(head))))
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(r) // a cut last character is no matter here
	return string(text)
}

// errTooLong stops a reading whose row does not end.
var errTooLong = errors.New("row too long")

// meter counts the bytes since the last row, ends lines with line feeds, and
// exchanges the quote mark of the file with the one that encoding/csv knows.
type meter struct {
	in     io.Reader
	size   int
	swap   byte // exchanged with the double quote; 0 for none
	feeds  bool // the file has line feeds, so returns alone are text
	looked bool
}

func (m *meter) Read(p []byte) (int, error) {
	if m.size > MaxRow {
		return 0, errTooLong
	}
	n, err := m.in.Read(p)
	m.size += n
	if !m.looked && n > 0 {
		m.looked = true
		m.feeds = strings.Contains(string(p[:n]), "\n") || !strings.Contains(string(p[:n]), "\r")
	}
	for i, b := range p[:n] {
		switch {
		case b == '\r' && !m.feeds:
			p[i] = '\n'
		case m.swap != 0 && b == m.swap:
			p[i] = '"'
		case m.swap != 0 && b == '"':
			p[i] = m.swap
		}
	}
	return n, err
}

func swapped(s string, other byte) string {
	if !strings.ContainsAny(s, "\""+string(rune(other))) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		switch c {
		case '"':
			b[i] = other
		case other:
			b[i] = '"'
		}
	}
	return string(b)
}

// Column returns the place of a column by its name, whatever its case, or -1.
func (r *Reader) Column(name string) int {
	for i, h := range r.Header {
		if strings.EqualFold(h, name) {
			return i
		}
	}
	return -1
}
