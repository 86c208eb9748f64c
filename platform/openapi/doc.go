// Package openapi is the description of the routes for programs that are no
// GraphQL, in OpenAPI 3.1: openapi.json, served at /openapi.json.
//
// The description is written by hand, because it is read by people; a test of
// the assembled program holds it against the routes that there are, and sends
// its example requests.
package openapi
