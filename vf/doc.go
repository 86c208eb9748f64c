// Package vf is the ValueFlows 1.0 core: agents, units, resource
// specifications, resources, processes and economic events, and what each of
// the 19 actions does to a resource; and around the events what is planned,
// promised, offered, agreed and claimed, and the recipes it is made from.
//
// The action table is data (Actions); one interpreter, Apply, reads it. The
// event log is the truth: every quantity, place, stage and custodian on a
// resource is a cache that replay rebuilds exactly. Economic facts change only
// by further events; a correction is an event that names what it corrects.
//
// An act opens a Ledger on its transaction, records events, and journals the
// ledger's Changes last:
//
//	l := vf.Open(tx)
//	e, err := l.Record(vf.Event{Action: vf.Work, Provider: ann, Receiver: project,
//		InputOf: sanding, EffortQuantity: &hours})
//	...
//	journal.Append(tx, journal.Record{Act: "contribution.log", By: ann,
//		Public: body{VF: l.Changes()}, Sealed: l.Sealed()})
//
// Entities (Plan, Intent, Commitment, Agreement, Proposal, Claim, Recipe,
// SpatialThing and the rest) are written by Add, Revise and Delete and read by
// Get, List and Linked. An event says which commitments it fulfills, which
// intents it satisfies and which claims it settles, and how much of it goes to
// each (Allocation); what is open follows from that and is kept nowhere.
//
//	c, err := vf.Add(l, vf.Commitment{PlannedFlow: vf.PlannedFlow{Action: vf.Transfer, Provider: ann, ...}})
//
// What people and programs do with the core goes through Core.Do: a list of
// steps (Recording, Correcting, Adding, Revising, Deleting, ...), done in order
// and journaled as one act. Practices whose acts mean more than that open a
// Ledger inside acts of their own.
//
// A Replay applies the Changes of every act again, by the same rules, and
// needs nothing else. Pages read with the Get and list functions; histories of
// agents, processes and projects come from a Register.
//
// The rules are those of the ValueFlows documentation and its action table
// (www.valueflo.ws). Our own additions live beside the vocabulary under the
// prefix "cw:": the custodian of a resource, positions in its chain, the pair
// of an event, and policies per specification. Policies that forbid more than
// ValueFlows does can be switched off; every refusal says which one it was.
//
// Where provider and receiver differ, six actions imply a transfer. Nothing is
// counted twice: with a receiving record an input first passes the resource on
// and then acts on the receiving record, an output acts on the resource and
// then passes it on; without one the action acts once.
//
// Invariants (numbers left out belong to traces)
//
//  1. The accounting and on-hand quantity of every record are the sum of its
//     postings, exactly; postings follow from each event alone.
//  2. Replay of the changes of all acts rebuilds every economic field of
//     every record.
//  3. move and transfer between two records create and lose nothing.
//     transferCustody never changes an accounting quantity, transferAllRights
//     never an on-hand quantity; the two together are a transfer, in either order.
//  4. copy leaves the resource alone.
//  5. use, work, cite and deliverService change no quantity; effort never does.
//  6. accept and modify, pickup and dropoff, combine and separate of equal
//     amounts restore what is on hand; separate clears containedIn.
//  7. A transfer that an event implies ends in the same state as the same
//     transfer recorded on its own.
//  8. One event changes a quantity of a record by -q, 0 or +q, never by 2q.
//  9. A full reversal restores all quantities, and hands back a record that
//     the original handed over, nothing else. Negative numbers occur only in
//     events that correct another; a correction stays in the process and
//     agreement of its original.
//  10. A recorded event never changes and is never deleted.
//  11. Where the policy negativeBalance is forbid, no prefix of a chain is
//     negative, however many writers there are.
//  12. Events on different records commute, and so do events on one record
//     where the policy allows every order: quantities do not depend on arrival.
//  14. A record has one unit for life.
//  15. Every event stands on the side of a process that its action stands on.
//  16. Containers form a forest; no more comes out of one than went in. What
//     is digital is listed in any number of them (the policy containers is
//     many); by lying and listing together nothing is in itself.
//  19. The events of an agreement or process are those that name it and those
//     that fulfill its commitments, each once.
//  20. What is open of a commitment, intent or claim, plus what is met, plus
//     what is waived, is what was promised, intended or claimed, plus what was
//     met beyond it; a claim is never settled beyond what is claimed.
//  21. What is allocated of an event never exceeds it.
//  22. The chain of a record is one list that never forks and holds every
//     event that names the record once.
//  23. Where negative balances are forbidden, a record begins with an
//     increment, be it of zero.
//  27. An event fulfills only a commitment of the same action and
//     specification, or of one that allows a substitute.
//  29. Acts promise no more of an intent than others have left of it, unless its
//     owner says that more is available or publishes it by the unit.
package vf
