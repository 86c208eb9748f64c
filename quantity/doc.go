// Package quantity holds exact amounts, units of measure and fair division.
//
// An Amount is an int64 count of millionths of its Unit. No float ever touches
// an amount; multiplication and division go through 128 bits or math/big and
// say how they round; overflow is an error, not a wrap.
//
//	hours, err := quantity.Parse("2.5", "hour")    // 2,500,000 millionths
//	pay, err := hours.MulDiv(12, 1, quantity.Down) // still hours: 30
//
// Units come from the Ontology of units of Measure (OM 2); currencies are the
// codes of ISO 4217 with their minor units; credits and other units of a
// commons are registered by name. The unit table says for each unit its OM
// identifier, its dimension and its exact factor to the coherent unit of that
// dimension (see Lookup and Convert).
//
// People read and write amounts in their own language (Format, ParseLocal,
// ParseDuration); the log, exports and the API use canonical decimals
// (Amount.Decimal, Parse).
//
// Fair division follows the method of largest remainder with a published,
// order-free tie rule (Apportion, Split); pots that are paid out again and
// again use Cumulative when the weights stay and Carries when they change.
//
//	ties := quantity.TieKeysFor("pot-2026-03", []string{"ada", "ben", "chi"})
//	cents, err := quantity.ApportionInt64(3000, []int64{3600, 500, 400}, ties)
//	// 2400, 333, 267
//
// # Invariants
//
// Division of B units by weights w with the sum W:
//
//  1. Shares add up to B for every B and any weights with W > 0. W = 0 and a
//     negative or missing weight are refused.
//  2. Quota: each share is the exact share B·w/W rounded down or up.
//  3. Order: permuting the receivers permutes the shares.
//  4. Weight zero receives zero; equal weights differ by at most one unit.
//  5. Scaling all weights changes no share.
//  6. Raising one weight alone never lowers that share. (A larger total may
//     lower a share: this is why running pots have rules of their own.)
//  7. Removing a receiver with his share and dividing the rest again changes
//     each other share by at most one unit.
//  8. Dividing over groups first and in them afterwards equals the flat
//     division up to rounding: at most two units apart for each receiver.
//  9. Splitting one receiver in two gains the pair at most one unit.
//
// Running pots:
//
//  10. Cumulative: payments are never negative, add up, and depend only on the
//     total: ten payments of 10 equal one of 100.
//  11. Carries: payments are never negative, add up, and carries always add up
//     to zero; state survives storing.
//
// Amounts:
//
//  12. Converting there and back returns the amount within the rounding of
//     one step; conversion within a dimension composes.
//  13. What Format writes, ParseLocal reads as the same amount or refuses as
//     ambiguous; with Plain it always reads it.
//  14. Arithmetic equals that of math/big, or is refused.
//  15. Shares can be recomputed: a second program, written from the published
//     rule alone, gives the same ones.
package quantity
