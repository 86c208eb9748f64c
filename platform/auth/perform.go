package auth

import (
	"context"

	"commonweal/platform/store"
)

// Perform is the one way an act of a practice happens: the capability is
// checked before the act waits in the lane of the identity's commons, the
// commons inside it.
func Perform[A, R any](ctx context.Context, db *store.Store, who Identity, key string, needs Capability, ask A,
	act func(*store.Tx, Identity, A) (R, error)) (R, error) {
	var none R
	if err := who.Must(needs); err != nil {
		return none, err
	}
	return store.Write(ctx, db, store.Command{Commons: who.Commons, Key: key, Ask: ask}, func(tx *store.Tx) (R, error) {
		if err := who.In(tx); err != nil {
			return none, err
		}
		return act(tx, who, ask)
	})
}
