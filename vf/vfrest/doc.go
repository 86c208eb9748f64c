// Package vfrest is what the core answers to programs where a standard or the
// sheer number asks for something else than GraphQL: events in bulk, and JSON-LD of every object.
//
//	POST /c/{commons}/events          one event a line, application/x-ndjson
//	GET  /c/{commons}/events.ndjson   the events in the order of recording, one a line
//	GET  /c/{commons}/events          the same for clients that accept application/x-ndjson
//	GET  /c/{commons}/id/{id}         anything by its identifier, as JSON-LD
//	GET  /c/{commons}/everything.jsonld
//	POST /c/{commons}/everything.jsonld   a document that is brought in, whole or not at all
//	GET  /ns/commonweal-1.jsonld      the context
//
// Pages of things answer in JSON-LD to clients that accept application/ld+json,
// or whose address ends in .jsonld.
//
// A line of a POST is an event with the members of ValueFlows, and under
// newInventoriedResource the record that it creates, if it creates one. Lines
// are decoded while earlier ones are written down, a few thousand to an act;
// each line is answered by a line once it is durable.
//
// # Invariants
//
//  1. A line is answered with an identifier only when its event is durable and journaled.
//  2. With mode=atomic one bad line means that nothing changes.
//  3. Sent again under its idempotency key, the same text records nothing twice
//     and gets the first answers, also where the first attempt broke off halfway.
//  4. Memory does not grow with the number of lines (mode=lines).
//  5. An outsider of open books reads no notes and no names of people.
package vfrest
