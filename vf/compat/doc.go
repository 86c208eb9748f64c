// Package compat serves the published vf-graphql schema, version
// 0.9.0-alpha.10, so that clients written for hREA and its kin work here.
//
// The schema is of the time of ValueFlows 0.8. A table says for each of its
// fields which property of ValueFlows 1.0 answers it, mostly by the resolver
// that answers that property in the 1.0 schema, or why nothing does. The
// manual's page docs/vf-graphql.md is made from the same table. Mutations are
// steps of vf.Core.Do.
//
//	POST /c/{commons}/graphql/vf
//
// What 1.0 has as a property and 0.9 as an object (Fulfillment, Satisfaction,
// Settlement, ProposedIntent, ProposedTo) is derived, with an identifier made
// of those of both ends. A revisionId is the identifier with the number of the
// revision.
//
// # Invariants
//
//  1. Every field answers, or answers graphql.unimplemented with its name and
//     the reason; a null means that there is nothing.
//  2. The served schema has every type, field, argument and value of the
//     published one, with the same nullability.
//  3. What an input says is kept or refused, never dropped; only the time of
//     making is always that of the server's clock.
//  4. Who may not read or do something over the 1.0 schema may not here.
//  5. A query of the same text asks the database as often for one object as
//     for hundreds.
package compat
