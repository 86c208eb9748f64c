// Package creditcommons speaks the protocol of the Credit Commons, as its nodes
// of version 0.9 and Komunitin do: what two neighboring ledgers of a tree say to
// each other, and how each holds the other to it.
//
// A tree of ledgers has a trunk; each node has at most one neighbor towards it
// (trunkward) and any number away from it. A transaction between members of
// different nodes stands on every ledger of the path, in the unit of each. An
// account is named by a path, such as "trunk/branch/alice".
//
//	w, err := creditcommons.ParseWorkflow("_P+PC-") // the payee asks, the payer approves
//	h := creditcommons.Last(old, tx)                // what the neighbor shows next time
//
// Amounts travel as numbers of JSON and are read exactly, to the millionth; none
// is ever a float here. The hash of the chain takes the number's text, so it is
// written in one way only: without an exponent and without zeros at its end.
//
// The chain is MD5 over the last hash and the entries that the neighbor sees. It
// is no security: whoever saw the last hash can pose as the neighbor. Use it over
// TLS alone, with a neighbor whose account has narrow caps, and prefer credit/relay.
//
// Sources: the reference node of the Credit Commons (version 0.8 and 0.9) and the
// part of it that Komunitin implements.
//
// # Invariants
//
//  1. What is read is what is written again; what is not understood is refused.
//  2. No amount is rounded but where a rate says so, half to even at six places.
//  3. Two ends of a chain that saw the same come to the same hash, and to another
//     one as soon as anything of it differs.
//  4. A payment request becomes a debit by its payer alone.
package creditcommons
