package vf

import (
	"context"
	"errors"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// Graph is things of another ledger, in the order in which a commons can take
// them: what an entity names comes before it, and events in the order in which
// they were recorded. Records are without what events say.
type Graph struct {
	Changes
	// Addresses are what the things are called where they come from.
	Addresses map[store.ID]string
	// Text is a digest of what the graph was read from: it stands for the graph
	// under an idempotency key.
	Text string
}

// Imported is what came of a graph: how many things of each class are new, and
// how many were here already and stay as they are here.
type Imported struct {
	New   map[Kind]int `json:"new"`
	Known map[Kind]int `json:"known"`
}

// Total returns how many things are new, and how many were here.
func (i Imported) Total() (fresh, known int) {
	for _, n := range i.New {
		fresh += n
	}
	for _, n := range i.Known {
		known += n
	}
	return fresh, known
}

// MayImport is what it takes to import, and nil or the refusal: a graph holds
// what only stewards set up, and events of others.
func MayImport(who auth.Identity) error {
	if err := who.Must(Arrange); err != nil {
		return err
	}
	return who.Must(TakeOther)
}

// rehearsed ends an act that was only tried.
type rehearsed struct{ Imported }

func (rehearsed) Error() string { return "vf: a rehearsal, which changes nothing" }

// bringing is the word of the act in the journal.
const bringing = "vf.import"

// Import brings a graph into a commons that lives, all of it or nothing, as one
// act and by the same rules as if everything were added and recorded here.
//
// Things keep their identifiers; what has one that is taken by a thing of the
// same class is that thing, and stays as it is here. Events get identifiers of
// their own, because the order of those is the order of recording; where each
// comes from is remembered, so that the same graph again adds nothing. The
// server's clock says when everything was made here. Somebody without a name
// is called by their pseudonym.
//
// Faults are those of the rules, behind the address of the thing at fault.
func (c *Core) Import(ctx context.Context, who auth.Identity, key string, g Graph) (Imported, error) {
	if err := MayImport(who); err != nil {
		return Imported{}, err
	}
	return store.Write(ctx, c.Store, store.Command{Commons: who.Commons, Key: key, Ask: g.Text}, func(tx *store.Tx) (Imported, error) {
		return c.bring(tx, who, g)
	})
}

// Rehearse says what Import would come to, and changes nothing.
func (c *Core) Rehearse(ctx context.Context, who auth.Identity, g Graph) (Imported, error) {
	if err := MayImport(who); err != nil {
		return Imported{}, err
	}
	_, err := store.Write(ctx, c.Store, store.Command{Commons: who.Commons}, func(tx *store.Tx) (Imported, error) {
		found, err := c.bring(tx, who, g)
		if err != nil {
			return found, err
		}
		return found, rehearsed{found}
	})
	var r rehearsed
	if errors.As(err, &r) {
		return r.Imported, nil
	}
	return Imported{}, err
}

func (c *Core) bring(tx *store.Tx, who auth.Identity, g Graph) (Imported, error) {
	if err := who.In(tx); err != nil {
		return Imported{}, err
	}
	i := &importing{Ledger: Open(tx, c.Hooks...), who: who, graph: g, made: map[store.ID]bool{}, out: Imported{New: map[Kind]int{}, Known: map[Kind]int{}}}
	for _, step := range []func() error{i.recognize, i.first, i.flow, i.finish, i.journal} {
		if err := step(); err != nil {
			return Imported{}, err
		}
	}
	return i.out, nil
}
