// Package contribution is open value (contributory) accounting: people log
// what they gave, peers evaluate it, value equations say how income flows back
// to everyone who contributed, and every line of a payout explains itself.
//
// The loop: log → validate → evaluate → weigh → roll up → distribute → book →
// explain. A contribution is an economic event of the vocabulary plus what the
// practice needs to know of it (kind, stream, state, value basis). Open value
// networks call the result fluid equity; the reference for value equations is
// the network resource planning system of the first such network.
//
// Invariants
//
//  1. A logged contribution is a claim; only a validated one is valued.
//  2. Nothing is edited in place: a correction is a new contribution that
//     names the one it replaces, which then counts no more.
//  3. Nobody validates their own contribution.
//  4. Lines plus residue of a distribution are its pot, exactly.
//  5. No claim of kind until_paid is ever paid more than it is owed.
//  6. The same income is never distributed twice.
//  7. A reversal restores every claim and every account, line by line.
//  8. Karma cannot be transferred.
//  9. The same source imported twice adds nothing.
//  10. A distribution can be recomputed from the export alone.
//  11. So can an evaluation round: its panels from the lot, and its result from
//     the answers that are opened when it closes. Of a round that never
//     publishes names the result follows from its marks, which stand in the
//     log in heaps without judges.
package contribution
