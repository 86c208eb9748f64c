// Package charge has the arithmetic of what a commons takes from credit accounts
// and of what it does when a debt in credit is never paid: levies and demurrage
// that go to its fund, the sharing of a loss, and the way back of what is
// recovered. It is pure: values in, values out.
//
//	sheet, err := charge.Period([]charge.Rule{
//		{Name: "upkeep", On: charge.PerAccount, Flat: 2 * charge.Unit},
//		{Name: "circulation", On: charge.OnSurplus, Daily: charge.Fraction{Of: 1, In: 3000}, Free: 20 * charge.Unit},
//	}, accounts, charge.Unit/100) // one line for each rule and account: due, taken, owed
//
//	split, err := charge.Loss{ID: "7", Debtor: "eve", Amount: 90 * charge.Unit, Step: charge.Unit / 100,
//		Reserve: 30 * charge.Unit, Rule: charge.ByBalance, Bearers: bearers}.Split()
//	back, err := charge.Recovery{ID: "7", Step: charge.Unit / 100, Borne: split}.Pay(45 * charge.Unit)
//
// # Where the rules come from
//
//   - A levy is the subscription of LETS and CES: the same for every account, whatever it holds.
//   - Demurrage is a charge on balances that lie idle (Gesell, The Natural Economic Order, 1916; Wörgl 1932,
//     Chiemgauer since 2003): a daily part of what stands above a free allowance, by closing balances.
//   - Charges round down to the smallest amount, and an exact fraction is carried to the next period. What
//     is shared goes by largest remainder (package quantity), what comes back by Sainte-Laguë.
//   - Losses are shared as mutual guarantee funds share them: a reserve first, then the members by a rule
//     that was declared beforehand.
//
// A charge on an account in debit that grows with time is interest, whatever its
// name. Mutual credit has none: a rule that asks for it cannot be written, since
// the balance below the allowance is nowhere read, and the words for it are refused.
//
// # Invariants
//
//  1. What is charged is what the fund receives, rule by rule; due is taken plus owed.
//  2. Carry plus charges is the exact sum; a carry is zero or more and below the smallest amount.
//  3. A period that is split in two charges the same in total.
//  4. No charge takes more than may be spent: nobody is brought below a floor.
//  5. No interest: nothing is charged on a debit balance but what everybody pays, nothing grows with the
//     time spent in debit or with what is owed from before, and nothing is ever credited.
//  6. Reserve, members and what is kept add up to the loss, in whole steps; the reserve pays first.
//  7. Nobody bears more than may be spent. Those who are not cut are within one step of their exact share,
//     and something is kept only when everybody who shares bears all they can.
//  8. Recovery: nobody gets back more than they bore, and all of it when all is recovered; many small
//     payments give what one large one gives; members come before the reserve unless the commons said otherwise.
//  9. The order of a list decides nothing in a loss, and input is never changed.
package charge
