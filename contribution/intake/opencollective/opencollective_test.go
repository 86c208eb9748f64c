package opencollective_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/opencollective"
	"commonweal/platform/fault"
)

func transcript(records intake.Records) []string {
	var out []string
	for r, err := range records {
		if e := fault.As(err); e != nil {
			out = append(out, fmt.Sprintf("error %s at %v", e.Code, e))
			continue
		}
		m := r.(intake.Money)
		text := fmt.Sprintf("%d %s %s %s %s gross %s", m.Source.Line, m.Flow, m.Kind, m.Party.ID, m.Day, m.Gross)
		for _, l := range m.Lines {
			text += fmt.Sprintf(" - %s %s", l.Kind, l.Amount.Decimal())
		}
		net, _ := m.Net()
		text += " = " + net.String()
		if m.Category != "" {
			text += fmt.Sprint(" ", m.Category, " ", m.Tags)
		}
		if m.Refund {
			text += " refund of " + m.RefundOf
		}
		out = append(out, text)
	}
	return out
}

func TestGoldenTransactions(t *testing.T) {
	file, err := os.ReadFile("testdata/transactions.csv")
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile("testdata/transactions.golden")
	if err != nil {
		t.Fatal(err)
	}
	got := transcript(opencollective.Read(strings.NewReader(string(file)), "t.csv", opencollective.Options{Accounts: []string{"tool-library"}}))
	want := strings.Split(strings.TrimSpace(string(golden)), "\n")
	slices.Sort(got) // groups come when they are complete, errors at once
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const header = "datetime,shortGroup,type,kind,amount,currency,accountSlug,oppositeAccountSlug\n"

func TestRowsOfAGroupMayLieApartButNotFarApart(t *testing.T) {
	var b strings.Builder
	b.WriteString(header + "2024-01-01,first,CREDIT,CONTRIBUTION,10,EUR,us,ada\n")
	b.WriteString("2024-01-01,other,CREDIT,CONTRIBUTION,10,EUR,us,ada\n")
	b.WriteString("2024-01-01,first,DEBIT,HOST_FEE,-1,EUR,us,host\n")
	for i := range opencollective.Window {
		fmt.Fprintf(&b, "2024-01-01,n%d,CREDIT,CONTRIBUTION,10,EUR,us,ada\n", i)
	}
	b.WriteString("2024-01-01,first,DEBIT,HOST_FEE,-1,EUR,us,host\n")
	got := transcript(opencollective.Read(strings.NewReader(b.String()), "", opencollective.Options{}))
	if got[0] != "2 in contribution opencollective:ada 2024-01-01 gross 10 EUR - host_fee 1 = 9 EUR" {
		t.Errorf("first = %q", got[0])
	}
	if late := slices.IndexFunc(got, func(s string) bool { return strings.HasPrefix(s, "error intake.group_split at line 4101") }); late < 0 {
		t.Errorf("the late row is not refused; last lines: %q", got[len(got)-2:])
	}
}

func TestFeesAloneAreAMovementOfTheHost(t *testing.T) {
	got := transcript(opencollective.Read(strings.NewReader(header+"2024-01-01,g,CREDIT,HOST_FEE,3,EUR,the-host,us\n"), "", opencollective.Options{}))
	if want := "2 in host_fee opencollective:us 2024-01-01 gross 3 EUR = 3 EUR"; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestInvariant1LongAndShortExportsShareKeys: the same movement has one key
// whether the export holds short or full identifiers.
func TestInvariant1LongAndShortExportsShareKeys(t *testing.T) {
	long := strings.Replace(header, "shortGroup", "group", 1) + "2024-01-01T00:00:00Z,1f6d2c3a-0000-4000-8000-000000000001,CREDIT,CONTRIBUTION,10.00,EUR,us,ada\n"
	brief := header + "2024-01-01,1f6d2c3a,CREDIT,CONTRIBUTION,10,EUR,us,ada\n"
	var keys []string
	for _, file := range []string{long, brief} {
		for r, err := range opencollective.Read(strings.NewReader(file), "", opencollective.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, r.DedupeKey())
		}
	}
	if len(keys) != 2 || keys[0] != keys[1] {
		t.Errorf("keys = %v, want one", keys)
	}
}

func TestMissingColumnIsNamed(t *testing.T) {
	for _, err := range opencollective.Read(strings.NewReader("date,amount\n1,2\n"), "", opencollective.Options{}) {
		if e := fault.As(err); e == nil || e.Code != "intake.column" || e.Field != "type" {
			t.Errorf("error = %v, want the missing column type", err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(header + "2024-01-01,g,CREDIT,HOST_FEE,3,EUR,the-host,us\n2024-01-01,g,DEBIT,TAX,-1,USD,the-host,us\n")
	f.Add(strings.Replace(header, "shortGroup", "hostFee", 1) + "x,-9223372036854,DEBIT,EXPENSE,-9223372036854.775808,EUR,a,b\n")
	f.Fuzz(func(t *testing.T, file string) {
		for r, err := range opencollective.Read(strings.NewReader(file), "", opencollective.Options{}) {
			if err == nil && r.(intake.Money).Gross.Sign() < 0 {
				t.Fatalf("%+v is negative", r)
			}
		}
	})
}
