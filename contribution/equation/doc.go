// Package equation computes value equations: who gets how much of an income,
// exactly, with the reason for every line.
//
// An Equation divides a pot over buckets, in sequence. A bucket pays fixed
// receivers, or chooses contributions with a filter and turns each into a
// claim with a rule and a formula (package formula); claims are paid, and what
// is left has a declared home. The order of computation is that of open value
// networks, where a contribution is an economic event, an evaluated event is a
// claim, and income flows to claims; the split is by largest remainder with a
// published lot (quantity.Apportion).
//
//	program, err := equation.Compile(version) // Check included
//	result, err := program.Run(equation.Input{Distribution: id, Pot: micros, AsOf: at, Ledger: contributions, Prior: claims})
//	payments, err := result.Payments()
//	why, err := result.Derivation("Anna", "makers")
//
// When somebody leaves, an Exit in the input limits claims with risk
// multipliers as the equation's ExitRule says (Slicing Pie). A bucket may also
// divide by a Game: by what each receiver adds to what the others make.
//
// A Session keeps what changes little between runs, for sliders that show at
// once what a draft would pay.
//
// # Grains
//
// Three grains of rounding, each stated once. The value of a claim is rounded
// half to even to the currency's minor unit when the claim is created, premium
// and cap included; it never changes afterwards. What a claim may receive in
// one distribution, its entitlement, is value × fraction × age factor, cut down
// to a whole millionth: a third of a cent weighs a third of a cent. Only the
// sum of a bucket's entitlements is kept exact, so that three thirds of 10.00
// are 10.00; its whole steps are what may be paid. What is paid is whole: a
// bucket is split over people in whole steps, with the sum of a person's
// entitlements as weight, and each person's part is split over that person's
// claims in whole minor units. So claims stay in whole minor units, an
// until_paid claim can be paid to the last one, and no dust is left that
// nobody can be paid.
//
// Because the first split is over people, cutting one contribution into many
// gains nothing, and a distribution over a million claims costs one pass.
//
// # Invariants
//
//  1. Lines and residue add up to the pot, for every equation and input.
//  2. No until_paid claim is ever paid above its value, over any number of
//     distributions; a claim that is paid up to its premium or cap gets the
//     last minor unit and then nothing.
//  3. The order of contributions and of people in the ledger decides no amount.
//  4. Under proportional division a line is within one step of the exact
//     share; no weight, no line; equal weights differ by at most one step.
//  5. A Session gives what a fresh run gives, whatever it computed before.
//  6. The payments on a bucket's claims add up to its share lines, and each
//     person's payments to what that person's claims earned.
//  7. Claims.Add and Claims.Remove of one result leave a set of claims as it
//     was; result and Reversal add up to zero, line by line.
//  8. Under base whole, without caps and leftovers that flow on, the sequence
//     of buckets decides nothing; under remaining it is part of the version.
//  9. Canonical is a fixed point: reading it back gives the same text and hash,
//     and spelling does not change the hash.
//  10. For each bucket with rules and no deliverables in its filter, every contribution is
//     claimed, held or dropped, with a reason: nothing disappears.
//  11. Balanced pay with constant scores converges to equal pay per score, and
//     pays nobody a negative amount.
//  12. Blocks bring back the ledger they were made of; a damaged one is refused.
//  13. A Derivation explains the whole line: its claims are the payments, and a
//     contribution without payment has a reason in WhyNothing.
//  14. Everything above is what package recompute computes independently.
//  15. An exit takes from the claims of the person who left, on what was
//     contributed before, and from nobody else; without it every claim counts as
//     before. No stored claim is rewritten by it.
//  16. A bucket with a game is divided by the Shapley values of its receivers,
//     rounded once.
//
// # Measured
//
// On two cores, a million contributions of ten thousand people under five
// buckets and twelve rules take some 0.3 s cold and 0.1 s when only the
// equation changed; go test -bench Distribution ./contribution/equation
// reproduces it.
package equation
