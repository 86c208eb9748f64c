package vfapi

import (
	"reflect"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// same answers fields of an object type with the fields of a Go type that have
// the same name in JSON. "a=b" answers the field a with b.
func same[T any](typ string, names ...string) graphql.Fields {
	out := graphql.Fields{}
	places := jsonFields(reflect.TypeFor[T](), nil)
	for _, n := range names {
		field, from, renamed := strings.Cut(n, "=")
		if !renamed {
			from = field
		}
		place, ok := places[from]
		if !ok {
			panic("vfapi: " + typ + " has no " + from)
		}
		out[typ+"."+field] = graphql.Field{Read: func(p any) any { return plain(reflect.ValueOf(p).Elem().FieldByIndex(place)) }}
	}
	return out
}

// jsonFields returns the places of the fields of a struct by their names in JSON.
func jsonFields(t reflect.Type, at []int) map[string][]int {
	out := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		place := append(append([]int{}, at...), i)
		if f.Anonymous {
			for n, p := range jsonFields(f.Type, place) {
				out[n] = p
			}
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			out[name] = place
		}
	}
	return out
}

// plain is a field as the writer of answers takes it: what is empty is null.
func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case store.ID:
		return x
	case string:
		if x == "" {
			return nil
		}
		return x
	case bool, time.Time, int64:
		return x
	case []string:
		if x == nil {
			return []string{}
		}
		return x
	case *quantity.Amount:
		if x == nil {
			return nil
		}
		return x
	case quantity.Amount:
		if x.Unit == "" {
			return nil
		}
		return &x
	case quantity.Unit:
		return unit(x)
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return v.Interface()
}

// unit is a unit of the table, or one that a commons has named itself.
func unit(u quantity.Unit) any {
	if u == "" {
		return nil
	}
	i, known := quantity.Lookup(u)
	if !known {
		return &quantity.Info{Unit: u, Label: string(u), Symbol: string(u)}
	}
	return &i
}

// private marks fields that only members read: notes and addresses.
func private(fields graphql.Fields, names ...string) graphql.Fields {
	for _, n := range names {
		f := fields[n]
		f.Needs = vf.SeePrivate
		fields[n] = f
	}
	return fields
}

// member reports whether the asker reads names and notes.
func member(who auth.Identity) bool { return who.Can(vf.SeePrivate) }

// merge puts tables of fields together.
func merge(all ...graphql.Fields) graphql.Fields {
	out := graphql.Fields{}
	for _, f := range all {
		for n, x := range f {
			out[n] = x
		}
	}
	return out
}

func (a *api) measures() graphql.Fields {
	info := func(f func(*quantity.Info) any) graphql.Field {
		return graphql.Field{Read: func(p any) any { return f(p.(*quantity.Info)) }}
	}
	return graphql.Fields{
		"Measure.hasNumericalValue": {Read: func(p any) any { return *p.(*quantity.Amount) }},
		"Measure.hasUnit":           {Read: func(p any) any { return unit(p.(*quantity.Amount).Unit) }},
		"Unit.id":                   info(func(u *quantity.Info) any { return string(u.Unit) }),
		"Unit.label":                info(func(u *quantity.Info) any { return u.Label }),
		"Unit.symbol":               info(func(u *quantity.Info) any { return u.Symbol }),
		"Unit.omUnitIdentifier": info(func(u *quantity.Info) any {
			if u.OM == "" {
				return nil
			}
			return "http://www.ontology-of-units-of-measure.org/resource/om-2/" + u.OM
		}),
	}
}
