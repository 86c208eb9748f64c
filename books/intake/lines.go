package intake

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"commonweal/platform/fault"
)

// longestLine bounds one line of a text file, in bytes.
const longestLine = 64 << 10

// TextLines yields the lines of a text file with their numbers, from 1, as
// UTF-8 without line ends. UTF-8, with or without a mark, and UTF-16 with a
// mark are read as such; a line that is not valid UTF-8 is read as Windows-1252, which
// holds ISO-8859-1. A line that is too long, or holds a zero byte, ends the
// reading with a fault.
func TextLines(file io.Reader) iter.Seq2[NumberedLine, error] {
	return func(yield func(NumberedLine, error) bool) {
		s := bufio.NewScanner(transform.NewReader(file, unicode.BOMOverride(transform.Nop)))
		s.Buffer(make([]byte, 4<<10), longestLine)
		n := 0
		for s.Scan() {
			n++
			line := bytes.TrimSuffix(s.Bytes(), []byte{'\r'})
			if bytes.IndexByte(line, 0) >= 0 {
				yield(NumberedLine{N: n}, fault.Invalidf("books.not_text", "", "the line holds a zero byte; this is not a text file").AtLine(n))
				return
			}
			if !yield(NumberedLine{n, decode(line)}, nil) {
				return
			}
		}
		switch err := s.Err(); err {
		case nil:
		case bufio.ErrTooLong:
			yield(NumberedLine{N: n + 1}, fault.Invalidf("books.line_too_long", "", "the line is longer than %d bytes; this is not a text file of the kind", longestLine).AtLine(n+1))
		default:
			yield(NumberedLine{N: n + 1}, err)
		}
	}
}

// NumberedLine is a line of a text file.
type NumberedLine struct {
	N    int // from 1
	Text string
}

func decode(line []byte) string {
	if utf8.Valid(line) {
		return string(line)
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(line) // it has a character for every byte
	return string(text)
}
