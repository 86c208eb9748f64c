// Package trace follows resources through economic events: back to what they
// came from (trace) and on to what came of them (track), as a graph in which
// every node stands once and every edge says how much flowed.
//
// The graph is kept in memory, in columns, and grows by events as they are
// recorded. A walk reads it without a query; naming what it finds is the
// caller's. Its edges are lists of numbers in both directions: an event adds
// its own, and a correction lets the next walk make all of them anew, which
// takes a quarter of a second for a million events.
//
// Nodes are events, processes, and stocks. A stock is what a record holds from
// one inflow to the next, so a record that is refilled, repaired or lent again
// and again is many stocks and the graph has no loops for it; a record that was
// empty in between is not its own ancestor.
//
//	an inflow ──▶ stock ──▶ what is drawn from it: a transfer, an input of a process
//	input ──▶ process ──▶ output
//	accept ──▶ its modify, pickup ──▶ its dropoff, combine ──▶ its separate
//	what lies in a container ──▶ what happens to the container meanwhile
//
// A thing that is accepted and modified is the same thing before and after: it
// does not become an ancestor of whatever else the process makes, and what the
// process consumes does become part of it. Because that is in the edges and not
// in the way of walking, tracing back and tracking on are the same graph read
// in two directions.
//
// Quantities. Going back, a stock is a mix: an amount drawn is spread over what
// the stock was made of in proportion (what was there before, and the inflow).
// Where the policy of its specification says fifo, an inflow queues behind what
// is there instead and makes a stock of its own; what is drawn comes from the
// oldest. The rule is that of the moment of the inflow: what lay there when it
// changed is drawn first.
// A process spreads over its inputs what its outputs ask for, outputs weighted
// by their quantities where the units agree and equally where they do not.
// Going on, what is drawn takes its proportion along. Amounts are in the unit
// of the event they flow through, exact to 2^-96 of a millionth, and the parts
// of a split add up to the whole.
//
// The rules follow the track and trace chapter of the ValueFlows documentation
// where it is definite (its walk depends on the order of visits; this one does not).
//
// # Invariants
//
//  24. Something is in the trace of another exactly if that one is in its track.
//  25. Each node stands once; what flows out of a node is what flowed into it,
//     and no edge carries more than its event.
//  26. A walk ends on every graph, is the same whatever the order in which
//     independent events were recorded, and respects its bounds.
//  28. Edges that grew event by event are those that are made of all events at
//     once.
package trace
