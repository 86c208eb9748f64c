package contribution

import (
	"encoding/json"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// A distribution happens in two acts. Opening it names the income and the
// equation and thereby fixes its number, the number of that journal entry,
// before anybody knows the weights: ties are broken by it, so nobody can
// choose them. Running it then computes the lines from the log as it stood at
// the opening, outside the lane, and books them in one act.

// DistributionState is where a distribution stands.
type DistributionState string

// The states.
const (
	Opened   DistributionState = "opened"
	Done     DistributionState = "done"
	Canceled DistributionState = "canceled"
	Reversed DistributionState = "reversed"
)

// IncomeUse is the part of an income that a distribution takes up.
type IncomeUse struct {
	Income store.ID        `json:"income"`
	Amount quantity.Amount `json:"amount"`
}

// Distribution is one splitting of income by a value equation.
type Distribution struct {
	ID       store.ID          `json:"id"`
	No       int64             `json:"no"` // the journal entry of its opening
	State    DistributionState `json:"state"`
	At       time.Time         `json:"at"`
	Equation store.ID          `json:"equation"`
	Version  int64             `json:"version"`
	Hash     string            `json:"hash"` // of the version's canonical text
	Project  store.ID          `json:"project,omitempty"`
	// Deliverable the income was for: "order:A-17"; empty for none.
	Deliverable string      `json:"deliverable,omitempty"`
	Incomes     []IncomeUse `json:"incomes"`
	// Pot = Paid + Residue.
	Pot     quantity.Amount `json:"pot"`
	Paid    quantity.Amount `json:"paid"`    // what its lines add up to
	Residue quantity.Amount `json:"residue"` // stays with the incomes, visible
	// RanAt and ReversedAt are the journal entries of the run and of the
	// reversal; 0 for not yet.
	RanAt      int64 `json:"ranAt,omitempty"`
	ReversedAt int64 `json:"reversedAt,omitempty"`
	// BucketKeys names the buckets that the lines count; Carries is what was too
	// little to pay out and waits for the next distribution.
	BucketKeys []string         `json:"bucketKeys,omitempty"`
	Carries    []equation.Carry `json:"carries,omitempty"`
	// Result is the outcome without its lines, which have a table of their own;
	// nil until it ran.
	Result *equation.Result `json:"result,omitempty"`
}

// deliverable returns what the income was for, as the engine knows it.
func (d Distribution) deliverable() equation.Deliverable {
	kind, id, _ := cutDeliverable(d.Deliverable)
	return equation.Deliverable{Kind: equation.DeliverableKind(kind), ID: id}
}

// key is what ties are broken by: the distribution's number, as published in
// the log before its lines were computed.
func (d Distribution) key() string { return numberText(d.No) }

const distributionColumns = `content`

var (
	upsertDistribution = store.SQL(`INSERT INTO contribution_distribution
		(commons_id, id, seq, at, state, equation, version, unit, pot, paid, residue, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (commons_id, id) DO UPDATE SET state = excluded.state, paid = excluded.paid, residue = excluded.residue, content = excluded.content`)
	distributionByID = store.SQL(`SELECT ` + distributionColumns + ` FROM contribution_distribution WHERE commons_id = $1 AND id = $2`)
	openDistribution = store.SQL(`SELECT ` + distributionColumns + ` FROM contribution_distribution WHERE commons_id = $1 AND state = 'opened'`)
	allDistributions = store.SQL(`SELECT ` + distributionColumns + ` FROM contribution_distribution WHERE commons_id = $1 ORDER BY seq`)
)

func scanDistribution(row store.Scanner) (d Distribution, err error) {
	return scanJSON[Distribution](row)
}

// GetDistribution returns one distribution.
func GetDistribution(r store.Reader, id store.ID) (Distribution, error) {
	d, found, err := store.One(r, scanDistribution, distributionByID, id)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_distribution", "distribution", "there is no such distribution in this commons")
	}
	return d, err
}

// Distributions returns all distributions of the commons, oldest first.
func Distributions(r store.Reader) ([]Distribution, error) {
	return store.All(r, scanDistribution, allDistributions)
}

// saveDistribution stores a distribution in its present state.
func saveDistribution(tx *store.Tx, d Distribution) error {
	content, err := json.Marshal(d)
	if err != nil {
		return err
	}
	tx.Changed() // what-if sessions and previews start anew
	residue := d.Pot.Micros - d.Paid.Micros
	_, err = tx.Exec(upsertDistribution, d.ID, d.No, store.Micros(d.At), string(d.State), d.Equation, d.Version, string(d.Pot.Unit),
		d.Pot.Micros, d.Paid.Micros, residue, string(content))
	return err
}
