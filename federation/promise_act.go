package federation

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// LetGo lets a promise go before anything was done of it, ours or theirs: it is closed
// in our books, what it took of a proposal is free again, and the other side is told why.
// Of one that the other side let go already it closes ours.
// Faults: federation.unknown_promise, .let_go, .fulfilled, .offer_closed.
func (f *Federation) LetGo(ctx context.Context, who auth.Identity, key string, promise store.ID, reason string) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{promise, reason}, func(tx *store.Tx) error {
		p, peer, err := readPromise(tx, promise)
		if err != nil {
			return err
		}
		if p.Gone == Us || p.Gone == Both {
			return fault.Conflictf("federation.let_go", "", "this was let go already")
		}
		if err := p.stands(tx); err != nil {
			return err
		}
		if err := f.closeInBooks(tx, who, p); err != nil {
			return err
		}
		if p.Gone == "" {
			if _, err := f.send(tx, outgoing{kind: "Reject", about: "Promise", object: p.URI, to: &peer, more: map[string]any{"content": reason}}); err != nil {
				return err
			}
		}
		return p.leave(tx, Us, reason)
	})
}

// stands refuses to let go of what belongs to a deal that is over.
func (p Promise) stands(r store.Reader) error {
	if p.InPlan {
		return nil
	}
	o, _, err := readOffer(r, p.About)
	if err == nil && o.State != Accepted && o.State != Canceled {
		err = closed(o)
	}
	return err
}

// closeInBooks closes the commitment in our books, if it is there, and frees what it satisfied.
func (f *Federation) closeInBooks(tx *store.Tx, who auth.Identity, p Promise) error {
	c, there, err := vf.GetOne[vf.Commitment](tx, p.ID)
	if err != nil {
		return err
	}
	if !there {
		return note(tx, who, "federation.let_go", map[string]any{"promise": p.ID}, nil)
	}
	met, err := vf.MetOf(tx, []store.ID{p.ID})
	if err != nil {
		return err
	}
	if met[p.ID] != (vf.Met{}) {
		return fault.Conflictf("federation.fulfilled", "", "a part of this was done already; close the rest in the agreement or the plan")
	}
	c.Finished, c.Satisfies = true, nil
	_, err = f.Core.Within(tx, who, "federation.let_go", vf.Revising{Entity: &c})
	return err
}

// letGoBy takes that a peer lets a promise go; taken says that the address is that of one.
func (f *Federation) letGoBy(tx *store.Tx, m message, about string) (taken bool, err error) {
	p, known, err := store.One(tx, scanPromise, selectPromiseURI, m.from.ID, about)
	if err != nil || !known {
		return false, err
	}
	if p.Gone == Them || p.Gone == Both {
		return true, nil
	}
	if err := p.stands(tx); err != nil {
		return true, err
	}
	if err := p.leave(tx, Them, m.activity.Plain("content", maxReason)); err != nil {
		return true, err
	}
	return true, note(tx, nobody, "federation.receive_let_go", map[string]any{"promise": p.ID}, map[string]string{"activity": m.id})
}

// maxReason is how many characters of a reason are kept.
const maxReason = 1000
