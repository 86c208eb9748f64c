package credit

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Every line says what stood in the account after it, page by page; a period
// says what was there before, what it brought, and what was left.
func TestStatementsRunOn(t *testing.T) {
	eachInTime(t, func(v *village, clock *hands) {
		var want []string
		balance := int64(0)
		for i := range 7 {
			from, to, sign := v.bas, v.cleo, int64(1)
			if i%3 == 2 {
				from, to, sign = v.cleo, v.bas, -1
			}
			must(v.t, v.pays(from, to, fmt.Sprint(i+1)))
			balance += sign * int64(i+1)
			want = append([]string{fmt.Sprint(balance)}, want...)
			clock.passes(24 * time.Hour)
		}
		a, _ := v.account(v.cleo)
		must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			var got []string
			var all []Line
			for after := newest; ; {
				list, err := statementLines(r, a.ID, Period{}, after, 3)
				if err != nil || len(list) == 0 {
					must(v.t, err)
					break
				}
				for _, l := range list {
					got = append(got, l.After.of("").Decimal())
				}
				all = append(all, list...)
				if after, err = placeOf(list[len(list)-1].place()); err != nil {
					return err
				}
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				v.t.Errorf("the balances are %v, want %v", got, want)
			}
			f, err := flowsOf(r, a.ID, Period{From: all[4].At, Until: all[1].At}) // the third, fourth and fifth day
			if f.Before != Micros(3e6) || f.In != Micros(9e6) || f.Out != Micros(3e6) || f.After != Micros(9e6) {
				v.t.Errorf("three days did %+v", f)
			}
			return err
		}))
	})
}

// A statement for hledger says each amount with its unit, asserts every balance,
// and keeps texts from being anything else.
func TestStatementsForPlainTextAccounting(t *testing.T) {
	st := statementOf{Account: "Cleo Example", Currency: Currency{Name: "Garden hours", Unit: quantity.Hour, Decimals: 2}, Zone: time.UTC, Rows: []lineRow{{
		Line: Line{Seq: 41, At: time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC), Kind: Trade, Payment: "p"}, What: "Payment", Note: "mended a bicycle; | 3 spokes\n2026-01-01 x", With: "Bas: the  smith", Category: "repairs",
		Sum: h("-2.5"), Balance: h("-2.5")}}}
	var out bytes.Buffer
	must(t, writeJournal(&out, st))
	want := `; Cleo Example, Garden hours
commodity 1.00 "hour"

2026-03-02 (41) Bas: the smith | Payment mended a bicycle 3 spokes 2026-01-01 x
    ; category: repairs
    credit:Garden hours  -2.50 "hour" = -2.50 "hour"
    members:Bas the smith  2.50 "hour"

`
	if out.String() != want {
		t.Errorf("wrote\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	st.Rows[0].Note = "=1+1"
	must(t, writeCSV(&out, st))
	if !strings.Contains(out.String(), "41,2026-03-02,23:00:00,Bas: the  smith,trade,'=1+1,repairs,-2.5,hour,-2.5,p\n") {
		t.Errorf("wrote %s", out.String())
	}
}

// What is drawn is the code, square by square, within its quiet zone.
func TestCodesAreDrawnWhole(t *testing.T) {
	link := payLink("https://village.example", "/c/village/credit/pay", "01900000-0000-7000-8000-000000000000", h("2.5"), "half a day & more")
	drawn, err := drawCode(link, `Pay "Cleo" <now>`)
	must(t, err)
	code, err := qr.Encode(link, qr.M)
	must(t, err)
	black := map[[2]int]bool{}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(string(drawn), -1) {
		var x, y, n, back int
		fmt.Sscan(run[1]+" "+run[2]+" "+run[3]+" "+run[4], &x, &y, &n, &back)
		if n != back {
			t.Fatalf("the run %s does not close", run[0])
		}
		for i := range n {
			black[[2]int{x + i, y}] = true
		}
	}
	for y := range code.Size + 2*quiet {
		for x := range code.Size + 2*quiet {
			if black[[2]int{x, y}] != code.Black(x-quiet, y-quiet) {
				t.Fatalf("the square %d, %d is drawn wrong", x, y)
			}
		}
	}
	if !strings.Contains(string(drawn), "Pay &#34;Cleo&#34; &lt;now&gt;") {
		t.Error("the label is not escaped")
	}
}

// Whatever stands in an address, a place in a statement is read or refused.
func FuzzPlaceOf(f *testing.F) {
	for _, text := range []string{"", "12.3", "12", "a.b", "9223372036854775808.1", "-1.-1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := placeOf(text)
		if err == nil && text != "" {
			if again, err := placeOf((Line{Seq: p.seq, N: p.n}).place()); err != nil || again != p {
				t.Errorf("%q is read as %v, which is read as %v, %v", text, p, again, err)
			}
		}
	})
}
