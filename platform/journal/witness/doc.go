// Package witness is the protocol between a log and its witnesses, without a
// network or a database: what a log asks (C2SP tlog-witness, add-checkpoint),
// what a witness answers, and how many witnesses a reader wants (C2SP tlog-policy).
//
// A log could show one history to its members and another to the tax office. A
// witness makes that impossible to hide: it cosigns a head only when it extends
// every head of that log it cosigned before. Whoever sees the cosignatures of
// enough witnesses knows that everybody else is shown the same history.
//
//	seen := journal.Head{}                     // what the witness remembers of the log
//	ask, err := witness.ParseRequest(body)
//	head, refusal := witness.Judge(ask, keys, seen)
//	// remember the head durably, then sign it
//
// # Invariants
//
//  1. A head is accepted only when it extends what the witness remembers: of two
//     heads that were accepted one is the beginning of the other.
//  2. A request, and a policy, that is written and read again is the same; any
//     other spelling of a request is refused.
//  3. Adding a cosignature never makes a satisfied policy unsatisfied.
package witness
