package ledgertest

import (
	"encoding/csv"
	"fmt"
	"os/exec"
	"strings"

	"commonweal/quantity"
)

// Totals is what accounts hold at the end of a file, by account and symbol
// ("Assets:Bank EUR"), as decimals; accounts that hold nothing are left out.
type Totals map[string]string

// Hledger has hledger check a journal, strictly, and returns its totals.
func Hledger(path string) (Totals, error) {
	if _, err := run("hledger", "-f", path, "check", "-s", "ordereddates", "payees"); err != nil {
		return nil, err
	}
	return totals("hledger", "-f", path, "bal", "-N", "--flat", "-O", "csv", "--layout=bare")
}

// Beancount has bean-check check a file and returns the totals of bean-query.
func Beancount(path string) (Totals, error) {
	out, err := run("bean-check", path)
	if err == nil && out != "" {
		err = fmt.Errorf("bean-check says %s", out)
	}
	if err != nil {
		return nil, err
	}
	return totals("bean-query", "-f", "csv", path, "select account, currency, str(sum(number)) group by account, currency")
}

// Left returns what does not come to zero: the sum over all accounts of each
// symbol.
func (t Totals) Left() (Totals, error) {
	sums := map[string]int64{}
	for at, text := range t {
		a, err := quantity.Parse(text, "")
		if err != nil {
			return nil, err
		}
		_, symbol, _ := strings.Cut(at, " ")
		if sums[symbol], err = quantity.AddMicros(sums[symbol], a.Micros); err != nil {
			return nil, err
		}
	}
	left := Totals{}
	for symbol, micros := range sums {
		if micros != 0 {
			left[symbol] = quantity.Micros(micros, "").Decimal()
		}
	}
	return left, nil
}

// totals runs a program that prints account, symbol and number as CSV.
func totals(program string, args ...string) (Totals, error) {
	out, err := run(program, args...)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	t := Totals{}
	for i, row := range rows {
		if i == 0 { // the heads of the columns
			continue
		}
		number := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(row[2]), "Decimal('"), "')")
		a, err := quantity.Parse(strings.ReplaceAll(number, ",", ""), "")
		if err != nil {
			return nil, fmt.Errorf("%s: %w in %q", program, err, row)
		}
		if !a.IsZero() {
			t[strings.TrimSpace(row[0])+" "+strings.Trim(strings.TrimSpace(row[1]), `"`)] = a.Decimal()
		}
	}
	return t, nil
}

func run(program string, args ...string) (string, error) {
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %v: %w\n%s", program, args, err, out)
	}
	return string(out), nil
}
