// Package jsonld writes what the core holds as JSON-LD 1.1 in the vocabulary of
// ValueFlows, and reads it back.
//
// A node has the members that the vocabulary gives its class; what is ours
// beside it has the prefix cw. The context is small, a part of the program and
// served by every host under ContextPath: a document names the context of the
// host that wrote it. Amounts are Measures whose number is a string and whose
// unit one of the Ontology of units of Measure (om2); identifiers are addresses
// of the host; times are xsd:dateTimeStamp; actions are individuals of the
// vocabulary (vf:produce).
//
// Documents of others may bring contexts of their own, use the http form of
// the namespace, and full addresses of terms. Nothing is ever fetched: a
// document that needs a context from elsewhere is refused.
//
// ReadGraph reads what anybody wrote, for vf.Core.Import: addresses may end in
// anything, nodes may stand inside one another.
//
// # Invariants
//
//  1. What is written and read again is equal, for every class and every property.
//  2. Terms that are not ours survive reading and writing.
//  3. Reading makes no request.
//  4. Every property of every class has a term.
package jsonld
