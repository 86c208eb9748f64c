package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// maxFile bounds a file that ParseHledger reads, in bytes.
const maxFile = 1 << 30

// Parsed is a file that WriteHledger wrote, read again.
type Parsed struct {
	Filter  Filter
	Opening []Posting
	Prices  []Price
	Entries []Entry
	Closing map[Account]map[quantity.Unit]quantity.Amount // as asserted
	Origin  string
	Size    int64
	Root    string
}

// ParseHledger reads a file of WriteHledger back: the same entries, to the last
// field. It refuses a file that was changed since, by its last line
// (books.file_changed), and any other that WriteHledger would not have written
// (books.file_malformed, with its line).
func ParseHledger(r io.Reader) (*Parsed, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return nil, err
	}
	body, ok := checkSum(data)
	if !ok {
		return nil, fault.Invalidf("books.file_changed", "", "the last line does not hold the SHA-256 of the lines above it; the file is incomplete or was changed")
	}
	p := parser{out: &Parsed{Closing: map[Account]map[quantity.Unit]quantity.Amount{}}, units: map[string]quantity.Unit{}}
	for i, line := range strings.Split(strings.TrimSuffix(string(body), "\n"), "\n") {
		if err := p.read(line); err != nil {
			return nil, fault.Invalidf("books.file_malformed", "", "line %d: %v", i+1, err).AtLine(i + 1)
		}
	}
	p.finish()
	return p.out, nil
}

// checkSum cuts the last line off and compares its sum.
func checkSum(data []byte) (body []byte, ok bool) {
	at := bytes.LastIndex(data, []byte("\n"+sumPrefix))
	if at < 0 {
		return nil, false
	}
	body = data[:at+1]
	sum := sha256.Sum256(body)
	return body, string(data[at+1:]) == sumPrefix+hex.EncodeToString(sum[:])+"\n"
}

type parser struct {
	out   *Parsed
	units map[string]quantity.Unit // by symbol
	entry *Entry
}

var (
	commodityLine = regexp.MustCompile(`^commodity \S+ "?([A-Z][A-Z0-9-]+)"?  ; unit: (\S+)$`)
	priceLine     = regexp.MustCompile(`^P (\d{4}-\d\d-\d\d) "?([A-Z][A-Z0-9-]+)"? ([0-9.]+) "?([A-Z][A-Z0-9-]+)"?  ; entry: (\d+\.\d+), done: ([0-9.]+), return: ([0-9.]+)$`)
	entryLine     = regexp.MustCompile(`^(\d{4}-\d\d-\d\d) \* (?:\((\d+)\.(\d+)\) )?.+ \| (.+)$`)
	tagLine       = regexp.MustCompile(`^    ; ([a-z]+): (\S*)$`)
	postingLine   = regexp.MustCompile(`^    ([A-Z]\S*) +  +(-?[0-9.]+) "?([A-Z][A-Z0-9-]+)"?(?: = (-?[0-9.]+) "?[A-Z][A-Z0-9-]+"?)?$`)
	headLine      = regexp.MustCompile(`^; ([a-z-]+): (.*)$`)
)

// read takes one line.
func (p *parser) read(line string) error {
	switch {
	case line == "" || line == "decimal-mark ." || strings.HasPrefix(line, "account ") || strings.HasPrefix(line, "payee ") || strings.HasPrefix(line, "; Commonweal books"):
		return nil
	case strings.HasPrefix(line, "    ;"):
		return p.tag(line)
	case strings.HasPrefix(line, "    "):
		return p.posting(line)
	case strings.HasPrefix(line, "; "):
		return p.head(line)
	}
	if m := commodityLine.FindStringSubmatch(line); m != nil {
		unit, err := untag(m[2])
		p.units[m[1]] = quantity.Unit(unit)
		return err
	}
	if m := priceLine.FindStringSubmatch(line); m != nil {
		return p.price(m[1], m[5], [2]string{m[6], m[2]}, [2]string{m[7], m[4]}, m[3])
	}
	m := entryLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("%.80q is no line of an export", line)
	}
	p.finish()
	p.entry = &Entry{Log: -1, Day: m[1], Kind: "opening"}
	if m[2] != "" {
		var err error
		if p.entry.Log, err = strconv.ParseInt(m[2], 10, 64); err != nil {
			return err
		}
		p.entry.N, err = strconv.Atoi(m[3])
		return err
	}
	return nil
}

// price takes the price of an exchange; amounts are a number and a symbol.
func (p *parser) price(day, entry string, done, back [2]string, rate string) (err error) {
	price := Price{Day: day, Entry: entry}
	if price.Done, err = p.amount(done[0], done[1]); err != nil {
		return err
	}
	if price.Return, err = p.amount(back[0], back[1]); err != nil {
		return err
	}
	if price.Done.Micros <= 0 || price.Rate() != rate {
		return fmt.Errorf("the rate of %s for %s is not %s", price.Return, price.Done, rate)
	}
	p.out.Prices = append(p.out.Prices, price)
	return nil
}

// amount reads a number of a commodity.
func (p *parser) amount(number, symbol string) (quantity.Amount, error) {
	unit, known := p.units[symbol]
	if !known {
		return quantity.Amount{}, fmt.Errorf("the commodity %q was not declared", symbol)
	}
	return quantity.Parse(number, unit)
}

// finish keeps the entry that was read last.
func (p *parser) finish() {
	switch e := p.entry; {
	case e == nil:
	case e.Log < 0:
		p.out.Opening = e.Postings
	default:
		p.out.Entries = append(p.out.Entries, *e)
	}
	p.entry = nil
}

func (p *parser) tag(line string) error {
	m := tagLine.FindStringSubmatch(line)
	if m == nil || p.entry == nil {
		return fmt.Errorf("%.80q is no tag of an entry", line)
	}
	value, err := untag(m[2])
	if err != nil {
		return err
	}
	id := store.ID(value)
	switch m[1] {
	case "kind":
		p.entry.Kind = value
	case "event":
		p.entry.Event = id
	case "happened":
		p.entry.Happened = value
	case "party":
		p.entry.Payee = id
	case "project":
		p.entry.Project = id
	case "distribution":
		p.entry.Distribution = id
	case "corrects":
		p.entry.Corrects = id
	case "recorded":
		p.entry.Recorded, err = time.Parse(time.RFC3339Nano, value)
	default:
		err = fmt.Errorf("the tag %q is unknown", m[1])
	}
	return err
}

func (p *parser) posting(line string) error {
	m := postingLine.FindStringSubmatch(line)
	if m == nil || p.entry == nil {
		return fmt.Errorf("%.80q is no posting", line)
	}
	amount, err := p.amount(m[2], m[3])
	if err != nil {
		return err
	}
	account, unit := Account(m[1]), amount.Unit
	p.entry.Postings = append(p.entry.Postings, Posting{account, amount})
	if m[4] == "" {
		return nil
	}
	if p.out.Closing[account] == nil {
		p.out.Closing[account] = map[quantity.Unit]quantity.Amount{}
	}
	p.out.Closing[account][unit], err = quantity.Parse(m[4], unit)
	return err
}

// head takes a line of the header or of the end.
func (p *parser) head(line string) (err error) {
	m := headLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("%.80q is no line of an export", line)
	}
	switch m[1] {
	case "log":
		p.out.Origin, err = untag(m[2])
	case "period":
		from, to, _ := strings.Cut(m[2], " to ")
		p.out.Filter.From, p.out.Filter.To = notOpen(from), notOpen(to)
	case "unit":
		var unit string
		unit, err = untag(m[2])
		p.out.Filter.Unit = quantity.Unit(unit)
	case "by", "account", "project", "agent":
		err = p.narrow(m[1], m[2])
	case "log-size":
		p.out.Size, err = strconv.ParseInt(m[2], 10, 64)
	case "log-root":
		p.out.Root = m[2]
	default:
		if !slices.Contains([]string{"commons", "filter", "entries", "debits"}, m[1]) {
			err = fmt.Errorf("the line %q is unknown", m[1])
		}
	}
	return err
}

// narrow takes what the filter keeps besides days and unit.
func (p *parser) narrow(name, text string) error {
	value, err := untag(text)
	switch f := &p.out.Filter; name {
	case "by":
		f.By = Time(value)
	case "account":
		f.Account = Account(value)
	case "project":
		f.Project = store.ID(value)
	case "agent":
		f.Agent = store.ID(value)
	}
	return err
}

func notOpen(day string) string {
	if day == "open" {
		return ""
	}
	return day
}
