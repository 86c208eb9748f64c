package credit

import (
	"context"
	"slices"

	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Shared is a payment between communities as both sides of a link must have it.
// Amounts are millionths: Given of the unit of the side nearer to the payer, Got
// of the other's.
type Shared struct {
	ID      store.ID    `json:"id"`
	Inward  bool        `json:"inward"`  // it came from the other side
	Reserve string      `json:"reserve"` // hash of the reservation
	Given   int64       `json:"given,string"`
	Got     int64       `json:"got,string"`
	State   relay.State `json:"state"`
}

// Difference is where the two sides of a link do not have the same.
type Difference struct {
	ID     store.ID `json:"id"`
	Ours   *Shared  `json:"ours,omitempty"`   // nil: we do not know it
	Theirs *Shared  `json:"theirs,omitempty"` // nil: they do not
}

// Reconciliation is what came of comparing with a neighbor.
type Reconciliation struct {
	Neighbor Neighbor     `json:"neighbor"`
	Compared int          `json:"compared"`
	Open     int          `json:"open"`  // still under way on one side
	Given    Micros       `json:"given"` // posted, to them, in our unit
	Got      Micros       `json:"got"`   // posted, from them
	Differ   []Difference `json:"differ,omitempty"`
}

// shared is a transfer as the link with a neighbor has it.
func (t Transfer) shared(n store.ID) (s Shared, is bool) {
	switch n {
	case t.Before:
		return Shared{ID: t.ID, Inward: true, Reserve: t.InReserve, Given: t.TheirIn, Got: int64(t.InAmount), State: t.Transfer.In}, true
	case t.After:
		return Shared{ID: t.ID, Reserve: t.OutReserve, Given: int64(t.OutAmount), Got: t.TheirOut, State: t.Transfer.Out}, true
	}
	return s, false
}

// pageOf is how many transfers are compared at a time.
const pageOf = 500

// sharedWith returns the transfers of a link after one of them.
func sharedWith(r store.Reader, n, since store.ID) (list []Shared, next store.ID, err error) {
	page, err := store.All(r, scanJSON[Transfer], selectTransfers, orNil(since), pageOf)
	for _, t := range page {
		if s, is := t.shared(n); is {
			list = append(list, s)
		}
	}
	if len(page) == pageOf {
		next = page[pageOf-1].ID
	}
	return list, next, err
}

// orNil is an identifier before all others, where there is none.
func orNil(id store.ID) store.ID {
	if id == "" {
		return "00000000-0000-0000-0000-000000000000"
	}
	return id
}

// shareds is a page of transfers, and where the next one begins.
type shareds struct {
	List []Shared `json:"list"`
	Next store.ID `json:"next,omitempty"`
}

// tellTransfers answers a neighbor who compares.
func (x *Relay) tellTransfers(ctx context.Context, id store.ID, from string, e relay.Envelope) (out shareds, err error) {
	err = x.Store.Read(ctx, id, func(r *store.Snapshot) error {
		n, q, err := x.asker(r, from, e)
		if err != nil {
			return err
		}
		since, ok := store.ParseID(q.Since)
		if !ok && q.Since != "" {
			return fault.Invalidf("relay.malformed", "since", "%.60q does not belong into the %s of a message", q.Since, "since")
		}
		out.List, out.Next, err = sharedWith(r, n.ID, since)
		return err
	})
	return out, err
}

// Reconcile compares with a neighbor what both have of the payments between them.
// What is still under way may differ for a moment; all else must be the same.
//
// Faults: credit.unknown_neighbor; relay.unreachable, .refused, .answer.
func (x *Relay) Reconcile(ctx context.Context, who auth.Identity, neighbor store.ID) (out Reconciliation, err error) {
	if err := who.Must(Configure); err != nil {
		return out, err
	}
	theirs, err := x.askTransfers(ctx, who.Commons, neighbor, &out)
	if err != nil {
		return out, err
	}
	ours := map[store.ID]Shared{}
	err = x.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		for since, more := store.ID(""), true; more; more = since != "" {
			list, next, err := sharedWith(r, neighbor, since)
			if err != nil {
				return err
			}
			for _, s := range list {
				ours[s.ID] = s
			}
			since = next
		}
		return nil
	})
	out.compare(ours, theirs)
	return out, err
}

// askTransfers asks a neighbor for all transfers that it has with us.
func (x *Relay) askTransfers(ctx context.Context, id, neighbor store.ID, out *Reconciliation) (map[store.ID]Shared, error) {
	theirs := map[store.ID]Shared{}
	for since, more := store.ID(""), true; more; more = since != "" {
		q := relay.Question{From: x.Address(id), At: store.Micros(x.Store.Now()), Since: string(since)}
		var ask asked
		err := x.Store.Read(ctx, id, func(r *store.Snapshot) error {
			s, err := settings.Get(r)
			if err != nil {
				return err
			}
			if out.Neighbor, err = s.neighbor(func(n Neighbor) bool { return n.ID == neighbor }); err != nil {
				return err
			}
			key, _, err := signing(r)
			q.To = out.Neighbor.Address
			ask = asked{From: q.From, Question: q.Sign(key)}
			return err
		})
		if err != nil {
			return nil, err
		}
		var page shareds
		if err := x.post(ctx, q.To+"/transfers", ask, &page); err != nil {
			return nil, err
		}
		for _, s := range page.List {
			theirs[s.ID] = s
		}
		if page.Next != "" && page.Next <= since {
			return nil, fault.Conflictf("relay.answer", "", "%.100q answers what cannot be read", q.To)
		}
		since = page.Next
	}
	return theirs, nil
}

// compare pairs what both sides have.
func (out *Reconciliation) compare(ours, theirs map[store.ID]Shared) {
	var ids []store.ID
	for id := range ours {
		ids = append(ids, id)
	}
	for id := range theirs {
		if _, known := ours[id]; !known {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		a, known := ours[id]
		b, known2 := theirs[id]
		out.Compared++
		if a.State == relay.Posted && a.Inward {
			out.Got += Micros(a.Got)
		} else if a.State == relay.Posted {
			out.Given += Micros(a.Given)
		}
		b.Inward = !b.Inward
		switch {
		case known && known2 && a == b:
		case known && known2 && (a.State == relay.Reserved || b.State == relay.Reserved) && a.alike(b):
			out.Open++
		case !known2 && a.State == relay.Reserved, !known && b.State == relay.Reserved:
			out.Open++
		case !known2 && a.State == relay.Lapsed, !known && b.State == relay.Lapsed: // declined at once, or never heard of in time
		default:
			out.Differ = append(out.Differ, differing(id, a, known, b, known2))
		}
	}
}

// alike reports whether two say the same but for where it stands.
func (s Shared) alike(o Shared) bool {
	s.State = o.State
	return s == o
}

func differing(id store.ID, a Shared, known bool, b Shared, known2 bool) (d Difference) {
	d.ID = id
	if known {
		d.Ours = &a
	}
	if known2 {
		d.Theirs = &b
	}
	return d
}
