package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

func (a *api) measures() graphql.Fields {
	return graphql.Fields{
		"Measure.hasNumericalValue": {Read: func(p any) any { return *p.(*quantity.Amount) }, Append: func(to []byte, p any) ([]byte, bool) {
			return append(p.(*quantity.Amount).AppendDecimal(append(to, '"')), '"'), true
		}},
		"Measure.hasUnit": {Read: func(p any) any { return resolve.Unit(p.(*quantity.Amount).Unit) }},
		"Unit.id":         resolve.Text(func(u *quantity.Info) string { return string(u.Unit) }),
		"Unit.label":      resolve.Text(func(u *quantity.Info) string { return u.Label }),
		"Unit.symbol":     resolve.Text(func(u *quantity.Info) string { return u.Symbol }),
		"Unit.omUnitIdentifier": resolve.Text(func(u *quantity.Info) string {
			if u.OM == "" {
				return ""
			}
			return "http://www.ontology-of-units-of-measure.org/resource/om-2/" + u.OM
		}),
	}
}
