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
// How a group runs. The acts that wait run one after the other in one
// transaction, without savepoints. Rows given to Tx.Append are kept in memory
// and written many a statement, tables in the order of their creation; so an
// act that only appended can fail alone: its rows are dropped. PostgreSQL gets
// the rows of an act that appends thousands while the act goes on, by COPY on a
// goroutine of the store; whatever else the group asks of the database waits
// until they have arrived, and the commit is the group's as ever. When an act
// fails after it changed rows in the database, the transaction is rolled back
// and the acts before it, the act, and the acts after it run again apart; when
// a pending row breaks a constraint, nobody knows whose it was, and the halves
// of the group run again. Acts are therefore functions that may run more than
// once; everything they do goes through their Tx.
//
// An error of the database makes its act fail even when the act overlooks it.
// While PostgreSQL is away, acts wait up to half a minute and then fail as
// fault.Unavailable; a commit whose answer was lost is looked up by the number
// of its transaction.
//
// Two engines. SQLite serves one process: one writer, several readers, a lock
// file. PostgreSQL 15 or later serves any number of processes: a group first
// locks the row of its commons. Statements are the same text for both; engine
// is the interface of what differs.
//
// Sources: the pragmas, and why, from sqlite.org/wal.html and
// sqlite.org/pragma.html; isolation and SQLSTATEs from the PostgreSQL manual,
// chapter 13 and appendix A; whether a broken commit happened from its
// function pg_xact_status.
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
//     storetest.Guard checks the texts.
//  5. Tx.Now never goes back within a commons, whatever the machine's clock does.
//  6. What Rows answers an act is what the database would answer it.
package store
