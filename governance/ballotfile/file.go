package ballotfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// Format is a file format.
type Format string

// The formats. Pabulib is told apart and read elsewhere: it holds projects with
// costs, see governance/budgeting.
const (
	BLT     Format = "blt"
	Debian  Format = "debian"
	PrefLib Format = "preflib"
	Pabulib Format = "pabulib"
	Unknown Format = ""
)

// File is what a ballot file says.
type File struct {
	Format  Format
	Hash    string // SHA-256 of the bytes, in hexadecimal digits
	Title   string
	Options []tally.Option // ids are the numbers in the file
	Seats   int            // 0 where the format does not say
	Ballots []tally.Ballot // marks are ranks
}

var (
	ballotLine = regexp.MustCompile(`(?m)^\s*V:\s+[-0-9A-Za-z]+(\s|$)`)
	twoNumbers = regexp.MustCompile(`^\s*\d+\s+\d+\s`)
	oneNumber  = regexp.MustCompile(`^\s*\d+\s*\n`)
	prefHeader = regexp.MustCompile(`(?m)^# NUMBER ALTERNATIVES:`)
	comments   = regexp.MustCompile(`^(\s*#[^\n]*\n)+`)
)

// Sniff tells the format of a file by what it holds.
func Sniff(data []byte) Format {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	body := comments.ReplaceAll(data, nil)
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte("META")):
		return Pabulib
	case prefHeader.Match(data):
		return PrefLib
	case twoNumbers.Match(body):
		return BLT
	case oneNumber.Match(bytes.ReplaceAll(body, []byte("\r"), nil)):
		return PrefLib
	case ballotLine.Match(data):
		return Debian
	}
	return Unknown
}

// Read reads a file of any of the formats.
func Read(data []byte) (File, error) {
	switch Sniff(data) {
	case BLT:
		return ReadBLT(data)
	case Debian:
		return ReadDebian(data)
	case PrefLib:
		return ReadPrefLib(data)
	case Pabulib:
		return File{}, fault.Invalidf("ballotfile.pabulib", "file", "this is a Pabulib file, of projects with costs; it is counted by a rule for budgets")
	}
	return File{}, fault.Invalidf("ballotfile.unknown", "file", "this is no ballot file that can be read; want BLT, a Debian tally sheet or PrefLib")
}

// Election is the file as an election, by the rule that its format is made for:
// the Scottish single transferable vote for BLT, Debian's rule with the last
// option as the default for its tally sheets, Schulze for PrefLib.
func (f File) Election() tally.Election {
	e := tally.Election{Title: f.Title, Options: f.Options, Ballots: f.Ballots}
	switch f.Format {
	case BLT:
		e.Rule.Method = tally.ScottishSTV{Seats: max(f.Seats, 1)}
	case Debian:
		e.Rule.Method = tally.Debian{Default: f.Options[len(f.Options)-1].ID}
	default:
		e.Rule.Method = tally.Schulze{}
	}
	return e
}

// begin starts a file: it hashes the bytes and gives the text.
func begin(format Format, data []byte) (File, string) {
	sum := sha256.Sum256(data)
	return File{Format: format, Hash: hex.EncodeToString(sum[:])}, text(data)
}

// text is the bytes as text: UTF-8, or else ISO 8859-1, whose bytes are the
// first 256 characters.
func text(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return string(data)
	}
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return string(runes)
}

// numbered makes so many options, with their numbers as ids.
func (f *File) numbered(n, line int) error {
	if n < 1 || n > tally.MostOptions {
		return malformed(line, "options", "there are %d options; want between 1 and %d", n, tally.MostOptions)
	}
	f.Options = make([]tally.Option, n)
	for i := range f.Options {
		f.Options[i].ID = strconv.Itoa(i + 1)
	}
	return nil
}

// malformed is the refusal of a line.
func malformed(line int, field, format string, args ...any) error {
	return fault.Invalidf("ballotfile.malformed", field, format, args...).AtLine(line)
}

// whole reads a number of options, voters or ballots.
func whole(s string) (int, bool) {
	s = strings.TrimSpace(s)
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= int(tally.MostVotes/tally.Vote)
}

// rank puts an option at a rank on a ballot; a second rank, or an option that
// there is not, is refused.
func rank(marks []int16, option, at, line int) error {
	switch {
	case option < 1 || option > len(marks):
		return malformed(line, "ballots", "there is no option %d; they go from 1 to %d", option, len(marks))
	case marks[option-1] != 0:
		return malformed(line, "ballots", "the ballot ranks option %d twice", option)
	case at > maxRank:
		return malformed(line, "ballots", "rank %d is beyond %d", at, maxRank)
	}
	marks[option-1] = int16(at)
	return nil
}

// maxRank is the largest rank that a mark holds.
const maxRank = 1<<15 - 1
