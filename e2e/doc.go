// Package e2e holds no code, only proof: its tests build the program, start it
// as its operator would, and use it as people do, in a real browser, over
// HTTP, and by killing it.
//
// What they hold it to:
//
//  1. A newcomer comes from the first link to a payout that they check offline,
//     on a wide screen, on a phone, and without JavaScript.
//  2. Every page on the way meets WCAG 2.2 AA in light and in dark, fits the
//     width of the screen, and says nothing in the browser's console.
//  3. Every acknowledged act is there after the process, or the database, was
//     killed under load or in the middle of long work, and after the clock was
//     set back; none is there twice, none is half there, long work goes on to
//     its end, and the exported books verify.
//  4. A full disk, a second process, a forged request, a guessed identifier and
//     malformed input are refused in words, and change nothing.
//  5. Every address that a page leads to answers, as whoever reads the page,
//     and shows outsiders nothing private.
//
// The clock of the machine is nobody's to set: the one test that sets a clock
// runs a program built with -tags movableclock, which adds to the machine's time
// what a file says (cmd/commonweal/clock_movable.go).
//
// The tests need Chromium and PostgreSQL and fail where one is missing. The
// pictures that they take of each page are in e2e/out.
package e2e
