package mt940

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// balanceForm is 1!a6!n3!a15d: mark, day, currency, amount.
var balanceForm = regexp.MustCompile(`^([CD])(\d{6})([A-Z]{3})([0-9,.]+)$`)

// movementForm is 6!n[4!n]2a[1!a]15d1!a3!c16x[//16x], with references as long
// as banks write them.
var movementForm = regexp.MustCompile(`^(\d{6})(\d{4})?(RC|RD|C|D)([A-Z])?([0-9,.]+)([A-Z][A-Z0-9]{3})(.*?)(?://(.*))?$`)

func readBalance(f field) (*intake.Balance, error) {
	m := balanceForm.FindStringSubmatch(strings.ReplaceAll(f.first(), " ", ""))
	if m == nil {
		return nil, fault.Invalidf("books.mt940_field", f.tag, "%q is not a balance; it reads like C260331EUR1234,56", intake.Show(f.first())).AtLine(f.from)
	}
	unit, err := intake.Currency(m[3])
	if err != nil {
		return nil, fault.As(err).AtLine(f.from)
	}
	a, err := signed(m[4], m[1] == "D", unit)
	if err != nil {
		return nil, fault.As(err).AtLine(f.from)
	}
	day, err := readDay(m[2])
	if err != nil {
		return nil, fault.As(err).AtLine(f.from)
	}
	return &intake.Balance{Day: day, Amount: a, Interim: strings.HasSuffix(f.tag, "M")}, nil
}

// signed reads an amount with a decimal comma, as the standard wants it; some
// banks write a point.
func signed(text string, negative bool, unit quantity.Unit) (quantity.Amount, error) {
	mark := byte(',')
	if !strings.Contains(text, ",") {
		mark = '.'
	}
	a, err := intake.ParseAmount(text, mark, unit)
	if err != nil || !negative {
		return a, err
	}
	return a.Neg()
}

// readDay reads YYMMDD. Years from 80 on are of the last century, as the
// User Handbook has it.
func readDay(text string) (string, error) {
	n, _ := strconv.Atoi(text) // six digits
	year := 2000 + n/10_000
	if year >= 2080 {
		year -= 100
	}
	return intake.Day(text, year, n/100%100, n%100)
}

func readMovement(f field, unit quantity.Unit) (*intake.Line, error) {
	m := movementForm.FindStringSubmatch(f.first())
	if m == nil {
		return nil, fault.Invalidf("books.mt940_field", "61", "%q is not a movement; it reads like 2603310331D12,50NTRFNONREF//B123", intake.Show(f.first()))
	}
	l := &intake.Line{Code: m[6], BankReference: m[8], Reversal: len(m[3]) == 2}
	var err error
	if l.ValueDay, err = readDay(m[1]); err != nil {
		return nil, err
	}
	if l.Day, err = booked(l.ValueDay, m[2]); err != nil {
		return nil, err
	}
	if l.Amount, err = signed(m[5], m[3] == "D" || m[3] == "RC", unit); err != nil {
		return nil, err
	}
	l.Reference = given(m[7])
	supplement(l, f.lines[1:])
	return l, nil
}

// booked reads MMDD in the year that brings it nearest to the value day.
func booked(value, text string) (string, error) {
	if text == "" {
		return value, nil
	}
	n, _ := strconv.Atoi(text) // four digits
	from, _ := time.Parse(time.DateOnly, value)
	best, distance := "", time.Duration(0)
	for year := from.Year() - 1; year <= from.Year()+1; year++ {
		day, err := intake.Day(text, year, n/100, n%100)
		if err != nil {
			continue // the 29th of February, in another year
		}
		d, _ := time.Parse(time.DateOnly, day)
		if apart := d.Sub(from).Abs(); best == "" || apart < distance {
			best, distance = day, apart
		}
	}
	if best == "" {
		return "", intake.BadDay(text)
	}
	return best, nil
}

// supplement reads the lines below a :61:, which hold the other account at some
// banks and text at others.
func supplement(l *intake.Line, lines []string) {
	text := strings.TrimSpace(strings.Join(lines, " "))
	if word, _, _ := strings.Cut(text, " "); intake.AccountOf(word).IsIBAN() {
		l.Party.Account = intake.AccountOf(word)
		text = strings.TrimSpace(text[len(word):])
	}
	if code, ok := strings.CutPrefix(text, "/TRCD/"); ok { // ING's own code
		add(&l.Code, strings.Trim(code, "/ "))
		return
	}
	l.Description = text
}

// given drops the words that stand where nothing was given.
func given(reference string) string {
	switch r := strings.TrimSpace(reference); r {
	case "NONREF", "EREF", "PREF", "MARF", "NOTPROVIDED", "KREF+", "STARTUMSE":
		return ""
	default:
		return r
	}
}
