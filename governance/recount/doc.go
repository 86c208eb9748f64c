// Package recount is the audit package of a count: all that its result follows
// from, in one file, and the recount that anybody makes from it alone.
//
// The package holds the settings, the frozen roll without names, who trusted
// whom, the ballots, the seed of the lot, and the result with its stages. Of a
// secret vote the ballots name nobody; of an open one each names its voter, and
// who votes for whom is settled again as well.
//
//	data, err := recount.Of(election, nil).Seal()
//	again, err := recount.Check(data)
//
// The ballots of a secret vote can have receipts: a line that its voter finds with
// a token that nobody else has (Token, Receipt, Package.Find). Whoever may be put
// under pressure to show how they voted is better off without: a receipt that
// proves something to its voter proves it to a buyer as well.
//
// A package is canonical JSON: the fields in order, a line for each voter and
// ballot, ballots sorted. Signatures are made of its bytes, elsewhere.
//
// # Invariants
//
//  1. A recount agrees with what was sealed, byte for byte.
//  2. Changing, dropping or adding a ballot, a voter or a setting so that the
//     result is another is found; so is any other spelling of the same package.
//  3. What the roll says in sum follows from its lines.
//  4. Every voter finds the own line with the token, and nobody else's; lines stand
//     in an order that says nothing of when they were cast.
//  5. No package makes a recount panic.
package recount
