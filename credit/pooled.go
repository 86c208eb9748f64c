package credit

import (
	"time"

	"commonweal/credit/pool"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Pooled is a pool of capital of the commons. Its rules and its book are those
// of package pool, whose members are the agents of the commons; what is in it
// stands on an account of the currency that nothing but its steps moves. A pool
// is always in a currency of the commons: a group that pools money of a state
// keeps that at its bank.
type Pooled struct {
	ID       store.ID  `json:"id"`
	Currency store.ID  `json:"currency"`
	Account  store.ID  `json:"account"`
	Name     string    `json:"name"`
	Founded  time.Time `json:"founded"`
	pool.Pool
}

// PoolStep is what was done in a pool, and what moved by it.
type PoolStep struct {
	Pool store.ID  `json:"pool"`
	Nth  int       `json:"nth"` // from 1
	By   store.ID  `json:"by,omitempty"`
	At   time.Time `json:"at"`
	pool.Step
	Moves []pool.Move `json:"moves,omitempty"`
}

// PoolChange is what an act says of a pool in the journal: that it was founded, or a step.
type PoolChange struct {
	Founded *PoolFounding `json:"founded,omitempty"`
	Step    *PoolStep     `json:"step,omitempty"`
}

// PoolFounding is a pool as it began.
type PoolFounding struct {
	ID       store.ID   `json:"id"`
	Currency store.ID   `json:"currency"`
	Account  store.ID   `json:"account"`
	Name     string     `json:"name"`
	Rules    pool.Rules `json:"rules"`
}

var (
	poolsByID    = store.ByIDs("SELECT content FROM credit_pool WHERE commons_id = $1 AND id IN (*)")
	selectPools  = store.SQL("SELECT content FROM credit_pool WHERE commons_id = $1 ORDER BY ended, id DESC LIMIT 200")
	insertPool   = store.SQL("INSERT INTO credit_pool (commons_id, id, account, ended, content) VALUES ($1, $2, $3, $4, $5)")
	updatePool   = store.SQL("UPDATE credit_pool SET ended = $3, content = $4 WHERE commons_id = $1 AND id = $2")
	insertPStep  = store.Into("credit_pool_step", "pool", "n", "seq", "by_agent", "content")
	selectPSteps = store.SQL("SELECT content FROM credit_pool_step WHERE commons_id = $1 AND pool = $2 AND n < $3 ORDER BY n DESC LIMIT $4")
	aboutPSteps  = store.SQL("SELECT content FROM credit_pool_step WHERE commons_id = $1 AND by_agent = $2 ORDER BY pool, n")
)

// Pools lists the pools of a commons: those at work first, the newest first.
func Pools(r store.Reader) ([]Pooled, error) { return store.All(r, scanJSON[Pooled], selectPools) }

// PoolOf reads one pool.
//
// Faults: credit.unknown_pool.
func PoolOf(r store.Reader, id store.ID) (Pooled, error) {
	found, err := store.AllOf(r, scanJSON[Pooled], poolsByID, []store.ID{id})
	if err != nil || len(found) > 0 {
		return append(found, Pooled{})[0], err
	}
	return Pooled{}, fault.NotFoundf("credit.unknown_pool", "pool", "there is no such pool in this commons")
}

// PoolStepsOf reads what was done in a pool before step number before, the last first.
func PoolStepsOf(r store.Reader, id store.ID, before, limit int) ([]PoolStep, error) {
	return store.All(r, scanJSON[PoolStep], selectPSteps, id, before, limit)
}

// ofPool refuses to move what is on the account of a pool, but by a step of that pool.
func (a Account) ofPool(stepping store.ID) error {
	if a.Role != Pool || a.ID == stepping {
		return nil
	}
	return fault.Conflictf("credit.pool_account", "legs", "this is the account of a pool; what is in it moves by the steps of that pool only")
}

// inside is what the places of the pool hold together: the balance of its account.
func (p Pooled) inside() (sum Micros) {
	for place, m := range p.Book.Balance {
		if pool.Own(place) {
			sum += Micros(m)
		}
	}
	return sum
}
