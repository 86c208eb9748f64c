package ballotfile

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"commonweal/governance/tally"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// ReadBLT reads a BLT file: the numbers of candidates and seats; withdrawn
// candidates as negative numbers; ballots as weight, candidates, 0; a lone 0;
// names and a title in quotes. Also read are = for equal ranks, - for a skipped
// rank, comments, ids of ballots, decimal weights, and lines that run together.
// A weight that is a whole number is so many voters; a decimal one is one voter.
func ReadBLT(data []byte) (File, error) {
	f, text := begin(BLT, data)
	r := &bltReader{File: f, tokens: tokens{text, 1}}
	for _, part := range []func() error{r.head, r.ballots, r.names} {
		if err := part(); err != nil {
			return File{}, err
		}
	}
	return r.File, nil
}

type bltReader struct {
	File
	tokens tokens
}

// head reads the numbers of candidates and seats.
func (r *bltReader) head() error {
	n, line, err := r.number("the number of candidates")
	if err != nil {
		return err
	}
	if err := r.numbered(n, line); err != nil {
		return err
	}
	if r.Seats, line, err = r.number("the number of seats"); err != nil {
		return err
	}
	if r.Seats < 1 || r.Seats > n {
		return malformed(line, "seats", "%d seats for %d candidates cannot be; want at least 1 and no more than there are candidates", r.Seats, n)
	}
	return nil
}

func (r *bltReader) number(what string) (n, line int, err error) {
	t, err := r.tokens.next()
	if err != nil {
		return 0, 0, err
	}
	n, ok := whole(t.text)
	if !ok || t.quoted {
		return 0, t.line, malformed(t.line, "file", "%.40q stands where %s should", t.text, what)
	}
	return n, t.line, nil
}

// ballots reads the withdrawn candidates and the ballots, up to the lone 0.
func (r *bltReader) ballots() error {
	for {
		t, err := r.tokens.next()
		switch {
		case err != nil:
			return err
		case t.quoted || t.text == "":
			return malformed(t.line, "ballots", "the ballots have no end; want a line with 0 after the last")
		case t.text == "0":
			return nil
		case strings.HasPrefix(t.text, "-") && len(t.text) > 1:
			err = r.withdraw(t)
		default:
			err = r.ballot(t)
		}
		if err != nil {
			return err
		}
	}
}

func (r *bltReader) withdraw(t token) error {
	n, ok := whole(t.text[1:])
	if !ok || n < 1 || n > len(r.Options) || len(r.Ballots) > 0 {
		return malformed(t.line, "options", "%.40q withdraws nobody; want the negative number of a candidate, before the ballots", t.text)
	}
	r.Options[n-1].Withdrawn = true
	return nil
}

// weighted begins a ballot with its weight.
func (r *bltReader) weighted(weight token) (tally.Ballot, error) {
	b := tally.Ballot{Marks: make([]int16, len(r.Options)), Voters: 1}
	votes, err := quantity.Parse(weight.text, "")
	b.Votes = tally.Votes(votes.Micros)
	if err != nil || b.Votes <= 0 || b.Votes > tally.MostVotes {
		return b, malformed(weight.line, "ballots", "%.40q is no weight of a ballot; want a number above 0, with at most six decimals", weight.text)
	}
	if b.Votes%tally.Vote == 0 {
		b.Voters = int64(b.Votes / tally.Vote)
	}
	return b, nil
}

// ballot reads a ballot whose weight has been read.
func (r *bltReader) ballot(weight token) error {
	b, err := r.weighted(weight)
	if err != nil {
		return err
	}
	for at, equal := 0, false; ; {
		t, err := r.tokens.next()
		switch {
		case err != nil:
			return err
		case t.quoted || t.text == "":
			return malformed(t.line, "ballots", "the ballot has no end; want 0 after its last choice")
		case t.text == "0" && !equal:
			r.Ballots = append(r.Ballots, b)
			return nil
		case t.text == "=" && at > 0 && !equal:
			equal = true
			continue
		case t.text == "-" && !equal:
			at++
			continue
		}
		option, ok := whole(t.text)
		if !ok {
			return malformed(t.line, "ballots", "%.40q is no choice; want the number of a candidate", t.text)
		}
		if !equal {
			at++
		}
		equal = false
		if err := rank(b.Marks, option, at, t.line); err != nil {
			return err
		}
	}
}

// names reads the names and the title; files of some programs have more text
// after it.
func (r *bltReader) names() error {
	for i := 0; ; i++ {
		t, err := r.tokens.next()
		switch {
		case err != nil:
			return err
		case t.text == "" && !t.quoted && i < len(r.Options):
			return malformed(t.line, "options", "there are %d names for %d candidates", i, len(r.Options))
		case t.text == "" && !t.quoted:
			return nil
		case !t.quoted:
			return malformed(t.line, "options", "%.40q stands where a name in quotes should", t.text)
		case i < len(r.Options):
			r.Options[i].Name = t.text
		case i == len(r.Options):
			r.Title = t.text
		}
	}
}

// WriteBLT writes an election as BLT, for seats. Ballots of classes, or that are
// spoiled, cannot be said in the format and are refused.
func WriteBLT(w io.Writer, e tally.Election, seats int) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%d %d\n", len(e.Options), seats)
	for i, o := range e.Options {
		if o.Withdrawn {
			fmt.Fprintf(out, "-%d\n", i+1)
		}
	}
	for i, b := range e.Ballots {
		whole := b.Votes%tally.Vote == 0
		if b.Spoiled || b.Classes != 0 || b.Votes <= 0 || whole && int64(b.Votes/tally.Vote) != b.Voters || !whole && b.Voters != 1 || slices.Min(append(slices.Clone(b.Marks), 0)) < 0 {
			return unsayable(i, "BLT")
		}
		fmt.Fprintf(out, "%s %s0\n", b.Votes, bltOrder(b.Marks))
	}
	out.WriteString("0\n")
	for _, name := range append(names(e.Options), e.Title) {
		if strings.ContainsAny(name, "\n\r") {
			return fault.Invalidf("ballotfile.name", "options", "the name %.40q has more than one line", name)
		}
		fmt.Fprintf(out, "\"%s\"\n", strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name))
	}
	return out.Flush()
}

// unsayable is the refusal of a ballot that a format has no words for.
func unsayable(i int, format string) error {
	return fault.Invalidf("ballotfile.unsayable", "ballots", "ballot %d cannot be said in %s: it is of classes, spoiled, without a rank, or of a weight that the format does not have", i+1, format)
}

func names(options []tally.Option) []string {
	out := make([]string, len(options))
	for i, o := range options {
		if out[i] = o.Name; o.Name == "" {
			out[i] = o.ID
		}
	}
	return out
}

// bltOrder writes ranks as choices, each with a space behind it.
func bltOrder(marks []int16) string {
	var b strings.Builder
	last := 0
	for _, group := range groups(marks) {
		for last++; last < int(marks[group[0]]); last++ {
			b.WriteString("- ")
		}
		for i, option := range group {
			if i > 0 {
				b.WriteByte('=')
			}
			b.WriteString(strconv.Itoa(option + 1))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// groups are the options in order of rank, equal ones together.
func groups(marks []int16) (out [][]int) {
	var order []int
	for i, m := range marks {
		if m > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(marks[a]) - int(marks[b]) })
	for i, option := range order {
		if i == 0 || marks[option] != marks[order[i-1]] {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], option)
	}
	return out
}
