package ledger

import (
	"io"
	"strings"
	"time"
)

// WriteBeancount writes a statement as a file that bean-check 2.3.5 and later
// accept with no tolerance at all: every account is opened for its units, and
// the day after the last one asserts every closing balance.
func WriteBeancount(to io.Writer, s *Statement, h Head) error {
	shape, err := s.shape()
	if err != nil {
		return err
	}
	w := newWriter(to)
	w.top("beancount", s, h)
	w.line(`option "title" "%s"`, plain(h.Commons))
	w.line(`option "inferred_tolerance_multiplier" "0"`)
	if shape.entries > 0 {
		w.beancountAccounts(s, shape)
	}
	w.beancountPrices(s.Prices, shape)
	for e := range s.all() {
		w.beancountEntry(e, h)
		for _, p := range e.Postings {
			w.line("  %-44s  %14s %s", p.Account, decimal(p.Amount.Micros, shape.decimals[p.Amount.Unit]), shape.symbols[p.Amount.Unit])
		}
	}
	if shape.entries > 0 {
		w.line("")
		day := dayAfter(shape.last)
		for _, b := range s.Closing {
			w.line("%s balance %-44s  %14s %s", day, b.Account, decimal(b.Closing, shape.decimals[b.Unit]), shape.symbols[b.Unit])
		}
	}
	return w.bottom(shape, h)
}

// beancountAccounts opens units and accounts on the first day.
func (w *writer) beancountAccounts(s *Statement, shape *shape) {
	for _, u := range shape.units {
		w.line("%s commodity %s", shape.first, u.Text)
		w.line(`  unit: "%s"`, tag(string(u.Unit)))
	}
	for i := 0; i < len(s.Closing); {
		account := s.Closing[i].Account
		var units []string
		for ; i < len(s.Closing) && s.Closing[i].Account == account; i++ {
			units = append(units, shape.symbols[s.Closing[i].Unit])
		}
		w.line("%s open %s %s", shape.first, account, strings.Join(units, ","))
	}
}

// beancountPrices writes the price that each exchange gives, and what it follows from.
func (w *writer) beancountPrices(prices []Price, shape *shape) {
	for _, p := range prices {
		if p.Rate() != "0" {
			w.line("%s price %s %s %s", p.Day, shape.symbols[p.Done.Unit], p.Rate(), shape.symbols[p.Return.Unit])
			w.line(`  entry: "%s"`, p.Entry)
			w.line(`  done: "%s"`, p.Done.Decimal())
			w.line(`  return: "%s"`, p.Return.Decimal())
		}
	}
}

// beancountEntry writes an entry without its postings.
func (w *writer) beancountEntry(e Entry, h Head) {
	w.line("")
	if e.Log < 0 {
		w.line(`%s * "commons" "opening balances"`, e.Day)
		return
	}
	w.line(`%s * "%s" "%s"`, e.Day, payeeOf(e, h), words(e))
	w.line(`  entry: "%s"`, e.Code())
	w.line(`  kind: "%s"`, tag(e.Kind))
	for _, r := range e.references() {
		w.line(`  %s: "%s"`, r.name, tag(r.value))
	}
}

func dayAfter(day string) string {
	t, _ := time.Parse(time.DateOnly, day)
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}
