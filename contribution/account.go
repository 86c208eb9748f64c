package contribution

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// An account is an economic resource that conforms to a currency. The account
// of the commons itself is its pot: income enters there and distributions
// leave from there. The account of a person holds what the commons owes them
// until it is paid out.

var (
	selectAccount  = store.SQL(`SELECT resource FROM contribution_account WHERE commons_id = $1 AND agent = $2 AND unit = $3`)
	selectAccounts = store.SQL(`SELECT agent, resource FROM contribution_account WHERE commons_id = $1 AND unit = $2`)
	insertAccount  = store.Into("contribution_account", "agent", "unit", "resource")
)

// currencyAgent marks the row of contribution_account that names the
// specification of a currency rather than somebody's account.
const currencyAgent store.ID = "00000000-0000-0000-0000-000000000001"

// accounts opens accounts as they are needed, inside one act.
type accounts struct {
	tx     *store.Tx
	ledger *vf.Ledger
	unit   quantity.Unit
	spec   store.ID
	known  map[store.ID]store.ID // agent → resource
}

// openAccounts reads all accounts in one currency: one query, whatever their number.
func openAccounts(tx *store.Tx, ledger *vf.Ledger, unit quantity.Unit) (*accounts, error) {
	a := &accounts{tx: tx, ledger: ledger, unit: unit}
	var err error
	if a.known, err = accountsIn(tx, unit); err != nil {
		return nil, err
	}
	if spec, ok := a.known[currencyAgent]; ok {
		a.spec = spec
		return a, nil
	}
	info, known := quantity.Lookup(unit)
	if !known {
		return nil, fault.Invalidf("contribution.currency", "unit", "%q is not in the unit table", unit)
	}
	spec, err := ledger.AddSpecification(vf.ResourceSpecification{
		Name: info.Label, MediumOfExchange: true, DefaultUnitOfResource: unit,
	})
	if err != nil {
		return nil, err
	}
	a.spec = spec.ID
	a.known[currencyAgent] = spec.ID
	return a, tx.Append(insertAccount, currencyAgent, string(unit), spec.ID)
}

// of returns the account of an agent, opening it with a zero balance when it is the first.
func (a *accounts) of(agent store.ID) (store.ID, error) {
	err := a.open([]store.ID{agent})
	return a.known[agent], err
}

// open opens, in one step, the accounts that are missing: each begins with a
// raise of nothing, so that its chain of events has a first link.
func (a *accounts) open(agents []store.ID) error {
	zero := quantity.Amount{Unit: a.unit}
	var events []vf.Event
	var records []vf.Resource
	for _, agent := range agents {
		if _, ok := a.known[agent]; ok {
			continue
		}
		r := vf.Resource{ID: a.tx.NewID(), ConformsTo: a.spec}
		a.known[agent] = r.ID
		records = append(records, r)
		events = append(events, vf.Event{Action: "raise", Provider: agent, Receiver: agent, ResourceInventoriedAs: r.ID,
			ResourceConformsTo: a.spec, ResourceQuantity: &zero, HasPointInTime: a.tx.Now()})
	}
	if len(events) == 0 {
		return nil
	}
	if _, err := a.ledger.RecordAllNew(events, records); err != nil {
		return err
	}
	for i, r := range records {
		if err := a.tx.Append(insertAccount, events[i].Provider, string(a.unit), r.ID); err != nil {
			return err
		}
	}
	return nil
}

// accountsIn returns the accounts in one currency, by agent.
func accountsIn(r store.Reader, unit quantity.Unit) (map[store.ID]store.ID, error) {
	known := map[store.ID]store.ID{}
	rows, err := r.Query(selectAccounts, string(unit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var agent, resource store.ID
		if err := rows.Scan(&agent, &resource); err != nil {
			return nil, err
		}
		known[agent] = resource
	}
	return known, rows.Err()
}
