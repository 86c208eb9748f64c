// Package ballotfile reads and writes the files in which elections are handed
// on: BLT (OpenSTV, OpaVote and most programs for transferable votes), the tally
// sheets of Debian, and PrefLib (soc, soi, toc and toi, in the format of today
// and that before 2022).
//
//	file, err := ballotfile.Read(data)
//	result, err := tally.Count(file.Election())
//
// A file that is malformed is refused whole, with the line. What a file says of
// its own size must be true.
//
// # Invariants
//
//  1. What is written is read back as the same election, or is refused: as BLT
//     mark for mark, as PrefLib with the gaps between ranks closed.
//  2. No input makes a reader panic, and a file that is read can be counted.
//  3. Names are never mangled: a file that is not UTF-8 is ISO 8859-1.
package ballotfile
