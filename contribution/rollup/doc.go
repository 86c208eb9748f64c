// Package rollup follows value along the supply chain, both ways.
//
// Forward, it rolls up: what is one unit of a resource worth, given all that
// went into it (Graph.Value). Backward, it walks: of a quantity delivered,
// which share is due to each contribution behind it (Graph.Walk), through
// processes, purchases, used equipment and cited works. Both work on one
// compiled graph of columns and visit every event once, in the order of the
// graph instead of by recursion, so that a chain of ten thousand steps or a
// graph with a million paths costs what its events cost.
//
// The rules are those of resource-event-agent value networks (McCarthy's REA;
// the contributory accounting of Sensorica's network resource planning), with
// exact rationals throughout and no rounding before the end.
//
// Where a resource has several sources (given, bought and made in several
// processes), a unit delivered comes from one of them, and only that one is
// charged: the oldest that is left, or all in proportion (Policy). Paying each
// source for the whole delivery, as older engines do, would pay more than went
// in. A process with several outputs divides its cost over them by weight,
// quantity, or equally.
//
// Equipment, cited works and accounts are not used up. The worth of a use, a
// citation or a payment is passed on to all that made them possible, in
// proportion, without the bonus of production events.
//
// # Invariants
//
//  1. Walk total + uncovered + unattributed = quantity × roll-up + production
//     events, when the walk is pro rata or takes all there is.
//  2. What leaves a process or an exchange equals what entered it, in total and
//     for every class of cost.
//  3. The order in which events, processes and exchanges are given changes
//     nothing.
//  4. Deliveries that add up to a whole, each told what went before (Offsets),
//     share out what the one delivery of the whole shares out.
//  5. No event earns more than once for the same unit: the coverage of a
//     source never exceeds its quantity.
//  6. A cycle of consumption is refused with its path by name and spoils
//     nothing but what depends on it; a cycle closed only by use, citation or
//     payment is cut there, and the owner, author or payer is credited.
package rollup
