// Package resolve answers what the GraphQL schemas of the core have in common:
// things by their identifiers, references and lists of references, pages after
// the Relay specification, and fields read by their names.
//
// Everything here answers for all parents of a level at once, and a loader
// remembers for the later levels of a query what it has found.
//
// # Invariants
//
//  1. Names of persons, private places, notes and drafts of proposals leave
//     here only for those who may read them: Called, Entities and Private see to it.
//  2. A loader asks once per level for all it lacks, whatever their number.
package resolve
