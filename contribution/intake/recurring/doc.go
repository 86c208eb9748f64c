// Package recurring expands what is contributed again and again ("every Monday,
// two hours, market stall") into drafts that are due.
//
// A rule is an RRULE of RFC 5545 with its first occurrence on the wall clock of
// a zone. Occurrences are computed on that clock and only then become instants:
// nine o'clock stays nine o'clock when clocks change, a time that a change
// skips moves forward by the length of the gap, and one that comes twice is
// taken once.
//
// # Invariants
//
//  1. Windows that touch give each occurrence exactly once, and their keys are
//     made from the rule and the wall clock: expanding twice adds nothing.
//  2. Rules repeat by days or longer; at most Most occurrences come from one
//     window, and no rule runs without end.
package recurring
