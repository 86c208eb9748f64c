// Package web is the shell that every page stands in: layout, navigation,
// components, message catalogues, forms and error pages. COMPONENTS.md is the
// manual for whoever writes pages.
//
// A room declares its routes, each with the capability its audience needs; the
// shell resolves who asks and which commons, refuses outsiders before the
// handler runs, and renders the handler's page inside the layout, or only its
// fragment when htmx asks. Every page works without JavaScript.
//
// Invariants
//
//  1. No handler of a commons runs before the capability of its route was
//     checked for whoever asks.
//  2. To an outsider a closed commons looks the same as one that does not exist.
//  3. An answer is whole or an error: a page is rendered before its first byte is sent.
//  4. Nothing a person typed is lost when a form is refused.
//  5. The same form sent twice gives the same idempotency key; changed, another.
//  6. Nothing inline runs and nothing comes from another host (Content-Security-Policy).
//  7. English and Dutch have the same messages with the same placeholders, and
//     every message a template names is there.
//  8. The message of an internal error never reaches a reader; its number does.
package web
