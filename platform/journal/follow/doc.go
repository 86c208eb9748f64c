// Package follow tells many readers at once what is added to a log: the stream
// of "what happened", and whoever else waits for new entries.
//
// One watcher looks at the head of a log, however many follow it, a few times
// a second; what it finds it reads once and hands to all. Looking works for any
// number of processes on one database and costs one small question.
//
//	for lines, err := range hub.Follow(ctx, commons, from) { ... }
//
// # Invariants
//
//  1. A follower gets every entry from the first on, in order, once each.
//  2. However many follow, an entry near the end of the log is read once.
//  3. A follower who is slow holds up nobody: it reads what it missed from the log.
//  4. A log that nobody follows is not looked at.
package follow
