// Package equation computes value equations: who gets how much of an income,
// exactly, with the reason for every line.
//
// An Equation divides a pot over buckets; a bucket pays fixed receivers, or
// chooses contributions with a filter and turns each into a claim with a rule
// and a formula; claims are paid, and what is left has a declared home.
package equation
