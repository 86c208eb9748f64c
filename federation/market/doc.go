// Package market is the federated marketplace of FEP-0837: proposals, the offers
// that answer them and the agreements they become, as documents of ActivityPub,
// and the rules that hold between them. It has no clock, no network and no database.
//
// # Invariants
//
//  1. What is written reads back as it was.
//  2. An offer fits a proposal when its first commitment satisfies the primary
//     intent and its second the reciprocal one, and its quantities are those of
//     the proposal: the same, or one whole multiple on both sides where the
//     proposal is unit based, and no more than is available.
//  3. A finalized agreement has identifiers and says of quantities what the offer said.
//  4. A rule accepts nothing that is short, nothing of an actor it does not name, and
//     of no actor more than its bound; without a rule somebody is asked.
//  5. A payment link (FEP-0ea0) is https or payto, whoever wrote it.
package market
