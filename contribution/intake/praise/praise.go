package praise

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// Options say how to read a community's files.
type Options struct {
	// Secret of the commons, for pseudonyms; at least 16 bytes.
	Secret []byte
	// BareZero reads a 0 that is neither dismissed nor a duplicate as a score of
	// zero, for communities that took the plain mean over everybody.
	BareZero bool
}

// highest is a bound on marks; the system's own scale ends at 144.
const highest = 1_000_000

var objectID = regexp.MustCompile(`^[0-9a-f]{24}$`)

// Pseudonym is the identity under which a handle or wallet is read. Members
// who enter their handle can be matched with it.
func Pseudonym(secret []byte, handle string) string {
	handle = strings.TrimSpace(handle)
	if objectID.MatchString(handle) {
		return "praise:" + handle
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(intake.Fold(handle)))
	return "praise:" + hex.EncodeToString(mac.Sum(nil)[:12])
}

// reader is a file being read.
type reader struct {
	Options
	name string
	rows *table.Reader
	row  table.Row
}

// get returns the first of several columns that the file has.
func (r *reader) get(names ...string) string {
	for _, n := range names {
		if i := r.rows.Column(n); i >= 0 {
			return strings.TrimSpace(r.row.Cells[i])
		}
	}
	return ""
}

// read yields what draw draws from each row.
func read(file io.Reader, name string, opts Options, columns []string, draw func(*reader) (intake.Record, error)) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		if len(opts.Secret) < 16 {
			yield(nil, fault.Invalidf("intake.secret", "secret", "the secret for pseudonyms has %d bytes; give at least 16", len(opts.Secret)))
			return
		}
		rows, err := table.Open(file, table.Format{})
		if err != nil {
			yield(nil, err)
			return
		}
		for _, c := range columns {
			if rows.Column(c) < 0 {
				yield(nil, fault.Invalidf("intake.column", c, "the file has no column %q; export it from Praise again with all columns", c))
				return
			}
		}
		r := &reader{Options: opts, name: name, rows: rows}
		for {
			r.row, err = rows.Next()
			if err == io.EOF {
				return
			}
			var record intake.Record
			if err == nil {
				record, err = draw(r)
			}
			if e := fault.As(err); e != nil {
				record, err = nil, e.AtLine(r.row.Line)
			}
			if !yield(record, err) || err != nil && fault.As(err) == nil {
				return
			}
		}
	}
}

// Items yields a Draft for each praise of a praise file (columns _id, giver,
// receiver, reason, createdAt; optional forwarder, sourceId, sourceName).
func Items(file io.Reader, name string, opts Options) intake.Records {
	return read(file, name, opts, []string{"_id", "giver", "receiver", "createdAt"}, func(r *reader) (intake.Record, error) {
		id := r.get("_id")
		receiver, err := r.person("receiver")
		if err != nil {
			return nil, err
		}
		giver, err := r.person("giver")
		if err != nil {
			return nil, err
		}
		at, err := instant(r.get("createdAt"))
		if err != nil {
			return nil, err
		}
		if id == "" {
			return nil, fault.Invalidf("intake.id", "_id", "the cell is empty; without it the scores find no item")
		}
		d := intake.Draft{Key: itemKey(id), Kind: intake.Points, Person: receiver, LoggedBy: giver, Day: at.Format(time.DateOnly), From: at, To: at,
			Quantity: quantity.Of(1, "one"), Note: intake.Clean(r.get("reason", "reasonRaw"), 2000),
			Source: intake.Provenance{Source: "praise", File: r.name, Line: r.row.Line, Ref: intake.Clean(id, 100)}}
		if place := intake.Clean(r.get("sourceName"), 200); place != "" {
			d.Evidence = []string{place}
		}
		return d, nil
	})
}

// Scores yields a Score for each row of a quantifications file (columns praise,
// quantifier, score; optional _id, dismissed, duplicatePraise).
func Scores(file io.Reader, name string, opts Options) intake.Records {
	return read(file, name, opts, []string{"praise", "quantifier", "score"}, func(r *reader) (intake.Record, error) {
		item, rated := r.get("praise"), r.get("duplicatePraise")
		if item == "" {
			return nil, fault.Invalidf("intake.item", "praise", "the cell is empty; a score needs its praise")
		}
		if rated == item {
			return nil, fault.Invalidf("intake.duplicate", "duplicatePraise", "praise %q is called a duplicate of itself", intake.Show(item))
		}
		rater, err := r.person("quantifier")
		if err != nil {
			return nil, err
		}
		s := intake.Score{Key: intake.Key("praise-score", item, rater.ID), Item: itemKey(item), Rater: rater,
			Source: intake.Provenance{Source: "praise", File: r.name, Line: r.row.Line, Ref: intake.Clean(r.get("_id"), 100)}}
		switch flag := strings.ToLower(r.get("dismissed")); flag {
		case "true", "1":
			s.Dismissed = true
		case "false", "0", "":
		default:
			return nil, fault.Invalidf("intake.flag", "dismissed", "%q is neither true nor false", intake.Show(flag))
		}
		if rated != "" {
			s.DuplicateOf = itemKey(rated)
		}
		return s, r.mark(&s)
	})
}

// mark reads the score of a row, unless the row says that there is none.
func (r *reader) mark(s *intake.Score) error {
	text := r.get("score")
	if text == "" || s.Dismissed || s.DuplicateOf != "" {
		return nil
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(text, ".0"), 10, 64)
	if err != nil || n < 0 || n > highest {
		return fault.Invalidf("intake.score", "score", "%q is not a score; Praise gives whole numbers from 0 to 144", intake.Show(text))
	}
	if n != 0 || r.BareZero {
		s.Mark = &n
	}
	return nil
}

func itemKey(id string) string { return intake.Key("praise", id) }

func (r *reader) person(column string) (intake.Identity, error) {
	handle := r.get(column)
	if handle == "" {
		return intake.Identity{}, fault.Invalidf("intake.no_person", column, "the cell is empty; it must say who")
	}
	return intake.Identity{ID: Pseudonym(r.Secret, handle)}, nil
}

func instant(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1970 && t.Year() <= 2100 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.Invalidf("intake.date", "createdAt", "%q is not a time between 1970 and 2100, such as 2026-03-14T09:30:00Z", intake.Show(text))
}
