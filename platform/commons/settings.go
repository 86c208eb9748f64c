package commons

import (
	"context"
	"errors"
	"reflect"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// Change replaces the settings of the commons the asker is in. The address and
// the currency never change: links and books would break.
func (d *Directory) Change(ctx context.Context, who auth.Identity, s Settings) (Commons, error) {
	if err := who.Must(CanSettings); err != nil {
		return Commons{}, err
	}
	s, err := s.checked(d.config.Practices)
	if err != nil {
		return Commons{}, err
	}
	_, err = store.Write(ctx, d.store, store.Command{Commons: store.Host}, func(tx *store.Tx) (struct{}, error) {
		_, err := tx.Exec(markStale, who.Commons)
		return struct{}{}, err
	})
	if err != nil {
		return Commons{}, err
	}
	c, err := store.Write(ctx, d.store, store.Command{Commons: who.Commons}, func(tx *store.Tx) (Commons, error) {
		return d.changeIn(tx, who, s)
	})
	if err != nil {
		return c, errors.Join(err, d.unmark(ctx, who.Commons))
	}
	return c, d.copyOut(ctx, c)
}

// unmark ends a change that was refused.
func (d *Directory) unmark(ctx context.Context, id store.ID) error {
	_, err := store.Write(ctx, d.store, store.Command{Commons: store.Host}, func(tx *store.Tx) (struct{}, error) {
		_, err := tx.Exec(endStale, id)
		return struct{}{}, err
	})
	return err
}

func (d *Directory) changeIn(tx *store.Tx, who auth.Identity, s Settings) (Commons, error) {
	if err := who.In(tx); err != nil {
		return Commons{}, err
	}
	before, err := Self(tx)
	if err != nil {
		return before, err
	}
	after := before.with(s)
	changed := map[string]any{}
	was, is := before.settings(), after.settings()
	for key, value := range is {
		if !reflect.DeepEqual(was[key], value) {
			changed[key] = value
		}
	}
	if len(changed) == 0 {
		return after, nil
	}
	after.Changed = tx.Now()
	practices, err := practicesJSON(after.Practices)
	if err != nil {
		return after, err
	}
	if _, err := tx.Exec(updateSelf, s.Name, s.Statement, s.Language, s.Zone, s.OpenBooks, practices, store.Micros(after.Changed)); err != nil {
		return after, err
	}
	public := map[string]any{"settings": changed}
	return after, d.enter(tx, "commons.settings", who.Agent, after, public, d.config.Changed)
}
