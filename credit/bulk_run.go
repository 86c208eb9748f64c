package credit

import (
	"context"
	"fmt"
	"io"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Bulk is a list of payments that is to be made.
type Bulk struct {
	Name     string  `json:"name,omitempty"`
	Together bool    `json:"together"`
	Read     Reading `json:"read"`
	// Open reads the list from its beginning; it is read twice, and again where the work goes on.
	Open func() io.ReadCloser `json:"-"`
}

// BulkReport is what a list comes to, or came to.
type BulkReport struct {
	Rows  int         `json:"rows"`
	Good  int         `json:"good"`
	Total []BulkTotal `json:"total,omitempty"`   // of the good ones, by currency
	Bad   fault.List  `json:"refused,omitempty"` // the first of them
	holds holdsOf
}

// BulkTotal is what the payments of a currency come to.
type BulkTotal struct {
	Currency store.ID `json:"currency"`
	Amount   Micros   `json:"amount"`
}

// maxListed is how many refused rows a report names.
const maxListed = 1000

// Preview says, before anything is changed, what a list would come to if it were
// paid now: how many rows are good, and what is wrong with the others.
func (p *Practice) Preview(ctx context.Context, who auth.Identity, b Bulk) (BulkReport, error) {
	var rep BulkReport
	if err := who.Must(Pay); err != nil {
		return rep, err
	}
	err := p.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		t := newTeller(s, who, snapshot{r})
		return b.chunks(func(rows []BulkRow, bad fault.List) error {
			rep.Rows += len(rows) + len(bad)
			rep.refuse(bad)
			return rep.try(t, rows)
		})
	})
	return rep, err
}

// try judges rows as if those before had been paid.
func (rep *BulkReport) try(t *teller, rows []BulkRow) error {
	if err := t.meet(rows); err != nil {
		return err
	}
	for _, r := range rows {
		p, err := t.take(r)
		if f := fault.As(err); f != nil {
			rep.refuse(fault.List{f.AtLine(r.Line)})
			continue
		} else if err != nil {
			return err
		}
		rep.Good++
		rep.count(p)
		if err := rep.holds.add(p.Legs); err != nil {
			return err
		}
	}
	return nil
}

func (rep *BulkReport) refuse(bad fault.List) {
	rep.Bad = append(rep.Bad, bad[:min(len(bad), maxListed-len(rep.Bad))]...)
}

func (rep *BulkReport) count(p Payment) {
	for i := range rep.Total {
		if rep.Total[i].Currency == p.Currency {
			rep.Total[i].Amount = saturated(rep.Total[i].Amount, p.Legs[0].Amount)
			return
		}
	}
	rep.Total = append(rep.Total, BulkTotal{p.Currency, p.Legs[0].Amount})
}

// chunk is what one act takes of a list: good rows, and what is wrong with others.
type chunk struct {
	rows []BulkRow
	bad  fault.List
}

func (c chunk) len() int { return len(c.rows) + len(c.bad) }

// chunks reads the list in pieces; the next is read while each deals with one.
func (b Bulk) chunks(each func(rows []BulkRow, bad fault.List) error) error {
	pieces, stop, failed := make(chan chunk, 1), make(chan struct{}), make(chan error, 1)
	defer close(stop)
	go func() {
		defer close(pieces)
		failed <- b.cut(func(c chunk) bool {
			select {
			case pieces <- c:
				return true
			case <-stop:
				return false
			}
		})
	}()
	for c := range pieces {
		if err := each(c.rows, c.bad); err != nil {
			return err
		}
	}
	return <-failed
}

// cut reads the list and gives it on in pieces until nobody wants more.
func (b Bulk) cut(give func(chunk) bool) error {
	in := b.Open()
	defer in.Close()
	var c chunk
	for r, err := range Rows(in, b.Read) {
		f := fault.As(err)
		switch {
		case err != nil && (f == nil || f.Line == 0):
			return err
		case err != nil:
			c.bad = append(c.bad, f)
		default:
			c.rows = append(c.rows, r)
		}
		if c.len() < BulkChunk {
			continue
		}
		if !give(c) {
			return nil
		}
		c = chunk{rows: make([]BulkRow, 0, BulkChunk)}
	}
	if c.len() > 0 {
		give(c)
	}
	return nil
}

// beginTogether judges a list that shall be paid as a whole, and reserves for it where
// several acts pay it; the batch is empty where one does.
func (p *Practice) beginTogether(ctx context.Context, who auth.Identity, key string, id store.ID, b Bulk) (store.ID, error) {
	rep, err := p.Preview(ctx, who, b)
	if err != nil {
		return "", err
	}
	if rep.Good < rep.Rows || rep.Rows == 0 {
		return "", rep.Bad.OrNil()
	}
	if rep.Rows <= BulkChunk {
		return id, nil
	}
	held, err := hold(ctx, p.Store, who, key, HoldAsk{Batch: id, Name: b.Name, Total: rep.Rows, Holds: rep.holds.holds})
	return held.ID, err
}

// PayList pays a list. What becomes of each row is kept with the batch. A list
// that stands or falls as one and needs several acts is first reserved as a
// whole; after that it goes through to its end. id is that of the batch, which is
// gone on with where it was begun; empty: a new one. key makes a repeat harmless.
//
// Faults: those of PayMany and Rows; credit.bulk_empty.
func (p *Practice) PayList(ctx context.Context, who auth.Identity, key string, id store.ID, b Bulk, progress func(done, total int)) (Batch, error) {
	from, begun, err := p.begun(ctx, who, id)
	if err != nil {
		return from, err
	}
	if !begun && b.Together {
		if id, err = p.beginTogether(ctx, who, part(key, "hold"), id, b); err != nil {
			return from, err
		}
		if from, _, err = p.begun(ctx, who, id); err != nil {
			return from, err
		}
	}
	if from.State == BatchHeld {
		ctx = context.WithoutCancel(ctx) // it was promised as a whole
	}
	from.ID = id
	if from.ID, err = p.pay(ctx, who, key, from, b, func(_ BulkDone, seen int) error {
		if progress != nil {
			progress(seen, from.Total)
		}
		return nil
	}); err != nil {
		return from, err
	}
	from, _, err = p.begun(ctx, who, from.ID)
	return from, err
}

// begun returns a batch as it stands, and whether it was begun.
func (p *Practice) begun(ctx context.Context, who auth.Identity, id store.ID) (b Batch, begun bool, err error) {
	if id == "" {
		return b, false, nil
	}
	err = p.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error { b, err = GetBatch(r, who, id); return err })
	if fault.CodeOf(err) == "credit.unknown_batch" {
		return Batch{}, false, nil
	}
	return b, err == nil, err
}

// payEach pays a list row by row as it comes in, and tells what became of the
// rows of each act as soon as that is certain.
func (p *Practice) payEach(ctx context.Context, who auth.Identity, key string, b Bulk, tell func(BulkDone) error) error {
	_, err := p.pay(ctx, who, key, Batch{}, b, func(done BulkDone, _ int) error { return tell(done) })
	return err
}

// pay makes the payments of a list that a batch did not take yet, act by act.
func (p *Practice) pay(ctx context.Context, who auth.Identity, key string, from Batch, b Bulk, after func(done BulkDone, seen int) error) (store.ID, error) {
	id, seen := from.ID, 0
	err := b.chunks(func(rows []BulkRow, bad fault.List) error {
		if seen += len(rows) + len(bad); seen <= from.Rows {
			return nil
		}
		ask := BulkAsk{Batch: id, Name: b.Name, Together: b.Together, First: seen - len(rows) - len(bad), Rows: rows, Bad: bad}
		done, err := PayMany(ctx, p.Store, who, part(key, fmt.Sprint(ask.First)), ask)
		if err != nil {
			return err
		}
		id = done.Batch
		return after(done, seen)
	})
	if err == nil && id == "" {
		err = fault.Invalidf("credit.bulk_empty", "file", "there is no payment in it")
	}
	if err == nil {
		err = endBatch(ctx, p.Store, who, id)
	}
	return id, err
}

// part is the key of one of the acts of a request.
func part(key, name string) string {
	if key == "" {
		return ""
	}
	return key + "/" + name
}
