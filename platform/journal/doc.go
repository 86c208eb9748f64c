// Package journal is the append-only, provable record of every act.
//
// Each act appends one canonical record (RFC 8785 JSON on one line): who, what,
// when, the public content, and salted commitments to the private content. Its
// hash is a leaf of the commons' Merkle tree (RFC 6962 hashing, by
// golang.org/x/mod/sumdb/tlog).
//
//	seq, err := journal.Append(tx, journal.Record{
//		Act: "contribution.log", By: who.Agent,
//		Public: public, Sealed: map[string]string{"note": note},
//	})
//
// Tree heads are signed notes (C2SP tlog-checkpoint, Ed25519); hashes are kept
// and served as tiles of 256 (C2SP tlog-tiles), under the address of the commons:
//
//	/c/{commons}/log/checkpoint              the signed head
//	/c/{commons}/log/key                     the public key
//	/c/{commons}/log/tile/<L>/<N>[.p/<W>]    hashes
//	/c/{commons}/log/tile/entries/<N>[.p/<W>]  entries, each after its length in 16 bits
//	/c/{commons}/log/consistency/<old>/<size>  the proof that one tree is the beginning of the other
//	/c/{commons}/log/blobs/<SHA-256>         an attachment
//
// The origin of a log is NAME/c/COMMONS, where NAME belongs to the key and stays
// when the host moves or the key is changed. A change of key is an entry of the
// log itself, journal.key.
//
// # Invariants
//
//  1. Entries of a commons are numbered 0, 1, 2, ... without a gap, in the
//     order in which the acts happened.
//  2. The tree is never ahead of the durable entries, a log that was changed
//     from outside is not extended, and no checkpoint is signed that does not
//     extend the last one.
//  3. A private field appears in the tree only as
//     SHA-256(domain || 32-byte random salt || bytes); erasing the text and
//     the salt leaves every proof valid, and nothing of them in the database file.
//     (SQLite overwrites them at once; PostgreSQL when it next vacuums the table.
//     Write-ahead logs and backups keep them until they are recycled.)
//  4. An entry is at most 65,535 bytes; larger content is attached by hash.
//  5. An entry holds no control character but tab and line breaks, and no
//     number that a double could not hold exactly; amounts are texts.
package journal
