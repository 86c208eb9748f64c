// Package journal is the append-only, provable record of every act.
//
// Each act appends one canonical record (RFC 8785 JSON): who, what, when, the
// public content, and salted commitments to the private content. Its hash is a
// leaf of the commons' Merkle tree (RFC 6962 hashing, golang.org/x/mod/sumdb/tlog);
// tree heads are signed notes; hashes are kept and served as C2SP tiles.
//
// Invariants
//
//  1. Entries of a commons are numbered 0, 1, 2, ... without a gap, in the
//     order in which the acts happened.
//  2. The tree is never ahead of the durable entries, and no checkpoint is
//     signed that does not extend the last one.
//  3. A private field appears in the tree only as
//     SHA-256(domain || 32-byte random salt || bytes); erasing the text and
//     the salt leaves every proof valid.
//  4. An entry is at most 65,535 bytes; larger content is attached by hash.
package journal
