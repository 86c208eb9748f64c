// Package credit is the practice of mutual credit and what stands on it: the
// currencies that the members of a commons issue to each other, payments
// within two-sided limits, debts cleared in circles, exchange with other
// communities, and pools of capital without interest.
//
// A currency is a ResourceSpecification that is a medium of exchange, an
// account is a resource that conforms to it, a payment is one transfer event
// for each of its legs. Nobody brings a currency into being beforehand: whoever
// pays goes below zero, whoever is paid goes above, and all accounts add up to
// nothing. How far an account may go either way is its band: a floor of zero or
// less, and a ceiling of zero or more, or none.
//
//	sp := credit.Position{Balance: -20, Outgoing: 5, Band: credit.Band{Floor: -100}}
//	sp.Spendable() // 75: what may still leave, promised payments counted
//
// What is promised and not paid yet is reserved: it counts against the floor of
// who shall pay and against the ceiling of who shall be paid, and helps
// neither. A payment of several legs is judged by its net effect on each
// account.
//
// Between communities a payment is set aside, vouched for and posted over
// neighbors that keep accounts for each other; what is under way between two of
// them stands in an account of its own, in transit.
//
// Pure packages beside: credit/pool has the rules of pools of capital, credit/clearing sets debts off against each other,
// credit/relay has what communities say to each other, credit/limit says how far
// accounts may go.
//
// Sources: the practice of LETS and time banks since 1983 (both a floor and a
// ceiling; balances that always follow from the transactions), T. H. Greco on
// lines that follow sales, TigerBeetle's two-phase transfers, the workflows of
// the Credit Commons protocol.
//
// Invariants
//
//  1. The balances of the accounts of a currency add up to zero after every act.
//  2. No act takes an account out of its band, what is reserved counted. An
//     account that stands outside, because its band was narrowed, only moves
//     back towards it.
//  3. Posting what was reserved never fails on a limit; letting it go gives the
//     room back, exactly.
//  4. The legs of a payment take effect together or not at all.
//  5. Available plus reserved is what the log adds up to: replay rebuilds every
//     account, reservations and limits included.
//  6. A payment that was made is never changed: a refund is an opposite payment
//     that names it, and all refunds of a payment together never exceed it.
//  7. Only the side that pays turns a request into a debit.
//  8. Nothing that grows with time is charged on a debit or paid on a balance.
//  9. Only what both sides have acknowledged is cleared or taken off, and never more
//     than is open. Its claim in the core says the same.
//  10. A clearing round clears its own snapshot without what was held back, as much as
//     can be, in one act or not at all; worked out again it is the same.
//  11. A round uses no line of credit beyond what it set aside, and gives back what it
//     did not use. Trading goes on with the rest.
package credit
