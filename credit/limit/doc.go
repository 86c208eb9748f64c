// Package limit is how far an account of mutual credit may go either way: the
// policies of communities as data, and the band that follows from them for one
// account. It is pure: figures and moments come in, a band and why come out.
//
//	p := limit.Policy{Line: 20, Above: &limit.Fraction{Of: 2, In: 1}}
//	p.Decide(limit.Basis{}).Band // from -20 to 40
//
// A policy gives a line: how far below zero an account may go. The line is one
// amount for all of a group, or follows what the account sold lately; it grows
// with what the account is paid; and the ceiling is a multiple of it. What the
// commons decided for one account overrides all that. The order is fixed:
//
//	fixed or turnover  →  growth  →  decision  →  soft band inside
//
// Receipts count by partner, and a partner only up to a cap, so that two friends
// who pay each other back and forth gain no more than that cap gives. What was
// taken back counts as if it had never been paid.
//
// Sources: T. H. Greco, The End of Money and the Future of Civilization (2009),
// on lines of credit that follow sales; LETS and time banks on limits both ways;
// Komunitin on credit limits that rise with what was received.
//
// # Invariants
//
//  1. A floor is never above zero and a ceiling never below, whatever comes in.
//  2. The line lies within the least and the most of its policy, in whole steps;
//     more receipts never lower it.
//  3. What one partner pays counts up to the cap and not beyond.
//  4. Taking a receipt back leaves what there would be without it; the order of
//     receipts does not count.
//  5. Whoever is paid more is never worse off: growth only falls when a receipt is
//     taken back, and never passes its most.
//  6. A decision of the commons holds as it was decided, until it ends.
//  7. No line depends on how long a balance stood, nor on which side of zero:
//     the same figures give the same band at any time.
package limit
