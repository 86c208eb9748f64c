// Package sdl puts the modules of the published vf-graphql schema together.
//
// The package @valueflows/vf-graphql ships its schema as some 100 modules that
// repeat a type ("type X") where they mean to extend it. Merge reads all of
// them and gives one document: types of one name become one, with the union
// of their fields; a field that stands twice (once with paging, once with a
// filter) has the union of its arguments; a union that stands twice has all
// members. The dummy scalar of the filtering module is left out.
//
// The result is committed as vf/compat/schema.graphql. It is a derived work of
// the package and carries its license and notice.
package sdl
