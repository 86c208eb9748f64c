package quantity

import (
	_ "embed" // the tables
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// omBase is the namespace of the Ontology of units of Measure, version 2.
const omBase = "http://www.ontology-of-units-of-measure.org/resource/om-2/"

// Units that the rules of Commonweal name.
const (
	One      Unit = "one"      // a countable, whatever the label on the screen
	Hour     Unit = "hour"     // paid work, use of equipment
	CareHour Unit = "careHour" // upkeep of people; becomes hours or money only by a rate somebody voted
	LoveHour Unit = "loveHour" // unpaid work for the commons; likewise
	Credit   Unit = "credit"   // the mutual credit of a commons
)

// Dimension is the kind of quantity that a unit measures, such as "length" or
// "energy". Amounts convert only within a dimension. Each currency, care time,
// love time and credit is a dimension of its own, so that no factor can turn
// one into another; only a named rate can.
type Dimension string

// Info is what the unit table knows of a unit.
type Info struct {
	Unit      Unit
	OM        string    // identifier in OM 2 (a URI); empty when OM has no such unit
	Label     string    // English label: "kilogram"
	LabelKey  string    // key of the translated label: "unit.kilogram"
	Symbol    string    // short sign after a number: "kg"; empty for a count
	Dimension Dimension // what it measures
	Factor    *big.Rat  // exact number of coherent units in one; nil when there is none (do not modify)
	Affine    bool      // zero is not nothing (degree Celsius): never added, never converted
	Currency  *Currency // set for the codes of ISO 4217
}

// Currency is what ISO 4217 says of a currency.
type Currency struct {
	Number    string // three-digit code: "978"
	Digits    int    // digits of the minor unit: 2 for cents, 0 for yen; -1 when there is none
	Withdrawn string // day (YYYY-MM-DD) since which the code is historic; empty while it is active
}

// Step returns the smallest amount that changes hands, in millionths: the
// minor unit of a currency (EUR 10,000; JPY 1,000,000; BHD 1,000), and 1 for
// every other unit.
func (i Info) Step() int64 {
	step := int64(1)
	if i.Currency == nil || i.Currency.Digits < 0 {
		return step
	}
	for d := i.Currency.Digits; d < 6; d++ {
		step *= 10
	}
	return step
}

// Step returns the smallest amount of the unit that changes hands, in
// millionths, as Info.Step; an unknown unit has the step 1.
func (u Unit) Step() int64 { return table().byID[u].Step() }

// Lookup returns what the table knows of a unit; false when it is not in the
// table, as the units that a commons invents ("crate") are not.
func Lookup(u Unit) (Info, bool) {
	i, ok := table().byID[u]
	return i, ok
}

// LookupOM returns the unit with the OM 2 identifier, given in full or with
// the prefix "om:" or "om2:".
func LookupOM(id string) (Info, bool) {
	for _, prefix := range []string{omBase, "om:", "om2:"} {
		if name, ok := strings.CutPrefix(id, prefix); ok {
			i, ok := table().byID[Unit(name)]
			return i, ok && i.OM != ""
		}
	}
	return Info{}, false
}

// Units returns the table in its order: measures by dimension, then currencies
// by code.
func Units() []Info { return slices.Clone(table().list) }

type unitTable struct {
	list []Info
	byID map[Unit]Info
}

//go:embed units.tsv
var unitsTSV string

//go:embed currencies.tsv
var currenciesTSV string

// table reads the embedded tables once. A defect in them is a programming
// error that the first test finds, so it panics.
var table = sync.OnceValue(func() unitTable {
	t := unitTable{byID: map[Unit]Info{}}
	for _, f := range rows(unitsTSV, 6) {
		t.add(measure(f))
	}
	for _, f := range rows(currenciesTSV, 6) {
		t.add(currency(f))
	}
	return t
})

func (t *unitTable) add(i Info) {
	if _, twice := t.byID[i.Unit]; twice {
		panic("quantity: unit listed twice: " + i.Unit)
	}
	i.LabelKey = "unit." + string(i.Unit)
	t.list = append(t.list, i)
	t.byID[i.Unit] = i
}

func measure(f []string) Info {
	i := Info{Unit: Unit(f[0]), Symbol: f[2], Dimension: Dimension(f[3]), Label: f[5]}
	if f[1] == "=" {
		i.OM = omBase + f[0]
	}
	switch f[4] {
	case "?":
	case "affine":
		i.Affine = true
	default:
		i.Factor = factor(f[4])
	}
	return i
}

func currency(f []string) Info {
	c := &Currency{Number: f[1], Digits: -1, Withdrawn: f[3]}
	if f[2] != "-" {
		c.Digits = int(f[2][0] - '0')
	}
	return Info{
		Unit: Unit(f[0]), Symbol: f[4], Label: f[5],
		Dimension: Dimension("currency " + f[0]), Factor: big.NewRat(1, 1), Currency: c,
	}
}

// factor evaluates a product or quotient of decimals from left to right.
func factor(text string) *big.Rat {
	product := big.NewRat(1, 1)
	for op := byte('*'); ; {
		end := strings.IndexAny(text, "*/")
		number := text
		if end >= 0 {
			number = text[:end]
		}
		r, ok := new(big.Rat).SetString(number)
		if !ok || r.Sign() <= 0 {
			panic(fmt.Sprintf("quantity: %q is not a factor", text))
		}
		if op == '/' {
			r.Inv(r)
		}
		product.Mul(product, r)
		if end < 0 {
			return product
		}
		op, text = text[end], text[end+1:]
	}
}

// rows splits a table into fields, without its comments.
func rows(tsv string, fields int) [][]string {
	var out [][]string
	for line := range strings.Lines(tsv) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != fields {
			panic(fmt.Sprintf("quantity: %d fields instead of %d in %q", len(f), fields, line))
		}
		out = append(out, f)
	}
	return out
}
