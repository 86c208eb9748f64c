// Package practice is the socket that a room plugs into. A Room gathers what
// one folder brings: its tables, capabilities, pages, long work, commands and
// demo data; cmd/commonweal holds the list of rooms and nothing else.
//
// Its test keeps the architecture: who may lean on whom, which third-party
// module may appear where, how long a file may be.
package practice
