// Package sample draws registers of debts as trade makes them, to measure
// clearing with: a few members owe and are owed much, amounts have heavy tails,
// and most debts run one way along the chains of supply or go anywhere, as the
// shape says. The same shape gives the same debts on every machine.
//
// # Invariants
//
//  1. Debtor and creditor differ, and amounts are more than zero.
//  2. The same shape and seed give the same debts.
package sample
