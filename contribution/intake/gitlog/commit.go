package gitlog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
)

// format frames the fields of a commit. Each ends with a zero byte, which git
// lets no field hold; the first is a mark, by which a commit is told from the
// line counts of the one before.
const format = "%x00commit%x00%H%x00%aN%x00%aE%x00%ad%x00%ct%x00%P%x00%s%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x01)%x00%(trailers:key=Reviewed-by,valueonly,unfold,separator=%x01)%x00"

const fields = 9 // after the mark

// longestField bounds what one commit may make us hold.
const longestField = 1 << 20

// commit is one commit, as read.
type commit struct {
	hash      string
	author    intake.Identity
	at        time.Time // author date, with its zone
	atErr     *fault.Error
	merge     bool
	subject   string
	coAuthors []intake.Identity
	reviewers []intake.Identity
	lines     int64 // added and removed
}

// stream reads the output of git log.
type stream struct {
	in   *bufio.Reader
	next bool // the mark of the next commit was read already
}

// token reads up to a zero byte. What is longer than longestField is cut.
func (s *stream) token() (string, error) {
	var b []byte
	for {
		part, err := s.in.ReadSlice(0)
		if len(b) < longestField {
			b = append(b, part...)
		}
		switch {
		case err == nil:
			return string(bytes.TrimSuffix(b, []byte{0})), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return string(b), err
		}
	}
}

// commit reads the next commit with its line counts; io.EOF ends the log.
func (s *stream) commit(zone *time.Location) (commit, error) {
	if !s.next {
		if err := s.skipToMark(); err != nil {
			return commit{}, err
		}
	}
	s.next = false
	var f [fields]string
	for i := range f {
		var err error
		if f[i], err = s.token(); err != nil {
			return commit{}, io.ErrUnexpectedEOF
		}
	}
	c := commit{hash: f[0], author: identity(f[1], f[2]), merge: strings.Contains(f[5], " "), subject: intake.Clean(f[6], 500),
		coAuthors: people(f[7]), reviewers: people(f[8])}
	c.at, c.atErr = authorDate(f[3], zone)
	return c, s.counts(&c)
}

// skipToMark reads to the mark of the first commit.
func (s *stream) skipToMark() error {
	for {
		t, err := s.token()
		if err != nil {
			return io.EOF
		}
		if t == "commit" {
			return nil
		}
	}
}

// counts reads numstat entries up to the mark of the next commit. A rename has
// two more tokens, its names, which hold no tabs in front.
func (s *stream) counts(c *commit) error {
	for {
		t, err := s.token()
		if err != nil {
			return nil // the last commit
		}
		if t == "commit" {
			s.next = true
			return nil
		}
		added, rest, ok := strings.Cut(strings.TrimLeft(t, "\n"), "\t")
		removed, _, ok2 := strings.Cut(rest, "\t")
		if !ok || !ok2 {
			continue
		}
		for _, n := range []string{added, removed} { // "-" for a binary file counts nothing
			if v, err := strconv.ParseInt(n, 10, 64); err == nil && v > 0 && c.lines < math.MaxInt64-v {
				c.lines += v
			}
		}
	}
}

// identity makes an identity of what git says, which may be anything.
func identity(name, mail string) intake.Identity {
	id := intake.ByMail(mail, name)
	if id.IsZero() {
		id = intake.Identity{ID: "name:", Name: "nobody"}
	}
	return id
}

// people reads trailers: "Name <mail>", separated by 0x01.
func people(trailers string) []intake.Identity {
	var out []intake.Identity
	for t := range strings.SplitSeq(trailers, "\x01") {
		name, mail := splitPerson(t)
		if name == "" && mail == "" {
			continue
		}
		if out = append(out, identity(name, mail)); len(out) == 100 {
			break // more is an attack, not a team
		}
	}
	return out
}

// splitPerson is lenient: trailers are written by hand.
func splitPerson(text string) (name, mail string) {
	text = strings.TrimSpace(text)
	name, rest, bracket := strings.Cut(text, "<")
	if bracket {
		mail, _, _ = strings.Cut(rest, ">")
	} else if strings.Contains(text, "@") && !strings.Contains(text, " ") {
		name, mail = "", text
	}
	return strings.TrimSpace(name), strings.TrimSpace(mail)
}

// authorDate reads git's raw date, "1772445600 +0100". The day is that of the
// author's own clock when its zone is believable, else of the fallback zone.
func authorDate(raw string, zone *time.Location) (time.Time, *fault.Error) {
	seconds, offset, _ := strings.Cut(strings.TrimSpace(raw), " ")
	n, err := strconv.ParseInt(seconds, 10, 64)
	at := time.Unix(n, 0).UTC()
	if err != nil || n <= 0 || at.Year() > 2100 {
		return time.Time{}, fault.Invalidf("intake.date", "date", "the author date %q is not a time between 1970 and 2100; log this commit by hand, with the right day", intake.Show(raw))
	}
	if t, err := time.Parse("-0700", offset); err == nil {
		if _, east := t.Zone(); east >= -12*3600 && east <= 14*3600 {
			return at.In(time.FixedZone(offset, east)), nil
		}
	}
	return at.In(zone), nil
}
