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
// dimension.
//
// Fair division follows the method of largest remainder with a published,
// order-free tie rule (see Apportion); running pots use cumulative division
// (Sainte-Laguë) so that increments are never negative.
package quantity
