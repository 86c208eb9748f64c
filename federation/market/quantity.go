package market

import (
	"html"
	"strings"
	"unicode"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// om is the vocabulary that units are named by.
const om = "http://www.ontology-of-units-of-measure.org/resource/om-2/"

// WriteQuantity returns an amount as a document writes it: the number as text,
// the unit by its name in OM 2 or, where that has none, by our own.
func WriteQuantity(a quantity.Amount) map[string]any {
	unit := string(a.Unit)
	if i, known := quantity.Lookup(a.Unit); known && i.OM != "" {
		unit = strings.TrimPrefix(i.OM, om)
	}
	return map[string]any{"hasUnit": unit, "hasNumericalValue": a.Decimal()}
}

// ReadQuantity reads an amount above zero. Invalid: federation.quantity.
func ReadQuantity(of activitypub.Object, field string) (quantity.Amount, error) {
	o := of.Object(field)
	unit := activitypub.Term(o.ID("hasUnit"))
	odd := strings.ContainsFunc(unit, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' })
	if o == nil || unit == "" || len(unit) > 64 || odd {
		return quantity.Amount{}, fault.Invalidf("federation.quantity", field, "%s does not say which unit it counts", field)
	}
	a, err := quantity.Parse(o.Text("hasNumericalValue"), quantity.Unit(unit))
	if err != nil || a.Micros <= 0 {
		return a, fault.Invalidf("federation.quantity", field, "%.60q is no amount above zero with at most six decimals", o.Text("hasNumericalValue"))
	}
	return a, nil
}

func escape(text string) string { return html.EscapeString(text) }
