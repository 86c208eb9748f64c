// Package workplan reads the work plans of FEP-3264: a plan of processes, each with
// the commitments that go in and come out. It has no clock, no network and no database.
//
// # Invariants
//
//  1. A plan that is read is of one host: it, its processes and its tasks.
//  2. Each process and each task has an identifier of its own.
//  3. An input of a process has an action that goes in, an output one that comes out.
package workplan
