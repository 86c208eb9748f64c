package credit

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Guard is what the practice says about events that others record: accounts of
// mutual credit change by payments only, which hold the bands and keep the sum at zero.
var Guard = vf.Hooks{Refuse: func(tx *store.Tx, e vf.Event, after []*vf.Resource) error {
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
