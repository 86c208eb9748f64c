// Package monitor follows a commons' log over HTTP, by its static files alone
// (C2SP tlog-tiles), and remembers what it saw: a log that became shorter, shows
// another history than before, or holds an entry that breaks the rules is found
// out, and the first bad entry is named.
//
//	f := &monitor.Follower{URL: "https://commons.example/c/windworks", Folder: folder, Mirror: true}
//	sight, err := f.Look(ctx)
//
// The folder of a log holds what was seen of it: key, checkpoint, and with a mirror
// the files of an archive (package books) without balances, which
// commonweal verify --mirror checks again without a network. It is everything
// needed to bring the log back.
//
// A fault of kind Invalid is an alarm about the log: monitor.key, monitor.shorter,
// monitor.fork, monitor.tiles, monitor.entry, and the breaches of a replay. Of kind
// Unavailable, monitor.unreachable: it could not be asked, which says nothing about it.
//
// # Invariants
//
//  1. What was seen never goes back: the checkpoint in the folder is replaced only
//     by one that was proven to continue it.
//  2. A mirror holds exactly the entries of its checkpoint, also after a crash.
//  3. A log that is rewritten at entry n after it was mirrored gives an alarm
//     that names n.
package monitor
