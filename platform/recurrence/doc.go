// Package recurrence says when something happens again and again: a rule of
// RFC 5545 with its first occurrence on the wall clock of a zone.
//
//	r := recurrence.Rule{RRule: "FREQ=MONTHLY;BYMONTHDAY=1", Start: "2026-03-01T09:00", Zone: "Europe/Amsterdam"}
//	next, err := r.Next(now, 3)
//
// Occurrences are computed on that clock and only then become instants: nine
// o'clock stays nine o'clock when clocks change, a time that a change skips moves
// forward by the length of the gap, and one that comes twice is taken once.
//
// # Invariants
//
//  1. Windows that touch give each occurrence exactly once.
//  2. Rules repeat by days or longer, and none runs without end.
package recurrence
