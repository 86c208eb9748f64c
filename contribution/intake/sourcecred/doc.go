// Package sourcecred reads data/ledger.json of a SourceCred instance, with one
// event a line or as one array: who has which identity, and who was paid how
// much grain.
//
// Scan reads a ledger once for its identities: names as last changed, aliases,
// and merges. Read yields a Payout for each receipt of a distribution and each
// transfer, of the identity that a merge left, when it is given what Scan
// found. Amounts are whole numbers of 10^-18 grain; what is finer than a
// millionth is kept beside the amount as its remainder, so that nothing is lost.
//
// Graph drafts contributions from the authorship edges of an instance's graph.
//
// What moves no grain (identities, aliases, activation, settings of the
// instance) and receipts of zero are read and checked but yield nothing.
// An event before the one above it, a repeated identifier, and a distribution
// whose receipts are not its budget are errors of that event.
package sourcecred
