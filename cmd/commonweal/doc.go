// Command commonweal is the one binary: it serves the pages of a host, fills a
// demo, imports, exports, verifies, backs up and measures.
//
// house.go puts every room together on one database; sockets.go is what rooms
// do inside each other's acts; the other files are the commands. The exit
// status follows sysexits.h by the kind of the fault (see platform/fault): 64
// for a wrong command line, 65 for bad input, 66 for what is not there, 69 for
// what cannot be done now, 70 for our own mistakes, 73 for a conflict, 77 for
// what is not permitted.
package main
