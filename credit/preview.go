package credit

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// preview is what a payment would do, fees included, before it is made.
type preview struct {
	Currency Currency
	Legs     []Leg
	Leaves   Micros // of what the payer's account has, with the fees it bears
	Arrives  Micros // in the account that is paid, after the fees it bears
	Left     Micros // what the payer may spend then; only for who sees it
	Refusal  *fault.Error
}

// previewOf works out a payment of one leg as MakePayment would, and changes nothing.
// What it would be refused for is in the preview, not an error.
func previewOf(r store.Reader, s *Settings, leg Leg, category string) (v preview, err error) {
	ends, err := store.AllOf(r, scanAccount, accountsByID, []store.ID{leg.From, leg.To})
	if err != nil {
		return v, err
	}
	at := map[store.ID]Account{}
	for _, a := range ends {
		at[a.ID] = a
		v.Currency = s.Currencies[a.Currency]
	}
	leg.Kind = Trade
	if at[leg.From].Role != OfMember || at[leg.To].Role != OfMember {
		leg.Kind = Gift
	}
	if v.Refusal, err = asFault(checkLegs(v.Currency, []Leg{leg})); err != nil || v.Refusal != nil {
		return v, err
	}
	if v.Legs, err = withFees(v.Currency, []Leg{leg}, category); err != nil {
		return v, err
	}
	nets, err := netOf(v.Legs)
	if err != nil {
		return v, err
	}
	return v, v.judge(r, nets, leg, at)
}

// judge holds the net effects against the accounts, the payer's first.
func (v *preview) judge(r store.Reader, nets []net, leg Leg, at map[store.ID]Account) error {
	records, err := vf.GetResources(r, []store.ID{leg.From, leg.To})
	if err != nil {
		return err
	}
	effect := map[store.ID]Micros{}
	for _, n := range nets {
		effect[n.account] = n.amount
	}
	v.Leaves, v.Arrives = -effect[leg.From], effect[leg.To]
	v.Left = max(0, at[leg.From].position(Micros(records[leg.From].Accounting.Micros)).Spendable()-v.Leaves)
	for _, id := range []store.ID{leg.From, leg.To} {
		balance := records[id].Accounting
		balance.Unit = v.Currency.Unit
		if v.Refusal, err = asFault(at[id].admits(effect[id], balance)); err != nil || v.Refusal != nil {
			return err
		}
	}
	return nil
}

// asFault tells a refusal from an error.
func asFault(err error) (*fault.Error, error) {
	if e := fault.As(err); e != nil {
		return e, nil
	}
	return nil, err
}
