package credit

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// AccountAsk opens an account.
type AccountAsk struct {
	Currency store.ID     `json:"currency"`
	Agent    store.ID     `json:"agent,omitempty"` // who holds it; empty: oneself
	Terms    AccountTerms `json:"terms"`
}

// maxAccounts is how many accounts one holder has in a currency.
const maxAccounts = 20

// OpenAccount opens an account with the usual band of its currency: for
// oneself, or as a steward for anybody, organizations too.
//
// Faults: credit.unknown_currency, .too_many_accounts, .account_label, .acceptance…, vf.unknown_agent.
func OpenAccount(ctx context.Context, db *store.Store, who auth.Identity, key string, ask AccountAsk) (Account, error) {
	needs := Pay
	if ask.Agent != "" && ask.Agent != who.Agent {
		needs = Accounts
	}
	return auth.Perform(ctx, db, who, key, needs, ask, openAccount)
}

func openAccount(tx *store.Tx, who auth.Identity, ask AccountAsk) (Account, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Account{}, err
	}
	c, err := s.currency(ask.Currency)
	if err != nil {
		return Account{}, err
	}
	if ask.Agent == "" {
		ask.Agent = who.Agent
	}
	if err := ask.Terms.check(); err != nil {
		return Account{}, err
	}
	held, err := store.All(tx, scanAccount, accountsOfAgent, ask.Agent, c.ID)
	if err != nil {
		return Account{}, err
	}
	if len(held) >= maxAccounts {
		return Account{}, fault.Conflictf("credit.too_many_accounts", "agent", "one holder has at most %d accounts in a currency", maxAccounts)
	}
	opened := []Account{{Agent: ask.Agent, Role: OfMember, Band: c.Band(), Terms: ask.Terms}}
	ledger := vf.Open(tx)
	bands, err := openAll(tx, ledger, c, opened)
	if err != nil {
		return Account{}, err
	}
	_, err = record(tx, "credit.open_account", who, body{Accounts: opened, Bands: bands}, nil, ledger)
	return opened[0], err
}

// Admitted is what Admit did, for the record of the act that admits a member.
type Admitted struct {
	Accounts []Account    `json:"accounts,omitempty"`
	Bands    []BandChange `json:"bands,omitempty"`
}

// Admit opens the accounts that somebody gets who joins the commons, inside the
// act that admits them, on its ledger.
func Admit(tx *store.Tx, ledger *vf.Ledger, agent store.ID) (out Admitted, err error) {
	s, err := settings.Get(tx)
	if err != nil {
		return out, err
	}
	for _, c := range s.Order {
		if !c.ForAll || c.Closed {
			continue
		}
		opened := []Account{{Agent: agent, Role: OfMember, Band: c.Band()}}
		bands, err := openAll(tx, ledger, c, opened)
		if err != nil {
			return out, err
		}
		out.Accounts, out.Bands = append(out.Accounts, opened...), append(out.Bands, bands...)
	}
	return out, nil
}

// TermsAsk changes the terms of an account.
type TermsAsk struct {
	Account store.ID     `json:"account"`
	Terms   AccountTerms `json:"terms"`
}

// SetTerms changes what the holder of an account decides about it. The holder
// does it, or a steward who may open accounts for others.
//
// Faults: credit.unknown_account, .not_your_account, .account_label, .acceptance…, .audience.
func SetTerms(ctx context.Context, db *store.Store, who auth.Identity, key string, ask TermsAsk) (Account, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, func(tx *store.Tx, who auth.Identity, ask TermsAsk) (Account, error) {
		if err := ask.Terms.check(); err != nil {
			return Account{}, err
		}
		if _, err := tx.Exec(deleteDelegates, ask.Account); err != nil {
			return Account{}, err
		}
		return changeAccount(tx, who, ask.Account, "credit.set_terms", "", func(a *Account) error {
			if a.Agent != who.Agent && !who.Can(Accounts) {
				return fault.Forbiddenf("credit.not_your_account", "these accounts are not yours: you pay from accounts that you hold, and ask for payment to them")
			}
			a.Terms = ask.Terms
			return delegate(tx, *a)
		})
	})
}

// StandingAsk freezes, reopens or closes an account.
type StandingAsk struct {
	Account  store.ID `json:"account"`
	Standing Standing `json:"standing"`
	Reason   string   `json:"reason"`
}

// SetStanding freezes an account, which is then paid and does not pay; opens it
// again; or closes it for good, which needs a balance of zero and nothing pending.
//
// Faults: credit.unknown_account, .standing, .standing_reason, .not_at_zero, .account_closed.
func SetStanding(ctx context.Context, db *store.Store, who auth.Identity, key string, ask StandingAsk) (Account, error) {
	return auth.Perform(ctx, db, who, key, Accounts, ask, func(tx *store.Tx, who auth.Identity, ask StandingAsk) (Account, error) {
		if ask.Reason == "" || len(ask.Reason) > maxNote {
			return Account{}, fault.Invalidf("credit.standing_reason", "reason", "say why, in 1 to %d bytes: the holder reads it", maxNote)
		}
		ledger := vf.Open(tx)
		return changeAccount(tx, who, ask.Account, "credit.set_standing", ask.Reason, func(a *Account) error {
			return a.stand(ask.Standing, ledger)
		})
	})
}

// stand changes the standing of an account, or says why not.
func (a *Account) stand(to Standing, ledger *vf.Ledger) error {
	switch to {
	case Open, Frozen:
	case Closed:
		records, err := ledger.Records(a.ID)
		if err != nil {
			return err
		}
		if r := records[a.ID]; !r.Accounting.IsZero() || a.Outgoing != 0 || a.Incoming != 0 {
			return fault.Conflictf("credit.not_at_zero", "account", "an account closes at zero with nothing pending; spend, give away or pay back what is left first")
		}
	default:
		return fault.Invalidf("credit.standing", "standing", "%.40q is no standing; an account is open, frozen or closed", to)
	}
	if a.Standing == Closed {
		return fault.Conflictf("credit.account_closed", "account", "one of the accounts is closed")
	}
	a.Standing = to
	return nil
}

// changeAccount changes an account and journals how it is now.
func changeAccount(tx *store.Tx, who auth.Identity, id store.ID, act, reason string, change func(*Account) error) (Account, error) {
	found, err := accounts.Get(tx, id)
	if err != nil {
		return Account{}, err
	}
	if len(found) == 0 {
		return Account{}, fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", id)
	}
	a := found[0]
	if err := change(&a); err != nil {
		return Account{}, err
	}
	if err := accounts.Put(tx, a); err != nil {
		return Account{}, err
	}
	_, err = record(tx, act, who, body{Accounts: []Account{a}, Reason: reason}, nil, nil)
	return a, err
}
