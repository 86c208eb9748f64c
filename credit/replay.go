package credit

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Replay checks the practice from the log of a commons alone, without its
// database: it is the rule by which commonweal verify holds every entry of an
// archive against the rules of this practice.
//
// It proves, besides what the core proves of events, that
//
//   - every leg that a payment posted is a transfer of the core between its
//     accounts, and no other event touches an account of a currency;
//   - all accounts of a currency add up to zero after every act;
//   - no payment took an account out of the band it had at that moment, with
//     what was reserved then; a frozen account paid nothing, a closed one took nothing;
//   - every payment that waited went on by a move that its workflow has, and
//     what was posted of a reservation was reserved;
//   - every message between communities was signed with the key of who wrote it and
//     follows the one before it, and no payment between communities was posted
//     without the word of the neighbor that it is posted for;
//   - refunds of a payment never exceed it;
//   - every pool of capital moved what its rules say, step by step, and nothing else
//     moved what is on its account;
//   - every debt went its way by what its sides said, and its claim in the core
//     says the same; what was taken off it is what events settled;
//   - every clearing round cleared its own snapshot without what was held back,
//     used no line of credit beyond what was reserved for it, and cleared as much
//     as can be: the prices in the record prove it.
//
// Who held which account is checked where accounts say it; roles in the commons
// are of another room. A breach is a fault; after one the replay is of no use.
type Replay struct {
	currencies map[store.ID]Currency
	accounts   map[store.ID]*Account
	balances   map[store.ID]Micros
	waiting    map[store.ID]Payment
	completed  map[store.ID]Payment
	refunded   map[store.ID]map[Leg]Micros // by payment, by its legs without amounts
	batches    map[store.ID]*replayedBatch
	relay      replayedRelay
	groups     map[store.ID]string // of accounts that were put into one
	register   replayedRegister
	pools      map[store.ID]replayedPool
	stepping   store.ID // the account of the pool whose step the entry is
}

// Recorded is an entry of the log with what it did to the core; nil for nothing.
type Recorded struct {
	journal.Entry
	Changes *vf.Changes
	// Attachment returns what is attached to the entry by its name.
	Attachment func(name string) ([]byte, error)
}

// NewReplay returns the replay of a log that has not begun.
func NewReplay() *Replay {
	return &Replay{currencies: map[store.ID]Currency{}, accounts: map[store.ID]*Account{}, balances: map[store.ID]Micros{},
		waiting: map[store.ID]Payment{}, completed: map[store.ID]Payment{}, refunded: map[store.ID]map[Leg]Micros{}, batches: map[store.ID]*replayedBatch{}, relay: newReplayedRelay(), groups: map[store.ID]string{},
		register: newReplayedRegister(), pools: map[store.ID]replayedPool{}}
}

// Entry takes the next entry of the log, or says what is wrong with it.
func (r *Replay) Entry(e Recorded) error {
	b, err := bodyOf(e)
	if err != nil {
		return err
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	legs, err := r.apply(b, at)
	if err == nil && b.Batch != nil {
		legs, err = r.batch(e, *b.Batch)
	}
	for _, c := range b.Grown {
		if err == nil {
			err = r.band(c)
		}
	}
	if err != nil {
		return err
	}
	if err := r.events(e, legs); err != nil {
		return err
	}
	return r.register.events(e, b)
}

// bodyOf is what an entry says of the practice: all of its own records, and
// what it added under "credit" to those of other rooms.
func bodyOf(e Recorded) (b body, err error) {
	if strings.HasPrefix(e.Act, "credit.") {
		err = json.Unmarshal(e.Body, &b)
	} else {
		var other struct {
			Credit *body `json:"credit"`
		}
		if err = json.Unmarshal(e.Body, &other); err == nil && other.Credit != nil {
			b = *other.Credit
		}
	}
	if err != nil {
		return b, breach("entry %d is no record of the practice: %v", e.Seq, err)
	}
	return b, nil
}

// Close ends the replay.
func (r *Replay) Close() error { return nil }

// apply does what an act says, by the rules, and returns the legs it posted.
func (r *Replay) apply(b body, at time.Time) (posted []Leg, err error) {
	if b.Currency != nil {
		if err := r.currency(*b.Currency); err != nil {
			return nil, err
		}
	}
	for _, a := range b.Accounts {
		if err := r.account(a); err != nil {
			return nil, err
		}
	}
	for _, g := range b.Groups {
		r.groups[g.Account] = g.Group
	}
	for _, c := range b.Bands {
		if err := r.band(c); err != nil {
			return nil, err
		}
	}
	for _, n := range b.Neighbors {
		if err := r.neighbor(n); err != nil {
			return nil, err
		}
	}
	if b.Relayed != nil {
		if err := r.relayed(*b.Relayed); err != nil {
			return nil, err
		}
	}
	if r.stepping = ""; b.Pool != nil {
		if err := r.pool(*b.Pool, b.Payments); err != nil {
			return nil, err
		}
	}
	for _, p := range b.Payments {
		legs, err := r.made(p)
		if err != nil {
			return nil, err
		}
		posted = append(posted, legs...)
	}
	for _, m := range b.Moves {
		legs, err := r.moved(m, at)
		if err != nil {
			return nil, err
		}
		posted = append(posted, legs...)
	}
	legs, err := r.debts(b, at)
	return append(posted, legs...), err
}

// currency founds a currency, or takes over what may change of it.
func (r *Replay) currency(c Currency) error {
	if old, known := r.currencies[c.ID]; known && (c.Unit != old.Unit || c.Decimals != old.Decimals || c.Fund != old.Fund) {
		return breach("currency %s changed its unit, its decimals or its fund", c.ID)
	}
	r.currencies[c.ID] = c
	return c.check()
}

// account opens an account, or takes over its terms and standing: nothing else of it changes here.
func (r *Replay) account(a Account) error {
	old, known := r.accounts[a.ID]
	if !known {
		if _, is := r.currencies[a.Currency]; !is || a.Outgoing != 0 || a.Incoming != 0 || a.Standing != Open {
			return breach("account %s does not open with nothing in a currency of the commons", a.ID)
		}
		r.accounts[a.ID] = &a
		return nil
	}
	if a.Standing == Closed && (r.balances[a.ID] != 0 || old.Outgoing != 0 || old.Incoming != 0) || old.Standing == Closed {
		return breach("account %s is closed with something left, or was closed before", a.ID)
	}
	same := a
	same.Terms, same.Standing = old.Terms, old.Standing
	if !equal(same, *old) {
		return breach("account %s changed by more than its terms and its standing", a.ID)
	}
	old.Terms, old.Standing = a.Terms, a.Standing
	return nil
}

// equal reports whether two accounts say the same.
func equal(a, b Account) bool { return encoded(a) == encoded(b) }

func (r *Replay) band(c BandChange) error {
	a, known := r.accounts[c.Account]
	if !known {
		return breach("a band is given to account %s, which was never opened", c.Account)
	}
	if c.Policy != "opening" {
		if encoded(c.From) != encoded(a.Band) {
			return breach("the band of account %s was not what its change says it was", c.Account)
		}
		if err := r.follows(*a, c); err != nil {
			return err
		}
		a.Band = c.To
	} else if encoded(c.To) != encoded(a.Band) {
		return breach("account %s opens with another band than it was given", c.Account)
	}
	return nil
}

// made takes a payment as its workflow says.
func (r *Replay) made(p Payment) (posted []Leg, err error) {
	c, known := r.currencies[p.Currency]
	if !known {
		return nil, breach("payment %s is in no currency of the commons", p.ID)
	}
	if err := checkLegs(c, p.Legs); err != nil {
		return nil, err
	}
	if err := r.between(p); err != nil {
		return nil, err
	}
	nets, err := netOf(p.Legs)
	if err != nil {
		return nil, err
	}
	w := Workflow{Name: "refund", First: Completed}
	if p.Reverses != "" {
		err = r.refund(p)
	} else if w, err = workflow(p.Workflow); err == nil && w.First != p.State {
		err = breach("payment %s begins %s, not as its workflow says", p.ID, p.State)
	}
	if err != nil {
		return nil, err
	}
	if w.First == Completed || w.Reserves {
		if err := r.admit(p, nets); err != nil {
			return nil, err
		}
	}
	if w.First == Completed {
		r.completed[p.ID] = p
		return p.Legs, r.post(p.Legs)
	}
	r.waiting[p.ID] = p
	return nil, r.reserve(w, nets, 1)
}

// refund holds a payment that takes another back against what is left of that.
func (r *Replay) refund(p Payment) error {
	original, known := r.completed[p.Reverses]
	if !known || original.Reverses != "" {
		return breach("payment %s takes back %s, which was not completed", p.ID, p.Reverses)
	}
	back := r.refunded[original.ID]
	if back == nil {
		back = map[Leg]Micros{}
		r.refunded[original.ID] = back
	}
	limits := map[Leg]Micros{}
	for _, l := range merged(original.Legs) {
		limits[l.bare()] = l.Amount
	}
	for _, l := range p.Legs {
		key := l.turned().bare()
		if back[key] += l.Amount; back[key] > limits[key] {
			return breach("payment %s takes back more of %s than there was", p.ID, p.Reverses)
		}
	}
	return nil
}

// bare is the leg without its amount.
func (l Leg) bare() Leg {
	l.Amount = 0
	return l
}

func (r *Replay) moved(m Moved, at time.Time) (posted []Leg, err error) {
	p, known := r.waiting[m.Payment]
	if !known {
		return nil, breach("payment %s went on and did not wait", m.Payment)
	}
	w, err := workflow(p.Workflow)
	if err != nil {
		return nil, err
	}
	if m.Rule != "" || m.To == Pending {
		if err := r.byRule(p, m, at); err != nil || m.To == Pending {
			return nil, err
		}
	}
	if err := w.may(Pending, m.To, []Actor{Payer, Payee, Author, Steward, Clock}); err != nil {
		return nil, err
	}
	if w.Name == exchange && m.To == Completed && !r.relay.sealed[p.ID] {
		return nil, breach("payment %s was posted without the word of the neighbor", p.ID)
	}
	if m.To == Expired && at.Before(p.Until) {
		return nil, breach("payment %s ended before its time", p.ID)
	}
	nets, err := netOf(p.Legs)
	if err != nil {
		return nil, err
	}
	if err := r.reserve(w, nets, -1); err != nil {
		return nil, err
	}
	delete(r.waiting, p.ID)
	if m.To != Completed {
		return nil, nil
	}
	if err := r.within(p, m.Legs); err != nil {
		return nil, err
	}
	if !w.Reserves {
		if err := r.admit(p, nets); err != nil {
			return nil, err
		}
	}
	p.Legs = m.Legs
	r.completed[p.ID] = p
	return m.Legs, r.post(m.Legs)
}

// byRule holds what the clock did with a request against the terms of its payer.
func (r *Replay) byRule(p Payment, m Moved, at time.Time) error {
	rule, _ := accepted(p, r.currencies[p.Currency], func(id store.ID) (a Account) {
		if held := r.accounts[id]; held != nil {
			a = *held
		}
		return a
	})
	switch {
	case m.To == Pending && (p.Accept.IsZero() || at.Before(p.Accept)):
		return breach("payment %s was put off before its time", p.ID)
	case m.To == Pending:
		p.Accept = time.Time{}
		r.waiting[p.ID] = p
		return nil
	case rule != m.Rule || rule == Ask || m.To != Completed:
		return breach("payment %s was paid as if its payer had said %s", p.ID, m.Rule)
	case rule == After && (p.Accept.IsZero() || at.Before(p.Accept)):
		return breach("payment %s was paid before its time", p.ID)
	}
	return nil
}

// within refuses legs that are not a part of what a payment promised.
func (r *Replay) within(p Payment, legs []Leg) error {
	left := map[Leg]Micros{}
	for _, l := range p.Legs {
		left[l.bare()] += l.Amount
	}
	for _, l := range legs {
		if left[l.bare()] -= l.Amount; l.Amount <= 0 || left[l.bare()] < 0 {
			return breach("payment %s posted more than it promised", p.ID)
		}
	}
	return nil
}

func (r *Replay) admit(p Payment, nets []net) error {
	for _, n := range nets {
		a, known := r.accounts[n.account]
		if !known || a.Currency != p.Currency {
			return breach("payment %s names account %s, which is none of its currency", p.ID, n.account)
		}
		if err := a.ofPool(r.stepping); err != nil {
			return err
		}
		if err := a.admits(n.amount, r.balances[a.ID].of(r.currencies[p.Currency].Unit)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Replay) reserve(w Workflow, nets []net, sign Micros) error {
	if !w.Reserves {
		return nil
	}
	for _, n := range nets {
		a := r.accounts[n.account]
		a.hold(n.amount, sign)
		if a.Outgoing < 0 || a.Incoming < 0 {
			return breach("account %s has less than nothing reserved", a.ID)
		}
	}
	return nil
}

func (r *Replay) post(legs []Leg) error {
	for _, l := range legs {
		r.balances[l.From] -= l.Amount
		r.balances[l.To] += l.Amount
	}
	return nil
}

// events holds the events of an entry against the legs that it posted: as many
// transfers between accounts, the same, and nothing else on an account.
func (r *Replay) events(e Recorded, legs []Leg) error {
	if e.Changes == nil {
		if len(legs) > 0 {
			return breach("entry %d posts payments and records no event", e.Seq)
		}
		return nil
	}
	var want, got []string
	for _, l := range legs {
		want = append(want, string(l.From)+string(l.To)+l.Amount.of("").Decimal())
	}
	for _, x := range e.Changes.Events {
		from, to := r.accounts[x.ResourceInventoriedAs], r.accounts[x.ToResourceInventoriedAs]
		switch {
		case from == nil && to == nil:
		case x.Action == vf.Transfer && from != nil && to != nil:
			got = append(got, string(from.ID)+string(to.ID)+x.ResourceQuantity.Decimal())
		case x.Action == vf.Raise && x.ResourceQuantity.IsZero(): // an account that opens
		default:
			return breach("event %s touches an account and is no payment", x.ID)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		return breach("the payments of entry %d are not its events", e.Seq)
	}
	return nil
}

// State returns every account as it stands, by identifier, with its balance.
func (r *Replay) State() (list []Account, balances map[store.ID]Micros) {
	for _, a := range r.accounts {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	return list, maps.Clone(r.balances)
}

func breach(format string, args ...any) error {
	return fault.Conflictf("credit.replay", "entry", format, args...)
}
