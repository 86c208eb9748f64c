// Package match proposes which open items the lines of a bank statement settle:
// claims, commitments, invoices, or events that somebody already recorded by
// hand. It decides nothing: a person looks at every proposal, and may choose
// another.
//
//	for _, p := range match.Propose(lines, items, match.Options{}) {
//		if p.Chosen >= 0 { ... p.Candidates[p.Chosen].Items ... }
//	}
//
// A payment and an item belong together by points:
//
//	amount      40  the same to the last millionth
//	            10  less than is open (a part), or more
//	reference   40  a reference of the item is the payment's, or stands in its text
//	            15  likewise, but it is so short that it may be chance
//	account     25  an account of the other side is the one of the item
//	name     0..20  alike by the optimal string alignment distance of the sorted words
//	day      0..15  the nearer the better
//
// Without the same amount or a reference, two things are no candidates, nor are
// they with opposite signs or different units. Several items that a payment
// names and pays exactly are one candidate.
//
// # Invariants
//
//  1. The order of lines and of items changes no proposal.
//  2. No item is chosen for two payments, and no payment gets two candidates.
//  3. A tie is left to a person: nothing is chosen where another choice has as
//     many points.
//  4. Each candidate's score is the sum of the points of its reasons, at most 100.
//  5. What is nearer, more alike or better named never has fewer points.
package match
