package vf

import (
	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// Also is what another room has to do in the same act: all of it happens, or
// nothing. Word names the act when it is the first step; Capability is what it
// needs; Ask is what it does, for the idempotency key. Work may run more than
// once and touches nothing but its transaction.
type Also struct {
	Word       string
	Capability auth.Capability
	Ask        any
	Work       func(tx *store.Tx) (store.ID, error) `json:"-"`
}

func (s Also) act() string                         { return s.Word }
func (s Also) needs(auth.Identity) auth.Capability { return s.Capability }
func (s Also) do(l *Ledger, _ auth.Identity) (Done, error) {
	i, err := s.Work(l.tx)
	return Done{ID: i}, err
}
