// Package recompute computes a distribution a second time, independently of
// the engine in package equation: contribution by contribution, with maps and
// exact rationals, in the order in which the rules are written down. It shares
// the engine's data types, the parser of formulas, and nothing else.
//
// It is what `commonweal contribution recompute` runs on an export, and what
// the engine is tested against. It is slow on purpose: whoever doubts a payout
// should be able to read it.
//
//	difference, err := recompute.Verify(version, input, result)
//
// # Invariants
//
//  1. For every equation that Check accepts and every input, Run and the
//     engine agree on each line, residue, payout, held claim and payment.
//  2. Verify finds every change of an amount, receiver or claim in a result.
package recompute
