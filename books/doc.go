// Package books is the commons' open books: what it shows, exports and proves.
//
// ExportLog writes the whole log of a commons as an archive: a folder or a zip
// file of plain files that anybody can keep, mirror and check offline, with
// package verify (commonweal verify ARCHIVE) or by hand:
//
//	README.txt      how to check the archive with standard tools
//	key             the public key of the log (a vkey of golang.org/x/mod/sumdb/note)
//	checkpoint      the signed head: origin, size, root (C2SP tlog-checkpoint)
//	leaves.txt      line n+1 is SHA-256(0x00 || entry n), in hexadecimal
//	entries.jsonl   line n+1 is entry n
//	balances.jsonl  first {"size":S}, then what the database holds of every
//	                resource after the first S entries, by id
//	private.jsonl   only on request: what opens the sealed fields, or that they were erased
//	blobs/SHA256    attachments
//
// # Invariants
//
//  1. The same state gives the same bytes: no export time, no machine, no order of a map.
//  2. An archive is there whole or not at all.
//  3. An archive verifies, and one with any byte changed does not.
//  4. Without the request for private fields nothing private is in it.
//  5. A long export holds up nobody who reads the books, and says what they were
//     when it began.
//  6. Whoever may not ask for an export may not have it when somebody else did.
package books
