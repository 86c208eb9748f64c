package books

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// ActNeighbors is the act that says who cosigns the log. Its body is {"policy": text}.
const ActNeighbors = "books.neighbors"

// theNeighbors is the group of all neighbors, in a policy that the page makes.
const theNeighbors = "neighbors"

// SetNeighbors says who cosigns the log of the asker's commons, and how many are
// enough. Faults: those of neighbors.WritePolicy.
func (b *Books) SetNeighbors(ctx context.Context, who auth.Identity, key string, p witness.Policy) error {
	if err := who.Must(Neighbors); err != nil {
		return err
	}
	_, err := store.Write(ctx, b.Store, store.Command{Commons: who.Commons, Key: key, Ask: p}, func(tx *store.Tx) (struct{}, error) {
		if err := who.In(tx); err != nil {
			return struct{}{}, err
		}
		if err := neighbors.WritePolicy(tx, p, b.PrivateNeighbors); err != nil {
			return struct{}{}, err
		}
		_, err := journal.Append(tx, journal.Record{Act: ActNeighbors, By: who.Agent, Public: map[string]string{"policy": p.String()}})
		return struct{}{}, err
	})
	return err
}

// PolicyOf returns who cosigns the log of a commons.
func (b *Books) PolicyOf(ctx context.Context, commons store.ID) (p witness.Policy, err error) {
	err = b.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		p, err = neighbors.ReadPolicy(r)
		return err
	})
	return p, err
}

// Plain reports whether a policy is one that Enough makes: one group of all, or nobody needed.
func Plain(p witness.Policy) (enough int, ok bool) {
	switch {
	case p.Quorum == witness.NoQuorum && len(p.Groups) == 0:
		return 0, true
	case len(p.Groups) == 1 && p.Groups[0].Name == theNeighbors && p.Quorum == theNeighbors && len(p.Groups[0].Members) == len(p.Witnesses):
		return p.Groups[0].Least, true
	}
	return 0, false
}

// Enough returns the policy by which so many of the witnesses are enough, whoever
// they are; more than there are means all of them.
func Enough(witnesses []witness.Witness, n int) witness.Policy {
	p := witness.Policy{Witnesses: witnesses, Quorum: witness.NoQuorum}
	if n = min(n, len(witnesses)); n < 1 {
		return p
	}
	g := witness.Group{Name: theNeighbors, Least: n}
	for _, w := range witnesses {
		g.Members = append(g.Members, w.Name)
	}
	p.Groups, p.Quorum = []witness.Group{g}, theNeighbors
	return p
}

// WithNeighbor adds a neighbor to a policy; in one with groups of its own it
// belongs to none until somebody says so.
func WithNeighbor(p witness.Policy, w witness.Witness) witness.Policy {
	all := append(slices.Clone(p.Witnesses), w)
	if enough, plain := Plain(p); plain {
		return Enough(all, max(enough, 1))
	}
	p.Witnesses = all
	return p
}

// WithoutNeighbor takes a neighbor out of a policy. NotFound, books.no_neighbor; Conflict,
// books.neighbor_grouped, when the policy has groups of its own that name it.
func WithoutNeighbor(p witness.Policy, name string) (witness.Policy, error) {
	rest := slices.DeleteFunc(slices.Clone(p.Witnesses), func(w witness.Witness) bool { return w.Name == name })
	if len(rest) == len(p.Witnesses) {
		return p, fault.NotFoundf("books.no_neighbor", "name", "there is no neighbor %.60q", name)
	}
	if enough, plain := Plain(p); plain {
		return Enough(rest, enough), nil
	}
	named := p.Quorum == name || slices.ContainsFunc(p.Groups, func(g witness.Group) bool { return slices.Contains(g.Members, name) })
	if named {
		return p, fault.Conflictf("books.neighbor_grouped", "name", "%.60q is a member of a group of this policy; change the text of the policy instead", name)
	}
	p.Witnesses = rest
	return p, nil
}
