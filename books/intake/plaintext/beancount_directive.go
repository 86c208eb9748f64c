package plaintext

import (
	"strings"

	"commonweal/books/intake"
)

// content reads a dated directive behind its word.
func (b *beancount) content(it *item, rest *tokenList) (err error) {
	switch it.word {
	case "txn":
		return b.transaction(it, rest)
	case "open", "close", "pad", "balance", "note", "document":
		var ok bool
		if it.account, ok = rest.next(accountToken); !ok {
			return syntax("%q should be an account, such as Assets:Bank", rest.text())
		}
		if err := checkAccount(it.account); err != nil {
			return err
		}
	}
	switch it.word {
	case "open", "close":
		b.declare(&b.out.Accounts, it.word, it.account, it.day)
	case "pad":
		var ok bool
		if it.source, ok = rest.next(accountToken); !ok {
			return syntax("%q should be the account that a pad takes from", rest.text())
		}
	case "balance":
		return it.balance(rest)
	case "commodity":
		name, ok := rest.next(currencyToken)
		if !ok {
			return syntax("%q should be a currency, such as EUR", rest.text())
		}
		b.declare(&b.out.Commodities, it.word, name, it.day)
	case "price":
		return b.price(it, rest)
	case "note", "document", "event", "query", "custom":
		b.declare(&b.out.Ignored, it.word, strings.TrimSpace(it.account+" "+rest.text()), it.day)
	default:
		return syntax("%q is not a directive of Beancount", it.word)
	}
	return nil
}

// balance reads NUMBER [~ TOLERANCE] CURRENCY.
func (it *item) balance(rest *tokenList) error {
	d, err := rest.number()
	if err != nil {
		return err
	}
	if rest.sign("~") {
		t, err := rest.number()
		if err != nil {
			return err
		}
		it.tolerance = t.value
	}
	unit, ok := rest.next(currencyToken)
	if !ok {
		return syntax("%q should be a currency, such as EUR", rest.text())
	}
	it.decimals = d.decimals
	it.amount, err = amount(d.value, unitOf(unit))
	return err
}

func (b *beancount) price(it *item, rest *tokenList) error {
	unit, ok := rest.next(currencyToken)
	if !ok {
		return syntax("%q should be a currency, such as USD", rest.text())
	}
	w, err := rest.amount()
	if err != nil {
		return err
	}
	b.out.Prices = append(b.out.Prices, intake.Price{Day: it.day, Unit: unitOf(unit), Rate: intake.Rate{Value: w.value, Unit: w.unit}, Line: it.line})
	return nil
}

// transaction reads the first line of one: flag, payee and narration, tags, links.
func (b *beancount) transaction(it *item, rest *tokenList) error {
	if b.txns++; b.count(b.txns) != nil {
		return b.count(b.txns)
	}
	e := &entry{Entry: intake.Entry{Day: it.day, File: it.file, From: b.begun, To: b.at}}
	if e.Status = rest.flag(); e.Status == intake.Unmarked { // the word txn stands for it
		e.Status = intake.Cleared
	}
	var texts []string
	for {
		text, ok := rest.next(stringToken)
		if !ok {
			break
		}
		texts = append(texts, text)
	}
	switch len(texts) {
	case 0:
	case 1:
		e.Note = clean(texts[0])
	case 2:
		e.Payee, e.Note = clean(texts[0]), clean(texts[1])
	default:
		return syntax("%q is a third text; a transaction has a payee and a narration", texts[2])
	}
	for _, t := range b.tags {
		e.Tags = append(e.Tags, intake.Tag{Name: t})
	}
	e.Tags = append(e.Tags, b.meta...)
	it.entry = e
	return e.marks(rest)
}

// flag takes the flag of a transaction or posting, if there is one.
func (l *tokenList) flag() intake.Status {
	if len(*l) == 0 || (*l)[0].kind != symbolToken && ((*l)[0].kind != currencyToken || len((*l)[0].text) != 1) {
		return intake.Unmarked
	}
	text := (*l)[0].text
	*l = (*l)[1:]
	return intake.Status(text)
}

// marks reads tags and links up to the end of the line.
func (e *entry) marks(rest *tokenList) error {
	for len(*rest) > 0 {
		if tag, ok := rest.next(tagToken); ok {
			e.Tags = append(e.Tags, intake.Tag{Name: tag})
		} else if link, ok := rest.next(linkToken); ok {
			e.Links = append(e.Links, link)
		} else if !rest.sign("|") { // once between payee and narration
			return syntax("%q should be a tag or a link", rest.text())
		}
	}
	return nil
}

// indented takes a posting, metadata, or more tags of the present directive.
func (b *beancount) indented(rest *tokenList) error {
	it := b.present
	if it == nil {
		return syntax("the line %q is indented, but belongs to no directive", rest.text())
	}
	key, isMeta := rest.next(keyToken)
	if it.entry == nil {
		if !isMeta {
			return syntax("%q should be metadata, such as name: \"value\"", rest.text())
		}
		return nil // of a directive that is kept by its name only
	}
	e := it.entry
	e.To = b.at
	switch first := (*rest); {
	case isMeta:
		tag := intake.Tag{Name: key, Value: clean(rest.text())}
		if n := len(e.postings); n > 0 {
			e.postings[n-1].Tags = append(e.postings[n-1].Tags, tag)
		} else {
			e.Tags = append(e.Tags, tag)
		}
		return nil
	case len(first) > 0 && (first[0].kind == tagToken || first[0].kind == linkToken):
		return e.marks(rest)
	}
	return e.beancountPosting(rest, b.begun)
}

// beancountPosting reads "[FLAG] ACCOUNT [AMOUNT [{COST}] [@ PRICE]]".
func (e *entry) beancountPosting(rest *tokenList, line int) error {
	p := &posting{Posting: intake.Posting{Line: line}}
	p.Status = rest.flag()
	var ok bool
	if p.Account, ok = rest.next(accountToken); !ok {
		return syntax("%q should be an account, such as Assets:Bank", rest.text())
	}
	if err := checkAccount(p.Account); err != nil {
		return err
	}
	if e.postings = append(e.postings, p); len(e.postings) > 10_000 {
		return syntax("%q is one of more than 10000 postings of an entry", p.Account)
	}
	if len(*rest) == 0 {
		return nil
	}
	w, err := rest.amount()
	if err != nil {
		return err
	}
	if p.Amount, err = amount(w.value, w.unit); err != nil {
		return err
	}
	p.given, p.decimals = true, w.decimals
	if err := p.cost(rest); err != nil {
		return err
	}
	if total := rest.sign("@@"); total || rest.sign("@") {
		w, err := rest.amount()
		if err != nil {
			return err
		}
		p.Price = rate(w, p.Amount, total)
	}
	if len(*rest) > 0 {
		return syntax("%q behind the amount is not understood", rest.text())
	}
	return nil
}

// cost reads {NUMBER CURRENCY, DATE, "LABEL"} and {{TOTAL}}.
func (p *posting) cost(rest *tokenList) error {
	total, closing := rest.sign("{{"), "}}"
	if !total {
		if closing = "}"; !rest.sign("{") {
			return nil
		}
	}
	for !rest.sign(closing) {
		if day, ok := rest.next(dateToken); ok {
			p.Tags = append(p.Tags, intake.Tag{Name: "lot-date", Value: day})
		} else if label, ok := rest.next(stringToken); ok {
			p.Tags = append(p.Tags, intake.Tag{Name: "lot-label", Value: clean(label)})
		} else if len(*rest) > 0 && (*rest)[0].kind == symbolToken && strings.Contains("*#", (*rest)[0].text) {
			break
		} else {
			w, err := rest.amount()
			if err != nil {
				return err
			}
			p.Cost = rate(w, p.Amount, total)
		}
		rest.sign(",")
	}
	if p.Cost == nil && !p.Amount.IsZero() {
		return unsupported("a lot whose cost the program has to find ({})", "give the output of bean-report FILE print, in which every lot has its cost")
	}
	return nil
}
