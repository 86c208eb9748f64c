package plaintext_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/books/intake/plaintext"
)

// totals are what all postings of a journal add up to, per account and unit,
// without those that are nothing.
func totals(j *intake.Journal) map[string]string {
	sums := map[string]*big.Rat{}
	for _, e := range j.Entries {
		for _, p := range e.Postings {
			key := p.Account + " " + string(p.Amount.Unit)
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], p.Amount.Rat())
		}
	}
	return shown(sums)
}

func shown(sums map[string]*big.Rat) map[string]string {
	out := map[string]string{}
	for key, v := range sums {
		if v.Sign() != 0 {
			out[key] = v.RatString()
		}
	}
	return out
}

// run runs a tool on a file.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is needed to compare with: %v", name, err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return string(out), err
}

// hledgerTotals asks hledger.
func hledgerTotals(t *testing.T, file string) map[string]string {
	t.Helper()
	out, err := run(t, "hledger", "-f", file, "bal", "--flat", "-N", "--layout=bare", "-O", "csv")
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]*big.Rat{}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		v, ok := new(big.Rat).SetString(withPoint(r[2]))
		if !ok {
			t.Fatalf("hledger says %q", r)
		}
		sums[r[0]+" "+r[1]] = v
	}
	return shown(sums)
}

// withPoint brings what hledger shows to digits with a point: a comma with
// other than three digits behind it marks decimals.
func withPoint(text string) string {
	if at := strings.LastIndexAny(text, ".,"); at >= 0 && text[at] == ',' && len(text)-at != 4 {
		return strings.ReplaceAll(text[:at], ".", "") + "." + text[at+1:]
	}
	return strings.ReplaceAll(text, ",", "")
}

var pythonDecimal = regexp.MustCompile(`Decimal\('(.*)'\)`)

// beanTotals asks bean-query, posting by posting: its sums are rounded for display.
func beanTotals(t *testing.T, file string) map[string]string {
	t.Helper()
	out, err := run(t, "bean-query", "-f", "csv", file, "select account, currency, str(number) as n")
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]*big.Rat{}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		v, ok := new(big.Rat).SetString(pythonDecimal.FindStringSubmatch(r[2])[1])
		if !ok {
			t.Fatalf("bean-query says %q", r)
		}
		key := strings.TrimSpace(r[0]) + " " + strings.TrimSpace(r[1])
		if sums[key] == nil {
			sums[key] = new(big.Rat)
		}
		sums[key].Add(sums[key], v)
	}
	return shown(sums)
}

// agree compares our totals of a file with those of its own tool.
func agree(t *testing.T, file string) {
	t.Helper()
	j, err := plaintext.Read(os.DirFS(filepath.Dir(file)), filepath.Base(file), plaintext.Options{})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var want map[string]string
	if j.Format == "beancount" {
		if out, err := run(t, "bean-check", file); err != nil {
			t.Fatalf("bean-check: %s %v", out, err)
		}
		want = beanTotals(t, file)
	} else {
		want = hledgerTotals(t, file)
	}
	if got := totals(j); !maps.Equal(got, want) {
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if got[key] != want[key] {
				t.Errorf("%s: %s is %s, the tool says %s", file, key, got[key], want[key])
			}
		}
		t.Errorf("%d totals, the tool has %d", len(got), len(want))
	}
}

func TestInvariant1SamplesAgree(t *testing.T) {
	agree(t, "testdata/shop.journal")
	agree(t, "testdata/shop.beancount")
	agree(t, "testdata/commodities.journal")
}

// Ledger has no tool here; what it documents of lots and gains is worked out by hand.
func TestLedgerTotals(t *testing.T) {
	j, err := plaintext.Read(os.DirFS("testdata"), "shop.ledger", plaintext.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Assets:Bank $": "2253/2", "Assets:Shares ACME": "7", "Income:Sales $": "-2503/2", "Income:Gains $": "-15", "Lab:Bench h": "3", "Lab:Work h": "-3"}
	if got := totals(j); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// drawJournal writes a random journal of entries that balance; amount and price
// say how the format writes them.
func drawJournal(t *rapid.T, beancount bool) string {
	var b strings.Builder
	accounts := []string{"Assets:Bank", "Assets:Bank:Savings", "Assets:Cash", "Income:Sales", "Expenses:Food", "Equity:Opening"}
	units := []string{"EUR", "USD", "HOUR"}
	if beancount {
		for _, a := range accounts {
			fmt.Fprintf(&b, "2026-01-01 open %s\n", a)
		}
	} else {
		b.WriteString("decimal-mark .\n")
	}
	for range rapid.IntRange(1, 60).Draw(t, "entries") {
		fmt.Fprintf(&b, "\n2026-%02d-%02d * \"some one\" \"something\"\n", rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		account := func() string { return rapid.SampledFrom(accounts).Draw(t, "account") }
		// Numbers have the decimals of their unit, so that no tool rounds for display.
		number := func(unit string) string {
			decimals := map[string]int{"EUR": 2, "USD": 3, "HOUR": 6}[unit]
			n := rapid.Int64Range(-1e9, 1e9).Draw(t, "number")
			return new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)).FloatString(decimals)
		}
		unit := rapid.SampledFrom(units).Draw(t, "unit")
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0: // one amount left out, of one or two units
			fmt.Fprintf(&b, "  %s  %s %s\n", account(), number(unit), unit)
			fmt.Fprintf(&b, "  %s  %s %s\n", account(), number("EUR"), "EUR")
			fmt.Fprintf(&b, "  %s\n", account())
		case 1: // all there
			n := number(unit)
			fmt.Fprintf(&b, "  %s  %s %s\n  %s  %s %s\n", account(), n, unit, account(), negated(n), unit)
		case 2: // a price of one, a whole number of them
			fmt.Fprintf(&b, "  %s  %d ACME @ %s EUR\n  %s\n", account(), rapid.IntRange(-9, 9).Draw(t, "shares"), strings.TrimPrefix(number("EUR"), "-"), account())
		case 3: // a total price
			n := strings.TrimPrefix(number("USD"), "-")
			fmt.Fprintf(&b, "  %s  %d ACME @@ %s USD\n  %s  -%s USD\n", account(), rapid.IntRange(1, 9).Draw(t, "shares"), n, account(), n)
		}
	}
	return b.String()
}

func negated(n string) string {
	if rest, ok := strings.CutPrefix(n, "-"); ok {
		return rest
	}
	return "-" + n
}

// Random journals have the totals that the tools find.
func TestInvariant1RandomJournalsAgree(t *testing.T) {
	for seed := range 6 {
		for _, ending := range []string{".journal", ".beancount"} {
			text := rapid.Custom(func(t *rapid.T) string { return drawJournal(t, ending == ".beancount") }).Example(seed + 7)
			file := filepath.Join(t.TempDir(), "random"+ending)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			agree(t, file)
		}
	}
}

// What the tools accept we accept, and what they refuse we refuse; where a case
// is stricter on purpose, it says so.
func TestInvariant3And4VerdictsAgree(t *testing.T) {
	const open = "2026-01-01 open Assets:A\n2026-01-01 open Assets:A:B\n2026-01-01 open Income:I\n"
	for name, c := range map[string]struct {
		ending, text string
		stricter     bool
	}{
		"balanced":                       {".journal", "2026-01-01 x\n  a  1 EUR\n  b  -1 EUR\n", false},
		"unbalanced":                     {".journal", "2026-01-01 x\n  a  1 EUR\n  b  -2 EUR\n", false},
		"half of what is shown":          {".journal", "commodity 1.00 EUR\n2026-01-01 x\n  a  10.00 EUR\n  b  -10.005 EUR\n", false},
		"more than half":                 {".journal", "commodity 1.00 EUR\n2026-01-01 x\n  a  10.00 EUR\n  b  -10.006 EUR\n", false},
		"below what is shown":            {".journal", "2026-01-01 x\n  a  10.00 EUR\n  b  -10.004 EUR\n", false},
		"a price that rounds":            {".journal", "2026-01-01 x\n  a  3 A @ 3.333 EUR\n  b  -10.0 EUR\n", false},
		"a price that does not":          {".journal", "2026-01-01 x\n  a  3 A @ 3.333 EUR\n  b  -10.000 EUR\n", false},
		"two left out":                   {".journal", "2026-01-01 x\n  a  1 EUR\n  b\n  c\n", false},
		"two units, opposite":            {".journal", "2026-01-01 x\n  a  1 EUR\n  b  -2 USD\n", false},
		"two units, one side":            {".journal", "2026-01-01 x\n  a  1 EUR\n  b  2 USD\n", false},
		"three units":                    {".journal", "2026-01-01 x\n  a  1 EUR\n  b  -2 USD\n  c  1 CHF\n", false},
		"assertion holds":                {".journal", "2026-01-01 x\n  a  1 EUR = 1 EUR\n  b\n", false},
		"assertion fails":                {".journal", "2026-01-01 x\n  a  1 EUR = 2 EUR\n  b\n", false},
		"assertion fails below display":  {".journal", "commodity 1.00 EUR\n2026-01-01 x\n  a  1.00 EUR = 1.001 EUR\n  b\n", false},
		"assertion by day":               {".journal", "2026-01-02 x\n  a  1 EUR = 3 EUR\n  b\n\n2026-01-01 x\n  a  2 EUR = 2 EUR\n  b\n", false},
		"assertion in file order":        {".journal", "2026-01-02 x\n  a  1 EUR = 1 EUR\n  b\n\n2026-01-01 x\n  a  2 EUR = 3 EUR\n  b\n", false},
		"assertion by posting day":       {".journal", "2026-01-02 x\n  a  1 EUR = 1 EUR ; date:2026-01-01\n  b\n\n2026-01-01 x\n  a  2 EUR = 3 EUR\n  b\n", false},
		"sole assertion holds":           {".journal", "2026-01-01 x\n  a  1 EUR == 1 EUR\n  b\n", false},
		"sole assertion fails":           {".journal", "2026-01-01 x\n  a  1 USD\n  a  1 EUR == 1 EUR\n  b\n", false},
		"inclusive holds":                {".journal", "2026-01-01 x\n  a:b  1 EUR\n  a  1 EUR =* 2 EUR\n  c\n", false},
		"inclusive fails":                {".journal", "2026-01-01 x\n  a:b  1 EUR\n  a  1 EUR =* 1 EUR\n  c\n", false},
		"virtual need not balance":       {".journal", "2026-01-01 x\n  (a)  1 EUR\n", false},
		"bracketed must":                 {".journal", "2026-01-01 x\n  [a]  1 EUR\n", false},
		"a header alone":                 {".journal", "2026-01-01 x\n", false},
		"no such day":                    {".journal", "2026-02-30 x\n", false},
		"one space before the amount":    {".journal", "2026-01-01 x\n  a 1 EUR\n  b  -1 EUR\n", false},
		"indented without entry":         {".journal", "  a  1 EUR\n", false},
		"nonsense":                       {".journal", "what is this\n", false},
		"an unknown directive":           {".journal", "frobnicate\n", false},
		"ends nothing":                   {".journal", "end apply account\n", false},
		"a block comment without end":    {".journal", "comment\n2026\n", false},
		"a quoted number commodity":      {".journal", "2026-01-01 x\n  a  1 \"A 1\"\n  b\n", false},
		"zero at a total price":          {".journal", "2026-01-01 x\n  a  0 A @@ 5 B\n  b  -5 B\n", true},
		"finer than a millionth":         {".journal", "2026-01-01 x\n  a  0.0000001 EUR\n  b\n", true},
		"a periodic transaction":         {".journal", "~ monthly\n  a  1 EUR\n  b\n", true},
		"an automated transaction":       {".journal", "= a\n  b  1 EUR\n  c  -1 EUR\n", true},
		"bean balanced":                  {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -1 EUR\n", false},
		"bean unbalanced":                {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -2 EUR\n", false},
		"bean within half":               {".beancount", open + "2026-01-02 *\n  Assets:A  1.00 EUR\n  Income:I  -1.005 EUR\n", false},
		"bean beyond half":               {".beancount", open + "2026-01-02 *\n  Assets:A  1.00 EUR\n  Income:I  -1.006 EUR\n", false},
		"bean multiplier zero":           {".beancount", "option \"inferred_tolerance_multiplier\" \"0\"\n" + open + "2026-01-02 *\n  Assets:A  1.00 EUR\n  Income:I  -1.001 EUR\n", false},
		"bean default tolerance":         {".beancount", "option \"inferred_tolerance_default\" \"EUR:2\"\n" + open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -2 EUR\n", false},
		"bean default for all":           {".beancount", "option \"inferred_tolerance_default\" \"*:2\"\n" + open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -2 EUR\n", false},
		"bean two units":                 {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -2 USD\n", false},
		"bean two left out":              {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n  Assets:A:B\n", false},
		"bean not open":                  {".beancount", "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -1 EUR\n", false},
		"bean opened later":              {".beancount", "2026-01-03 open Assets:A\n2026-01-02 open Income:I\n2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n", false},
		"bean auto accounts":             {".beancount", "plugin \"beancount.plugins.auto_accounts\"\n2026-01-02 *\n  Assets:A  1 EUR\n  Income:I  -1 EUR\n", false},
		"bean opened twice":              {".beancount", open + "2026-01-02 open Assets:A\n", false},
		"bean closed":                    {".beancount", open + "2026-01-02 close Assets:A\n2026-01-03 *\n  Assets:A  1 EUR\n  Income:I\n", false},
		"bean closed that day":           {".beancount", open + "2026-01-03 close Assets:A\n2026-01-03 *\n  Assets:A  1 EUR\n  Income:I\n", false},
		"bean balance at the start":      {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n2026-01-02 balance Assets:A 1 EUR\n", false},
		"bean balance the day after":     {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n2026-01-03 balance Assets:A 1 EUR\n", false},
		"bean balance of a parent":       {".beancount", open + "2026-01-02 *\n  Assets:A:B  1 EUR\n  Income:I\n2026-01-03 balance Assets:A 1 EUR\n", false},
		"bean balance a cent off":        {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n2026-01-03 balance Assets:A 1.01 EUR\n", false},
		"bean balance two cents off":     {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n2026-01-03 balance Assets:A 1.02 EUR\n", false},
		"bean balance with tolerance":    {".beancount", open + "2026-01-02 *\n  Assets:A  1 EUR\n  Income:I\n2026-01-03 balance Assets:A 3 ~ 2 EUR\n", false},
		"bean pad":                       {".beancount", open + "2026-01-02 pad Assets:A Income:I\n2026-01-03 balance Assets:A 5 EUR\n2026-01-04 balance Income:I -5 EUR\n", false},
		"bean pad serves a unit once":    {".beancount", open + "2026-01-02 pad Assets:A Income:I\n2026-01-03 balance Assets:A 5 EUR\n2026-01-04 balance Assets:A 6 EUR\n", false},
		"bean pad serves two units":      {".beancount", open + "2026-01-02 pad Assets:A Income:I\n2026-01-03 balance Assets:A 5 EUR\n2026-01-04 balance Assets:A 6 USD\n", false},
		"bean lots by cost":              {".beancount", open + "2026-01-02 *\n  Assets:A  2 XX {3.00 EUR}\n  Income:I  -6.00 EUR\n", false},
		"bean a lot that is to be found": {".beancount", open + "2026-01-02 *\n  Assets:A  2 XX {3.00 EUR}\n  Income:I\n2026-01-03 *\n  Assets:A  -1 XX {}\n  Income:I  3.00 EUR\n", true},
		"bean average":                   {".beancount", "option \"booking_method\" \"AVERAGE\"\n", true},
		"bean a text without end":        {".beancount", open + "2026-01-02 * \"no\n  Assets:A  1 EUR\n", false},
		"bean nonsense":                  {".beancount", open + "2026-01-02 frobnicate Assets:A\n", false},
		"bean no such day":               {".beancount", "2026-02-30 open Assets:A\n", false},
	} {
		file := filepath.Join(t.TempDir(), "case"+c.ending)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		tool := []string{"hledger", "-f", file, "check"}
		if c.ending == ".beancount" {
			tool = []string{"bean-check", "--no-cache", file}
		}
		_, theirs := run(t, tool[0], tool[1:]...)
		_, ours := plaintext.Read(os.DirFS(filepath.Dir(file)), filepath.Base(file), plaintext.Options{})
		switch {
		case c.stricter && (ours == nil || theirs != nil):
			t.Errorf("%s: should be stricter: ours %v, theirs %v", name, ours, theirs)
		case !c.stricter && (ours == nil) != (theirs == nil):
			t.Errorf("%s: ours %v\ntheirs %v", name, ours, theirs)
		}
	}
}
