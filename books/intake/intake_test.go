package intake_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// The examples of the registry of IBANs (SWIFT, for ISO 13616), and slips.
func TestIBAN(t *testing.T) {
	for text, want := range map[string]bool{
		"NL91 ABNA 0417 1643 00": true, "DE89 3704 0044 0532 0130 00": true, "GB29 NWBK 6016 1331 9268 19": true, "NO93 8601 1117 947": true,
		"MT84 MALT 0110 0001 2345 MTLC AST0 01S": true, "be68 5390 0754 7034": true,
		"NL91ABNA0417164301": false, "NL91ABNA041716430": false, "LN91ABNA0417164300": false, "9191ABNA0417164300": false, "NLAAABNA0417164300": false, "": false, "NL91": false, "NL91ABNA04171643é0": false,
	} {
		if got := intake.AccountOf(text).IsIBAN(); got != want {
			t.Errorf("%q is an IBAN: %t", text, got)
		}
	}
	for text, want := range map[string]intake.Account{
		"NL91ABNA0417164300EUR": "NL91ABNA0417164300", "ABNANL2A/NL91 ABNA 0417 1643 00": "NL91ABNA0417164300", "43060967/1234567890": "43060967/1234567890", "417164300 EUR": "417164300EUR",
	} {
		if got := intake.FindIBAN(text); got != want {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// Exchanging two digits, or any one of them for another, is noticed (ISO 7064).
func TestIBANNoticesSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		good := []byte("DE89370400440532013000")
		i := rapid.IntRange(4, len(good)-2).Draw(t, "place")
		if rapid.Bool().Draw(t, "swap") {
			if good[i] == good[i+1] {
				return
			}
			good[i], good[i+1] = good[i+1], good[i]
		} else {
			good[i] = '0' + (good[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		}
		if intake.Account(good).IsIBAN() {
			t.Fatalf("%s passes", good)
		}
	})
}

// What is written with any mark and groups reads as the same amount.
func TestInvariant1AmountsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := quantity.Micros(rapid.Int64().Draw(t, "micros"), "EUR")
		mark := rapid.SampledFrom([]string{".", ","}).Draw(t, "mark")
		text := strings.TrimPrefix(a.Decimal(), "-")
		whole, fraction, _ := strings.Cut(text, ".")
		if group := rapid.SampledFrom([]string{"", " ", "'", ".", ",", "\u00a0", "\u202f", "’"}).Draw(t, "group"); group != mark {
			for i := len(whole) - 3; i > 0; i -= 3 {
				whole = whole[:i] + group + whole[i:]
			}
		}
		text = whole + mark + fraction
		if a.Sign() < 0 {
			text = rapid.SampledFrom([]string{"-" + text, text + "-", "−" + text, "- " + text}).Draw(t, "sign")
		}
		if got, err := intake.ParseAmount(text, mark[0], "EUR"); err != nil || got != a {
			t.Fatalf("%q reads as %v, %v; want %v", text, got, err, a)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"1.234,56", "-0,5", "1'000", "+", "", "1,2,3", "٣", "1\u00a0000,00-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := intake.ParseAmount(text, ',', "EUR")
		if err != nil {
			if fault.As(err) == nil {
				t.Fatal(err)
			}
			return
		}
		if again, err := intake.ParseAmount(strings.Replace(a.Decimal(), ".", ",", 1), ',', "EUR"); err != nil || again != a {
			t.Fatalf("%q is %s, which is %s, %v", text, a, again, err)
		}
	})
}

func TestInvariant6TextsAreClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := string(rapid.SliceOf(rapid.Byte()).Draw(t, "raw")) + rapid.String().Draw(t, "more")
		limit := rapid.IntRange(3, 40).Draw(t, "limit")
		got := intake.Clean(raw, limit)
		if !utf8.ValidString(got) || len(got) > limit || strings.ContainsAny(got, "\n\t\x00\u202e") || intake.Clean(got, limit) != got {
			t.Fatalf("%q becomes %q", raw, got)
		}
	})
}

// movement is what all formats state of one.
type movement struct {
	day    int
	amount int64
	party  string
}

// accounts are those of the parties.
var accounts = map[string]intake.Account{"a": "DE89370400440532013000", "b": "GB82WEST12345698765432", "c": "NL91ABNA0417164300", "z": "NL39RABO0300065264"}

func lines(format string, order []movement) []intake.Line {
	var out []intake.Line
	for record, err := range intake.Finish(format, func(yield func(intake.Record, error) bool) {
		for i, m := range order {
			l := &intake.Line{Account: "A", Day: fmt.Sprintf("2026-03-%02d", m.day), Amount: quantity.Of(m.amount, "EUR"), From: i + 1,
				Detail: intake.Detail{Party: intake.Party{Name: "Party " + m.party, Account: accounts[m.party]}}}
			if !yield(l, nil) {
				return
			}
		}
	}) {
		if err != nil {
			panic(err)
		}
		out = append(out, *record.(*intake.Line))
	}
	return out
}

func someMovements(t *rapid.T) []movement {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) movement {
		return movement{rapid.IntRange(1, 3).Draw(t, "day"), rapid.Int64Range(-2, 2).Draw(t, "amount"), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "party")}
	}), 0, 30).Draw(t, "movements")
}

// keys are the fingerprints of lines with their numbers, sorted.
func keys(ls []intake.Line) (out []string) {
	for _, l := range ls {
		out = append(out, fmt.Sprintf("%s#%d", l.Fingerprint, l.Nth))
	}
	slices.Sort(out)
	return out
}

func TestInvariant4FingerprintsAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := someMovements(t)
		a, b := lines("camt", ms), lines("mt940", rapid.Permutation(ms).Draw(t, "other order"))
		if !slices.Equal(keys(a), keys(b)) {
			t.Fatalf("%v\n%v", keys(a), keys(b))
		}
		if n := len(slices.Compact(keys(a))); n != len(ms) {
			t.Fatalf("%d keys for %d movements", n, len(ms))
		}
	})
}

// Of an overlapping file exactly the lines that were not known are new,
// in whatever order and format it comes.
func TestInvariant5OverlapsAreRecognized(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := someMovements(t)
		known := lines("camt", ms)
		kept := rapid.SliceOfN(rapid.Bool(), len(ms), len(ms)).Draw(t, "kept")
		var second []movement
		for i, m := range ms {
			if kept[i] {
				second = append(second, m)
			}
		}
		fresh := []movement{{1, 9, "a"}, {1, 2, "z"}}
		second = rapid.Permutation(append(second, fresh...)).Draw(t, "second")
		incoming := lines(rapid.SampledFrom([]string{"camt", "csv/own"}).Draw(t, "format"), second)
		taken := map[int]bool{}
		for i, r := range intake.Recognize(known, incoming) {
			if isNew := slices.Contains(fresh, second[i]); isNew != (r.Known < 0) {
				t.Fatalf("%+v is known as %+v", second[i], r)
			}
			if r.Known < 0 {
				continue
			}
			if taken[r.Known] || ms[r.Known] != second[i] || r.Reason == "" {
				t.Fatalf("%+v is known as %+v (%q)", second[i], ms[r.Known], r.Reason)
			}
			taken[r.Known] = true
		}
	})
}

// Two payments of one sum on one day from two people are two.
func TestInvariant5ContradictionsAreNotPaired(t *testing.T) {
	base := lines("camt", []movement{{1, 5, "a"}})[0]
	same := func(change func(*intake.Line)) bool {
		other := base
		change(&other)
		return intake.Recognize([]intake.Line{base}, []intake.Line{other})[0].Known == 0
	}
	base.BankReference, base.Reference = "B1", "E1"
	for name, c := range map[string]struct {
		change func(*intake.Line)
		want   bool
	}{
		"the same":                            {func(*intake.Line) {}, true},
		"another bank reference":              {func(l *intake.Line) { l.BankReference = "B2" }, false},
		"another bank reference, elsewhere":   {func(l *intake.Line) { l.BankReference, l.Format = "B2", "mt940" }, true},
		"another account, in one format":      {func(l *intake.Line) { l.Party.Account = "ACCb" }, false},
		"another account number elsewhere":    {func(l *intake.Line) { l.Party.Account, l.Format = "ACCb", "mt940" }, true},
		"another reference":                   {func(l *intake.Line) { l.Reference = "E2" }, false},
		"a reference written otherwise":       {func(l *intake.Line) { l.Reference, l.Format = "e-1", "mt940" }, true},
		"another name":                        {func(l *intake.Line) { l.Party.Name, l.Description = "Other", "x" }, true},
		"nothing but day, account and amount": {func(l *intake.Line) { l.Detail, l.BankReference, l.Format = intake.Detail{}, "", "csv/x" }, true},
	} {
		if got := same(c.change); got != c.want {
			t.Errorf("%s: the same is %t", name, got)
		}
	}
	other := base
	other.Party.Account, other.Format = accounts["b"], "mt940"
	if intake.Recognize([]intake.Line{base}, []intake.Line{other})[0].Known >= 0 {
		t.Error("two IBANs are one account")
	}
}

// Ten thousand equal lines are recognized in passing.
func TestRecognizeManyEqualLines(t *testing.T) {
	many := make([]movement, 10_000)
	for i := range many {
		many[i] = movement{1, 1, "a"}
	}
	a, b := lines("camt", many), lines("mt940", many)
	for i := range b {
		b[i].Format = "camt"
	}
	for i, r := range intake.Recognize(a, b) {
		if r.Known < 0 {
			t.Fatalf("line %d is new", i)
		}
	}
}

// Balances behind lines are followed forward and backward; any line that is
// dropped or changed is noticed.
func TestInvariant3RunningBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 20).Draw(t, "lines")
		backward := rapid.Bool().Draw(t, "backward")
		var ls []*intake.Line
		balance := int64(0)
		for i := range n {
			amount := rapid.Int64Range(1, 9).Draw(t, "amount") // no zero, which could be dropped unseen
			balance += amount
			b := quantity.Of(balance, "EUR")
			ls = append(ls, &intake.Line{Account: "A", Day: "2026-03-01", Amount: quantity.Of(amount, "EUR"), Balance: &b, From: i})
		}
		if backward {
			slices.Reverse(ls)
		}
		feed := func(ls []*intake.Line) error {
			for _, err := range intake.Finish("x", func(yield func(intake.Record, error) bool) {
				for _, l := range ls {
					c := *l
					if !yield(&c, nil) {
						return
					}
				}
			}) {
				if err != nil {
					return err
				}
			}
			return nil
		}
		if err := feed(ls); err != nil {
			t.Fatal(err)
		}
		drop := rapid.IntRange(1, n-2).Draw(t, "dropped")
		if err := feed(slices.Delete(slices.Clone(ls), drop, drop+1)); fault.CodeOf(err) != "books.line_balance" {
			t.Fatalf("line %d of %d dropped: %v", drop, n, err)
		}
	})
}

// A reader that takes a batch apart wrongly is found out.
func TestPartsAddUp(t *testing.T) {
	records := func(yield func(intake.Record, error) bool) {
		yield(&intake.Line{Amount: quantity.Of(3, "EUR"), Parts: []intake.Part{{Amount: quantity.Of(1, "EUR")}, {Amount: quantity.Of(1, "EUR")}}, From: 7}, nil)
	}
	for _, err := range intake.Finish("x", records) {
		if e := fault.As(err); e == nil || e.Code != "books.batch_sum" || e.Line != 7 {
			t.Errorf("%v", err)
		}
	}
}

func TestCollectRefusesWhole(t *testing.T) {
	records := func(n int) intake.Records {
		return func(yield func(intake.Record, error) bool) {
			for i := range n {
				if !yield(nil, fault.Invalidf("books.amount", "amount", "bad").AtLine(i+1)) {
					return
				}
			}
		}
	}
	if s, err := intake.Collect(records(3)); s != nil || len(err.(fault.List)) != 3 {
		t.Errorf("%v %v", s, err)
	}
	if _, err := intake.Collect(records(1_000_000)); len(err.(fault.List)) != 100 {
		t.Errorf("%d faults are told", len(err.(fault.List)))
	}
	if _, err := intake.Collect(records(0)); fault.CodeOf(err) != "books.no_statement" {
		t.Errorf("nothing: %v", err)
	}
	broken := func(yield func(intake.Record, error) bool) { yield(nil, io.ErrUnexpectedEOF) }
	if _, err := intake.Collect(broken); err != io.ErrUnexpectedEOF {
		t.Errorf("a broken reader: %v", err)
	}
}

func TestTextLines(t *testing.T) {
	for file, want := range map[string][]string{
		"a\r\nb\n\nc":                    {"a", "b", "", "c"},
		"\ufeffé\n":                      {"é"},
		"caf\xe9 \x80\n":                 {"café €"},
		"\xff\xfea\x00\n\x00\xe9\x00":    {"a", "é"},
		"\xfe\xff\x00a\x00\n\x00\xe9":    {"a", "é"},
		"":                               nil,
		"a\nb\x00\nc":                    {"a", "books.not_text 2"},
		"a\n" + strings.Repeat("b", 1e5): {"a", "books.line_too_long 2"},
	} {
		var got []string
		for l, err := range intake.TextLines(strings.NewReader(file)) {
			if err != nil {
				l.Text = fmt.Sprint(fault.CodeOf(err), " ", fault.As(err).Line)
			}
			got = append(got, l.Text)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%.20q: %q, want %q", file, got, want)
		}
	}
}

func BenchmarkRecognize(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var ms []movement
	for range 10_000 {
		ms = append(ms, movement{r.IntN(28) + 1, r.Int64N(400), "a"})
	}
	known, incoming := lines("camt", ms), lines("mt940", ms)
	for b.Loop() {
		intake.Recognize(known, incoming)
	}
}
