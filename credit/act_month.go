package credit

import (
	"context"
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// FollowTime gives accounts of a commons the bands that follow from a month that
// ended or a decision that ended, and returns how many changed. It asks the lane
// for nothing where neither did.
func (p *Practice) FollowTime(ctx context.Context, commons store.ID) (n int, err error) {
	var due bool
	err = p.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		ended, months, err := dueLimits(r, r.Now())
		due = len(ended)+len(months) > 0
		return err
	})
	if err != nil || !due {
		return 0, err
	}
	return store.Write(ctx, p.Store, store.Command{Commons: commons}, followTime)
}

// dueLimits returns the accounts whose decision ended, and the currencies whose
// lines follow sales and did not look at the last month yet.
func dueLimits(r store.Reader, now time.Time) (ended []store.ID, months []Currency, err error) {
	s, err := settings.Get(r)
	if err != nil || len(s.Order) == 0 {
		return nil, nil, err
	}
	if ended, err = store.All(r, scanID, endedDecisions, store.Micros(now)); err != nil {
		return nil, nil, err
	}
	if !slices.ContainsFunc(s.Order, Currency.follows) {
		return ended, nil, nil
	}
	seen, err := store.All(r, scanMonth, selectMonths)
	for _, c := range s.Order {
		if c.follows() && !c.Closed && !slices.Contains(seen, seenMonth{c.ID, monthOf(now, s.Zone)}) {
			months = append(months, c)
		}
	}
	return ended, months, err
}

// followTime does what is due by the clock of the lane.
func followTime(tx *store.Tx) (int, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return 0, err
	}
	ended, months, err := dueLimits(tx, tx.Now())
	if err != nil {
		return 0, err
	}
	var changes []BandChange
	found, err := accounts.Get(tx, ended...)
	if err != nil {
		return 0, err
	}
	for _, a := range found {
		more, err := endDecision(tx, s, &a, BandChange{})
		if err != nil {
			return 0, err
		}
		changes = append(changes, more...)
	}
	for _, c := range months {
		more, err := refigure(tx, s, c, BandChange{})
		if err != nil {
			return 0, err
		}
		changes = append(changes, more...)
		if _, err := tx.Exec(putMonth, c.ID, monthOf(tx.Now(), s.Zone)); err != nil {
			return 0, err
		}
	}
	if len(changes) == 0 {
		return 0, nil
	}
	_, err = record(tx, "credit.follow_time", auth.Identity{}, body{Bands: changes}, nil, nil)
	return len(changes), err
}

// seenMonth is the last month's end that a currency followed.
type seenMonth struct {
	currency store.ID
	month    string
}

func scanMonth(row store.Scanner) (m seenMonth, err error) {
	err = row.Scan(&m.currency, &m.month)
	return m, err
}
