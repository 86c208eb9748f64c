// Package sheets reads and writes the files of a clearing round: registers of
// obligations and lines of credit in, set-offs, remainders and the certificate
// out, as delimited text that any spreadsheet opens.
//
//	id,debtor,creditor,amount,due
//	2026-014,Ada,Bas,125.00,2026-03-31
//
// Columns go by the names in the header, in any order; others are ignored.
// Amounts are decimals of at most six places in one unit. Files are read one
// row at a time; what is written stands in the order of the round, so that the
// same register in another order gives the same bytes.
//
// # Invariants
//
//  1. A file with a bad line is refused whole, and every bad line is named up
//     to MaxFaults, with what would be right.
//  2. What is written of a round, read again, is the same round.
//  3. A file of a round that was changed in any cell is refused at that line.
//  4. Reading takes memory for the obligations only, however long the lines.
package sheets
