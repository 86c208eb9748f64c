package auth

import (
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// MemberHook lets another room take part in an act on a membership.
type MemberHook func(tx *store.Tx, m Membership, trace *Trace) error

// Trace is what a hook adds to the journal record of the act it takes part
// in. Both maps are there already; what the act itself says is in Public.
// What Sealed says about a member is forgotten when the member is erased.
type Trace struct {
	Public map[string]any
	Sealed map[string]string
}

// Say adds something to the public part of the record.
func (t *Trace) Say(name string, content any) {
	if t.Public == nil {
		t.Public = map[string]any{}
	}
	t.Public[name] = content
}

var (
	insertSealed = store.Into("auth_sealed", "agent", "seq", "field")
	selectSealed = store.SQL(`SELECT seq, field FROM auth_sealed WHERE commons_id = $1 AND agent = $2 ORDER BY seq, field`)
	deleteSealed = store.SQL(`DELETE FROM auth_sealed WHERE commons_id = $1 AND agent = $2`)
)

// enter runs the hooks, writes the journal, and makes this process see the
// change once it is durable.
func (g *Gate) enter(tx *store.Tx, act string, by store.ID, m Membership, public map[string]any, hooks []MemberHook) error {
	trace := Trace{Public: public, Sealed: map[string]string{}}
	for _, hook := range hooks {
		if err := hook(tx, m, &trace); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { g.members.Drop(memberKey(m.Commons, m.Account)) })
	seq, err := journal.Append(tx, journal.Record{Act: act, By: by, Public: trace.Public, Sealed: trace.Sealed})
	if err != nil || m.Erased {
		return err
	}
	for field := range trace.Sealed {
		if err := tx.Append(insertSealed, m.Agent, seq, field); err != nil {
			return err
		}
	}
	return nil
}

// sealedField is one private text about a member in the journal.
type sealedField struct {
	seq   int64
	field string
}

func scanSealedField(s store.Scanner) (f sealedField, err error) {
	err = s.Scan(&f.seq, &f.field)
	return f, err
}

// eraseSealed destroys what the journal's entries about a membership keep
// private; their commitments stay, and every proof stays valid.
func eraseSealed(tx *store.Tx, agent store.ID) error {
	list, err := store.All(tx, scanSealedField, selectSealed, agent)
	if err != nil {
		return err
	}
	for _, f := range list { // one for each change of name: few
		if _, err := journal.Erase(tx, f.seq, f.field); err != nil {
			return err
		}
	}
	_, err = tx.Exec(deleteSealed, agent)
	return err
}
