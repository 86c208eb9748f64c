// Package intake is what foreign books become before a commons takes them in:
// lines of bank statements and entries of plain-text journals, in one neutral
// form, checked and with exact amounts. It decides nothing and stores nothing.
//
// Statements come from the readers below this folder, one record at a time:
//
//	for record, err := range camt.Read(file) {           // ISO 20022 camt.053
//	for record, err := range mt940.Read(file) {          // SWIFT MT940
//	for record, err := range banktable.Read(file, m) {   // a bank's CSV
//
// each *Opening, then its *Lines, then its *Closing. Collect gathers a whole
// file, or refuses it whole. Journals (hledger, Ledger, Beancount) come whole,
// because a balance assertion may speak of any entry before it:
//
//	journal, err := plaintext.Read(fsys, "main.journal", plaintext.Options{})
//
// Recognize tells which lines are known from an earlier file, of whatever
// format; package match proposes what the other lines pay.
//
// # Invariants
//
//  1. Amounts are exact. What cannot be held exactly is refused with its line.
//  2. Nothing is dropped in silence: each booked movement of a file is a Line
//     or a fault with its line. What is not booked yet is no movement.
//  3. Where a file states balances, opening plus lines is closing, or there is
//     a fault that names the difference.
//  4. A Line's Fingerprint and Nth depend on account, day, amount and unit
//     only, which all formats state. Reading the same movements again, from
//     another format, in another order or from an overlapping file gives the
//     same ones.
//  5. Recognize pairs no line twice, does not depend on the order of lines, and
//     never pairs two lines that contradict each other.
//  6. Text is valid UTF-8 on one line, without control characters or direction
//     overrides, and bounded.
//  7. Memory grows by some bytes a line of the file at most, never with the
//     length of one line or element.
package intake
