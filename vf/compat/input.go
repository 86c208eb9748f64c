package compat

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// renamed says what inputs are called in the core, by type and name.
var renamed = map[string]string{
	"AgentRelationshipRole.roleLabel": "name", "ProductBatch.batchNumber": "batchLotCode", "ProductBatch.expiryDate": "expirationDate",
	"EconomicResource.lot": "ofBatchLot", "ResourceSpecification.resourceClassifiedAs": "classifiedAs",
}

// serverTime is what the server's clock says, whatever a client sends.
const serverTime = "created"

// decode reads an input object of the published schema into a Go type of the core.
func decode(typ string, in graphql.Args, to any) error {
	says, err := translate(typ, in, to)
	if err != nil {
		return err
	}
	maps.DeleteFunc(says, func(_ string, v any) bool { return v == nil })
	raw, err := json.Marshal(says)
	if err != nil {
		return err
	}
	return vf.DecodeStrict(raw, to)
}

// translate turns an input object into what the core calls it. What has no
// home is refused, not dropped.
func translate(typ string, in graphql.Args, to any) (map[string]any, error) {
	goType := reflect.TypeOf(to).Elem()
	places := resolve.JSONFields(goType, nil)
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if name == "revisionId" || name == serverTime {
			continue
		}
		core := name
		if other := renamed[typ+"."+name]; other != "" {
			core = other
		}
		place, known := places[core]
		if !known {
			if in[name] == nil {
				continue
			}
			return nil, graphql.Unimplemented(typ+"."+name, reasonFor(typ+"."+name))
		}
		v, err := converted(name, in[name], goType.FieldByIndex(place).Type)
		if err != nil {
			return nil, err
		}
		out[core] = v
	}
	return out, nil
}

// degrees and meters are the units that the published schema leaves out of places.
var placeUnits = map[string]string{"lat": "degree", "long": "degree", "alt": "metre"}

// converted is a value in the form that the core's JSON has.
func converted(name string, v any, to reflect.Type) (any, error) {
	switch {
	case v == nil:
		return nil, nil
	case to == reflect.TypeFor[*vf.Amount]():
		return amount(name, v)
	case to == reflect.TypeFor[store.ID]():
		return single(name, v)
	}
	return v, nil
}

// amount reads a measure, a duration or a coordinate. Numbers stay decimal.
func amount(name string, v any) (any, error) {
	parts, is := v.(map[string]any)
	if !is {
		parts = map[string]any{"hasNumericalValue": v, "hasUnit": placeUnits[name]}
	}
	in := graphql.Args(parts)
	number, unit := in.Text("hasNumericalValue")+in.Text("numericDuration"), in.Text("hasUnit")+in.Text("unitType")
	if unit == "" {
		return nil, fault.Invalidf("vf.missing_unit", name, "the amount %.40s has no unit; name it in hasUnit", number)
	}
	if number == "" {
		return nil, fault.Invalidf("vf.amount_text", name, "the amount has no number; write one, such as \"2.5\"")
	}
	return map[string]any{"value": number, "unit": unit}, nil
}

// single reads the one identifier that the core has where the published schema
// has a list.
func single(name string, v any) (any, error) {
	list, is := v.([]any)
	switch {
	case !is:
		return v, nil
	case len(list) == 0:
		return nil, nil
	case len(list) == 1:
		return list[0], nil
	}
	return nil, graphql.Unimplemented(name, "ValueFlows 1.0 has one here, not several")
}

func unknown(typ string, id store.ID) error {
	return fault.NotFoundf("vf.unknown_record", "id", "there is no %s %.80q in this commons", typ, id)
}

func stale(asked, now record) error {
	return fault.Conflictf("vf.revision", "revisionId", "this is revision %d, and the record has changed since: it is at %d; read it again", asked.revision, now.revision)
}
