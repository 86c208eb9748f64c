package commons

import (
	"context"
	"database/sql"
	"errors"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Ask is what is needed to found a commons.
type Ask struct {
	Slug     string
	Currency quantity.Unit // of ISO 4217; for ever
	Settings
	// Founder is the account that becomes its first steward; empty: the one
	// who asks, or nobody when the operator of the machine asks.
	Founder store.ID
}

var (
	insertAddress = store.Into("commons_address", "slug", "commons", "name", "statement", "open_books", "stale", "changed", "created")
	markStale     = store.SQL(`UPDATE commons_address SET stale = stale + 1 WHERE commons_id = $1 AND commons = $2`)
	endStale      = store.SQL(`UPDATE commons_address SET stale = stale - 1 WHERE commons_id = $1 AND commons = $2 AND stale > 0`)
	writeCopy     = store.SQL(`UPDATE commons_address SET name = $3, statement = $4, open_books = $5, changed = $6
		WHERE commons_id = $1 AND commons = $2 AND changed < $6`)
)

// Found founds a commons. When a founding was interrupted, asking for the
// same address again finishes it.
func (d *Directory) Found(ctx context.Context, who auth.Identity, ask Ask) (Commons, error) {
	ask, err := d.mayFound(who, ask)
	if err != nil {
		return Commons{}, err
	}
	id, err := d.takeAddress(ctx, ask.Slug)
	if err != nil {
		return Commons{}, err
	}
	var founder auth.Account
	if ask.Founder != "" {
		if founder, err = d.gate.TakeSeat(ctx, ask.Founder, id); err != nil {
			return Commons{}, err
		}
	}
	c, err := store.Write(ctx, d.store, store.Command{Commons: id}, func(tx *store.Tx) (Commons, error) {
		return d.foundIn(tx, ask, founder)
	})
	if err != nil {
		return c, err
	}
	d.addresses.Drop(c.Slug)
	return c, d.copyOut(ctx, c)
}

func (d *Directory) mayFound(who auth.Identity, ask Ask) (Ask, error) {
	if err := who.Must(CanFound); err != nil {
		return ask, err
	}
	if ask.Founder == "" {
		ask.Founder = who.Account
	}
	var faults fault.List
	var err error
	keep := func(err error) {
		var list fault.List
		if errors.As(err, &list) {
			faults = append(faults, list...)
		} else if f := fault.As(err); f != nil {
			faults = append(faults, f)
		}
	}
	ask.Slug, err = CheckSlug(ask.Slug)
	keep(err)
	keep(CheckCurrency(ask.Currency))
	ask.Settings, err = ask.Settings.checked(d.config.Practices)
	keep(err)
	return ask, faults.OrNil()
}

// takeAddress returns the identifier of the commons that will be, or is being,
// founded at an address.
func (d *Directory) takeAddress(ctx context.Context, slug string) (store.ID, error) {
	id, err := store.Write(ctx, d.store, store.Command{Commons: store.Host}, func(tx *store.Tx) (store.ID, error) {
		id, taken, err := store.One(tx, scanID, selectAddress, slug)
		if err != nil || taken {
			return id, err
		}
		id = tx.NewID()
		return id, tx.Append(insertAddress, slug, id, "", "", false, 1, 0, store.Micros(tx.Now()))
	})
	if err != nil {
		return "", err
	}
	if _, exists, err := d.ByID(ctx, id); err != nil || exists {
		if err == nil {
			err = errTaken(slug)
		}
		return "", err
	}
	return id, nil
}

func errTaken(slug string) error {
	return fault.Conflictf("commons.slug_taken", "slug", "the address %q is taken; choose another", slug)
}

// foundIn is the founding act in the lane of the new commons.
func (d *Directory) foundIn(tx *store.Tx, ask Ask, founder auth.Account) (Commons, error) {
	c := Commons{ID: tx.Commons(), Slug: ask.Slug, Agent: tx.Commons(), Currency: ask.Currency, Founded: tx.Now(), Changed: tx.Now()}.with(ask.Settings)
	if _, err := scanSelf(tx.QueryRow(selectSelf)); !errors.Is(err, sql.ErrNoRows) {
		if err == nil {
			err = errTaken(ask.Slug)
		}
		return c, err
	}
	practices, err := practicesJSON(c.Practices)
	if err != nil {
		return c, err
	}
	err = tx.Append(insertSelf, c.Slug, c.Name, c.Statement, c.Agent, string(c.Currency), c.Language, c.Zone,
		c.OpenBooks, practices, store.Micros(c.Founded), store.Micros(c.Changed))
	if err != nil {
		return c, err
	}
	public := map[string]any{"slug": c.Slug, "agent": c.Agent, "currency": c.Currency, "settings": c.settings()}
	if err := d.enter(tx, "commons.found", "", c, public, d.config.Founded); err != nil {
		return c, err
	}
	if founder.ID != "" {
		_, err = d.gate.AdmitIn(tx, "", founder, auth.Steward)
	}
	return c, err
}

// with returns the commons with other settings.
func (c Commons) with(s Settings) Commons {
	c.Name, c.Statement, c.Language, c.Zone, c.OpenBooks, c.Practices = s.Name, s.Statement, s.Language, s.Zone, s.OpenBooks, s.Practices
	return c
}

// Settings returns what stewards may change of the commons.
func (c Commons) Settings() Settings {
	return Settings{c.Name, c.Statement, c.Language, c.Zone, c.OpenBooks, c.Practices}
}

// settings is what the journal says of them.
func (c Commons) settings() map[string]any {
	return map[string]any{"name": c.Name, "statement": c.Statement, "language": c.Language, "zone": c.Zone,
		"openBooks": c.OpenBooks, "practices": c.Practices}
}

// enter runs the hooks, writes the journal, and makes this process see the
// change once it is durable.
func (d *Directory) enter(tx *store.Tx, act string, by store.ID, c Commons, public map[string]any, hooks []Hook) error {
	trace := auth.Trace{Public: public, Sealed: map[string]string{}}
	for _, hook := range hooks {
		if err := hook(tx, c, &trace); err != nil {
			return err
		}
	}
	tx.Changed()
	tx.AfterCommit(func() { d.selves.Drop(string(c.ID)) })
	_, err := journal.Append(tx, journal.Record{Act: act, By: by, Public: trace.Public, Sealed: trace.Sealed})
	return err
}

// copyOut writes what the front page shows, unless a later change has, and
// ends one change under way.
func (d *Directory) copyOut(ctx context.Context, c Commons) error {
	_, err := store.Write(ctx, d.store, store.Command{Commons: store.Host}, func(tx *store.Tx) (struct{}, error) {
		if _, err := tx.Exec(writeCopy, c.ID, c.Name, c.Statement, c.OpenBooks, store.Micros(c.Changed)); err != nil {
			return struct{}{}, err
		}
		_, err := tx.Exec(endStale, c.ID)
		return struct{}{}, err
	})
	return err
}
