// Package plaintext reads the journals of plain-text accounting: hledger,
// Ledger and Beancount, as far as the files of real people go.
//
//	journal, err := plaintext.Read(fsys, "2026.journal", plaintext.Options{})
//
// Of hledger 1.25 and Ledger 3 (https://hledger.org/1.25/hledger.html,
// https://ledger-cli.org/doc/ledger3.html): transactions with both dates, status, code,
// payee and note; postings, virtual ones too; amounts in any style; prices @
// and @@, and lots {}; amounts left out, and exchanges between two commodities;
// assertions =, ==, =* and assignments; comments with tags; the directives
// account, commodity, decimal-mark, D, P, payee, tag, year, alias, apply
// account, comment and include.
// Of Beancount 2 (https://beancount.github.io/docs/beancount_language_syntax.html):
// all directives; arithmetic in numbers; costs that name their number; tags, links
// and metadata, pushed ones too; pad and balance with Beancount's tolerances.
//
// What makes entries that are not in the file is refused by its name, since it
// would be dropped otherwise: periodic and automated transactions (~, =), value
// expressions, time clock lines, Beancount lots that the program finds ({}), and
// Beancount's plugins but those that only check. So is whatever is unknown.
// Journal.Ignored names what means nothing for the books: options, notes, events,
// queries and documents.
//
// # Invariants
//
//  1. Totals per account and commodity are those of hledger, or of Beancount,
//     for the same file.
//  2. What our own books export reads back as the same entries.
//  3. Each entry balances at cost within the tolerance that its format allows,
//     which is shown by its Weights. Amounts are exact: only one that a Beancount file leaves
//     out is rounded, as Beancount rounds it. One finer than a millionth is refused.
//  4. Balance assertions are checked as the format checks them: hledger by day,
//     Ledger in the order of the file, Beancount at the start of the day.
//  5. Included files are those that fs.FS has; nothing else of the machine is read.
//     Files, lines, entries and depth are bounded.
//  6. Whatever the bytes, reading ends with a journal or with faults that name
//     their lines.
package plaintext
