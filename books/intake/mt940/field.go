package mt940

import (
	"io"
	"iter"
	"regexp"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
)

// Bounds of a field: the standard has six lines of 65; banks write more.
const (
	mostFieldLines = 200
	mostFieldBytes = 32 << 10
)

// field is one tagged field with its lines, or the end of a message.
type field struct {
	tag      string // "20", "60F"; empty for the end of a message
	lines    []string
	from, to int
}

func (f field) first() string { return strings.TrimSpace(f.lines[0]) }

// known are the fields of MT 940, and of MT 942 which some banks mix in.
// Anything else that looks like a tag is text.
var known = regexp.MustCompile(`^:(20|21|25P?|28C?|60[FM]|61|86|62[FM]|64|65|NS|13D?|34F|90[CD]):(.*)$`)

// blockHead is what the network writes before the first field: {1:…}{2:…}{4:
var blockHead = regexp.MustCompile(`^(\{[1-35]:[^{}]*(\{[^{}]*\})*\})*\{4:`)

// fields yields the fields of a file. The end of a message ("-}", or "-"
// alone) is a field without a tag.
func fields(file io.Reader) iter.Seq2[field, error] {
	return func(yield func(field, error) bool) {
		var open *field
		size := 0
		for line, err := range intake.TextLines(file) {
			if err != nil {
				yield(field{}, err)
				return
			}
			text := line.Text
			if blockHead.MatchString(text) {
				text = blockHead.ReplaceAllString(text, "")
			}
			trimmed := strings.TrimSpace(text)
			end := trimmed == "-" || strings.HasPrefix(trimmed, "-}")
			m := known.FindStringSubmatch(text)
			if open != nil && (end || m != nil) {
				if !yield(*open, nil) {
					return
				}
				open = nil
			}
			switch {
			case end:
				if !yield(field{from: line.N, to: line.N}, nil) {
					return
				}
			case m != nil:
				open, size = &field{m[1], []string{m[2]}, line.N, line.N}, len(text)
			case open != nil && trimmed != "":
				open.lines, open.to = append(open.lines, text), line.N
				if size += len(text); len(open.lines) > mostFieldLines || size > mostFieldBytes {
					yield(field{}, fault.Invalidf("books.mt940_field", open.tag, "the field :%s: goes on for more than %d lines or %d bytes; the file is damaged or no MT940", open.tag, mostFieldLines, mostFieldBytes).AtLine(open.from))
					return
				}
			}
		}
		if open != nil {
			yield(*open, nil)
		}
	}
}
