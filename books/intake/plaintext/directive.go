package plaintext

import (
	"slices"
	"strconv"
	"strings"

	"commonweal/books/intake"
)

// directive takes a line that begins with a word.
func (l *ledger) directive(text string) error {
	m := keyword.FindStringSubmatch(text)
	if m == nil {
		return syntax("%q begins neither an entry nor a directive", text)
	}
	word, rest := m[1], strings.TrimSpace(m[2])
	bare, _ := l.cutComment(rest)
	bare = strings.TrimSpace(bare)
	switch word {
	case "account", "commodity", "payee", "tag":
		return l.declaration(word, rest, bare)
	case "decimal-mark":
		if bare != "." && bare != "," {
			return syntax("%q is no decimal mark; it is . or ,", bare)
		}
		l.mark = bare[0]
		return nil
	case "P":
		return l.price(bare)
	case "D":
		a, err := l.wholeAmount(bare)
		if err != nil {
			return err
		}
		l.usual = &a.unit
		l.learn(bare, a)
		return nil
	case "Y", "year":
		return l.setYear(bare)
	case "apply":
		return l.apply(bare)
	case "end":
		return l.end(bare)
	case "alias":
		return l.alias(bare)
	case "include":
		return l.includeLine(rest)
	case "comment", "test":
		l.skip = word
		return nil
	case "N":
		l.declare(&l.out.Ignored, word, rest, "")
		return nil
	case "i", "o", "O", "b", "h":
		return unsupported("a line of a time clock", "give the times as a timesheet")
	}
	return unsupported("the directive "+intake.Show(word), "remove the line, or print the journal anew with hledger print or ledger print")
}

// declaration takes what a journal names beforehand.
func (l *ledger) declaration(word, rest, bare string) error {
	l.sub = directive{word, bare}
	switch word {
	case "account":
		name, _, _ := strings.Cut(strings.ReplaceAll(bare, "\t", "  "), "  ")
		name = strings.Join(append(slices.Clone(l.parents), strings.TrimSpace(name)), ":")
		if err := checkAccount(name); err != nil {
			return err
		}
		l.declare(&l.out.Accounts, word, name, "")
	case "commodity":
		return l.commodity(bare)
	case "payee":
		l.declare(&l.out.Payees, word, bare, "")
	default:
		l.declare(&l.out.Ignored, word, rest, "")
	}
	return nil
}

// commodity reads "commodity EUR" and "commodity 1.000,00 EUR".
func (l *ledger) commodity(text string) error {
	c := cursor{rest: text}
	if unit, ok := c.symbol(); ok && strings.TrimSpace(c.rest) == "" {
		l.sub.name = unit
		l.declare(&l.out.Commodities, "commodity", unit, "")
		return nil
	}
	a, err := l.wholeAmount(text)
	if err != nil {
		return err
	}
	l.declare(&l.out.Commodities, "commodity", string(a.unit), "")
	l.learn(text, a)
	return nil
}

// learn keeps how a commodity is written, from an amount that shows it.
func (l *ledger) learn(text string, a writtenAmount) {
	digits := strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \"'$€£")
	mark := byte('.')
	if at := strings.LastIndexAny(digits, ".,"); at >= 0 {
		mark = digits[at]
	}
	l.styles[a.unit] = style{mark, a.decimals, true}
}

// subdirective takes an indented line below a directive.
func (l *ledger) subdirective(text string) error {
	word, rest, _ := strings.Cut(text, " ")
	if l.sub.word == "commodity" && word == "format" {
		a, err := l.wholeAmount(strings.TrimSpace(rest))
		if err != nil {
			return err
		}
		l.learn(rest, a)
		return nil
	}
	if l.sub.word == "account" && word == "alias" {
		l.aliases = append(l.aliases, alias{strings.TrimSpace(rest), l.sub.name})
	}
	return nil // notes and checks of the directive
}

// price reads "P DATE [TIME] COMMODITY AMOUNT".
func (l *ledger) price(text string) error {
	date, rest, _ := strings.Cut(text, " ")
	day, err := l.day(date)
	if err != nil {
		return err
	}
	rest = strings.TrimSpace(rest)
	if first, after, ok := strings.Cut(rest, " "); ok && strings.Count(first, ":") >= 1 && strings.Trim(first, "0123456789:") == "" {
		rest = strings.TrimSpace(after)
	}
	c := cursor{rest: rest}
	unit, ok := c.symbol()
	if !ok {
		return syntax("%q is no price; it reads like P 2026-03-14 USD 0.92 EUR", text)
	}
	a, err := l.wholeAmount(strings.TrimSpace(c.rest))
	if err != nil {
		return err
	}
	l.out.Prices = append(l.out.Prices, intake.Price{Day: day, Unit: unitOf(unit), Rate: intake.Rate{Value: a.value, Unit: a.unit}, Line: l.at})
	return nil
}

func (l *ledger) setYear(text string) error {
	year, err := strconv.Atoi(text)
	if err != nil || len(text) != 4 {
		return syntax("%q is no year", text)
	}
	l.year = year
	return nil
}

// apply begins a block: "apply account NAME", "apply tag NAME[: VALUE]".
func (l *ledger) apply(text string) error {
	what, name, _ := strings.Cut(text, " ")
	name = strings.TrimSpace(name)
	switch what {
	case "account":
		if err := checkAccount(name); err != nil {
			return err
		}
		l.parents = append(l.parents, name)
	case "tag":
		tag, value, _ := strings.Cut(name, ":")
		l.tags = append(l.tags, intake.Tag{Name: clean(tag), Value: clean(value)})
	default:
		return unsupported("apply "+intake.Show(what), "remove the line, or print the journal anew with ledger print")
	}
	if len(l.applied) > 100 {
		return syntax("%q is one of too many blocks within each other", text)
	}
	l.applied = append(l.applied, what)
	return nil
}

// end ends the latest block: "end apply account", "end apply", "end"; or all
// aliases.
func (l *ledger) end(text string) error {
	if text == "aliases" {
		l.aliases = nil
		return nil
	}
	what := strings.TrimSpace(strings.TrimPrefix(text, "apply"))
	n := len(l.applied)
	if n == 0 || what != "" && what != l.applied[n-1] {
		return syntax("\"end %s\" ends nothing that was begun", text)
	}
	if l.applied[n-1] == "account" {
		l.parents = l.parents[:len(l.parents)-1]
	} else {
		l.tags = l.tags[:len(l.tags)-1]
	}
	l.applied = l.applied[:n-1]
	return nil
}

func (l *ledger) alias(text string) error {
	from, to, ok := strings.Cut(text, "=")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	if strings.HasPrefix(from, "/") {
		return unsupported("an alias with a pattern", "print the journal with hledger print, which applies it")
	}
	if !ok || checkAccount(from) != nil || checkAccount(to) != nil || len(l.aliases) > 1000 {
		return syntax("%q is no alias; it reads like alias bank = assets:bank", text)
	}
	l.aliases = append(l.aliases, alias{from, to})
	return nil
}

// includeLine reads an included file with the same dialect.
func (l *ledger) includeLine(name string) error {
	name = strings.Trim(name, `"`)
	if kind, _, ok := strings.Cut(name, ":"); ok || strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".rules") || strings.HasSuffix(name, ".timedot") || strings.HasSuffix(name, ".timeclock") {
		return unsupported("the file "+intake.Show(kind), "include journals only")
	}
	if l.dialect == Hledger {
		defer func(outer scope) { l.scope = outer }(l.scope)
	}
	return l.includeHere(name)
}
