package plaintext

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// ledger reads hledger and Ledger, whose journals are nearly one language.
type ledger struct {
	*source
	dialect Dialect
	entry   *entry                  // being read
	entries []*entry                // all, in the order of the files
	damaged bool                    // what the indented lines belong to was at fault
	skip    string                  // what ends the block of comments being read
	sub     directive               // whose indented lines are being read
	styles  map[quantity.Unit]style // of commodity directives, and of amounts seen
	scope
}

// scope is what directives set for the lines below them; in hledger, to the end
// of their file.
type scope struct {
	year    int
	mark    byte           // of decimal-mark
	usual   *quantity.Unit // of the directive D
	parents []string       // of apply account
	tags    []intake.Tag   // of apply tag
	applied []string       // what "end" ends: "account" or "tag"
	aliases []alias
}

// style is how amounts of a commodity are written.
type style struct {
	mark     byte // before decimals; 0 when no directive says so
	decimals int
	declared bool
}

type alias struct{ from, to string }

// entry is a transaction being read.
type entry struct {
	intake.Entry
	postings []*posting
}

// posting is a posting with what only the balancing needs.
type posting struct {
	intake.Posting
	given     bool // the file has the amount
	decimals  int  // of the amount, as written
	bracketed bool // [account]: virtual, but balanced
	assert    *assertion
}

// assertion is a balance that the file states.
type assertion struct {
	amount quantity.Amount
	only   bool // ==: of no other commodity anything
	deep   bool // =*: with the accounts below
}

// directive is one that may have indented lines.
type directive struct{ word, name string }

// keyword is the first word of a directive.
var keyword = regexp.MustCompile(`^[!@]?([a-zA-Z][a-z-]*)(?:\s+(.*))?$`)

// line takes one line of a journal.
func (l *ledger) line(text string) error {
	trimmed := strings.TrimSpace(text)
	if l.skip != "" {
		if end, ok := strings.CutPrefix(trimmed, "end"); ok && strings.TrimSpace(end) == l.skip {
			l.skip = ""
		}
		return nil
	}
	if trimmed == "" {
		return l.endEntry()
	}
	if text[0] == ' ' || text[0] == '\t' {
		if l.damaged {
			return nil
		}
		return l.indented(trimmed)
	}
	if err := l.endEntry(); err != nil {
		return err
	}
	err := l.begin(text, trimmed)
	l.damaged = err != nil
	return err
}

// begin takes a line that is not indented.
func (l *ledger) begin(text, trimmed string) error {
	switch c := text[0]; {
	case strings.IndexByte(";#*", c) >= 0, l.dialect == Ledger && strings.IndexByte("|%", c) >= 0:
		return nil
	case c >= '0' && c <= '9':
		return l.header(trimmed)
	case c == '~':
		return unsupported("a periodic transaction (~)", "print the journal with hledger print --forecast, or leave it out")
	case c == '=':
		return unsupported("an automated transaction (=)", "print the journal with hledger print --auto, or leave it out")
	}
	return l.directive(text)
}

// indented takes a line of an entry or of a directive.
func (l *ledger) indented(text string) error {
	switch {
	case l.entry == nil && text[0] == ';':
		return nil
	case l.entry != nil && (text[0] == ';' || l.dialect == Ledger && text[0] == '#'):
		l.comment(text[1:])
		return nil
	case l.entry != nil:
		return l.posting(text)
	case l.sub.word != "":
		return l.subdirective(text)
	}
	return syntax("the line %q is indented, but belongs to no entry", text)
}

// endEntry closes what is being read.
func (l *ledger) endEntry() error {
	l.sub = directive{}
	e := l.entry
	if e == nil {
		return nil
	}
	l.entry = nil
	if len(e.postings) == 0 && l.dialect == Ledger {
		return locate(syntax("the entry %q has no postings", e.Payee), e.File, e.From)
	}
	l.entries = append(l.entries, e)
	return l.count(len(l.entries))
}

func (l *ledger) endFile() error {
	if l.skip != "" {
		l.skip = ""
	}
	return l.endEntry()
}

// headerForm is DATE[=DATE] [!|*] [(CODE)] DESCRIPTION.
var headerForm = regexp.MustCompile(`^([0-9./-]+)(?:=([0-9./-]+))?(?:\s+([*!])?\s*(?:\(([^)]*)\))?\s*(.*))?$`)

// header begins an entry.
func (l *ledger) header(text string) error {
	text, comment := l.cutComment(text)
	m := headerForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return syntax("%q does not begin an entry; it reads like 2026-03-14 * (12) who | what", text)
	}
	day, err := l.day(m[1])
	if err != nil {
		return err
	}
	e := &entry{Entry: intake.Entry{Day: day, Status: intake.Status(m[3]), Code: clean(m[4]), File: l.file(), From: l.at, To: l.at}}
	if m[2] != "" {
		if e.OtherDay, err = l.day(m[2]); err != nil {
			return err
		}
	}
	e.Payee = clean(m[5])
	if payee, note, ok := strings.Cut(m[5], "|"); ok && l.dialect == Hledger {
		e.Payee, e.Note = clean(payee), clean(note)
	}
	e.Tags = append(e.Tags, l.tags...)
	l.entry = e
	l.comment(comment)
	return nil
}

// cutComment splits a line from the comment behind it. In Ledger a payee may
// hold a semicolon that no two spaces are in front of.
func (l *ledger) cutComment(text string) (string, string) {
	from := 0
	for {
		at := strings.IndexByte(text[from:], ';')
		if at < 0 {
			return text, ""
		}
		at += from
		if l.dialect == Hledger || strings.HasSuffix(text[:at], "  ") || strings.HasSuffix(text[:at], "\t") {
			return text[:at], text[at+1:]
		}
		from = at + 1
	}
}

// day reads a date with any of three signs, or one without a year.
func (l *ledger) day(text string) (string, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) == 2 && l.year != 0 {
		parts = append([]string{strconv.Itoa(l.year)}, parts...)
	}
	if len(parts) != 3 {
		return "", intake.BadDay(text)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(p) > 4 {
			return "", intake.BadDay(text)
		}
		n[i] = int(v)
	}
	return intake.Day(text, n[0], n[1], n[2])
}

var (
	tagForm     = regexp.MustCompile(`(?:^|[\s,])([^\s,:;]+):([^,]*)`)
	ledgerTag   = regexp.MustCompile(`^\s*([^\s:]+)::?\s+(.+)$`)
	ledgerMarks = regexp.MustCompile(`(?:^|\s):((?:[^\s:]+:)+)(?:\s|$)`)
	dateComment = regexp.MustCompile(`\[([0-9./-]+)(?:=[0-9./-]+)?\]`)
)

// comment takes the tags out of a comment, for the posting read last or the entry.
func (l *ledger) comment(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	var found []intake.Tag
	add := func(name, value string) { found = append(found, intake.Tag{Name: clean(name), Value: clean(value)}) }
	if l.dialect == Hledger {
		for _, m := range tagForm.FindAllStringSubmatch(text, -1) {
			add(m[1], m[2])
		}
	} else if m := ledgerMarks.FindStringSubmatch(text); m != nil {
		for name := range strings.SplitSeq(strings.Trim(m[1], ":"), ":") {
			add(name, "")
		}
	} else if m := ledgerTag.FindStringSubmatch(text); m != nil {
		add(m[1], m[2])
	}
	e := l.entry
	if e.To = l.at; len(e.postings) == 0 {
		e.Tags = append(e.Tags, found...)
		return
	}
	p := e.postings[len(e.postings)-1]
	p.Tags = append(p.Tags, found...)
	for _, t := range found {
		if t.Name == "date" && l.dialect == Hledger {
			p.Day, _ = l.day(t.Value)
		}
	}
	if m := dateComment.FindStringSubmatch(text); m != nil {
		p.Day, _ = l.day(m[1])
	}
}

// fullAccount is an account's name as the directives have it: in hledger below
// the parents, then as aliases say; in Ledger an alias stands for a whole name.
func (l *ledger) fullAccount(name string) string {
	full := strings.Join(append(l.parents[:len(l.parents):len(l.parents)], name), ":")
	if l.dialect == Hledger {
		return l.withoutAliases(full)
	}
	if other := l.withoutAliases(name); other != name {
		return other
	}
	return full
}

// withoutAliases replaces what an account's name begins with, the latest alias first.
func (l *ledger) withoutAliases(name string) string {
	for _, a := range slices.Backward(l.aliases) {
		if rest, ok := strings.CutPrefix(name, a.from); ok && (rest == "" || rest[0] == ':') {
			name = a.to + rest
		}
	}
	return name
}

// checkAccount refuses a name that no account can have.
func checkAccount(name string) error {
	if name == "" || len(name) > 500 || intake.Clean(name, 500) != name || strings.HasPrefix(name, ":") || strings.HasSuffix(name, ":") || strings.Contains(name, "::") {
		return fault.Invalidf("books.journal_account", "account", "%q is no name of an account; it reads like assets:bank", intake.Show(name))
	}
	return nil
}
