package ledger

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/books/intake/plaintext"
	"commonweal/quantity"
)

// Both exports are read by a reader that knows nothing of them as the same
// entries: day, code, tags, accounts and amounts.
func TestInvariant6OtherReadersReadTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		s, h := w.statement(w.filter()), w.head()
		symbols := map[quantity.Unit]quantity.Unit{}
		for _, symbol := range s.Symbols {
			symbols[symbol.Unit] = quantity.Unit(symbol.Text)
		}
		var want []string
		for e := range s.all() {
			want = append(want, essence(e, symbols))
		}
		for dialect, write := range map[plaintext.Dialect]func(*bytes.Buffer) error{
			plaintext.Hledger:   func(b *bytes.Buffer) error { return WriteHledger(b, s, h) },
			plaintext.Beancount: func(b *bytes.Buffer) error { return WriteBeancount(b, s, h) },
		} {
			text := written(t, write)
			j, err := plaintext.Parse(bytes.NewReader(text), plaintext.Options{Dialect: dialect})
			if err != nil {
				t.Fatalf("%s: %v\n%s", dialect, err, text)
			}
			var got []string
			for _, e := range j.Entries {
				got = append(got, reread(e))
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: wrote\n%s\nread\n%s", dialect, strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
			if got, want := pricesRead(j.Prices), pricesMeant(s.Prices, symbols); !slices.Equal(got, want) {
				t.Fatalf("%s: priced %v, read %v", dialect, want, got)
			}
			if len(s.Closing) > 0 && len(want) > 0 && j.Checked == 0 {
				t.Fatalf("%s: no closing balance was checked", dialect)
			}
		}
	})
}

// essence is what both formats hold of an entry, in one line.
func essence(e Entry, symbols map[quantity.Unit]quantity.Unit) string {
	line := e.Day
	if e.Log >= 0 {
		line += " " + e.Code() + " kind=" + tag(e.Kind)
		for _, r := range e.references() {
			line += " " + r.name + "=" + tag(r.value)
		}
	}
	for _, p := range e.Postings {
		line += fmt.Sprintf("; %s %s", p.Account, quantity.Micros(p.Amount.Micros, symbols[p.Amount.Unit]))
	}
	return line
}

// reread is the same of an entry that was read. Beancount has no code: there it
// is the metadata "entry".
func reread(e intake.Entry) string {
	line, code := e.Day, e.Code
	tags := slices.DeleteFunc(slices.Clone(e.Tags), func(t intake.Tag) bool {
		if t.Name == "entry" {
			code = t.Value
		}
		return t.Name == "entry"
	})
	if code != "" {
		line += " " + code
	}
	for _, t := range tags {
		line += " " + t.Name + "=" + t.Value
	}
	for _, p := range e.Postings {
		line += fmt.Sprintf("; %s %s", p.Account, p.Amount)
	}
	return line
}

// pricesMeant is what both formats hold of prices, pricesRead the same as it was read.
func pricesMeant(prices []Price, symbols map[quantity.Unit]quantity.Unit) (out []string) {
	for _, p := range worthWriting(prices) {
		out = append(out, fmt.Sprintf("%s %s %s %s", p.Day, symbols[p.Done.Unit], p.Rate(), symbols[p.Return.Unit]))
	}
	return out
}

func pricesRead(prices []intake.Price) (out []string) {
	for _, p := range prices {
		out = append(out, fmt.Sprintf("%s %s %s %s", p.Day, p.Unit, strings.TrimRight(strings.TrimRight(p.Rate.Value.FloatString(rateDigits), "0"), "."), p.Rate.Unit))
	}
	return out
}
