// Package store is the one door to the database, SQLite or PostgreSQL.
//
// A commons is one ordered lane of writes. Write puts an act into the lane of
// its commons; the lane runs the acts that wait, one after the other, inside
// one database transaction, seals their journal entries, commits once, and
// only then answers all of them. Reads never wait for lanes.
//
//	id, err := store.Write(ctx, db, store.Command{Commons: c, Key: key, Ask: ask},
//		func(tx *store.Tx) (store.ID, error) { ... })
//
// Invariants
//
//  1. An act that returned without error is durable; an act that returned an
//     error changed nothing.
//  2. Acts of one commons happen one after the other, in the order of their
//     journal entries, whichever process runs them.
//  3. The same key with the same ask gives the first result and does nothing;
//     the same key with another ask is refused.
//  4. Every statement names commons_id, and a Tx or Snapshot of one commons
//     can only be asked about that commons ($1 is bound by the store).
//  5. Tx.Now never goes back within a commons, whatever the machine's clock does.
package store
