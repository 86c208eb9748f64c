package ballotfile

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// ReadPrefLib reads orders of PrefLib: "# KEY: value" lines and then "count: 1,{2,3}";
// or, as before 2022, the number of alternatives, a line "number,name" for each, a
// line of totals, and "count,1,{2,3}". The totals must be true; in strict types no
// ranks are equal, and in complete ones every alternative has one.
func ReadPrefLib(data []byte) (File, error) {
	f, text := begin(PrefLib, data)
	r := &prefReader{File: f, voters: -1, orders: -1}
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	read := r.line
	if first := strings.TrimSpace(lines[0]); !strings.HasPrefix(first, "#") {
		read = r.oldLine
	}
	for i, line := range lines {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := read(line, i+1); err != nil {
			return File{}, err
		}
	}
	return r.File, r.checkTotals(len(lines))
}

type prefReader struct {
	File
	kind           string // "soc", "soi", "toc" or "toi"; empty where it is not said
	voters, orders int    // as the file says; -1 where it does not
	named          int    // of the older format
	counted        int
}

// line reads a line of the format of today.
func (r *prefReader) line(line string, no int) error {
	if header, ok := strings.CutPrefix(line, "#"); ok {
		key, value, _ := strings.Cut(header, ":")
		return r.header(strings.TrimSpace(key), strings.TrimSpace(value), no)
	}
	count, order, ok := strings.Cut(line, ":")
	if !ok {
		return malformed(no, "ballots", "%.40q is no order; want count: 1,2,3", line)
	}
	return r.order(count, order, no)
}

func (r *prefReader) header(key, value string, no int) error {
	if number, ok := strings.CutPrefix(key, "ALTERNATIVE NAME "); ok {
		n, ok := whole(number)
		if !ok || n < 1 || n > len(r.Options) {
			return malformed(no, "options", "there is no alternative %.20q; they go from 1 to %d", number, len(r.Options))
		}
		r.Options[n-1].Name = value
		return nil
	}
	var ok = true
	n := 0
	switch key {
	case "TITLE":
		r.Title = value
	case "DATA TYPE":
		r.kind = value
		if !strings.Contains(" soc soi toc toi ", " "+value+" ") {
			return malformed(no, "file", "files of the type %.20q hold no orders; want soc, soi, toc or toi", value)
		}
	case "NUMBER ALTERNATIVES":
		if n, ok = whole(value); ok && r.Options == nil {
			return r.numbered(n, no)
		}
		ok = false
	case "NUMBER VOTERS":
		r.voters, ok = whole(value)
	case "NUMBER UNIQUE ORDERS":
		r.orders, ok = whole(value)
	}
	if !ok {
		return malformed(no, "file", "%.40q is no number for %s, or it comes twice", value, key)
	}
	return nil
}

// oldLine reads a line of the format before 2022.
func (r *prefReader) oldLine(line string, no int) error {
	before, after, comma := strings.Cut(line, ",")
	switch {
	case r.Options == nil:
		n, ok := whole(line)
		if !ok {
			return malformed(no, "options", "%.40q stands where the number of alternatives should", line)
		}
		return r.numbered(n, no)
	case r.named < len(r.Options):
		n, ok := whole(before)
		if r.named++; !ok || !comma || n != r.named {
			return malformed(no, "options", "%.40q stands where the name of alternative %d should: %d,name", line, r.named, r.named)
		}
		r.Options[n-1].Name = strings.TrimSpace(after)
		return nil
	case r.voters < 0:
		totals := strings.Split(line, ",")
		var voters, orders bool
		r.voters, voters = whole(totals[0])
		r.orders, orders = whole(totals[len(totals)-1])
		if len(totals) != 3 || !voters || !orders {
			return malformed(no, "file", "%.40q stands where the totals should: voters,sum,orders", line)
		}
		return nil
	}
	return r.order(before, after, no)
}

// order reads an order and how many voters have it.
func (r *prefReader) order(count, order string, no int) error {
	n, ok := whole(count)
	if !ok || n < 1 {
		return malformed(no, "ballots", "%.40q is no number of voters; want 1 or more", count)
	}
	if r.Options == nil {
		return malformed(no, "options", "the order comes before the number of alternatives")
	}
	b := tally.One(make([]int16, len(r.Options))...)
	at, ranked, group := 0, 0, false
	for _, item := range strings.Split(order, ",") {
		item = strings.TrimSpace(item)
		item, opens := strings.CutPrefix(item, "{")
		item, closes := strings.CutSuffix(item, "}")
		if opens && group || closes && !group && !opens {
			return malformed(no, "ballots", "the braces of %.40q do not match", order)
		}
		if !group {
			at++
		}
		group = (group || opens) && !closes
		option, ok := whole(item)
		if !ok {
			return malformed(no, "ballots", "%.40q is no alternative; want its number", item)
		}
		if err := rank(b.Marks, option, at, no); err != nil {
			return err
		}
		ranked++
	}
	switch {
	case group:
		return malformed(no, "ballots", "the braces of %.40q do not match", order)
	case strings.HasPrefix(r.kind, "s") && at != ranked:
		return malformed(no, "ballots", "the order has equal ranks, and the file is of the strict type %s", r.kind)
	case strings.HasSuffix(r.kind, "c") && ranked != len(r.Options):
		return malformed(no, "ballots", "the order ranks %d of %d alternatives, and the file is of the complete type %s", ranked, len(r.Options), r.kind)
	}
	r.Ballots = append(r.Ballots, b.Times(int64(n)))
	r.counted += n
	return nil
}

// checkTotals holds what was read against what the file says of itself.
func (r *prefReader) checkTotals(lines int) error {
	switch {
	case len(r.Options) == 0:
		return malformed(lines, "options", "the file does not say how many alternatives there are")
	case r.voters >= 0 && r.counted != r.voters:
		return malformed(lines, "ballots", "the orders are of %d voters, and the file says %d", r.counted, r.voters)
	case r.orders >= 0 && len(r.Ballots) != r.orders:
		return malformed(lines, "ballots", "there are %d orders, and the file says %d", len(r.Ballots), r.orders)
	}
	return nil
}

// WritePrefLib writes an election as PrefLib of the type toi, which loses no
// equal ranks; gaps between ranks are closed. Blank ballots, classes and
// fractions of votes cannot be said in the format and are refused.
func WritePrefLib(w io.Writer, e tally.Election) error {
	out := bufio.NewWriter(w)
	voters := int64(0)
	for i, b := range e.Ballots {
		if b.Spoiled || b.Classes != 0 || len(groups(b.Marks)) == 0 || b.Votes != tally.Votes(b.Voters)*tally.Vote {
			return unsayable(i, "PrefLib")
		}
		voters += b.Voters
	}
	fmt.Fprintf(out, "# TITLE: %s\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: %d\n# NUMBER VOTERS: %d\n# NUMBER UNIQUE ORDERS: %d\n", e.Title, len(e.Options), voters, len(e.Ballots))
	for i, name := range names(e.Options) {
		if strings.ContainsAny(name+e.Title, "\n\r") {
			return fault.Invalidf("ballotfile.name", "options", "the name %.40q has more than one line", name)
		}
		fmt.Fprintf(out, "# ALTERNATIVE NAME %d: %s\n", i+1, name)
	}
	for _, b := range e.Ballots {
		fmt.Fprintf(out, "%d: %s\n", b.Voters, prefOrder(b.Marks))
	}
	return out.Flush()
}

func prefOrder(marks []int16) string {
	var parts []string
	for _, group := range groups(marks) {
		var numbers []string
		for _, option := range group {
			numbers = append(numbers, strconv.Itoa(option+1))
		}
		part := strings.Join(numbers, ",")
		if len(group) > 1 {
			part = "{" + part + "}"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}
