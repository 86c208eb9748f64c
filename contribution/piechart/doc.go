// Package piechart writes and checks pie-chart.json of the Open Value Network
// licence (draft 0.1), which carries the shares of a work's contributors next
// to the work.
//
// # Invariants
//
//  1. The shares of a document that New makes add up to exactly 100, nobody's
//     is 0, equal weights differ by at most one unit of the last digit, and
//     the order in which contributors are given changes nothing.
//  2. Whatever New makes and Encode writes, Validate accepts, and Decode reads
//     back the same.
//  3. Equal content gives equal bytes.
package piechart
