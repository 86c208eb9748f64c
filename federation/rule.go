package federation

import (
	"context"

	"commonweal/federation/market"
	"commonweal/platform/auth"
	"commonweal/platform/store"
)

var setRule = store.SQL(`UPDATE federation_publication SET rule = $3 WHERE commons_id = $1 AND proposal = $2`)

// SetRule says which offers that answer a proposal are accepted without anybody. It
// holds for offers that come from now on. Faults: federation.rule, .not_published.
func (f *Federation) SetRule(ctx context.Context, who auth.Identity, key string, proposal store.ID, rule market.Rule) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	if err := rule.Check(); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{proposal, rule}, func(tx *store.Tx) error {
		if _, err := mustBePublished(tx, proposal); err != nil {
			return err
		}
		if _, err := tx.Exec(setRule, proposal, text(rule)); err != nil {
			return err
		}
		public := map[string]any{"proposal": proposal, "accept": rule.Accept, "most": rule.Most, "otherwise": rule.Otherwise}
		return note(tx, who, "federation.set_rule", public, map[string]string{"from": text(rule.From)})
	})
}
