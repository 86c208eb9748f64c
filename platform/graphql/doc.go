// Package graphql is the one endpoint of the API, composed from every room's
// part of the schema.
//
// A room brings a Part: its SDL, and for every field of its types how the
// value is found. New puts the parts together and refuses a schema with a
// field that nobody answers, so that nothing is ever a silent null.
//
// A query runs level by level, not node by node: a field is asked once for all
// the objects of its level (Field.Batch), whatever their number, so that a
// query of the same shape costs the same number of statements. All of a query
// reads one snapshot of its commons. Each field of a mutation is an act of its
// own, in the order in which they are written.
//
//	graphql.Part{
//		SDL: `extend type Query { agent(id: ID!): Agent }`,
//		Fields: graphql.Fields{
//			"Query.agent": {Needs: vf.See, Batch: findAgent},
//			"Agent.name":  {Read: func(p any) any { return p.(vf.Agent).Name }},
//		},
//	}
//
// What goes over the wire follows the GraphQL specification (October 2021):
// errors carry the path of the field and, in their extensions, the code, kind
// and field of our faults; a field that may not be null takes its parent with
// it. Amounts are texts, so no number loses digits.
//
// The parser and the validation rules are those of github.com/vektah/gqlparser;
// why the execution is our own says docs/adr/0009.
//
// # Invariants
//
//  1. Every field of the schema has an answer; New fails otherwise.
//  2. The number of resolver calls of a query depends on its text, never on how many objects it finds.
//  3. A field runs only for an identity that has its capability; a refused
//     field is an error with its path, and nothing of it is in the answer.
//  4. A query that is too long, too deep or too costly is refused before it reads anything.
//  5. Whatever the body of a request holds, the answer is well-formed JSON.
package graphql
