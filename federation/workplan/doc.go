// Package workplan is the work plans of FEP-3264: a plan of processes, each with the
// commitments that go in and come out, and the events that fulfill them, as documents of
// ActivityPub. It has no clock, no network and no database.
//
// # Invariants
//
//  1. A plan that is read is of one host: it, its processes and its tasks.
//  2. Each process and each task has an identifier of its own.
//  3. An input of a process has an action that goes in, an output one that comes out.
//  4. What is written reads back as it was.
//  5. An event says how much was done of one commitment, in that one's units, and not of
//     a day to come.
package workplan
