// Package verify checks the archive of a commons' log offline: without the
// host, its database or a network. It trusts nothing in the archive but the
// signature, and that only by a key the reader trusts.
//
//	report, err := verify.Archive(ctx, fsys, verify.Options{Keys: []string{vkey}})
//
// It proves, in this order, and stops at the first breach:
//
//  1. the checkpoint is signed by the key, with a Policy cosigned by enough
//     witnesses, and continues the checkpoint that the reader kept (Since);
//  2. the leaf hashes have the root of the checkpoint (RFC 6962);
//  3. every entry is canonical, has its number, its commons and a time that does
//     not run back, and hashes to its leaf;
//  4. every attachment is there and is what its entry says;
//  5. every private field that the archive opens is what was sealed;
//  6. the key that signed is the one that the log itself announced last;
//  7. every economic event obeys the rules of package vf, and other rooms' Rules hold;
//  8. every balance in the archive is what the events add up to.
//
// A breach is a *Breach: it names the first bad entry, its act, the rule, what
// was expected and what was found. Its codes are those of journal, vf and
// the rules of rooms, and books.*, which are listed at the functions that give them.
//
// # Invariants
//
//  1. An archive that ExportLog wrote verifies.
//  2. An archive in which any byte of any file was changed does not, but for
//     README.txt and signatures by keys that the reader does not know; and when
//     an entry was changed, dropped, inserted or swapped, the breach names it.
//  3. Memory grows with agents, processes, resources and events (any event may
//     still be corrected; about 600 bytes each), never with the size of entries,
//     texts and attachments, and no input makes it grow otherwise.
package verify
