// Command screenshots makes the pictures of the manual: it builds the program,
// fills the demo, signs in as its steward in Chromium, and
// saves pages at fixed sizes. Run it from the root of the project:
//
//	docs/make-screenshots
package main
