package ledger

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// WriteHledger writes a statement as a journal that hledger 1.25 and later
// accept in strict mode: everything is declared, entries stand in the order of
// days, the last posting of each account asserts its closing balance, and each
// exchange of money gives a price.
func WriteHledger(to io.Writer, s *Statement, h Head) error {
	shape, err := s.shape()
	if err != nil {
		return err
	}
	w := newWriter(to)
	w.top("hledger", s, h)
	w.line("decimal-mark .")
	for _, u := range shape.units {
		sample := decimal(1_000_000_000, shape.decimals[u.Unit])
		if !strings.Contains(sample, ".") {
			sample += "." // hledger wants the mark to be seen
		}
		w.line("commodity %s %s  ; unit: %s", sample, hledgerSymbol(u.Text), tag(string(u.Unit)))
	}
	for _, b := range accountsOf(s.Closing) {
		w.line("account %s  ; type: %s", b, b.typeTag())
	}
	for _, payee := range shape.payees(h) {
		w.line("payee %s", payee)
	}
	for _, p := range s.Prices {
		if p.Rate() != "0" {
			w.line("P %s %s %s %s  ; entry: %s, done: %s, return: %s", p.Day, hledgerSymbol(shape.symbols[p.Done.Unit]), p.Rate(), hledgerSymbol(shape.symbols[p.Return.Unit]),
				p.Entry, p.Done.Decimal(), p.Return.Decimal())
		}
	}
	n, closing := 0, s.closingOf()
	for e := range s.all() {
		w.hledgerEntry(e, h)
		for i, p := range e.Postings {
			at := holding{p.Account, p.Amount.Unit}
			decimals, symbol := shape.decimals[at.unit], hledgerSymbol(shape.symbols[at.unit])
			assertion := ""
			if shape.final[at] == [2]int{n, i} {
				assertion = " = " + decimal(closing[at], decimals) + " " + symbol
			}
			w.line("    %-44s  %14s %s%s", p.Account, decimal(p.Amount.Micros, decimals), symbol, assertion)
		}
		n++
	}
	return w.bottom(shape, h)
}

// hledgerEntry writes an entry without its postings.
func (w *writer) hledgerEntry(e Entry, h Head) {
	w.line("")
	if e.Log < 0 {
		w.line("%s * commons | opening balances", e.Day)
		return
	}
	w.line("%s * (%s) %s | %s", e.Day, e.Code(), payeeOf(e, h), words(e))
	w.line("    ; kind: %s", tag(e.Kind))
	for _, t := range e.references() {
		w.line("    ; %s: %s", t.name, tag(t.value))
	}
}

type reference struct{ name, value string }

// references are the metadata of an entry, the same in both formats.
func (e Entry) references() []reference {
	list := []reference{{"event", string(e.Event)}, {"happened", e.Happened}, {"recorded", e.Recorded.UTC().Format(time.RFC3339Nano)}, {"party", string(e.Payee)}, {"project", string(e.Project)},
		{"distribution", string(e.Distribution)}, {"corrects", string(e.Corrects)}}
	return slices.DeleteFunc(list, func(r reference) bool { return r.value == "" })
}

// payeeOf is what the other party is called.
func payeeOf(e Entry, h Head) string {
	name := plain(h.Names(e.Payee))
	if name == "" {
		return "commons"
	}
	return name
}

// payees lists the names of all parties, each once.
func (s *shape) payees(h Head) []string {
	set := map[string]bool{}
	for _, id := range s.parties {
		set[payeeOf(Entry{Payee: id}, h)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// accountsOf lists the accounts of balances, each once.
func accountsOf(balances []Balance) (out []Account) {
	for _, b := range balances {
		if len(out) == 0 || out[len(out)-1] != b.Account {
			out = append(out, b.Account)
		}
	}
	return out
}

// hledgerSymbol quotes what is not only letters.
func hledgerSymbol(text string) string {
	if strings.ContainsAny(text, "0123456789-") {
		return `"` + text + `"`
	}
	return text
}
