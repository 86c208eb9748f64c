// Package quickadd reads one line as people say it: "2.5h sanding the frame
// yesterday", "90 min meeting last tuesday #workshop @noor", "€12.50 screws",
// "3 kg apples", in English, Dutch, German, French and Spanish.
//
//	got := quickadd.Parse("2,5 uur schuren gisteren", language.Dutch, now, zone, known)
//	got.Draft.Quantity // 2.5 hour
//	got.Spans          // what each piece was taken for, with its place in the text
//	got.Doubts         // what was not understood, in words for the writer
//
// # Invariants
//
//  1. Spans are in the order of the text and do not overlap; every word that
//     is in no span is in the note (or the subject, for goods).
//  2. A day without a year is the most recent one that is not in the future;
//     "last tuesday" is before today, "tuesday" may be today.
//  3. Nothing is guessed silently: two readings, two quantities, an unknown
//     name or a day to come is a doubt.
package quickadd
