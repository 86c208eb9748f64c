package credit

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/vf"
)

// lane finds accounts for a teller inside an act.
type lane struct{ t *table }

// someIDs is how many rows are looked up at a time.
const someIDs = 200

func (l lane) accounts(ids []store.ID) (out []Account, err error) {
	for some := range slices.Chunk(ids, someIDs) {
		found, err := accounts.Get(l.t.tx, some...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (l lane) accountsOf(agents []store.ID) ([]Account, error) {
	found, err := store.AllOf(l.t.tx, scanAccount, accountsByAgents, agents)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]store.ID, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	return l.accounts(ids) // as acts left them
}

func (l lane) balances(ids []store.ID) (map[store.ID]vf.Resource, error) {
	return l.t.ledger.Records(ids...)
}

// snapshot finds accounts for a teller who only looks.
type snapshot struct{ r store.Reader }

func (s snapshot) accounts(ids []store.ID) ([]Account, error) {
	return store.AllOf(s.r, scanAccount, accountsByID, ids)
}

func (s snapshot) accountsOf(agents []store.ID) ([]Account, error) {
	return store.AllOf(s.r, scanAccount, accountsByAgents, agents)
}

func (s snapshot) balances(ids []store.ID) (map[store.ID]vf.Resource, error) {
	return vf.GetResources(s.r, ids)
}
