package ballotfile

import (
	"regexp"
	"strconv"
	"strings"

	"commonweal/governance/tally"
)

var optionLine = regexp.MustCompile(`\bOption\s+(\d+)\b[^:]*:\s+(.*?)\s*$`)

// ReadDebian reads a tally sheet of the Debian project: a header that names the
// options by their column ("Option 1------->: …"), and a line for each ballot, "V:
// 1-22 hash", with a character for each option: 1 to 9 and then letters are ranks,
// - is not ranked. Equal ranks and gaps are legal. The hash behind is the voter's
// receipt or name, and is passed over.
func ReadDebian(data []byte) (File, error) {
	f, text := begin(Debian, data)
	named := map[int]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		switch ballot, isBallot := strings.CutPrefix(strings.TrimSpace(line), "V:"); {
		case isBallot:
			if err := f.debianBallot(ballot, named, i+1); err != nil {
				return File{}, err
			}
		case len(f.Ballots) == 0:
			if m := optionLine.FindStringSubmatch(line); m != nil {
				if err := nameOption(named, m[1], m[2], i+1); err != nil {
					return File{}, err
				}
			} else if title := strings.TrimSpace(line); f.Title == "" && len(named) == 0 {
				f.Title = title
			}
		}
	}
	if len(f.Ballots) == 0 {
		return File{}, malformed(0, "ballots", "there is no ballot; want lines that begin with V:")
	}
	return f, nil
}

// nameOption takes the name of a column.
func nameOption(named map[int]string, number, name string, line int) error {
	n, ok := whole(number)
	if !ok || n < 1 || n > tally.MostOptions {
		return malformed(line, "options", "there is no option %.20s; they go from 1 to %d", number, tally.MostOptions)
	}
	if _, twice := named[n]; twice {
		return malformed(line, "options", "option %d is named twice", n)
	}
	named[n] = name
	return nil
}

// debianBallot reads a ballot; the first one settles how many options there are.
func (f *File) debianBallot(text string, named map[int]string, line int) error {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return malformed(line, "ballots", "the ballot is empty; want a character for each option")
	}
	ranks := fields[0]
	if f.Options == nil {
		if err := f.numbered(len(ranks), line); err != nil {
			return err
		}
		for i := range f.Options {
			f.Options[i].Name = named[i+1]
		}
		for n := range named {
			if n > len(ranks) {
				return malformed(line, "ballots", "the ballot ranks %d options, and the header names option %d", len(ranks), n)
			}
		}
	}
	if len(ranks) != len(f.Options) {
		return malformed(line, "ballots", "the ballot ranks %d options of %d", len(ranks), len(f.Options))
	}
	b := tally.One(make([]int16, len(ranks))...)
	for i, c := range []byte(ranks) {
		if c == '-' {
			continue
		}
		r, err := strconv.ParseInt(string(rune(c)), 36, 16)
		if err != nil || r == 0 {
			return malformed(line, "ballots", "%q is no rank; want 1 to 9, a letter from A on, or -", rune(c))
		}
		b.Marks[i] = int16(r)
	}
	f.Ballots = append(f.Ballots, b)
	return nil
}
