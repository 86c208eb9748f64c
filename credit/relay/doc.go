// Package relay is how a payment goes from one community to another that does
// not know it, over communities that know each other: what they say, how they
// sign it, and what each may count on.
//
// Two neighbors keep an account for each other. A payment from Ada in A over B
// to Dirk in D moves in A from Ada to the account of B, in B from the account of
// A to that of D, in D from the account of B to Dirk; each in its own unit. It
// takes two phases:
//
//	A ──reserve──▶ B ──reserve──▶ D     each reserves in its own ledger
//	A ◀──receipt── B ◀──receipt── D     each vouches for it
//	A ───posted──▶ B ───posted──▶ D     and says what became of it
//
// Of the two ends of a link the one that is nearer to the payer decides, by its
// own clock alone: where the other's receipt arrived in time the link is posted,
// else it has lapsed. It says so in a message that both logs keep, so that both
// always come to the same. Deadlines grow towards the payer, so that whoever
// hears of a receipt in time has time left to pass it on. What ran out while a
// host slept it still takes when it wakes: who slept carries it, not the neighbor
// who spoke in time.
//
//	cost, err := relay.Rate{Ours: 3, Theirs: 2}.Cost(5_000_000) // 7.5 of ours for 5 of theirs
//
// Messages between two neighbors are numbered, and each names the hash of the
// one before it: whoever changes, drops, repeats or forks one is found. Their
// bytes are JSON as RFC 8785 writes it, signed with Ed25519; a neighbor changes
// its key by a message signed with the old one.
//
// Sources: two-phase commit and the hashed timelocks of payment networks
// (growing deadlines), the Interledger protocol (conditions, quotes computed
// backwards), the mirrored ledgers of the Credit Commons.
//
// # Invariants
//
//  1. Both ends of a link come to the same: posted with the same two amounts, or
//     lapsed; whatever is dropped, repeated, delayed or put in another order.
//  2. When everybody answers in time, the whole path posts or the whole path lapses.
//  3. Who answers in time carries no loss: what it passed on it is given.
//  4. What stands in the accounts of neighbors never leaves the caps, of one and of
//     all together, with what is reserved.
//  5. Nobody on a path loses by rounding, and who goes there and back gains nothing.
//  6. A message counts once. One that was changed, forged, repeated with another
//     content, or that forks the chain changes nothing and is told from the others.
package relay
