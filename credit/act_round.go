package credit

import (
	"context"
	"math"
	"time"

	"commonweal/credit/clearing"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// RoundAsk opens a clearing round.
type RoundAsk struct {
	Unit  quantity.Unit `json:"unit"`            // whose debts are cleared
	Hours int           `json:"hours"`           // how long everybody may hold something back: 1 to 720
	Share int           `json:"share,omitempty"` // 0 to 100 percent of what accounts may still spend and receive, for a currency
}

const (
	maxRound  = 200_000       // obligations of one round
	maxGross  = math.MaxInt64 // millionths that they add up to, less one
	perChunk  = 400
	mostHours = 720
)

// Clearing is what became of a round, in the record of an act. Each act fills in
// what it made; the opening has the round with its sheet.
type Clearing struct {
	Round   store.ID   `json:"round"`
	State   RoundState `json:"state"` // that it is in now
	Opened  *Round     `json:"opened,omitempty"`
	Sheet   *Sheet     `json:"sheet,omitempty"`
	Until   time.Time  `json:"until,omitzero"`
	Holds   []Withheld `json:"withheld,omitempty"`
	Outcome *Outcome   `json:"outcome,omitempty"` // of a round that is settled
	// Payments are of the accounts whose lines were used, each to or from the
	// fund of the currency, which stands in the middle and keeps nothing.
	Payments []Payment `json:"payments,omitempty"`
}

// OpenRound takes the snapshot of a round: all open debts of a unit, and of a
// currency a share of what accounts may still spend and receive, which is
// reserved until the round is over. What can be set off is worked out by long
// work that starts with it.
//
// Faults: credit.round_hours, .round_share, .obligation_unit, .nothing_to_clear, .round_size.
func (p *Practice) OpenRound(ctx context.Context, who auth.Identity, key string, ask RoundAsk) (Round, error) {
	return auth.Perform(ctx, p.Store, who, key, Clear, ask, p.openRound)
}

func (p *Practice) openRound(tx *store.Tx, who auth.Identity, ask RoundAsk) (Round, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Round{}, err
	}
	step, known := s.stepOf(ask.Unit)
	r := Round{ID: tx.NewID(), Unit: ask.Unit, State: Solving, By: who.Agent, At: tx.Now(), Hours: ask.Hours, Version: clearing.Version}
	switch {
	case !known:
		return r, fault.Invalidf("credit.obligation_unit", "unit", "debts are written in a currency of this commons or in money such as EUR, not in %.40q", ask.Unit)
	case ask.Hours < 1 || ask.Hours > mostHours:
		return r, fault.Invalidf("credit.round_hours", "hours", "everybody has 1 to %d hours to look at their lines, not %d", mostHours, ask.Hours)
	case ask.Share < 0 || ask.Share > 100:
		return r, fault.Invalidf("credit.round_share", "share", "a round may use 0 to 100 percent of what accounts may still spend and receive, not %d", ask.Share)
	}
	list, err := freeze(tx, &r)
	if err != nil {
		return r, err
	}
	sheet := Sheet{Debts: debtsOf(list)}
	if c := s.byUnit(r.Unit); c.ID != "" && !c.Closed && ask.Share > 0 {
		r.Currency, r.Share = c.ID, ask.Share
		if sheet.Lines, err = lend(tx, r, sheet.Debts, step); err != nil {
			return r, err
		}
	}
	r.Snapshot = sheet.problem(r).Digest()
	if r.Run, err = p.startClearing(tx, who, r.ID); err != nil {
		return r, err
	}
	r.Seq, err = record(tx, "credit.open_round", who, body{registered: registered{Clearing: &Clearing{Round: r.ID, State: r.State, Opened: &r, Sheet: &sheet}}}, nil, nil)
	if err != nil {
		return r, err
	}
	return r, tx.Append(insertRound, r.ID, string(r.Unit), string(r.State), nil, identifier(r.Run), r.Seq, encoded(r), encoded(sheet))
}

// freeze takes the open debts of the unit into the round.
func freeze(tx *store.Tx, r *Round) ([]Obligation, error) {
	ids, err := store.All(tx, scanIdentifier, openIDs, string(r.Unit), maxRound+1)
	if err != nil {
		return nil, err
	}
	list, err := obligationsIn(tx, ids)
	if err != nil {
		return nil, err
	}
	free, sum := list[:0], int64(0)
	for _, o := range list {
		if o.Round != "" {
			continue
		}
		o.Round = r.ID
		if sum, err = quantity.AddMicros(sum, int64(o.Open)); err != nil {
			return nil, err
		}
		free = append(free, o)
	}
	if len(free) == 0 || len(free) > maxRound {
		return nil, fault.Conflictf("credit.round_size", "unit", "%d debts in %s are open and in no round; a round takes 1 to %d", len(free), r.Unit, maxRound)
	}
	return free, putAll(tx, free)
}

func debtsOf(list []Obligation) []Debt {
	out := make([]Debt, len(list))
	for i, o := range list {
		due, _ := clearing.ParseDay(o.Due) // checked when it was written down
		out[i] = Debt{ID: o.ID, Debtor: o.Debtor, Creditor: o.Creditor, Amount: o.Open, Due: due}
	}
	return out
}

// lend reserves what accounts lend the round.
func lend(tx *store.Tx, r Round, debts []Debt, step Micros) ([]Offer, error) {
	var agents []store.ID
	for _, d := range debts {
		agents = append(agents, d.Debtor, d.Creditor)
	}
	found, err := store.AllOf(tx, scanAccount, accountsByAgents, agents)
	if err != nil {
		return nil, err
	}
	list, ids := inOrder(found, r.Currency)
	records, err := vf.Open(tx).Records(ids...)
	if err != nil {
		return nil, err
	}
	balances, byID := make(map[store.ID]Micros, len(ids)), make(map[store.ID]Account, len(ids))
	for _, a := range list {
		balances[a.ID], byID[a.ID] = Micros(records[a.ID].Accounting.Micros), a
	}
	lines := offers(debts, list, balances, Micros(r.Share), step)
	for _, l := range lines {
		a := byID[l.Account]
		l.reserve(&a, 1)
		if err := accounts.Put(tx, a); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// startClearing begins the long work that brings a round on.
func (p *Practice) startClearing(tx *store.Tx, who auth.Identity, round store.ID) (store.ID, error) {
	return p.Runner.Start(tx, who, clearJob, clearArgs{Round: round})
}

// RestartRound begins the long work of a round anew where it was canceled or failed.
//
// Faults: credit.unknown_round, .round_state.
func (p *Practice) RestartRound(ctx context.Context, who auth.Identity, key string, round store.ID) (Round, error) {
	return auth.Perform(ctx, p.Store, who, key, Clear, round, func(tx *store.Tx, who auth.Identity, id store.ID) (Round, error) {
		r, err := roundFor(tx, id)
		if err != nil {
			return r, err
		}
		run, found, err := job.Find(tx, r.Run)
		if err != nil {
			return r, err
		}
		if r.State != Solving && r.State != Settling || found && !run.State.Final() {
			return r, r.not()
		}
		if r.Run, err = p.startClearing(tx, who, r.ID); err != nil {
			return r, err
		}
		return r, keepRound(tx, r)
	})
}

// not refuses what the state of the round forbids.
func (r Round) not() error {
	return fault.Conflictf("credit.round_state", "round", "this round is %s; that cannot be done now", r.State)
}
