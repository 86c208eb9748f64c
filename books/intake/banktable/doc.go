// Package banktable reads the tables of movements (CSV) that banks and payment
// processors let their customers download. A Map says what stands in which
// column; the maps of well-known banks are ready (Ready) and found by the
// header of a file:
//
//	statements, err := intake.Collect(banktable.Read(file, banktable.Map{}))
//
// For any other table Suggest proposes a map by the names of the columns, which
// a person completes.
//
// Rows are lines of one statement until the account changes. Signs come from
// one of three conventions: one signed column (Amount); one column of sizes and
// one that names the side (Amount and Side); or two columns of sizes (In and Out).
// Tables state no opening and closing balance; where a column states the
// balance behind each row, each row must follow from its neighbor.
//
// Skipped by rule: empty rows, and rows whose status says that they are not
// booked (Map.Unbooked).
//
// # Invariants
//
//  1. A row is a line, is not booked yet, or is a fault with its line and column.
//  2. The order of columns, their quotes and the encoding of the file change no line.
//  3. Nothing is guessed: an amount is read with the decimal mark of the map,
//     and a day that can be two is refused.
package banktable
