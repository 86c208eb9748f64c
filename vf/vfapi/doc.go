// Package vfapi is the core's part of the GraphQL schema: ValueFlows 1.0 in its
// own names, with what is ours marked as an extension in schema.graphql.
//
// Fields are answered from tables: most read a field of the Go type by the name
// that its JSON has, which is the name of the vocabulary; references and
// inverse properties are loaded for all objects of a level in one question.
// What people and programs change goes through vf.Core.Do.
//
// # Invariants
//
//  1. Whoever may not see a page may not see its fields: everything here needs
//     vf.see, and notes, addresses and names of persons need membership.
//  2. A query of the same text asks the database as often for one object as
//     for hundreds.
package vfapi
