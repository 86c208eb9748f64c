package resolve

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

// Same answers fields of an object type with the fields of a Go type that have
// the same name in JSON. "a=b" answers the field a with b.
func Same[T any](typ string, names ...string) graphql.Fields {
	out := graphql.Fields{}
	places := JSONFields(reflect.TypeFor[T](), nil)
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
			Read:   func(p any) any { return Plain(reflect.ValueOf(p).Elem().FieldByIndex(place)) },
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

// JSONFields returns the places of the fields of a struct by their names in JSON.
func JSONFields(t reflect.Type, at []int) map[string][]int {
	out := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		place := append(append([]int{}, at...), i)
		if f.Anonymous {
			for n, p := range JSONFields(f.Type, place) {
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

// Plain is a field as the writer of answers takes it: what is empty is null.
func Plain(v reflect.Value) any {
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
		return Unit(x)
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

// Unit is a unit of the table, or one that a commons has named itself.
func Unit(u quantity.Unit) any {
	if u == "" {
		return nil
	}
	if i := units()[u]; i != nil {
		return i
	}
	return &quantity.Info{Unit: u, Label: string(u), Symbol: string(u)}
}

// Private marks fields that only members read: notes and addresses.
func Private(fields graphql.Fields, names ...string) graphql.Fields {
	for _, n := range names {
		f := fields[n]
		f.Needs = vf.SeePrivate
		fields[n] = f
	}
	return fields
}

// Member reports whether the asker reads names and notes.
func Member(who auth.Identity) bool { return who.Can(vf.SeePrivate) }

// Merge puts tables of fields together.
func Merge(all ...graphql.Fields) graphql.Fields {
	out := graphql.Fields{}
	for _, f := range all {
		for n, x := range f {
			out[n] = x
		}
	}
	return out
}

// Text answers a field with a text; empty: null.
func Text[T any](of func(*T) string) graphql.Field {
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
