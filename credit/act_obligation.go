package credit

import (
	"context"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// DebtAsk writes one debt down.
type DebtAsk struct {
	Debtor    store.ID        `json:"debtor"` // an agent; empty: oneself
	Creditor  store.ID        `json:"creditor"`
	Amount    quantity.Amount `json:"amount"`
	Due       string          `json:"due,omitempty"` // YYYY-MM-DD
	Reference string          `json:"reference,omitempty"`
	Basis     store.ID        `json:"basis,omitempty"` // the event that it comes from
}

const (
	maxDebts    = 5000                // written down or answered in one act
	usualAnswer = 90 * 24 * time.Hour // to acknowledge a debt
)

// RegisterObligations writes debts down in the register, all or none. Who is a
// side of a debt acknowledges it by that; the other side is asked. A steward
// writes down debts of others, which both sides then acknowledge.
//
// Faults: credit.debts, .self_debt, .obligation_…, .reference, .not_your_debt, vf.unknown_….
func RegisterObligations(ctx context.Context, db *store.Store, who auth.Identity, key string, asks []DebtAsk) ([]Obligation, error) {
	return auth.Perform(ctx, db, who, key, Owe, asks, registerObligations)
}

func registerObligations(tx *store.Tx, who auth.Identity, asks []DebtAsk) ([]Obligation, error) {
	if len(asks) == 0 || len(asks) > maxDebts {
		return nil, fault.Invalidf("credit.debts", "obligations", "%d debts; one to %d are written down at a time", len(asks), maxDebts)
	}
	s, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	var agents []store.ID
	for _, a := range asks {
		agents = append(agents, a.Debtor, a.Creditor)
	}
	reg, err := openRegister(tx, who, s, agents)
	if err != nil {
		return nil, err
	}
	var bad fault.List
	out := make([]Obligation, len(asks))
	for i, a := range asks {
		if out[i], err = reg.write(a); err != nil {
			f := fault.As(err)
			if f == nil {
				return nil, err
			}
			bad = append(bad, f.AtLine(i+1))
		}
	}
	switch {
	case len(bad) == 1 && len(asks) == 1:
		return nil, bad[0].AtLine(0)
	case len(bad) > 0:
		return nil, bad
	}
	return out, reg.close("credit.owe", out)
}

// register is the register of obligations as one act works on it.
type register struct {
	tx     *store.Tx
	who    auth.Identity
	s      *Settings
	ledger *vf.Ledger
	agents map[store.ID]vf.Agent
}

func openRegister(tx *store.Tx, who auth.Identity, s *Settings, agents []store.ID) (*register, error) {
	r := &register{tx: tx, who: who, s: s, ledger: vf.Open(tx)}
	var err error
	r.agents, err = vf.GetAgents(tx, append(agents, who.Agent))
	return r, err
}

// speaks lists the sides of an obligation that the one who acts speaks for:
// their own, and for a steward that of an organization.
func (r *register) speaks(o Obligation) (sides []Side) {
	for _, end := range []struct {
		side  Side
		agent store.ID
	}{{Debtor, o.Debtor}, {Creditor, o.Creditor}} {
		if end.agent == r.who.Agent || r.who.Can(Clear) && r.agents[end.agent].Kind == vf.Organization {
			sides = append(sides, end.side)
		}
	}
	return sides
}

// write makes an obligation of an ask.
func (r *register) write(a DebtAsk) (Obligation, error) {
	if a.Debtor == "" {
		a.Debtor = r.who.Agent
	}
	o := Obligation{ID: r.tx.NewID(), Debtor: a.Debtor, Creditor: a.Creditor, Unit: a.Amount.Unit, Amount: Micros(a.Amount.Micros), Open: Micros(a.Amount.Micros),
		Due: a.Due, Reference: a.Reference, Basis: a.Basis, State: Proposed, At: r.tx.Now(), By: r.who.Agent}
	for _, end := range []struct {
		field string
		agent store.ID
	}{{"debtor", o.Debtor}, {"creditor", o.Creditor}} {
		if _, known := r.agents[end.agent]; !known {
			return o, fault.NotFoundf("credit.unknown_party", end.field, "%.60q is nobody here; choose somebody of this commons", end.agent)
		}
	}
	if err := o.check(r.s); err != nil {
		return o, err
	}
	sides := r.speaks(o)
	if len(sides) == 0 && !r.who.Can(Clear) {
		return o, notYourDebt()
	}
	return o.said(Acknowledge, sides...)
}

// close gives what was acknowledged by both its claim, keeps the obligations and
// journals them. References are for the parties: the journal seals them.
func (r *register) close(act string, list []Obligation) error {
	if err := r.claim(list); err != nil {
		return err
	}
	if err := putAll(r.tx, list); err != nil {
		return err
	}
	public, sealed := make([]Obligation, len(list)), map[string]string{}
	for i, o := range list {
		if public[i] = o; o.Reference != "" {
			public[i].Reference, sealed["obligation/"+string(o.ID)] = "", o.Reference
		}
	}
	_, err := record(r.tx, act, r.who, body{registered: registered{Obligations: public}}, sealed, r.ledger)
	return err
}

// claim makes a Claim of the core of each obligation that is owed now and was
// not before. It comes from the event that it names, or else from the service
// or good that the creditor gave, of which the register knows no more.
func (r *register) claim(list []Obligation) error {
	var fresh []*Obligation
	var given []vf.Event
	for i := range list {
		if o := &list[i]; o.State == Owed && o.Claim == "" {
			fresh = append(fresh, o)
			if o.Basis == "" {
				given = append(given, vf.Event{Action: vf.DeliverService, Provider: o.Creditor, Receiver: o.Debtor, HasPointInTime: o.At, ClassifiedAs: []string{"cw:credit/owed"}})
			}
		}
	}
	given, err := r.ledger.RecordAll(given)
	if err != nil {
		return err
	}
	for _, o := range fresh {
		if o.Basis == "" {
			o.Basis, given = given[0].ID, given[1:]
		}
		amount := o.Amount.of(o.Unit)
		c := vf.Claim{Action: vf.Transfer, Provider: o.Debtor, Receiver: o.Creditor, TriggeredBy: o.Basis, ResourceConformsTo: r.s.byUnit(o.Unit).ID,
			ResourceClassifiedAs: []string{"cw:credit/obligation"}, ResourceQuantity: &amount}
		if o.Due != "" {
			if c.Due, err = time.ParseInLocation(time.DateOnly, o.Due, r.s.Zone); err != nil {
				return err
			}
		}
		if c, err = vf.Add(r.ledger, c); err != nil {
			return err
		}
		o.Claim = c.ID
	}
	return nil
}

// void closes the claims of obligations that are withdrawn: what was open is waived.
func (r *register) void(list []Obligation) error {
	var ids []store.ID
	for _, o := range list {
		if o.State == Withdrawn && o.Claim != "" {
			ids = append(ids, o.Claim)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	claims, err := vf.Get[vf.Claim](r.tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c := claims[id]
		c.Finished = true
		if _, err := vf.Revise(r.ledger, c); err != nil {
			return err
		}
	}
	return nil
}
