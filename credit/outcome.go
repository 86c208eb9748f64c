package credit

import (
	"context"
	"strconv"

	"commonweal/credit/clearing"
	"commonweal/platform/fault"
)

// Outcome is what a round sets off, with the prices that prove that nothing
// more could be: see clearing.Check. Lists follow the sheet that was solved.
type Outcome struct {
	Snapshot string   `json:"snapshot"` // of the sheet without what was held back
	SetOff   []Micros `json:"setOff"`   // by debt
	Uses     []Use    `json:"uses,omitempty"`
	Prices   []Price  `json:"prices"`        // by member, in the order in which the sheet first names them
	Hub      []Price  `json:"hub,omitempty"` // of the circuit of credit
	Figures  Figures  `json:"figures"`
}

// Use is how far a line of credit was used: paid of the own balance, drawn
// beyond it, or received.
type Use struct {
	Paid     Micros `json:"paid,omitempty"`
	Drawn    Micros `json:"drawn,omitempty"`
	Received Micros `json:"received,omitempty"`
}

// net is what the account gains by it.
func (u Use) net() Micros { return u.Received - u.Paid - u.Drawn }

// Price is a dual price: a whole number without a unit, text in JSON.
type Price int64

// MarshalText implements encoding.TextMarshaler.
func (p Price) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(p), 10), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Price) UnmarshalText(b []byte) error {
	n, err := strconv.ParseInt(string(b), 10, 64)
	*p = Price(n)
	return err
}

// solve works out what a sheet sets off. The same sheet gives the same outcome,
// whoever works it out and whenever.
func solve(ctx context.Context, r Round, s Sheet) (Outcome, error) {
	p := s.problem(r)
	found, err := clearing.Solve(ctx, p, clearing.Options{})
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Snapshot: p.Digest(), SetOff: asMicros(found.SetOff), Prices: asPrices(found.Certificate.Members), Hub: asPrices(found.Certificate.Hubs)}
	for _, u := range found.Credit {
		out.Uses = append(out.Uses, Use{Micros(u.Paid), Micros(u.Drawn), Micros(u.Received)})
	}
	out.Figures = figuresOf(clearing.Measure(p, found))
	out.Figures.Alone = out.Figures.Cleared
	if len(s.Lines) > 0 {
		plain := Sheet{Debts: s.Debts}.problem(r)
		alone, err := clearing.Solve(ctx, plain, clearing.Options{})
		if err != nil {
			return Outcome{}, err
		}
		out.Figures.Alone = figuresOf(clearing.Measure(plain, alone)).Cleared
	}
	return out, nil
}

// result is the outcome as the proof takes it.
func (o Outcome) result() *clearing.Result {
	r := &clearing.Result{Certificate: clearing.Certificate{Members: whole(o.Prices), Hubs: whole(o.Hub)}, SetOff: whole(o.SetOff)}
	for _, u := range o.Uses {
		r.Credit = append(r.Credit, clearing.Use{Paid: int64(u.Paid), Drawn: int64(u.Drawn), Received: int64(u.Received)})
	}
	return r
}

// check proves the outcome against the sheet that it is of: that it is the
// greatest set-off there is, that it is of this sheet, in whole steps, and that
// its figures are its own. How much would be cleared without credit is the one
// figure that the proof does not hold.
func (o Outcome) check(r Round, s Sheet, step Micros) error {
	p, result := s.problem(r), o.result()
	if snapshot := p.Digest(); o.Snapshot != snapshot {
		return fault.Conflictf("credit.round_snapshot", "snapshot", "this outcome is of the snapshot %.64q, and what is to be settled is %s", o.Snapshot, snapshot)
	}
	if err := clearing.Check(p, result); err != nil {
		return err
	}
	for _, n := range o.SetOff {
		if n%step != 0 {
			return fault.Conflictf("credit.round_step", "setOff", "%s is set off of a debt; the smallest amount is %s", n.of(r.Unit), step.of(r.Unit))
		}
	}
	figures := figuresOf(clearing.Measure(p, result))
	if figures.Alone = o.Figures.Alone; figures != o.Figures || figures.Alone > figures.Cleared {
		return fault.Conflictf("credit.round_figures", "figures", "the totals of the round are not what its lines add up to")
	}
	return nil
}

func figuresOf(t clearing.Totals) Figures {
	return Figures{Members: t.Members, Obligations: t.Obligations, Discharged: t.Discharged, Reduced: t.Reduced, Touched: t.Touched,
		Gross: total(t.Gross), Cleared: total(t.Cleared), NetDebt: total(t.NetDebt), Needed: total(t.Needed), Drawn: total(t.Drawn), Moved: total(t.Moved)}
}

// total is a sum of a round as an amount: what a round holds adds up to less than 2^63.
func total(s clearing.Sum) Micros { return Micros(s.Big().Int64()) }

func asMicros(list []int64) []Micros { return converted[Micros](list) }
func asPrices(list []int64) []Price  { return converted[Price](list) }

func whole[T ~int64](list []T) []int64 { return converted[int64](list) }

func converted[U, T ~int64](list []T) []U {
	out := make([]U, len(list))
	for i, n := range list {
		out[i] = U(n)
	}
	return out
}
