// Package timesheet reads hours from delimited text: a spreadsheet's export or
// that of a time tracker. Which column means what is a Template, made by Guess
// from the header and saved by the commons.
//
//	head := table.Open(...)             // header of the file
//	template, notes := Guess(r.Header)  // what the columns seem to mean
//	for record, err := range Read(file, "march.csv", template) { ... }
//
// Dates are read in the order that the template says. Without one, a date that
// can be read two ways ("03/04/2026") is refused with both readings. Durations
// are read as quantity.ParseDuration does ("1:30", "1,5", "90 min"); what has
// no exact count of millionths of an hour is rounded there, by at most two
// milliseconds. Rows without a duration take it from their start and end, on
// the clock of the template's zone.
//
// A row's key is made from what it says (person, day, times, hours, project,
// task, note), or from the tracker's own identifier where there is a column
// for it. Exporting again in another encoding, order of columns or rows gives
// the same keys.
package timesheet
