// Package hot keeps in memory what every request asks and what seldom
// changes: who a token stands for, what somebody is in a commons, which
// commons has an address.
//
// Invariants
//
//  1. A value is served for at most Fresh after it was read; another process
//     that shares the database therefore acts on a change within Fresh.
//  2. After Drop(key) returns, this process never serves a value of that key
//     that was read before the call.
//  3. At most one load of a key runs at a time; the others wait for it.
//  4. At most the given number of keys is held; the least used go first.
package hot
