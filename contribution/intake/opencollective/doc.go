// Package opencollective reads the transactions that Open Collective exports
// as CSV, with the platform's default columns or its older ones.
//
// Each movement of money is a group of rows: the money itself and, since 2024,
// one row for each fee, tax and tip; in older rows the fees stand in columns of
// the main row. Both become lines of one Money. A fee that is given both ways
// is counted once, and refused when the two disagree.
//
// Signs are seen from the row's account. A refund is a Money of its own, in the
// other direction, whose returned fees are negative lines. E-mail columns are
// personal data and not read; the balance column is often empty and not read.
//
// Rows of one group may lie up to Window groups apart (exports are sorted by
// time, so they are neighbors); a row that comes later is an error of its line.
// Rows of accounts that Options does not name are skipped: they are the other
// half of a pair.
package opencollective
