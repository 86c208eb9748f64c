// Package mt940 reads customer statements in the format of SWIFT's message
// MT 940, as banks give them to their customers: with the blocks of the network
// around them or without, and with the texts of Dutch and German banks in
// field 86.
//
//	statements, err := intake.Collect(mt940.Read(file))
//
// Fields (SWIFT User Handbook, Category 9):
//
//	:20:  reference of the statement     begins one
//	:25:  account                        an IBAN also with a BIC before or a currency behind it
//	:28C: number/page
//	:60F: :60M: opening balance          first page; M: a later page
//	:61:  a movement                     value day, day booked, mark, amount, kind, references
//	:86:  its text
//	:62F: :62M: closing balance
//
// Marks are C and D, and RC and RD for what takes one back: a reversed credit
// (RC) goes out, a reversed debit (RD) comes in. The day booked has no year; it
// is the one nearest to the value day.
//
// The text of :86: is one of
//
//   - German (ZKA/DK): a code of three digits, then subfields ?20–?29 and
//     ?60–?63 (purpose, itself with SEPA words such as EREF+ and SVWZ+), ?31
//     (account) and ?32–?33 (name);
//   - Dutch: /EREF/, /REMI/, /CNTP/, /NAME/ and the like; a slash within a
//     text is text unless it encloses one of these words;
//   - Dutch with labels: "IBAN: … NAAM: … OMSCHRIJVING: …";
//   - of ASN and SNS: a first line with the account and name that stand in :61: too;
//   - anything else, as written.
//
// Skipped by rule: what stands before the first :20: of a file or between
// statements, available and forward balances (:64:, :65:), and a :86: that belongs to
// the whole statement.
//
// # Invariants
//
//  1. Whatever the bytes, reading ends with records or faults.
//  2. A movement written with the texts of any dialect gives the same day,
//     amount and sign.
//  3. The words of a text are kept: a dialect decides where they stand.
package mt940
