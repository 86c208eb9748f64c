package plaintext

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/quantity"
)

// beancount reads Beancount.
type beancount struct {
	*source
	items   []*item // in the order of the files
	present *item   // whose indented lines are being read
	damaged bool    // what the indented lines belong to was at fault
	txns    int
	text    string // lines of a text that goes on
	begun   int    // where it began
	tags    []string
	meta    []intake.Tag

	multiplier   *big.Rat // of inferred tolerances
	tolerances   map[quantity.Unit]*big.Rat
	autoAccounts bool
}

// item is a directive with a day.
type item struct {
	day       string
	word      string // "txn", "open", "close", "pad", "balance", or one without effect
	entry     *entry
	account   string
	source    string // of a pad
	amount    quantity.Amount
	decimals  int
	tolerance *big.Rat // as stated; nil for the inferred one
	padded    []*entry // what a pad inserts
	file      string
	line      int
}

func newBeancount(s *source) *beancount {
	return &beancount{source: s, multiplier: big.NewRat(1, 2), tolerances: map[quantity.Unit]*big.Rat{}}
}

// mostTextLines bounds a text of several lines.
const mostTextLines = 200

// line takes one line, and joins those of a text that goes on.
func (b *beancount) line(text string) error {
	if b.text != "" {
		text = b.text + "\n" + text
	} else {
		b.begun = b.at
	}
	if opensText(text) {
		if b.at-b.begun > mostTextLines {
			b.text = ""
			return locate(syntax("%q opens a text that is not closed", text), b.file(), b.begun)
		}
		b.text = text
		return nil
	}
	b.text = ""
	return locate(b.whole(text), b.file(), b.begun)
}

// whole takes a line that is complete.
func (b *beancount) whole(text string) error {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || trimmed[0] == ';' {
		return nil
	}
	indented := text[0] == ' ' || text[0] == '\t'
	if !indented && strings.IndexByte("*:#!&?%", text[0]) >= 0 {
		return nil // headings of org mode and the like
	}
	list, err := tokens(text)
	if err != nil || len(list) == 0 {
		return err
	}
	rest := tokenList(list)
	if indented {
		if b.damaged {
			return nil
		}
		return b.indented(&rest)
	}
	b.present = nil
	if day, ok := rest.next(dateToken); ok {
		err := b.dated(day, &rest)
		b.damaged = err != nil
		return err
	}
	b.damaged = false
	word, _ := rest.next(wordToken)
	return b.undated(word, &rest, text)
}

func (b *beancount) endFile() error {
	b.present = nil
	if b.text != "" {
		text := b.text
		b.text = ""
		return locate(syntax("%q opens a text that is not closed", text), b.file(), b.begun)
	}
	return nil
}

// undated takes a directive without a day.
func (b *beancount) undated(word string, rest *tokenList, line string) error {
	bad := syntax("%q is not a directive of Beancount", line)
	switch word {
	case "option":
		name, ok := rest.next(stringToken)
		value, also := rest.next(stringToken)
		if !ok || !also {
			return bad
		}
		return b.option(name, value)
	case "include":
		name, ok := rest.next(stringToken)
		if !ok {
			return bad
		}
		return b.includeHere(name)
	case "plugin":
		name, ok := rest.next(stringToken)
		if !ok {
			return bad
		}
		return b.plugin(name)
	case "pushtag", "poptag":
		tag, ok := rest.next(tagToken)
		if !ok {
			return bad
		}
		if b.tags = slices.DeleteFunc(b.tags, func(t string) bool { return t == tag }); word == "pushtag" {
			b.tags = append(b.tags, tag)
		}
	case "pushmeta", "popmeta":
		key, ok := rest.next(keyToken)
		if !ok {
			return bad
		}
		if b.meta = slices.DeleteFunc(b.meta, func(t intake.Tag) bool { return t.Name == key }); word == "pushmeta" {
			b.meta = append(b.meta, intake.Tag{Name: key, Value: clean(rest.text())})
		}
	default:
		return bad
	}
	return nil
}

// harmless are the plugins that check, or add what is no entry.
var harmless = regexp.MustCompile(`^beancount\.plugins\.(auto|auto_accounts|check_\w+|close_tree|coherent_cost|commodity_attr|implicit_prices|leafonly|mark_unverified|noduplicates|nounused|onecommodity|pedantic|sellgains|tag_pending|unique_prices)$|^fava\.plugins\.`)

// plugin takes a plugin that changes no amount.
func (b *beancount) plugin(name string) error {
	if !harmless.MatchString(name) {
		return unsupported("the plugin "+intake.Show(name)+", which may change entries,", "give the output of bean-report FILE print, in which it has done its work")
	}
	b.autoAccounts = b.autoAccounts || name == "beancount.plugins.auto_accounts" || name == "beancount.plugins.auto"
	b.declare(&b.out.Ignored, "plugin", name, "")
	return nil
}

// option takes those that change what balances.
func (b *beancount) option(name, value string) error {
	switch name {
	case "inferred_tolerance_multiplier":
		d, err := decimalOf(value)
		if err != nil {
			return err
		}
		b.multiplier = d.value
	case "inferred_tolerance_default":
		unit, text, _ := strings.Cut(value, ":")
		d, err := decimalOf(text)
		if err != nil {
			return err
		}
		b.tolerances[unitOf(unit)] = d.value
	case "infer_tolerance_from_cost", "booking_method":
		if value := strings.ToUpper(value); value == "TRUE" || value == "AVERAGE" || value == "NONE" {
			return unsupported("the option "+name+" "+value, "give the output of bean-report FILE print, in which everything is booked")
		}
		b.declare(&b.out.Ignored, "option", name, "")
	default:
		b.declare(&b.out.Ignored, "option", name, "")
	}
	return nil
}

// dated takes a directive with a day.
func (b *beancount) dated(date string, rest *tokenList) error {
	parts := strings.Split(strings.ReplaceAll(date, "/", "-"), "-")
	for i, p := range parts {
		if len(p) == 1 {
			parts[i] = "0" + p
		}
	}
	day, err := intake.ParseDay(strings.Join(parts, "-"))
	if err != nil {
		return err
	}
	it := &item{day: day, file: b.file(), line: b.at, word: "txn"}
	if word, ok := rest.next(wordToken); ok {
		it.word = word
	} else if len(*rest) == 0 || (*rest)[0].kind != symbolToken && (*rest)[0].kind != currencyToken {
		return syntax("%q should be a directive, such as open, or a flag", rest.text())
	}
	if err := b.content(it, rest); err != nil {
		return err
	}
	b.present = it
	b.items = append(b.items, it)
	return nil
}
