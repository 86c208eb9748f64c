// Package graphqlroom serves a GraphQL schema over HTTP: the endpoint that
// clients use, and the page on which people try it.
//
//	POST /c/{commons}/graphql        {"query": "…", "variables": {…}}, or a list of them
//	GET  /c/{commons}/graphql?query= queries only
//	POST /graphql?commons=SLUG       the same, for clients with one address for all
//
// Requests and answers follow the GraphQL-over-HTTP specification: the media
// types application/json and application/graphql-response+json, the statuses
// that belong to each, and errors in GraphQL's form even when the commons is
// hidden from the asker or the body cannot be read. Who asks is told by the
// session's cookie or a bearer token, as on pages; a token does no more than it
// was made for. The header Idempotency-Key makes the repetition of a mutation harmless.
//
// # Invariants
//
//  1. Every answer of the endpoint is well-formed JSON with data or errors.
//  2. A GET changes nothing.
//  3. A commons that is closed to the asker answers as one that does not exist.
package graphqlroom
