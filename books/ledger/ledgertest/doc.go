// Package ledgertest asks the programs of bookkeepers, for tests: whether they
// accept a file that package ledger wrote, and what the accounts in it hold.
//
//	totals, err := ledgertest.Hledger("books.journal")
//	totals, err := ledgertest.Beancount("books.beancount")
//
// The programs (Debian: hledger, beancount) must be installed; a missing one is
// an error, never a skipped test.
//
// # Invariants
//
//  1. What a program tolerates and the books do not is refused: undeclared
//     accounts, commodities and payees, days out of order, any warning.
//  2. Totals are the program's own numbers, none of ours.
package ledgertest
