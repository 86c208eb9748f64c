package credit

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// HoldBackAsk keeps something out of a round that asks: debts of one's own, all
// between oneself and a partner, one's line of credit, or everything.
type HoldBackAsk struct {
	Round       store.ID   `json:"round"`
	Agent       store.ID   `json:"agent,omitempty"` // whose; empty: one's own
	Obligations []store.ID `json:"obligations,omitempty"`
	Partner     store.ID   `json:"partner,omitempty"`
	Line        bool       `json:"line,omitempty"`
	Everything  bool       `json:"everything,omitempty"`
}

// HoldBack keeps something out of a round, while it asks. The round is worked
// out again without it; nobody is told whose hold it was.
//
// Faults: credit.unknown_round, .round_state, .hold, .unknown_obligation, .not_your_debt.
func HoldBack(ctx context.Context, db *store.Store, who auth.Identity, key string, ask HoldBackAsk) ([]Withheld, error) {
	return auth.Perform(ctx, db, who, key, Owe, ask, holdBack)
}

func holdBack(tx *store.Tx, who auth.Identity, ask HoldBackAsk) ([]Withheld, error) {
	r, s, before, err := wholeRound(tx, ask.Round)
	if err != nil {
		return nil, err
	}
	if r.State != Asking || !tx.Now().Before(r.Until) {
		return nil, r.not()
	}
	if ask.Agent == "" {
		ask.Agent = who.Agent
	}
	set, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	reg, err := openRegister(tx, who, set, []store.ID{ask.Agent})
	if err != nil {
		return nil, err
	}
	if len(reg.speaks(Obligation{Debtor: ask.Agent})) == 0 {
		return nil, notYourDebt()
	}
	holds, err := ask.holds(s.Sheet)
	if err != nil {
		return nil, err
	}
	holds = slices.DeleteFunc(holds, func(h Withheld) bool { return slices.Contains(before, h) })
	if len(holds) == 0 {
		return nil, nil
	}
	seq, err := record(tx, "credit.hold_back", who, body{registered: registered{Clearing: &Clearing{Round: r.ID, State: r.State, Holds: holds}}}, nil, nil)
	for n, h := range holds {
		if err == nil {
			err = tx.Append(insertWithheld, r.ID, seq, int64(n), encoded(h))
		}
	}
	return holds, err
}

// holds are what the ask keeps out of a sheet, or what is wrong with it.
func (ask HoldBackAsk) holds(s Sheet) (out []Withheld, err error) {
	mine := map[store.ID]bool{}
	partner := false
	for _, d := range s.Debts {
		if d.Debtor == ask.Agent || d.Creditor == ask.Agent {
			mine[d.ID] = true
			partner = partner || ask.Partner == d.Debtor || ask.Partner == d.Creditor
		}
	}
	for _, id := range ask.Obligations {
		if !mine[id] {
			return nil, fault.NotFoundf("credit.unknown_obligation", "obligations", "there is no debt %.40q", id)
		}
		out = append(out, Withheld{Agent: ask.Agent, Obligation: id})
	}
	if ask.Partner != "" {
		if !partner || ask.Partner == ask.Agent {
			return nil, fault.Invalidf("credit.hold", "partner", "nothing of this round is between you and them")
		}
		out = append(out, Withheld{Agent: ask.Agent, Partner: ask.Partner})
	}
	if ask.Line {
		out = append(out, Withheld{Agent: ask.Agent, Line: true})
	}
	if ask.Everything {
		out = append(out, Withheld{Agent: ask.Agent})
	}
	if len(out) == 0 || len(out) > maxDebts {
		return nil, fault.Invalidf("credit.hold", "obligations", "say what to hold back: debts, all with a partner, your line of credit, or everything")
	}
	return out, nil
}
