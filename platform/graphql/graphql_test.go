package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A small library: authors and their books; some texts are for members only.
const librarySDL = `
interface Thing { id: ID! title: String! }
type Author implements Thing { id: ID! title: String! books(first: Int): [Book!]! secret: String born: DateTime }
type Book implements Thing { id: ID! title: String! author: Author weight: Decimal! must: String! tags: [String!]! old: Int @deprecated(reason: "gone") }
union Found = Author | Book
enum Order { NAME AGE }
input Wanted { title: String = "x", ids: [ID!] }
extend type Query { authors(first: Int, order: Order = NAME): [Author!]! find(wanted: Wanted): [Found!]! broken: String boom: String
  digits(n: Decimal = 5, in: Digits): String! }
input Digits { n: [Decimal], m: Decimal! = 7, deeper: [Digits!] }
extend type Mutation { write(title: String!, idempotencyKey: String): Book! }
`

type author struct{ id, title string }
type book struct{ id, title, author string }

// library counts how often its batches are asked.
type library struct {
	authors []author
	books   []book
	asked   map[string]int
	written int
}

const reads auth.Capability = "library.read_secrets"

func (l *library) part() Part {
	count := func(name string) { l.asked[name]++ }
	text := func(f func(any) any) Field { return Field{Read: f} }
	return Part{Room: "library", SDL: librarySDL, Kinds: map[string]func(any) string{"Found": kindOf, "Thing": kindOf}, Fields: Fields{
		"Query.authors": {Batch: func(q *Query, _ []any, args Args) ([]any, error) {
			count("authors")
			var out []any
			for _, a := range l.authors[:min(args.Int("first", 50), len(l.authors))] {
				out = append(out, a)
			}
			return []any{out}, nil
		}},
		"Query.find": {Batch: func(q *Query, _ []any, args Args) ([]any, error) {
			return []any{[]any{l.authors[0], l.books[0], errors.New("lost")}}, nil
		}},
		"Query.broken": {Batch: func(*Query, []any, Args) ([]any, error) {
			return nil, fault.Invalidf("library.broken", "shelf", "the shelf %q is broken", "B")
		}},
		"Query.digits": {Batch: func(_ *Query, _ []any, args Args) ([]any, error) {
			first := ""
			if list, _ := args.In("in")["n"].([]any); len(list) > 0 {
				first = Args{"n": list[0]}.Text("n")
			}
			if deeper, _ := args.In("in")["deeper"].([]any); len(deeper) > 0 {
				first = Args(deeper[0].(map[string]any)).Text("m")
			}
			return []any{args.Text("n") + " " + first}, nil
		}},
		"Query.boom": {Batch: func(*Query, []any, Args) ([]any, error) { panic("boom") }},
		"Mutation.write": {Act: func(q *Query, args Args) (any, error) {
			if args.Text("title") == "" {
				return nil, fault.Invalidf("library.untitled", "title", "the title is empty")
			}
			l.written++
			return book{id: q.IdempotencyKey(args), title: args.Text("title")}, nil
		}},
		"Author.id":    text(func(p any) any { return p.(author).id }),
		"Author.title": text(func(p any) any { return p.(author).title }),
		"Author.born":  text(func(p any) any { return nil }),
		"Author.secret": {Needs: reads, Batch: func(_ *Query, parents []any, _ Args) ([]any, error) {
			return make([]any, len(parents)), nil
		}},
		"Author.books": {Batch: func(_ *Query, parents []any, args Args) ([]any, error) {
			count("books")
			out := make([]any, len(parents))
			for i, p := range parents {
				list := []any{}
				for _, b := range l.books {
					if b.author == p.(author).id {
						list = append(list, b)
					}
				}
				out[i] = list
			}
			return out, nil
		}},
		"Book.id":     text(func(p any) any { return p.(book).id }),
		"Book.title":  text(func(p any) any { return p.(book).title }),
		"Book.weight": text(func(p any) any { return quantity.Micros(2_500_000, "kilogram") }),
		"Book.tags":   text(func(p any) any { return []string{"a\"b", "\u2028\xff"} }),
		"Book.old":    text(func(p any) any { return 7 }),
		"Book.must": text(func(p any) any {
			if p.(book).title == "" {
				return nil
			}
			return "is"
		}),
		"Book.author": {Batch: func(_ *Query, parents []any, _ Args) ([]any, error) {
			count("author")
			out := make([]any, len(parents))
			for i, p := range parents {
				for _, a := range l.authors {
					if a.id == p.(book).author {
						out[i] = a
					}
				}
			}
			return out, nil
		}},
	}}
}

func kindOf(v any) string {
	if _, ok := v.(author); ok {
		return "Author"
	}
	return "Book"
}

// desk is a schema with a database to ask it on.
type desk struct {
	*library
	t      testing.TB
	schema *Schema
	asker  Asker
}

func newDesk(t testing.TB, limits Limits) *desk {
	l := &library{asked: map[string]int{}, authors: []author{{"a1", "Ann"}, {"a2", "Ben"}}, books: []book{{"b1", "One", "a1"}, {"b2", "Two", "a1"}, {"b3", "", "a2"}}}
	schema, err := New("test", limits, l.part())
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Config{URL: t.TempDir() + "/x.db"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	table := auth.NewTable(auth.Grant{Capability: reads, Least: auth.Member})
	c := store.NewID()
	return &desk{l, t, schema, Asker{Store: s, Who: table.As(auth.Identity{Commons: c}), Commons: commons.Commons{ID: c}}}
}

func (d *desk) ask(query string, vars ...any) string {
	d.t.Helper()
	r := Request{Query: query, Variables: map[string]any{}}
	for i := 0; i < len(vars); i += 2 {
		r.Variables[vars[i].(string)] = vars[i+1]
	}
	a := d.schema.Do(context.Background(), d.asker, r, true)
	if !json.Valid(a.JSON) {
		d.t.Fatalf("no JSON: %s", a.JSON)
	}
	return strings.TrimSpace(string(a.JSON))
}

func TestAnswersInTheOrderOfTheQuery(t *testing.T) {
	d := newDesk(t, Limits{})
	for query, want := range map[string]string{
		`{ authors { title id } }`:                     `{"data":{"authors":[{"title":"Ann","id":"a1"},{"title":"Ben","id":"a2"}]}}`,
		`{ x: authors(first: 1) { born __typename } }`: `{"data":{"x":[{"born":null,"__typename":"Author"}]}}`,
		`query Q($n: Int = 1, $not: Boolean!) { authors(first: $n) { id @skip(if: $not) ...T } } fragment T on Author { title books { weight tags } }`: `{"data":{"authors":[{"title":"Ann","books":[{"weight":"2.5","tags":["a\"b","` + "\u2028" + `�"]},{"weight":"2.5","tags":["a\"b","` + "\u2028" + `�"]}]}]}}`,
		`{ authors { books { id } ... on Author { books { title } } } }`:                                                                               `{"data":{"authors":[{"books":[{"id":"b1","title":"One"},{"id":"b2","title":"Two"}]},{"books":[{"id":"b3","title":""}]}]}}`,
	} {
		if got := d.ask(query, "not", true); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
}

// A field that may not be null takes its parent with it, up to one that may
// be; the error says where.
func TestErrorsCarryPathCodeAndField(t *testing.T) {
	d := newDesk(t, Limits{})
	for query, want := range map[string][]string{
		`{ broken authors { id } }`:      {`"broken":null`, `"path":["broken"]`, `"code":"library.broken"`, `"kind":"invalid"`, `"field":"shelf"`, `"id":"a1"`},
		`{ authors { books { must } } }`: {`{"data":null,"errors":[`, `"path":["authors",1,"books",0,"must"]`, `"code":"internal"`},
		`{ boom }`:                       {`"boom":null`, `"code":"internal"`, `"Something broke here; it has been noted."`},
		`{ find { __typename ... on Book { id author { title } } ... on Thing { title } } }`: {`{"data":null`, `"path":["find",2]`},
		`{ authors { secret id } }`:                     {`{"secret":null,"id":"a1"}`, `"code":"auth.sign_in"`, `"path":["authors",0,"secret"]`},
		`{ authors { nosuch } }`:                        {`Cannot query field`, `"line":1`, `"code":"graphql.invalid_query"`},
		`{ authors(first: "x") { id } }`:                {`"code":"graphql.invalid_query"`},
		`query A { server } query B { server }`:         {`"code":"graphql.operation_name"`},
		`query($n: Int!) { authors(first: $n) { id } }`: {`"code":"graphql.invalid_query"`, `must be defined`},
		`{`: {`"code":"graphql.invalid_query"`},
		``:  {`"errors"`},
	} {
		got := d.ask(query)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s\n got %s\nwithout %s", query, got, part)
			}
		}
	}
}

func TestMutationsRunInOrderAndApart(t *testing.T) {
	d := newDesk(t, Limits{})
	d.asker.Key = "k"
	got := d.ask(`mutation { a: write(title: "A") { id title } echo(text: "hi") b: write(title: "C", idempotencyKey: "own") { id author { id } } }`)
	if want := `{"data":{"a":{"id":"k/a","title":"A"},"echo":"hi","b":{"id":"own","author":null}}}`; got != want {
		t.Errorf("got %s", got)
	}
	got = d.ask(`mutation { write(title: "") { id } }`)
	if !strings.HasPrefix(got, `{"data":null,"errors":[`) || !strings.Contains(got, "library.untitled") || d.written != 2 {
		t.Errorf("got %s, written %d", got, d.written)
	}
	if a := d.schema.Do(t.Context(), d.asker, Request{Query: `mutation { echo(text: "x") }`}, false); !strings.Contains(string(a.JSON), "graphql.get_mutation") {
		t.Errorf("a GET changed something: %s", a.JSON)
	}
}

// The same query over one author and over hundreds asks as often.
func TestInvariant2CallsDependOnTheTextOnly(t *testing.T) {
	query := `{ authors(first: 400) { title books(first: 1) { title author { title books(first: 1) { id } } } } }`
	var asked []string
	for _, n := range []int{1, 400} {
		d := newDesk(t, Limits{})
		d.authors, d.books = nil, nil
		for i := range n {
			d.authors = append(d.authors, author{fmt.Sprint("a", i), "x"})
			d.books = append(d.books, book{fmt.Sprint("b", i), "x", fmt.Sprint("a", i)})
		}
		if got := d.ask(query); strings.Contains(got, "errors") {
			t.Fatal(got)
		}
		asked = append(asked, fmt.Sprint(d.asked))
	}
	if asked[0] != asked[1] {
		t.Errorf("one author: %s, 400: %s", asked[0], asked[1])
	}
}

func TestInvariant4LimitsRefuseBeforeReading(t *testing.T) {
	for _, c := range []struct {
		limits Limits
		query  string
		code   string
	}{
		{Limits{Depth: 3}, `{ authors { books { author { id } } } }`, "graphql.too_deep"},
		{Limits{Depth: 3}, `{ authors { ...A } } fragment A on Author { books { ...B } } fragment B on Book { author { id } }`, "graphql.too_deep"},
		{Limits{Cost: 1000}, `{ authors(first: 100) { books(first: 100) { id } } }`, "graphql.too_costly"},
		{Limits{Cost: 1000}, `{ authors(first: 1000000000) { books(first: 1000000000) { author { books { id } } } } }`, "graphql.too_costly"},
		{Limits{Tokens: 10}, `{ server server server server server server server server server }`, "graphql.invalid_query"},
		{Limits{}, `{ authors { ...A } } fragment A on Author { ...A }`, "graphql.invalid_query"},
		{Limits{}, "{ a: " + strings.Repeat("{ a ", 5000), "graphql.invalid_query"},
	} {
		d := newDesk(t, c.limits)
		if got := d.ask(c.query); !strings.Contains(got, c.code) || len(d.asked) > 0 {
			t.Errorf("%.80s: %s, asked %v", c.query, got, d.asked)
		}
	}
}

func TestPersistedQueries(t *testing.T) {
	d := newDesk(t, Limits{})
	var r Request
	r.Extensions.PersistedQuery.Hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"
	send := func(query string) string {
		r.Query = query
		return string(d.schema.Do(t.Context(), d.asker, r, true).JSON)
	}
	if got := send(""); !strings.Contains(got, `"message":"PersistedQueryNotFound"`) {
		t.Error(got)
	}
	if got := send("{ server }"); !strings.Contains(got, "graphql.persisted_hash") {
		t.Error(got)
	}
	r.Extensions.PersistedQuery.Hash = "c4a67da1cbdcf5ea24ddc6f1a2d8c3ea1a32a4ac1ba0c6b2b5e9b1ff4e50ec30"
	if got := send("{ server }"); !strings.Contains(got, "graphql.persisted_hash") {
		t.Error(got)
	}
}

// The introspection query that tools send is answered whole.
func TestIntrospection(t *testing.T) {
	d := newDesk(t, Limits{})
	got := d.ask(`query { __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...T } directives { name description locations args { ...V } } } }
		fragment T on __Type { kind name description fields(includeDeprecated: true) { name description args { ...V } type { ...R } isDeprecated deprecationReason }
			inputFields { ...V } interfaces { ...R } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...R } }
		fragment V on __InputValue { name description type { ...R } defaultValue }
		fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`)
	for _, part := range []string{`"name":"Wanted"`, `"defaultValue":"\"x\""`, `"deprecationReason":"gone"`, `{"kind":"NON_NULL","name":null,"ofType":{"kind":"LIST","name":null,"ofType":{"kind":"NON_NULL"`, `"possibleTypes":[{"kind":"OBJECT","name":"Author"`} {
		if !strings.Contains(got, part) {
			t.Errorf("without %s: %.3000s", part, got)
		}
	}
	if strings.Contains(got, `"errors"`) {
		t.Errorf("errors: %.500s", got[strings.Index(got, `"errors"`):])
	}
	if got := d.ask(`{ __type(name: "Book") { fields { name } } none: __type(name: "Nobody") { name } }`); strings.Contains(got, "old") || !strings.Contains(got, `"none":null`) {
		t.Error(got)
	}
}

func TestInvariant1EveryFieldHasAnAnswer(t *testing.T) {
	l := &library{asked: map[string]int{}}
	for name, change := range map[string]func(p *Part){
		"nothing answers Book.title":       func(p *Part) { delete(p.Fields, "Book.title") },
		"nothing tells the kinds of Found": func(p *Part) { delete(p.Kinds, "Found") },
		"which the schema does not have":   func(p *Part) { p.Fields["Book.pages"] = Field{Read: func(any) any { return 1 }} },
		"exactly one of":                   func(p *Part) { p.Fields["Book.title"] = Field{} },
		"are acts":                         func(p *Part) { p.Fields["Mutation.write"] = Field{Read: func(any) any { return 1 }} },
		"Undefined type":                   func(p *Part) { p.SDL += "type X { y: Z }" },
	} {
		p := l.part()
		change(&p)
		if _, err := New("x", Limits{}, p); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Invariant 5: any query gives well-formed JSON and never crashes the server.
func FuzzDo(f *testing.F) {
	for _, q := range []string{`{ authors { books { id } } }`, `query($a:Int){authors(first:$a){id ...on Thing{title}}}`, `mutation{write(title:"\u0000"){id}}`, `{find(wanted:{ids:["a"]}){__typename}}`, `{__schema{types{name}}}`} {
		f.Add(q, `{"a":1}`)
	}
	d := newDesk(f, Limits{Cost: 5000})
	f.Fuzz(func(t *testing.T, query, vars string) {
		r := Request{Query: query}
		_ = json.Unmarshal([]byte(vars), &r.Variables)
		if a := d.schema.Do(context.Background(), d.asker, r, true); !json.Valid(a.JSON) {
			t.Fatalf("%q: %s", query, a.JSON)
		}
	})
}

// Numbers in the text of a query keep every digit, however many there are, as
// those of variables do.
func TestNumbersKeepTheirDigits(t *testing.T) {
	d := newDesk(t, Limits{})
	for _, text := range []string{"0.1", "0.12345678901234567", "-1234567890123456.7", "1e3", "7"} {
		if got := d.ask(`{ digits(n: ` + text + `, in: {n: [` + text + `]}) }`); got != `{"data":{"digits":"`+text+` `+text+`"}}` {
			t.Errorf("%s became %s", text, got)
		}
		if got := d.ask(`query($n: Decimal) { digits(n: $n, in: {n: [$n]}) }`, "n", json.Number(text)); got != `{"data":{"digits":"`+text+` `+text+`"}}` {
			t.Errorf("%s as a variable became %s", text, got)
		}
	}
	for query, want := range map[string]string{
		`{ digits }`: "5 ", `{ digits(in: {deeper: [{n: []}]}) }`: "5 7", `{ digits(in: {deeper: [{m: 8}]}) }`: "5 8", `{ digits(n: null) }`: " ", `query($n: Decimal) { digits(n: $n) }`: "5 ", `query($n: Decimal = 0.3) { digits(n: $n, in: {n: [$n]}) }`: "0.3 0.3",
	} {
		if got := d.ask(query); got != `{"data":{"digits":"`+want+`"}}` {
			t.Errorf("%s: %s", query, got)
		}
	}
}

// A value that the database cannot hold is the client's to mend, and no fault of ours.
func TestAValueThatCannotBe(t *testing.T) {
	p := problem(t.Context(), fmt.Errorf("field book: %w", store.ErrCheck))
	if p.Extensions.Code != "graphql.value" || p.Extensions.ID != "" {
		t.Errorf("the answer is %+v", p)
	}
}
