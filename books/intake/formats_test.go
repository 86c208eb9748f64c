package intake_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"commonweal/books/intake"
	"commonweal/books/intake/banktable"
	"commonweal/books/intake/camt"
	"commonweal/books/intake/mt940"
)

// The same three movements, told by three formats, are three movements.
func TestInvariant4FormatsAgree(t *testing.T) {
	open := func(name string) []byte {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	xml := strings.NewReplacer("NL91ABNA0417164300", "NL20INGB0001234567", "NL20INGB0001234567", "NL39RABO0300065264").Replace(string(open("camt/testdata/v08.xml")))
	table := `"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mutatiesoort","Mededelingen"
"20260302","Nutsbedrijf Nergens","NL20INGB0001234567","NL39RABO0300065264","IC","Bij","12,05","Incasso","Returned"
"20260302","Ada Verzonnen","NL20INGB0001234567","","OV","Af","400,00","Online bankieren","Payouts"
"20260302","Zo Fictief","NL20INGB0001234567","DE89370400440532013000","OV","Bij","250,50","Overschrijving","Invoice 118"
`
	files := map[string]intake.Records{
		"mt940": mt940.Read(strings.NewReader(string(open("mt940/testdata/ing.sta")))),
		"csv":   banktable.Read(strings.NewReader(table), banktable.Map{}),
	}
	statements, err := intake.Collect(camt.Read(strings.NewReader(xml)))
	if err != nil {
		t.Fatal(err)
	}
	known := statements[0].Lines
	for name, records := range files {
		statements, err := intake.Collect(records)
		if err != nil {
			t.Fatal(name, err)
		}
		for i, r := range intake.Recognize(known, statements[0].Lines) {
			l := statements[0].Lines[i]
			if r.Known < 0 || known[r.Known].Amount != l.Amount {
				t.Errorf("%s: %+v is %+v", name, l, r)
			}
		}
	}
}

// A national number and an IBAN are one account when a person says so.
func TestAsGivesTheSameFingerprints(t *testing.T) {
	file, err := os.ReadFile("mt940/testdata/abn.sta")
	if err != nil {
		t.Fatal(err)
	}
	const iban = "NL91ABNA0417164300"
	national, err := intake.Collect(intake.As(iban, mt940.Read(strings.NewReader(string(file)))))
	if err != nil {
		t.Fatal(err)
	}
	stated, err := intake.Collect(mt940.Read(strings.NewReader(strings.Replace(string(file), ":25:417164300", ":25:"+iban, 1))))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(national, stated) {
		t.Errorf("%+v\n%+v", national, stated)
	}
}
