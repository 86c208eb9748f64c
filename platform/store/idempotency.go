package store

import (
	"crypto/sha256"

	"commonweal/platform/fault"
)

// kept is what an idempotency key stands for: the hash of what was asked, and
// the JSON of the result.
type kept struct {
	digest [sha256.Size]byte
	result string
}

var insertAct = Into("store_act", "key", "digest", "result")

// recall answers a call whose key was used before. The keys of all calls of
// the commons are looked up when the first of them comes.
func (g *group) recall(h *head, c *call, rest []*call) (o outcome, known bool) {
	if h.acts == nil {
		if err := g.lookUp(h, rest); err != nil {
			g.fail(err)
			return outcome{}, false
		}
	}
	k, known := h.acts[c.key]
	switch {
	case !known:
		return outcome{}, false
	case k.digest != c.digest:
		return outcome{err: fault.Conflictf("store.key_reused", "key", "the idempotency key %q was already used for something else; choose a new one", c.key)}, true
	case k.result == erasedResult:
		return outcome{err: fault.Conflictf("store.result_erased", "key", "this was done before; what it answered was erased together with somebody's personal data")}, true
	}
	g.s.counts.replays.Add(1)
	return outcome{replayed: k.result}, true
}

// lookUp reads what is known of the keys of the calls.
func (g *group) lookUp(h *head, calls []*call) error {
	h.acts = map[string]kept{}
	keys := make([]string, 0, len(calls))
	for _, c := range calls {
		if c.key != "" && c.commons == h.commons {
			keys = append(keys, c.key)
		}
	}
	t, err := g.database()
	if err != nil {
		return err
	}
	rows, err := t.recall(g.ctx, h.commons, keys)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key, result string
		var digest []byte
		if err := rows.Scan(&key, &digest, &result); err != nil {
			return err
		}
		k := kept{result: result}
		copy(k.digest[:], digest)
		h.acts[key] = k
	}
	return rows.Err()
}

// remember keeps the result of an act under its key.
func (tx *Tx) remember(c *call, result string) error {
	table := tx.g.s.catalog.order[insertAct.Table]
	if err := tx.g.pending.add(tx, table, insertAct, []any{c.key, c.digest[:], result}); err != nil {
		return err
	}
	tx.h.acts[c.key] = kept{c.digest, result}
	return nil
}

// erasedResult is kept in place of a result that was erased. It is no JSON.
const erasedResult = "erased"

var eraseResults = SQL(`UPDATE store_act SET result = $2 WHERE commons_id = $1 AND result LIKE $3`)

// EraseResults destroys what acts of the commons answered that mentions an
// identifier: such an answer, kept for a repeat of the act, may hold somebody's words.
// The keys stay, so that no act happens twice; a repeat is refused with
// Conflict, store.result_erased.
func (tx *Tx) EraseResults(mentions ID) error {
	_, err := tx.Exec(eraseResults, erasedResult, "%"+string(mentions)+"%")
	return err
}
