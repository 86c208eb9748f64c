// Package table reads delimited text as people export it: with or without a
// byte-order mark, UTF-8, UTF-16 or Windows-1252, commas, semicolons, tabs or
// bars, quotes or none. Rows come one at a time with the line they start on.
//
// # Invariants
//
//  1. A row has its header's cells or is an error; no cell is invented.
//  2. Memory is bounded: a row of more than MaxRow bytes ends the reading.
//  3. Text is valid UTF-8 without NUL, or the row is an error.
package table
