// Package ledger turns the economic events of a commons into double-entry
// accounts: one list of entries, from which every statement, page and export
// is a query.
//
//	l := ledger.New(commons, zone)
//	err := l.Add(ledger.Act{Log: 17, At: at, Changes: changes}) // act by act, in the order of the log
//	s, err := l.Statement(ledger.Filter{From: "2026-01-01", To: "2026-12-31"})
//	err = ledger.WriteHledger(w, s, head)
//
// ValueFlows has no accounts, only resources and what events add to them. The
// way from one to the other (books of hledger and Beancount have the five roots):
//
//   - A resource that conforms to a medium of exchange is money. What the
//     commons itself and everybody it owes something hold together is what is
//     in the bank: Assets:Bank.
//   - What others hold of it is owed to them: Liabilities:Members:M… for a
//     person, Liabilities:Organizations:O… for an organization,
//     Liabilities:Projects:P… for what is set aside for a project.
//   - What the commons' own pot gains or loses is income or an expense, by the
//     classification of the event: cw:income/sale → Income:Sales,
//     cw:deduction/processor → Expenses:Fees:Processor, cw:distribution/ID →
//     Expenses:Distribution:D…; without one Income:Other and Expenses:Other.
//   - Money that becomes money of another unit goes through an account of the
//     pair, Equity:Conversion:CHF-EUR; money counted anew (raise, lower) through
//     Equity:Adjustments.
//   - A contribution (cw:contribution/KIND, or work) moves no resource. It is
//     counted in its own unit, as logged: Assets:Hours or Assets:Contributed
//     against Equity:Contributions. Hours are never added to money.
//   - Any other resource for which the commons or a project is accountable is
//     Assets:Inventory:R… against Equity:Inventory; that of others is kept for
//     them, Assets:Entrusted:R… against Liabilities:Entrusted. Who is accountable
//     follows from the events, by the action table.
//
// Events that do none of this (what changes hands only, a citation) have no entry.
//
// # Invariants
//
//  1. Each entry sums to exactly zero in each unit.
//  2. Assets:Bank is the sum of all resources that are money, per unit.
//  3. A correction is an entry of its own, on the accounts of what it corrects and
//     of those whom the record was handed to since;
//     a full one returns every balance.
//  4. Opening plus movements is closing, for any period.
//  5. The same log gives the same entries and the same bytes; names of accounts
//     follow from identifiers and never change as the log grows.
//  6. Whatever the texts, exports are read back as the same entries.
//  7. One filter, one number: balances, registers, months, entries and
//     statements agree, whatever the days count by and whatever is kept.
//  8. Stock is what the records hold, each with who is accountable for it now;
//     what is kept for others is owed to them.
package ledger
