package credit

import (
	"context"
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// AskedLeg says that an account shall pay another.
type AskedLeg struct {
	From   store.ID        `json:"from"` // an account; or an agent, who has one in the currency
	To     store.ID        `json:"to"`
	Amount quantity.Amount `json:"amount"`
	Gift   bool            `json:"gift,omitempty"` // not trade
}

// PayAsk makes a payment.
type PayAsk struct {
	Workflow string     `json:"workflow,omitempty"` // empty: pay
	Legs     []AskedLeg `json:"legs"`
	Note     string     `json:"note,omitempty"`
	Private  bool       `json:"private,omitempty"` // the note is for the parties only
	Until    time.Time  `json:"until,omitzero"`    // how long it waits; zero: two weeks
	// UpTo pays as much of the one leg as its payer may spend.
	UpTo bool `json:"upTo,omitempty"`
	About
}

const (
	maxNote     = 1000                // bytes of a description
	usualWait   = 14 * 24 * time.Hour // of a payment that waits
	longestWait = 366 * 24 * time.Hour
)

// MakePayment makes a payment by one of the workflows: completed at once, or
// waiting for an answer, with its amount reserved or not.
//
// Faults: credit.unknown_workflow, .legs, .self_payment, .amount…, .unit, .note, .until, .unknown_account,
// .several_currencies, .not_your_account, .closed_currency, .account_closed, .account_frozen, .spendable, .cannot_receive.
func MakePayment(ctx context.Context, db *store.Store, who auth.Identity, key string, ask PayAsk) (Payment, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, makePayment)
}

func makePayment(tx *store.Tx, who auth.Identity, ask PayAsk) (Payment, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Payment{}, err
	}
	t := &table{tx: tx, s: s, ledger: vf.Open(tx)}
	p, w, err := t.draft(who, ask)
	if err != nil {
		return Payment{}, err
	}
	if err := t.permits(who, p, w); err != nil {
		return Payment{}, err
	}
	moves, err := t.answer(&p, w)
	if err == nil && len(moves) == 0 {
		err = t.begin(&p, w)
	}
	if err != nil {
		return Payment{}, err
	}
	return p, t.close("credit.pay", who, &p, moves...)
}

// table is where a payment is dealt with: the accounts it touches, as they
// stand, and the ledger it is posted in.
type table struct {
	tx       *store.Tx
	s        *Settings
	ledger   *vf.Ledger
	currency Currency
	accounts map[store.ID]Account
	posted   []Leg    // in this act, for credit_line
	stepping store.ID // the account of the pool whose step this is
	back     bool     // what is posted takes payments back
	grown    []BandChange
	warned   []Warning
}

// draft turns an ask into a payment, or says what is wrong with it.
func (t *table) draft(who auth.Identity, ask PayAsk) (Payment, Workflow, error) {
	if ask.Workflow == "" {
		ask.Workflow = "pay"
	}
	w, err := workflow(ask.Workflow)
	if err != nil {
		return Payment{}, w, err
	}
	now := t.tx.Now()
	p := Payment{ID: t.tx.NewID(), Workflow: w.Name, State: w.First, Author: who.Agent, At: now, Until: ask.Until, Note: ask.Note, Private: ask.Private, About: ask.About}
	p.Reserved, p.Accept = 0, time.Time{} // what only acts say
	if p.State == Pending && p.Until.IsZero() {
		p.Until = now.Add(usualWait)
	}
	switch {
	case p.State == Pending && (!p.Until.After(now) || p.Until.After(now.Add(longestWait))):
		return p, w, fault.Invalidf("credit.until", "until", "a payment waits until a moment within a year from now, not until %s", p.Until.Format(time.RFC3339))
	case p.State == Completed && !ask.Until.IsZero():
		return p, w, fault.Invalidf("credit.until", "until", "a payment that is made at once does not wait; leave the moment out")
	}
	if err := checkWords(ask.Note, ask.Category); err != nil {
		return p, w, err
	}
	ask.Legs = slices.Clone(ask.Legs) // agents give way to their accounts
	if err := t.take(ask.Legs); err != nil {
		return p, w, err
	}
	p.Currency = t.currency.ID
	for _, l := range ask.Legs {
		from, to := t.of(l.From), t.of(l.To)
		if from.outside() || to.outside() {
			return p, w, notBetween()
		}
		if l.Amount.Unit != t.currency.Unit {
			return p, w, t.currency.amount(l.Amount, "amount")
		}
		p.Legs = append(p.Legs, Leg{From: from.ID, To: to.ID, Amount: Micros(l.Amount.Micros), Kind: kindOf(from, to, l.Gift)})
	}
	if err := checkLegs(t.currency, p.Legs); err != nil {
		return p, w, err
	}
	if ask.UpTo {
		if len(p.Legs) != 1 || p.State == Pending && !w.Reserves {
			return p, w, fault.Invalidf("credit.up_to", "upTo", "as much as fits is paid of one leg, and when it is made or reserved")
		}
		if p.Legs[0], err = t.fitting(p.Legs[0], p.Category); err != nil {
			return p, w, err
		}
	}
	p.Legs, err = withFees(t.currency, p.Legs, p.Category)
	return p, w, err
}

// checkWords says what is wrong with what a payment says of itself.
func checkWords(note, category string) error {
	switch {
	case len(note) > maxNote:
		return fault.Invalidf("credit.note", "note", "the description has %d bytes; at most %d are kept", len(note), maxNote)
	case len(category) > 80:
		return fault.Invalidf("credit.category", "category", "the category has %d bytes; at most 80 are kept", len(category))
	}
	return nil
}

// kindOf says what a leg between two accounts is for.
func kindOf(from, to Account, gift bool) Kind {
	if gift || from.Role != OfMember || to.Role != OfMember {
		return Gift
	}
	return Trade
}

// take loads the accounts that legs name, the fund's too, and finds their currency.
func (t *table) take(legs []AskedLeg) error {
	ids := make([]store.ID, 0, 2*len(legs))
	for _, l := range legs {
		ids = append(ids, l.From, l.To)
	}
	if err := t.load(ids...); err != nil {
		return err
	}
	for _, id := range ids {
		a := t.of(id)
		if a.ID == "" {
			continue
		}
		if t.currency.ID != "" && t.currency.ID != a.Currency {
			return fault.Invalidf("credit.several_currencies", "legs", "the accounts are of %s and %s; a payment is in one currency", t.currency.Name, t.s.Currencies[a.Currency].Name)
		}
		t.currency = t.s.Currencies[a.Currency]
	}
	for i, l := range legs {
		for _, end := range []*store.ID{&legs[i].From, &legs[i].To} {
			if t.of(*end).ID == "" {
				if err := t.main(end, l.Amount.Unit); err != nil {
					return err
				}
			}
		}
	}
	if t.currency.Closed {
		return fault.Conflictf("credit.closed_currency", "legs", "%s takes no payments any more", t.currency.Name)
	}
	if len(t.currency.Fees) > 0 {
		return t.load(t.currency.Fund)
	}
	return nil
}

// main puts the first account of an agent in the currency in the agent's place.
func (t *table) main(agent *store.ID, unit quantity.Unit) error {
	if t.currency.ID == "" {
		if i := slices.IndexFunc(t.s.Order, func(c Currency) bool { return c.Unit == unit }); i >= 0 {
			t.currency = t.s.Order[i]
		}
	}
	var held []Account
	if _, ok := store.ParseID(string(*agent)); ok {
		var err error
		if held, err = store.All(t.tx, scanAccount, accountsOfAgent, *agent, t.currency.ID); err != nil {
			return err
		}
	}
	held = slices.DeleteFunc(held, func(a Account) bool { return a.Standing == Closed })
	if len(held) == 0 {
		return fault.NotFoundf("credit.unknown_account", "legs", "%.40q is no account, and nobody who has one in this currency", *agent)
	}
	*agent = held[0].ID
	return t.load(held[0].ID)
}

// load adds accounts to the table as acts left them.
func (t *table) load(ids ...store.ID) error {
	if t.accounts == nil {
		t.accounts = make(map[store.ID]Account, len(ids)+1)
	}
	found, err := accounts.Get(t.tx, ids...)
	for _, a := range found {
		t.accounts[a.ID] = a
	}
	return err
}

func (t *table) of(id store.ID) Account { return t.accounts[id] }

// roles says in which qualities somebody has to do with a payment: who holds
// every account that pays is the payer, who holds every one that is paid the payee.
func (t *table) roles(who auth.Identity, p Payment) []Actor { return rolesIn(who, p, t.of) }

func rolesIn(who auth.Identity, p Payment, account func(store.ID) Account) []Actor {
	payer, payee := true, true
	for _, l := range p.Legs {
		if l.Kind == FeeOf {
			continue
		}
		payer = payer && account(l.From).heldBy(who.Agent)
		payee = payee && account(l.To).heldBy(who.Agent)
	}
	var as []Actor
	if payer {
		as = append(as, Payer)
	}
	if payee {
		as = append(as, Payee)
	}
	if who.Can(PayOther) {
		as = append(as, Steward)
	}
	return as
}

// permits refuses a payment that is not for this person to make.
func (t *table) permits(who auth.Identity, p Payment, w Workflow) error {
	for _, a := range t.roles(who, p) {
		if slices.Contains(w.By, a) {
			return nil
		}
	}
	return notYours()
}

func notYours() error {
	return fault.Forbiddenf("credit.not_your_account", "these accounts are not yours: you pay from accounts that you hold, and ask for payment to them")
}

// close journals what happened at the table and keeps the payment.
func (t *table) close(act string, who auth.Identity, p *Payment, moves ...Moved) error {
	public := *p
	if len(moves) > 0 {
		public.State = Pending // it was, until its moves
	}
	var sealed map[string]string
	if p.Private && p.Note != "" {
		public.Note, sealed = "", map[string]string{"note": p.Note}
	}
	var err error
	if p.Seq, err = record(t.tx, act, who, body{Payments: []Payment{public}, Moves: moves, Grown: t.grown, Warned: t.warned}, sealed, t.ledger); err != nil {
		return err
	}
	for _, m := range moves {
		if err := t.tx.Append(insertStep, p.ID, p.Seq, string(m.To), store.Micros(p.At), store.ID(""), ""); err != nil {
			return err
		}
	}
	if err := t.lines(p.ID, p.Seq); err != nil {
		return err
	}
	return appendPayment(t.tx, *p)
}
