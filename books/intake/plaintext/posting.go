package plaintext

import (
	"math/big"
	"strings"

	"commonweal/books/intake"
	"commonweal/quantity"
)

// posting reads "[*|!] ACCOUNT  [AMOUNT] [{COST}] [@ PRICE] [= BALANCE] [; comment]".
func (l *ledger) posting(text string) error {
	if len(l.entry.postings) >= 10_000 {
		return syntax("%q is one of more than 10000 postings of an entry", text)
	}
	text, comment, _ := strings.Cut(text, ";")
	p := &posting{Posting: intake.Posting{Line: l.at}}
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		p.Status, text = intake.Cleared, strings.TrimSpace(rest)
	} else if rest, ok := strings.CutPrefix(text, "!"); ok {
		p.Status, text = intake.Pending, strings.TrimSpace(rest)
	}
	account, rest := splitAccount(text)
	switch {
	case strings.HasPrefix(account, "(") && strings.HasSuffix(account, ")"):
		p.Virtual, account = true, account[1:len(account)-1]
	case strings.HasPrefix(account, "[") && strings.HasSuffix(account, "]"):
		p.Virtual, p.bracketed, account = true, true, account[1:len(account)-1]
	case strings.HasPrefix(account, "<"):
		return unsupported("a deferred posting (<account>)", "print the journal with ledger print")
	}
	p.Account = l.fullAccount(strings.TrimSpace(account))
	if err := checkAccount(p.Account); err != nil {
		return err
	}
	c := &cursor{rest: rest}
	if err := l.amounts(c, p); err != nil {
		return err
	}
	if c.space(); c.rest != "" {
		return syntax("%q behind the amount is not understood", c.rest)
	}
	l.entry.postings = append(l.entry.postings, p)
	l.entry.To = l.at
	l.comment(comment)
	return nil
}

// splitAccount cuts at two spaces or a tab.
func splitAccount(text string) (account, rest string) {
	for i := range len(text) {
		if text[i] == '\t' || text[i] == ' ' && i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\t') {
			return text[:i], strings.TrimSpace(text[i:])
		}
	}
	return strings.TrimSpace(text), ""
}

// amounts reads what stands behind the account.
func (l *ledger) amounts(c *cursor, p *posting) error {
	if c.space(); c.rest == "" {
		return nil
	}
	if c.rest[0] != '=' {
		if err := l.ownAmount(c, p); err != nil {
			return err
		}
	}
	if c.space(); strings.HasPrefix(c.rest, "=") {
		return l.assertion(c, p)
	}
	return nil
}

// ownAmount reads the amount with its lot and price.
func (l *ledger) ownAmount(c *cursor, p *posting) error {
	w, err := l.amount(c)
	if err != nil {
		return err
	}
	if p.Amount, err = amount(w.value, w.unit); err != nil {
		return err
	}
	p.given, p.decimals = true, w.decimals
	l.saw(w)
	for {
		c.space()
		switch {
		case strings.HasPrefix(c.rest, "{"):
			err = l.lot(c, p)
		case l.dialect == Ledger && (strings.HasPrefix(c.rest, "[") || strings.HasPrefix(c.rest, "(") && !strings.HasPrefix(c.rest, "(@")):
			err = l.lotNote(c, p)
		case strings.HasPrefix(c.rest, "@") || strings.HasPrefix(c.rest, "(@"):
			err = l.priceOf(c, p)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// saw widens the style of a commodity that no directive declares.
func (l *ledger) saw(w writtenAmount) {
	if s := l.styles[w.unit]; !s.declared {
		s.decimals = max(s.decimals, w.decimals)
		l.styles[w.unit] = s
	}
}

// lot reads {COST}, {=COST} and {{TOTAL}}. hledger reads lots and leaves them
// alone, so there they are a tag.
func (l *ledger) lot(c *cursor, p *posting) error {
	total := strings.HasPrefix(c.rest, "{{")
	closing := "}"
	if total {
		closing = "}}"
	}
	inner, rest, ok := strings.Cut(strings.TrimLeft(c.rest, "{"), closing)
	if !ok {
		return syntax("%q opens a lot that is not closed", c.rest)
	}
	c.rest = rest
	inner = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(inner), "="))
	if l.dialect == Hledger {
		p.Tags = append(p.Tags, intake.Tag{Name: "lot", Value: clean(inner)})
		return nil
	}
	w, err := l.wholeAmount(inner)
	if err != nil {
		return err
	}
	p.Cost = rate(w, p.Amount, total)
	return nil
}

// lotNote reads Ledger's [DATE] and (NOTE) of a lot.
func (l *ledger) lotNote(c *cursor, p *posting) error {
	name, closing := "lot-date", "]"
	if c.rest[0] == '(' {
		name, closing = "lot-note", ")"
	}
	inner, rest, ok := strings.Cut(c.rest[1:], closing)
	if !ok {
		return syntax("%q is not closed", c.rest)
	}
	c.rest = rest
	p.Tags = append(p.Tags, intake.Tag{Name: name, Value: clean(inner)})
	return nil
}

// priceOf reads @ PRICE, @@ TOTAL, and both in brackets.
func (l *ledger) priceOf(c *cursor, p *posting) error {
	c.take("(")
	total := c.take("@@")
	if !total {
		c.take("@")
	}
	c.take(")")
	c.space()
	w, err := l.amount(c)
	if err != nil {
		return err
	}
	p.Price = rate(w, p.Amount, total)
	return nil
}

// rate makes a price for one unit of an amount; nil for nothing of it. The sign of a total
// price is that of the amount, whatever is written.
func rate(w writtenAmount, of quantity.Amount, total bool) *intake.Rate {
	v := w.value
	if total {
		if of.IsZero() {
			return nil
		}
		v = new(big.Rat).Quo(v, new(big.Rat).Abs(of.Rat()))
	}
	return &intake.Rate{Value: v, Unit: w.unit}
}

// assertion reads = BALANCE and its kin. A price behind it says nothing.
func (l *ledger) assertion(c *cursor, p *posting) error {
	c.take("=")
	a := &assertion{only: c.take("="), deep: c.take("*")}
	c.space()
	w, err := l.amount(c)
	if err != nil {
		return err
	}
	if a.amount, err = amount(w.value, w.unit); err != nil {
		return err
	}
	if c.space(); strings.HasPrefix(c.rest, "@") {
		var scratch posting
		scratch.Amount = a.amount
		if err := l.priceOf(c, &scratch); err != nil {
			return err
		}
	}
	p.assert = a
	if !p.given {
		l.saw(w)
	}
	return nil
}
