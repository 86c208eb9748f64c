package journal

import (
	"fmt"
	"iter"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Line is an entry as it stands in the journal: the canonical bytes that are
// hashed into the tree.
type Line struct {
	Seq    int64
	Record []byte
}

var (
	selectEntries = store.SQL(`SELECT seq, record FROM journal_entry WHERE commons_id = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`)
	selectEntry   = store.SQL(`SELECT seq, record FROM journal_entry WHERE commons_id = $1 AND seq = $2`)
)

func scanLine(s store.Scanner) (l Line, err error) { return l, s.Scan(&l.Seq, &l.Record) }

// page is how many entries Lines reads at a time, which bounds its memory.
const page = 1024

// Lines yields the entries [from, to) in order, without their being parsed. It reads a
// page at a time and stops at the first error; a missing entry is one.
func Lines(r store.Reader, from, to int64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for start := from; start < to; start += page {
			end := min(start+page, to)
			lines, err := store.All(r, scanLine, selectEntries, start, end)
			if err == nil && int64(len(lines)) != end-start {
				err = fmt.Errorf("journal: the log of %s has %d of the entries %d to %d", r.Commons(), len(lines), start, end-1)
			}
			if err != nil {
				yield(Line{}, err)
				return
			}
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

// ReadLine returns entry seq; NotFound, journal.no_entry, when there is none.
func ReadLine(r store.Reader, seq int64) (Line, error) {
	line, found, err := store.One(r, scanLine, selectEntry, seq)
	if err == nil && !found {
		err = noEntry(seq)
	}
	return line, err
}

// Read returns entry seq parsed; NotFound, journal.no_entry, when there is none.
func Read(r store.Reader, seq int64) (Entry, error) {
	line, err := ReadLine(r, seq)
	if err != nil {
		return Entry{}, err
	}
	return Parse(line.Record)
}

// Entries returns the entries [from, to) parsed, at most limit of them, oldest first.
// They must exist: to is at most the size of ReadHead. It is for pages of a
// screen; what walks the whole log uses Lines.
func Entries(r store.Reader, from, to int64, limit int) ([]Entry, error) {
	var out []Entry
	for line, err := range Lines(r, max(from, 0), min(to, from+int64(limit))) {
		if err != nil {
			return nil, err
		}
		e, err := Parse(line.Record)
		if err != nil {
			return nil, fmt.Errorf("journal: entry %d: %w", line.Seq, err)
		}
		out = append(out, e)
	}
	return out, nil
}

func noEntry(seq int64) error {
	return fault.NotFoundf("journal.no_entry", "seq", "the log has no entry %d", seq)
}
