package books

import (
	_ "embed"
	"strconv"

	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

//go:embed schema.graphql
var sdl string

// Part is the books' part of the GraphQL schema: the numbers of the pages, for
// whoever may see those.
func Part(b *Books) graphql.Part {
	a := &api{b}
	return graphql.Part{Room: "books", SDL: sdl, Fields: resolve.Merge(balanceFields(), entryFields(), graphql.Fields{
		"Query.booksBalances": asks(a.balances),
		"Query.booksEntries":  asks(a.entries),
		"Query.booksReceipt":  asks(a.receipt),
	})}
}

type api struct{ *Books }

// apiBalance and apiPosting are lines with whose account they are of.
type apiBalance struct {
	ledger.Balance
	holder store.ID
}

type apiPosting struct {
	ledger.Posting
	holder store.ID
}

type apiEntry struct {
	ledger.Entry
	postings []any
}

// asks answers a field of Query for those who see the books.
func asks(f func(q *graphql.Query, args graphql.Args) (any, error)) graphql.Field {
	return graphql.Field{Needs: See, Batch: func(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
		v, err := f(q, args)
		return []any{v}, err
	}}
}

// says answers a field with a value of its parent.
func says[T any](f func(*T) any) graphql.Field {
	return graphql.Field{Read: func(p any) any { return f(p.(*T)) }}
}

func balanceFields() graphql.Fields {
	micros := func(of func(*apiBalance) int64) graphql.Field {
		return says(func(b *apiBalance) any { a := quantity.Micros(of(b), b.Unit); return &a })
	}
	return graphql.Fields{
		"BooksBalance.account": says(func(b *apiBalance) any { return string(b.Account) }),
		"BooksBalance.holder":  resolve.To(resolve.Agents, resolve.By(func(b *apiBalance) store.ID { return b.holder })),
		"BooksBalance.opening": micros(func(b *apiBalance) int64 { return b.Opening }),
		"BooksBalance.debits":  micros(func(b *apiBalance) int64 { return b.Debits }),
		"BooksBalance.credits": micros(func(b *apiBalance) int64 { return b.Credits }),
		"BooksBalance.closing": micros(func(b *apiBalance) int64 { return b.Closing }),
	}
}

func entryFields() graphql.Fields {
	return resolve.Merge(resolve.ConnectionOf("BooksEntry"), graphql.Fields{
		"BooksEntry.code":      says(func(e *apiEntry) any { return e.Code() }),
		"BooksEntry.logEntry":  says(func(e *apiEntry) any { return e.Log }),
		"BooksEntry.event":     resolve.To(resolve.Events, resolve.By(func(e *apiEntry) store.ID { return e.Event })),
		"BooksEntry.day":       says(func(e *apiEntry) any { return e.Day }),
		"BooksEntry.kind":      says(func(e *apiEntry) any { return e.Kind }),
		"BooksEntry.payee":     resolve.To(resolve.Agents, resolve.By(func(e *apiEntry) store.ID { return e.Payee })),
		"BooksEntry.project":   resolve.To(resolve.Agents, resolve.By(func(e *apiEntry) store.ID { return e.Project })),
		"BooksEntry.corrects":  resolve.To(resolve.Events, resolve.By(func(e *apiEntry) store.ID { return e.Corrects })),
		"BooksEntry.postings":  says(func(e *apiEntry) any { return e.postings }),
		"BooksPosting.account": says(func(p *apiPosting) any { return string(p.Account) }),
		"BooksPosting.holder":  resolve.To(resolve.Agents, resolve.By(func(p *apiPosting) store.ID { return p.holder })),
		"BooksPosting.amount":  says(func(p *apiPosting) any { return &p.Amount }),
	})
}

// view shows the books as the query's snapshot has them, by its filter.
func (a *api) view(q *graphql.Query, args graphql.Args, f func(v *View, asked ledger.Filter) error) error {
	in := args.In("filter")
	asked := ledger.Filter{From: in.Text("from"), To: in.Text("to"), Size: int64(in.Int("entries", 0)), Unit: quantity.Unit(in.Text("unit")),
		Account: ledger.Account(in.Text("account")), Project: in.ID("project"), Agent: in.ID("agent")}
	if in.Flag("byRecording") {
		asked.By = ledger.Recorded
	}
	return a.at(q.Reader, func(v *View) error {
		pinned, err := v.Pin(asked)
		if err != nil {
			return err
		}
		return f(v, pinned)
	})
}

func (a *api) balances(q *graphql.Query, args graphql.Args) (out any, err error) {
	err = a.view(q, args, func(v *View, f ledger.Filter) error {
		list, err := v.Ledger.Balances(f)
		values := make([]any, len(list))
		for i, b := range list {
			values[i] = &apiBalance{b, v.Ledger.Holder(b.Account)}
		}
		out = values
		return err
	})
	return out, err
}

// entries answers a page. Its cursor says how much of the log was known, so
// that what is recorded meanwhile moves nothing.
func (a *api) entries(q *graphql.Query, args graphql.Args) (out any, err error) {
	n, err := resolve.First(args)
	if err != nil {
		return nil, err
	}
	size, skip, err := entriesBehind(args)
	if err != nil {
		return nil, err
	}
	err = a.view(q, args, func(v *View, f ledger.Filter) error {
		if size > 0 {
			f.Size = min(size, v.Head.Size)
		}
		list, more, err := v.Ledger.Latest(f, skip, n)
		page := &resolve.Connection{More: more, Less: skip > 0, Cursor: func(i int) string {
			return resolve.Pack(strconv.FormatInt(f.Size, 10), strconv.Itoa(skip+i+1))
		}}
		for _, e := range list {
			x := &apiEntry{Entry: e}
			for _, p := range e.Postings {
				x.postings = append(x.postings, &apiPosting{p, v.Ledger.Holder(p.Account)})
			}
			page.Nodes = append(page.Nodes, x)
		}
		out = page
		return err
	})
	return out, err
}

// entriesBehind reads the cursor of a page of entries.
func entriesBehind(args graphql.Args) (size int64, skip int, err error) {
	parts, err := resolve.Unpack(args, 2)
	if err != nil || parts == nil {
		return 0, 0, err
	}
	size, wrong := strconv.ParseInt(parts[0], 10, 64)
	skip, bad := strconv.Atoi(parts[1])
	if wrong != nil || bad != nil || size < 1 || skip < 0 {
		return 0, 0, fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", args.Text("after"))
	}
	return size, skip, nil
}

func (a *api) receipt(q *graphql.Query, args graphql.Args) (any, error) {
	seq, err := strconv.ParseInt(args.Text("logEntry"), 10, 64)
	if err != nil || seq < 0 {
		return nil, noEntry(args.Text("logEntry"))
	}
	receipt, err := neighbors.Receipt(q.Context, a.Store, a.Log, a.Key, q.Commons.ID, seq)
	if err != nil {
		return nil, err
	}
	text, err := receipt.Text()
	return string(text), err
}
