// Package intake turns foreign material into records that a commons can take
// in: drafts of contributions, money in and out, scores of a past evaluation,
// and past payouts.
//
// A source (a folder below: gitlog, timesheet, praise, sourcecred,
// opencollective) is a sequence. It yields one Record at a time, so that a
// file of a million lines needs no more memory than a file of ten; a bad line
// yields a *fault.Error with its line, field and value, and reading goes on.
//
//	for record, err := range timesheet.Read(file, template) { ... }
//
// Survey runs a whole sequence without changing anything: it counts, totals,
// lists the bad lines, and lists the identities of the source that the
// mapping table does not know yet. What people type by hand (quickadd) and
// what repeats by itself (recurring) makes drafts of the same shape.
//
// # Invariants
//
//  1. A record's Key depends on its content and its source only: reading the
//     same material again gives the same keys, so importing it twice adds
//     nothing. Two equal rows of one file are two records with two keys.
//  2. No line is dropped in silence: every line of a file is a record, part of
//     a record, or an error that names it. What a format skips by its own rule
//     (an empty line, the other half of a pair) is the only exception, and
//     each source's documentation lists it.
//  3. Amounts are exact. A number finer than a millionth of its unit is
//     refused or reported as a remainder, never rounded in silence; only a
//     duration in minutes or seconds becomes the nearest millionth of an hour,
//     which is at most two milliseconds off.
//  4. Nothing here decides who a person is or what anything is worth: an
//     identity stays the source's until the mapping table names the person,
//     and every contribution is a draft until somebody validates it.
//  5. No input, however broken, makes a source panic, run without end or
//     allocate without bound.
package intake
