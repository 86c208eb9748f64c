package graphql

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkList answers a list of 100 objects with an object and a list below
// each, as a client of the events asks it: parse (remembered), run, write.
func BenchmarkList(b *testing.B) {
	d := newDesk(b, Limits{})
	d.authors, d.books = nil, nil
	for i := range 100 {
		d.authors = append(d.authors, author{fmt.Sprint("a", i), "Somebody"})
	}
	d.books = []book{{"b", "x", "a0"}}
	r := Request{Query: `{ authors(first: 100) { id title born books(first: 1) { id title weight } } }`}
	b.ReportAllocs()
	for b.Loop() {
		if a := d.schema.Do(context.Background(), d.asker, r, true); len(a.JSON) < 4000 {
			b.Fatal(string(a.JSON))
		}
	}
}
