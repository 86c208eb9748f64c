// Package naming says what a reader calls the agents of a page.
//
// Members read each other's names. Outsiders of open books read a pseudonym
// instead of a person's name. Projects, organizations and the commons itself
// are called by their names.
//
// Invariants
//
//  1. An outsider never reads the name of a person.
//  2. A person has one pseudonym, the same on every page and in every export.
package naming
