package pool

import (
	"slices"

	"commonweal/platform/fault"
)

// CommitmentRules are the rules of a commitment pool: members list vouchers for
// their own goods or work, and swap them through a vault that all share (after
// W. O. Ruddick's commitment pooling, and rotating labor associations such as
// the mweria of the Kenyan coast).
type CommitmentRules struct {
	Vouchers []Voucher `json:"vouchers"`
	Fee      Fraction  `json:"fee"` // of what a swap gives out, kept in the vault; at most 1/20
}

// Voucher is a promise of somebody's own goods or work.
type Voucher struct {
	ID     string `json:"id"`
	Issuer string `json:"issuer"`
	Name   string `json:"name,omitempty"`
	Index  Micros `json:"index"` // what one of it is worth, in the unit of the pool
	Cap    Micros `json:"cap"`   // the most that the vault holds of it
	// Most is how much of it may be outstanding at any time.
	Most Micros `json:"most"`
}

// Commitment is where a commitment pool stands.
type Commitment struct {
	Hold    map[string]map[string]Micros `json:"hold"` // by voucher, by holder; the vault is the pot
	Minted  map[string]Micros            `json:"minted"`
	Burned  map[string]Micros            `json:"burned"`
	Expired map[string]bool              `json:"expired"`
	// Seeded is the value of what each put into the vault for nothing in return.
	Seeded map[string]Micros `json:"seeded"`
	// Taken is what somebody took out of the vault ahead, and brings back: by voucher, by member.
	Taken map[string]map[string]Micros `json:"taken"`
	Fees  map[string]Micros            `json:"fees"` // kept, by voucher
}

var commitmentActs = []Act{
	{Name: "mint", By: Member, Amount: true, do: (*Pool).mint},
	{Name: "deposit", By: Member, Amount: true, do: (*Pool).deposit},
	{Name: "hand_over", By: Member, Amount: true, do: (*Pool).handOver},
	{Name: "redeem", By: Member, Amount: true, do: (*Pool).redeem},
	{Name: "swap", By: Member, Amount: true, do: (*Pool).swapVouchers},
	{Name: "advance", By: Member, Amount: true, do: (*Pool).takeAhead},
	{Name: "bring_back", By: Member, Amount: true, do: (*Pool).bringBack},
	{Name: "expire", By: Keeper, do: (*Pool).expire},
}

func checkCommitment(r Rules) error {
	c := r.Commitment
	if c == nil {
		return r.missing()
	}
	if err := within("vouchers", int64(len(c.Vouchers)), 1, 500); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, v := range c.Vouchers {
		if !name(v.ID) || seen[v.ID] || len(v.Name) > 200 {
			return fault.Invalidf("pool.voucher", "vouchers", "%.40q is no name for a voucher, or another has it", v.ID)
		}
		seen[v.ID] = true
		if !slices.Contains(r.Members, v.Issuer) {
			return notMember(v.Issuer)
		}
		if err := within("index", int64(v.Index), 1, int64(Largest)); err != nil {
			return err
		}
		if err := r.amount("cap", v.Cap, r.Step); err != nil {
			return err
		}
		if err := r.amount("most", v.Most, r.Step); err != nil {
			return err
		}
	}
	return part("fee", c.Fee, Fraction{1, 20})
}

func beginCommitment(p *Pool) {
	p.Commitment = &Commitment{Hold: map[string]map[string]Micros{}, Minted: map[string]Micros{}, Burned: map[string]Micros{}, Expired: map[string]bool{},
		Seeded: map[string]Micros{}, Taken: map[string]map[string]Micros{}, Fees: map[string]Micros{}}
	for _, v := range p.Rules.Commitment.Vouchers {
		p.Commitment.Hold[v.ID], p.Commitment.Taken[v.ID] = map[string]Micros{}, map[string]Micros{}
	}
}

// voucher finds a voucher that has not expired.
func (p *Pool) voucher(id string) (Voucher, error) {
	list := p.Rules.Commitment.Vouchers
	i := slices.IndexFunc(list, func(v Voucher) bool { return v.ID == id })
	if i < 0 || p.Commitment.Expired[id] {
		return Voucher{}, fault.NotFoundf("pool.no_voucher", "for", "%.40q is no voucher of this pool, or it has expired", id)
	}
	return list[i], nil
}

func (p *Pool) pass(id, from, to string, amount Micros) {
	hold := p.Commitment.Hold[id]
	if hold[from] -= amount; hold[from] == 0 {
		delete(hold, from)
	}
	hold[to] += amount
}

// mint makes vouchers of one's own.
func (p *Pool) mint(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	if v.Issuer != s.Who {
		return notNow()
	}
	c := p.Commitment
	if err := tooMuch(s.Amount, min(v.Most-total(c.Hold[v.ID]), 1<<61-c.Minted[v.ID])); err != nil {
		return err
	}
	c.Minted[v.ID] += s.Amount
	c.Hold[v.ID][s.Who] += s.Amount
	return nil
}

// handOver gives vouchers to another member.
func (p *Pool) handOver(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	if !p.in(s.Into) || s.Into == s.Who {
		return notMember(s.Into)
	}
	if err := tooMuch(s.Amount, p.Commitment.Hold[v.ID][s.Who]); err != nil {
		return err
	}
	p.pass(v.ID, s.Who, s.Into, s.Amount)
	return nil
}

// redeem gives vouchers back to whoever issued them, for what they promise.
func (p *Pool) redeem(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	c := p.Commitment
	if err := tooMuch(s.Amount, c.Hold[v.ID][s.Who]); err != nil {
		return err
	}
	c.Burned[v.ID] += s.Amount
	if c.Hold[v.ID][s.Who] -= s.Amount; c.Hold[v.ID][s.Who] == 0 {
		delete(c.Hold[v.ID], s.Who)
	}
	return nil
}

// deposit puts vouchers into the vault for nothing in return: what others may
// swap, and what one may take ahead against.
func (p *Pool) deposit(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	c := p.Commitment
	if err := tooMuch(s.Amount, min(c.Hold[v.ID][s.Who], v.Cap-c.Hold[v.ID][Pot])); err != nil {
		return err
	}
	worth, err := v.worth(s.Amount)
	if err != nil {
		return err
	}
	if err := tooMuch(worth, Largest-c.Seeded[s.Who]); err != nil {
		return err
	}
	p.pass(v.ID, s.Who, Pot, s.Amount)
	c.Seeded[s.Who] += worth
	return nil
}

// swapVouchers puts vouchers into the vault and takes others of the same value
// out, less the fee. What does not divide stays in the vault.
func (p *Pool) swapVouchers(s Step) error {
	in, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	out, err := p.voucher(s.Into)
	if err != nil {
		return err
	}
	c := p.Commitment
	if in.ID == out.ID {
		return notNow()
	}
	if err := tooMuch(s.Amount, min(c.Hold[in.ID][s.Who], in.Cap-c.Hold[in.ID][Pot])); err != nil {
		return err
	}
	gross, err := Fraction{int64(in.Index), int64(out.Index)}.on(s.Amount, p.Rules.Step)
	if err != nil {
		return err
	}
	fee, err := p.Rules.Commitment.Fee.on(gross, p.Rules.Step)
	if err != nil {
		return err
	}
	if err := tooMuch(gross, c.Hold[out.ID][Pot]); err != nil {
		return err
	}
	if gross == fee {
		return p.Rules.badAmount(s.Amount)
	}
	p.pass(in.ID, s.Who, Pot, s.Amount)
	p.pass(out.ID, Pot, s.Who, gross-fee)
	c.Fees[out.ID] += fee
	return nil
}

// takeAhead takes vouchers out of the vault, to bring the same back later: an
// advance without interest, worth no more than what one put in for nothing.
func (p *Pool) takeAhead(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	c := p.Commitment
	if err := tooMuch(s.Amount, c.Hold[v.ID][Pot]); err != nil {
		return err
	}
	taken, err := p.taken(s.Who, v, s.Amount)
	if err != nil {
		return err
	}
	if err := tooMuch(taken, c.Seeded[s.Who]); err != nil {
		return err
	}
	c.Taken[v.ID][s.Who] += s.Amount
	p.pass(v.ID, Pot, s.Who, s.Amount)
	return nil
}

// worth is the value of an amount of the voucher, in the unit of the pool.
func (v Voucher) worth(amount Micros) (Micros, error) {
	return Fraction{int64(v.Index), int64(Unit)}.on(amount, 1)
}

// taken is the value of what a member took ahead, with more of a voucher.
func (p *Pool) taken(who string, of Voucher, more Micros) (sum Micros, err error) {
	for _, v := range p.Rules.Commitment.Vouchers {
		amount := p.Commitment.Taken[v.ID][who]
		if v.ID == of.ID {
			amount += more
		}
		worth, err := v.worth(amount)
		if err != nil {
			return 0, err
		}
		sum = min(sum+worth, Largest+1)
	}
	return sum, nil
}

// bringBack brings back what was taken ahead.
func (p *Pool) bringBack(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	c := p.Commitment
	if err := tooMuch(s.Amount, min(c.Taken[v.ID][s.Who], c.Hold[v.ID][s.Who], v.Cap-c.Hold[v.ID][Pot])); err != nil {
		return err
	}
	if c.Taken[v.ID][s.Who] -= s.Amount; c.Taken[v.ID][s.Who] == 0 {
		delete(c.Taken[v.ID], s.Who)
	}
	p.pass(v.ID, s.Who, Pot, s.Amount)
	return nil
}

// expire ends a voucher: what is out of it is worth nothing any more, and what
// was taken ahead of it need not come back.
func (p *Pool) expire(s Step) error {
	v, err := p.voucher(s.For)
	if err != nil {
		return err
	}
	c := p.Commitment
	c.Burned[v.ID] += total(c.Hold[v.ID])
	clear(c.Hold[v.ID])
	clear(c.Taken[v.ID])
	c.Expired[v.ID] = true
	return nil
}
