package credit

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// fileRows bounds one file of a statement; the full export of the books has everything.
const fileRows = 20_000

// statementOf is what a file of a statement is written from, oldest line first.
type statementOf struct {
	Account  string
	Currency Currency
	Zone     *time.Location
	Rows     []lineRow
}

// statementFile sends the statement of a period as a file.
func (p *Practice) statementFile(extension, mediaType string, write func(*bytes.Buffer, statementOf) error) web.Handler {
	return func(q *web.Request) error {
		period := periodOf(q.Form(), q.Zone)
		if err := q.Form().Err(); err != nil {
			return err
		}
		st := statementOf{Zone: q.Zone}
		name := "statement-" + q.Commons.Slug
		err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
			s, err := settings.Get(r)
			if err != nil {
				return err
			}
			f, err := openFace(q, r, s, store.ID(q.R.PathValue("account")))
			if err != nil {
				return err
			}
			lines, err := statementLines(r, f.ID, period, newest, fileRows+1)
			if err != nil {
				return err
			}
			if len(lines) > fileRows { // the name says that there is more
				lines, name = lines[:fileRows], fmt.Sprintf("%s-newest-%d", name, fileRows)
			}
			slices.Reverse(lines)
			st.Account, st.Currency = f.Name, s.Currencies[f.Currency]
			st.Rows, err = lineRows(q, r, s, f.Account, lines)
			return err
		})
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := write(&out, st); err != nil {
			return err
		}
		return q.Download(name+"."+extension, mediaType, out.Bytes())
	}
}

// writeCSV writes a statement with canonical numbers: a point, no separators.
func writeCSV(out *bytes.Buffer, st statementOf) error {
	w := csv.NewWriter(out)
	w.Write([]string{"entry", "day", "time", "with", "kind", "description", "category", "amount", "unit", "balance", "payment"})
	for _, l := range st.Rows {
		at := l.At.In(st.Zone)
		w.Write([]string{fmt.Sprint(l.Seq), at.Format(time.DateOnly), at.Format(time.TimeOnly), inert(l.With), string(l.Kind), inert(l.Note), inert(l.Category),
			l.Sum.Decimal(), string(l.Sum.Unit), l.Balance.Decimal(), string(l.Payment)})
	}
	w.Flush()
	return w.Error()
}

// inert keeps a text from being run as a formula by a spreadsheet.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// writeJournal writes a statement for hledger and its kin: one transaction for
// each line, with an assertion of what stood in the account after it.
func writeJournal(out *bytes.Buffer, st statementOf) error {
	fmt.Fprintf(out, "; %s, %s\ncommodity %s\n\n", plainText(st.Account), plainText(st.Currency.Name), commodity(quantity.Micros(1_000_000, st.Currency.Unit), st.Currency.Decimals))
	for _, l := range st.Rows {
		fmt.Fprintf(out, "%s (%d) %s | %s\n", l.At.In(st.Zone).Format(time.DateOnly), l.Seq, plainText(l.With), plainText(strings.TrimSpace(l.What+" "+l.Note)))
		if l.Category != "" {
			fmt.Fprintf(out, "    ; category: %s\n", plainText(l.Category))
		}
		fmt.Fprintf(out, "    credit:%s  %s = %s\n", accountText(st.Currency.Name), commodity(l.Sum, st.Currency.Decimals), commodity(l.Balance, st.Currency.Decimals))
		fmt.Fprintf(out, "    members:%s  %s\n\n", accountText(l.With), commodity((-Micros(l.Sum.Micros)).of(l.Sum.Unit), st.Currency.Decimals))
	}
	return nil
}

// commodity writes an amount with its unit in quotes and a decimal mark that
// no reader takes for a separator of thousands.
func commodity(a quantity.Amount, decimals int) string {
	whole, part, _ := strings.Cut(a.Decimal(), ".")
	if decimals == 0 {
		return fmt.Sprintf("%s. %q", whole, string(a.Unit))
	}
	for len(part) < decimals {
		part += "0"
	}
	return fmt.Sprintf("%s.%s %q", whole, part, string(a.Unit))
}

// plainText keeps a text on its line, and from being read as anything but text.
func plainText(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' || r == ';' || r == '|' || r == '\u2028' || r == ' ' }), " ")
}

// accountText is a text as part of the name of an account, which ends at two spaces.
func accountText(text string) string {
	if text = strings.ReplaceAll(plainText(text), ":", " "); text != "" {
		return strings.Join(strings.Fields(text), " ")
	}
	return "unnamed"
}
