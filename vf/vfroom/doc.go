// Package vfroom is the pages of the core: resources and their history,
// processes, people and places, agreements, offers, plans and recipes, and the
// trace that leads from one to another.
//
// It is a package of its own because practices stand on package vf and the
// pages stand on the shell. Pages read through vf; what people do here goes
// through vf.Core.Do. Addresses are the plain nouns: /c/{commons}/resources,
// /c/{commons}/processes, /c/{commons}/trace.
//
// One subject, one set of files: <subject>.go with its routes, pages/<subject>*.html,
// messages/<subject>.<language>.toml. room.go lists the subjects, sections.go the
// tabs that lead through them, thing.go where things of each class have their page.
//
// # Invariants
//
//  1. An outsider of open books reads no name of a person, no note, no address
//     and no private place.
//  2. A page asks the database one question per kind of thing it names (and one
//     more per 400 of a kind), however many events it lists.
//  3. The form of an action has every field that the action table has a use for
//     and no other.
package vfroom
