package credit

import (
	"context"
	"slices"
	"strings"

	"commonweal/credit/pool"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// PoolAsk founds a pool.
type PoolAsk struct {
	Currency store.ID `json:"currency"`
	Name     string   `json:"name"`
	// Rules name agents of the commons as members. Their step may be left out: it
	// is the smallest amount of the currency.
	Rules pool.Rules `json:"rules"`
}

// FoundPool founds a pool of capital without interest, with an account of its
// own. Nobody takes part before they joined.
//
// Faults: credit.unknown_currency, .closed_currency, .pool_name, and those of pool.Found.
func FoundPool(ctx context.Context, db *store.Store, who auth.Identity, key string, ask PoolAsk) (Pooled, error) {
	return auth.Perform(ctx, db, who, key, Configure, ask, foundPool)
}

func foundPool(tx *store.Tx, who auth.Identity, ask PoolAsk) (Pooled, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Pooled{}, err
	}
	c, err := s.currency(ask.Currency)
	if err != nil {
		return Pooled{}, err
	}
	if c.Closed {
		return Pooled{}, fault.Conflictf("credit.closed_currency", "legs", "%s takes no payments any more", c.Name)
	}
	if n := len(strings.TrimSpace(ask.Name)); n == 0 || len(ask.Name) > 80 {
		return Pooled{}, fault.Invalidf("credit.pool_name", "name", "a pool has a name of 1 to 80 bytes, not %d", len(ask.Name))
	}
	if ask.Rules.Step == 0 {
		ask.Rules.Step = pool.Micros(c.Step())
	}
	founded, err := pool.Found(ask.Rules)
	if err != nil {
		return Pooled{}, err
	}
	if Micros(ask.Rules.Step)%c.Step() != 0 {
		return Pooled{}, c.amount(Micros(ask.Rules.Step).of(c.Unit), "step")
	}
	p := Pooled{ID: tx.NewID(), Currency: c.ID, Name: ask.Name, Founded: tx.Now(), Pool: *founded}
	opened := []Account{{Agent: s.Agent, Role: Pool, Terms: AccountTerms{Label: ask.Name}}}
	ledger := vf.Open(tx)
	bands, err := openAll(tx, ledger, c, opened)
	if err != nil {
		return Pooled{}, err
	}
	p.Account = opened[0].ID
	if _, err := tx.Exec(insertPool, p.ID, p.Account, false, encoded(p)); err != nil {
		return Pooled{}, err
	}
	change := &PoolChange{Founded: &PoolFounding{p.ID, p.Currency, p.Account, p.Name, p.Rules}}
	_, err = record(tx, "credit.found_pool", who, body{Accounts: opened, Bands: bands, Pool: change}, nil, ledger)
	return p, err
}

// PoolStepAsk takes a step in a pool; see pool.Step. Who may be left out: oneself.
type PoolStepAsk struct {
	Pool store.ID `json:"pool"`
	pool.Step
}

// StepPool takes a step in a pool: what members do themselves, and what whoever
// may set up currencies does as the keeper of the pool. What moves by it is one
// payment of kind capital, which the accounts must take as any other.
//
// Faults: credit.unknown_pool, .not_your_account, .pool_note, .unknown_account, .spendable, .cannot_receive,
// .account_frozen, .account_closed, .closed_currency, and those of pool.Take.
func StepPool(ctx context.Context, db *store.Store, who auth.Identity, key string, ask PoolStepAsk) (PoolStep, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, stepPool)
}

func stepPool(tx *store.Tx, who auth.Identity, ask PoolStepAsk) (PoolStep, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return PoolStep{}, err
	}
	p, err := PoolOf(tx, ask.Pool)
	if err != nil {
		return PoolStep{}, err
	}
	if err := mayStep(who, p, &ask.Step); err != nil {
		return PoolStep{}, err
	}
	moves, err := p.Take(ask.Step)
	if err != nil {
		return PoolStep{}, err
	}
	step := PoolStep{Pool: p.ID, Nth: p.Steps, By: who.Agent, At: tx.Now(), Step: ask.Step, Moves: moves}
	t := &table{tx: tx, s: s, currency: s.Currencies[p.Currency], stepping: p.Account}
	seq, err := t.pool(who, p, step)
	if err != nil {
		return PoolStep{}, err
	}
	if _, err := tx.Exec(updatePool, p.ID, p.Over, encoded(p)); err != nil {
		return PoolStep{}, err
	}
	return step, tx.Append(insertPStep, p.ID, int64(step.Nth), seq, who.Agent, encoded(step))
}

// mayStep says whether a step is for this person to take.
func mayStep(who auth.Identity, p Pooled, s *pool.Step) error {
	i := slices.IndexFunc(pool.Acts(p.Rules.Kind), func(a pool.Act) bool { return a.Name == s.Act })
	keeper := i >= 0 && pool.Acts(p.Rules.Kind)[i].By == pool.Keeper
	if s.Note != "" && !keeper {
		return fault.Invalidf("credit.pool_note", "note", "only what the keeper of a pool does has a reason that all may read; leave the note out")
	}
	if keeper {
		return who.Must(Configure)
	}
	if s.Who == "" {
		s.Who = string(who.Agent)
	}
	if s.Who != string(who.Agent) && !who.Can(PayOther) {
		return notYours()
	}
	return nil
}

// pool posts what moved by a step as one payment, and journals both.
func (t *table) pool(who auth.Identity, p Pooled, step PoolStep) (seq int64, err error) {
	b := body{Pool: &PoolChange{Step: &step}}
	legs, err := t.poolLegs(p, step.Moves)
	if err != nil {
		return 0, err
	}
	if len(legs) == 0 {
		return record(t.tx, "credit.step_pool", who, b, nil, nil)
	}
	t.ledger = vf.Open(t.tx)
	made := Payment{ID: t.tx.NewID(), Currency: p.Currency, Workflow: "pay", State: Completed, Author: who.Agent, At: t.tx.Now(), Legs: legs, Note: p.Name}
	if err := checkLegs(t.currency, legs); err != nil {
		return 0, err
	}
	if err := t.begin(&made, Workflow{First: Completed}); err != nil {
		return 0, err
	}
	b.Payments, b.Warned = []Payment{made}, t.warned
	if made.Seq, err = record(t.tx, "credit.step_pool", who, b, nil, t.ledger); err != nil {
		return 0, err
	}
	if err := t.lines(made.ID, made.Seq); err != nil {
		return 0, err
	}
	return made.Seq, appendPayment(t.tx, made)
}

// poolLegs are the moves of a step between accounts; what stays inside the pool
// is none. The table takes the accounts.
func (t *table) poolLegs(p Pooled, moves []pool.Move) (legs []Leg, err error) {
	if err := t.load(p.Account); err != nil {
		return nil, err
	}
	if t.currency.Closed {
		return nil, fault.Conflictf("credit.closed_currency", "legs", "%s takes no payments any more", t.currency.Name)
	}
	purses := map[string]store.ID{}
	for _, m := range moves {
		var ends [2]store.ID
		for i, place := range []string{m.From, m.To} {
			if ends[i] = p.Account; !pool.Own(place) {
				if _, known := purses[place]; !known {
					id := store.ID(place)
					if err := t.main(&id, t.currency.Unit); err != nil {
						return nil, err
					}
					purses[place] = id
				}
				ends[i] = purses[place]
			}
		}
		if ends[0] != ends[1] {
			legs = append(legs, Leg{From: ends[0], To: ends[1], Amount: Micros(m.Amount), Kind: Capital, Name: m.Why})
		}
	}
	return legs, nil
}
