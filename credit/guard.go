package credit

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Guard is what the practice says about events that others record: accounts of
// mutual credit change by payments only, which hold the bands and keep the sum at
// zero, and debts of the register are settled there.
var Guard = vf.Hooks{Refuse: func(tx *store.Tx, e vf.Event, after []*vf.Resource) error {
	if err := inRegister(tx, e); err != nil {
		return err
	}
	s, err := settings.Get(tx)
	if err != nil || len(s.Order) == 0 {
		return err
	}
	for _, r := range after {
		if c, is := s.Currencies[r.ConformsTo]; is {
			return fault.Conflictf("credit.by_payment", "resourceInventoriedAs", "this is an account of %s; it changes by payments, not by events of your own", c.Name)
		}
	}
	return nil
}}

// inRegister refuses an event of others that settles a claim of the register.
func inRegister(tx *store.Tx, e vf.Event) error {
	if len(e.Settles) == 0 {
		return nil
	}
	claims := make([]store.ID, len(e.Settles))
	for i, a := range e.Settles {
		claims[i] = a.Target
	}
	found, err := store.AllOf(tx, scanJSON[Obligation], obligationsByClaim, claims)
	if err == nil && len(found) > 0 {
		err = fault.Conflictf("credit.by_register", "settles", "this claim is a debt of the register; say there that it was paid, or let a clearing round set it off")
	}
	return err
}
