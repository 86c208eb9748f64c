package vfapi

import (
	"reflect"
	"strings"
	"sync"
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
		out[typ+"."+field] = graphql.Field{
			Read:   func(p any) any { return plain(reflect.ValueOf(p).Elem().FieldByIndex(place)) },
			Append: appender(reflect.TypeFor[T]().FieldByIndex(place).Type, place),
		}
	}
	return out
}

// appender writes what plain makes of texts and times; nil for other types.
func appender(t reflect.Type, place []int) func([]byte, any) ([]byte, bool) {
	at := func(p any) reflect.Value { return reflect.ValueOf(p).Elem().FieldByIndex(place) }
	switch {
	case t.Kind() == reflect.String && t != reflect.TypeFor[quantity.Unit]():
		return func(to []byte, p any) ([]byte, bool) {
			text := at(p).String()
			return graphql.Quote(to, text), text != ""
		}
	case t == reflect.TypeFor[time.Time]():
		return func(to []byte, p any) ([]byte, bool) {
			x := *at(p).Addr().Interface().(*time.Time)
			return append(x.AppendFormat(append(to, '"'), time.RFC3339Nano), '"'), !x.IsZero()
		}
	}
	return nil
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

// units are those of the table.
var units = sync.OnceValue(func() map[quantity.Unit]*quantity.Info {
	out := map[quantity.Unit]*quantity.Info{}
	for _, i := range quantity.Units() {
		out[i.Unit] = &i
	}
	return out
})

// unit is a unit of the table, or one that a commons has named itself.
func unit(u quantity.Unit) any {
	if u == "" {
		return nil
	}
	if i := units()[u]; i != nil {
		return i
	}
	return &quantity.Info{Unit: u, Label: string(u), Symbol: string(u)}
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
	return graphql.Fields{
		"Measure.hasNumericalValue": {Read: func(p any) any { return *p.(*quantity.Amount) }, Append: func(to []byte, p any) ([]byte, bool) {
			return append(p.(*quantity.Amount).AppendDecimal(append(to, '"')), '"'), true
		}},
		"Measure.hasUnit": {Read: func(p any) any { return unit(p.(*quantity.Amount).Unit) }},
		"Unit.id":         text(func(u *quantity.Info) string { return string(u.Unit) }),
		"Unit.label":      text(func(u *quantity.Info) string { return u.Label }),
		"Unit.symbol":     text(func(u *quantity.Info) string { return u.Symbol }),
		"Unit.omUnitIdentifier": text(func(u *quantity.Info) string {
			if u.OM == "" {
				return ""
			}
			return "http://www.ontology-of-units-of-measure.org/resource/om-2/" + u.OM
		}),
	}
}

// text answers a field with a text; empty: null.
func text[T any](of func(*T) string) graphql.Field {
	return graphql.Field{
		Read: func(p any) any {
			if s := of(p.(*T)); s != "" {
				return s
			}
			return nil
		},
		Append: func(to []byte, p any) ([]byte, bool) {
			s := of(p.(*T))
			return graphql.Quote(to, s), s != ""
		},
	}
}
