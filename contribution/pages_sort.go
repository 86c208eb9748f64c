package contribution

import (
	"cmp"
	"slices"
)

// sortedBy returns the values of a map that named wants, by their names as
// people order them.
func sortedBy[K comparable, V any](m map[K]V, named func(V) (string, bool)) []V {
	type item struct {
		name string
		v    V
	}
	var items []item
	for _, v := range m {
		if name, wanted := named(v); wanted {
			items = append(items, item{name, v})
		}
	}
	order := textOrder()
	slices.SortFunc(items, func(a, b item) int {
		return cmp.Or(order(a.name, b.name), cmp.Compare(a.name, b.name))
	})
	out := make([]V, len(items))
	for i := range items {
		out[i] = items[i].v
	}
	return out
}
