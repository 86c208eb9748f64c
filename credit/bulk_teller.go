package credit

import (
	"cmp"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// teller judges payments one after the other, each as if those before it had
// been made. It is the same before an act, when somebody only looks, and in it.
type teller struct {
	s    *Settings
	who  auth.Identity
	from drawer
	// held says that all was reserved beforehand: bands are judged no more.
	held     bool
	fees     map[store.ID][]Fee // of currencies, of a batch that goes over several acts
	accounts map[store.ID]Account
	main     map[purse]store.ID // the first account of an agent in a currency
	balances map[store.ID]Micros
	asked    map[store.ID]bool // accounts or agents that were looked up
}

// purse is where somebody's account in a currency is looked for.
type purse struct{ agent, currency store.ID }

// drawer is where a teller finds accounts: the lane, or a snapshot.
type drawer interface {
	accounts(ids []store.ID) ([]Account, error)
	accountsOf(agents []store.ID) ([]Account, error)
	balances(ids []store.ID) (map[store.ID]vf.Resource, error)
}

func newTeller(s *Settings, who auth.Identity, from drawer) *teller {
	return &teller{s: s, who: who, from: from, accounts: map[store.ID]Account{}, main: map[purse]store.ID{}, balances: map[store.ID]Micros{}, asked: map[store.ID]bool{}}
}

// meet looks up everybody whom rows name, in one go.
func (t *teller) meet(rows []BulkRow) error {
	var ids []store.ID
	ask := func(id store.ID) {
		if _, valid := store.ParseID(string(id)); valid && !t.asked[id] {
			t.asked[id] = true
			ids = append(ids, id)
		}
	}
	for _, c := range t.s.Order {
		if len(t.feesOf(c)) > 0 {
			ask(c.Fund)
		}
	}
	for _, r := range rows {
		ask(r.From)
		ask(r.To)
	}
	found, err := t.from.accounts(ids)
	if err != nil {
		return err
	}
	if len(found) < len(ids) {
		are := make(map[store.ID]bool, len(found))
		for _, a := range found {
			are[a.ID] = true
		}
		agents := slices.DeleteFunc(ids, func(id store.ID) bool { return are[id] })
		theirs, err := t.from.accountsOf(agents)
		if err != nil {
			return err
		}
		found = append(found, t.firsts(theirs)...)
	}
	return t.know(found)
}

// firsts keeps the first account of each agent in each currency.
func (t *teller) firsts(theirs []Account) (out []Account) {
	slices.SortFunc(theirs, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	for _, a := range theirs {
		at := purse{a.Agent, a.Currency}
		if a.Standing != Closed && t.main[at] == "" {
			t.main[at] = a.ID
			out = append(out, a)
		}
	}
	return out
}

// know takes accounts in with their balances.
func (t *teller) know(found []Account) error {
	var ids []store.ID
	for _, a := range found {
		if _, known := t.accounts[a.ID]; !known {
			t.accounts[a.ID] = a
			ids = append(ids, a.ID)
		}
	}
	records, err := t.from.balances(ids)
	for id, r := range records {
		t.balances[id] = Micros(r.Accounting.Micros)
	}
	return err
}

// feesOf are the fees that hold for a currency.
func (t *teller) feesOf(c Currency) []Fee {
	if t.fees != nil {
		return t.fees[c.ID]
	}
	return c.Fees
}

// take returns the payment that a row makes, without identifier, and moves the
// balances on; or says why it makes none, and changes nothing.
func (t *teller) take(r BulkRow) (p Payment, err error) {
	c, from, to, err := t.ends(r)
	if err != nil {
		return p, err
	}
	if err := checkWords(r.Note, r.Category); err != nil {
		return p, err
	}
	if err := c.amount(r.Amount, "amount"); err != nil {
		return p, err
	}
	p = Payment{Currency: c.ID, State: Completed, Author: t.who.Agent, Note: r.Note, Private: r.Private, About: About{Category: r.Category},
		Legs: []Leg{{From: from.ID, To: to.ID, Amount: Micros(r.Amount.Micros), Kind: kindOf(from, to, r.Gift)}}}
	if err := checkLegs(c, p.Legs); err != nil {
		return p, err
	}
	if p.Workflow, err = t.workflow(from); err != nil {
		return p, err
	}
	c.Fees = t.feesOf(c)
	if p.Legs, err = withFees(c, p.Legs, p.Category); err != nil {
		return p, err
	}
	nets, err := netOf(p.Legs)
	if err == nil {
		err = t.judge(nets, c.Unit)
	}
	return p, err
}

// ends finds the accounts of a row and their currency.
func (t *teller) ends(r BulkRow) (c Currency, from, to Account, err error) {
	from, to = t.accounts[r.From], t.accounts[r.To]
	for _, a := range []Account{from, to} {
		if a.ID != "" && c.ID == "" {
			c = t.s.Currencies[a.Currency]
		}
	}
	if i := slices.IndexFunc(t.s.Order, func(c Currency) bool { return c.Unit == r.Amount.Unit }); c.ID == "" && i >= 0 {
		c = t.s.Order[i]
	}
	for _, end := range []struct {
		id      store.ID
		account *Account
	}{{r.From, &from}, {r.To, &to}} {
		if end.account.ID == "" {
			*end.account = t.accounts[t.main[purse{end.id, c.ID}]]
		}
		if end.account.ID == "" {
			return c, from, to, fault.NotFoundf("credit.unknown_account", "legs", "%.40q is no account, and nobody who has one in this currency", end.id)
		}
	}
	switch {
	case from.Currency != to.Currency:
		err = fault.Invalidf("credit.several_currencies", "legs", "the accounts are of %s and %s; a payment is in one currency", t.s.Currencies[from.Currency].Name, t.s.Currencies[to.Currency].Name)
	case from.outside() || to.outside():
		err = notBetween()
	case c.Closed && !t.held:
		err = fault.Conflictf("credit.closed_currency", "legs", "%s takes no payments any more", c.Name)
	}
	return c, from, to, err
}

// workflow says as what somebody makes a payment from an account.
func (t *teller) workflow(from Account) (string, error) {
	switch {
	case from.heldBy(t.who.Agent):
		return "pay", nil
	case t.who.Can(PayOther) || t.held:
		return "third_party", nil
	}
	return "", notYours()
}

// judge holds the net effect of a payment against every account, and moves the balances on.
func (t *teller) judge(nets []net, unit quantity.Unit) error {
	for _, paying := range []bool{true, false} {
		for _, n := range nets {
			if t.held || (n.amount < 0) != paying {
				continue
			}
			if err := t.accounts[n.account].ofPool(""); err != nil {
				return err
			}
			if err := t.accounts[n.account].admits(n.amount, t.balances[n.account].of(unit)); err != nil {
				return err
			}
		}
	}
	for _, n := range nets {
		t.balances[n.account] += n.amount
	}
	return nil
}
