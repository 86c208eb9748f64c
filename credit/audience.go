package credit

import (
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/vf"
)

// reader is somebody who looks at accounts and payments, and what follows from
// who they are.
type reader struct {
	agent    store.ID
	member   bool
	stewards bool // may open and freeze accounts of others
}

// readerOf says who looks. A token of a member that was not made for what is
// private sees what outsiders see.
func readerOf(who auth.Identity) reader {
	if who.Agent == "" || !who.Can(vf.SeePrivate) {
		return reader{}
	}
	return reader{agent: who.Agent, member: true, stewards: who.Can(Accounts)}
}

// balance reports whether the reader sees what stands in an account, and its
// statement. Accounts that the commons holds are open to its members.
func (v reader) balance(a Account, c Currency) bool {
	if a.heldBy(v.agent) {
		return true
	}
	audience := a.Terms.Over(c.Terms).Audience
	if a.Role != OfMember {
		audience = ForMembers
		if c.Public {
			audience = ForWorld
		}
	}
	switch audience {
	case ForWorld:
		return v.member || c.Public
	case ForMembers:
		return v.member
	case ForStewards:
		return v.stewards
	}
	return false
}

// limits reports whether the reader sees how far an account may go either way,
// and what is promised to and from it.
func (v reader) limits(a Account) bool { return a.heldBy(v.agent) || v.stewards }

// payment reports whether the reader sees a payment at all: its parties, who
// made it, stewards, and whoever sees a statement that it stands on.
func (v reader) payment(p Payment, c Currency, account func(store.ID) Account) bool {
	return v.stewards || v.party(p, account) || v.member && slices.ContainsFunc(accountsOf(p.Legs), func(id store.ID) bool {
		return id != c.Fund && v.balance(account(id), c)
	})
}

// note reports whether the reader sees the description of a payment: a private
// one is for its parties alone.
func (v reader) note(p Payment, account func(store.ID) Account) bool {
	return v.party(p, account) || v.member && !p.Private
}

// party reports whether the reader holds an account of the payment, or made it.
func (v reader) party(p Payment, account func(store.ID) Account) bool {
	if v.agent == "" {
		return false
	}
	return p.Author == v.agent || slices.ContainsFunc(accountsOf(p.Legs), func(id store.ID) bool { return account(id).heldBy(v.agent) })
}
