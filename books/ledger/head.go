package ledger

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"

	"commonweal/platform/store"
)

// Head is what a file says of itself besides its entries.
type Head struct {
	Commons string // its name
	Origin  string // of the log: "river.example/c/0198…"
	Size    int64  // entries of the log that were known
	Root    string // of the log at that size, base64
	Names   func(store.ID) string
}

// writer counts and hashes what is written, so that the last line can name the
// SHA-256 of all bytes above it.
type writer struct {
	*bufio.Writer
	sum hash.Hash
}

func newWriter(w io.Writer) *writer {
	sum := sha256.New()
	return &writer{bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16), sum}
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w.Writer, format, args...)
	w.WriteByte('\n')
}

// sumPrefix begins the last line.
const sumPrefix = "; sha256 "

// end writes the last line. Errors of earlier writes come out here.
func (w *writer) end() error {
	if err := w.Flush(); err != nil {
		return err
	}
	w.line("%s%s", sumPrefix, hex.EncodeToString(w.sum.Sum(nil)))
	return w.Flush()
}

// top writes the header, the same in both formats.
func (w *writer) top(format string, s *Statement, h Head) {
	w.line("; Commonweal books, %s format %d", format, Format)
	w.line("; commons: %s", plain(h.Commons))
	w.line("; log: %s", tag(h.Origin))
	w.line("; period: %s to %s", orOpen(s.Filter.From), orOpen(s.Filter.To))
	w.line("; unit: %s", tag(string(s.Filter.Unit)))
	for _, only := range s.Filter.narrow() {
		w.line("; %s: %s", only.name, tag(only.value))
	}
	w.line("; filter: %s", s.Filter.Hash())
	w.line("")
}

// narrow is what a filter keeps besides days and unit.
func (f Filter) narrow() []reference {
	list := []reference{{"by", string(f.By)}, {"account", string(f.Account)}, {"project", string(f.Project)}, {"agent", string(f.Agent)}}
	return slices.DeleteFunc(list, func(r reference) bool { return r.value == "" })
}

func orOpen(day string) string {
	if day == "" {
		return "open"
	}
	return day
}

// bottom writes the totals and where the file came from.
func (w *writer) bottom(s *shape, h Head) error {
	w.line("")
	w.line("; entries: %d", s.entries)
	for _, u := range s.units {
		w.line("; debits: %s %s", decimal(s.turnover[u.Unit], s.decimals[u.Unit]), u.Text)
	}
	w.line("; log-size: %d", h.Size)
	w.line("; log-root: %s", h.Root)
	return w.end()
}
