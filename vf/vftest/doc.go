// Package vftest is for tests of what answers questions about the core: a
// commons with a steward, a member, and outsiders of open and closed books,
// and a GraphQL schema to ask as each of them, on every engine.
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
//
//	vftest.Each(t, compat.Schema, func(d *vftest.Desk) {
//		d.Gets(`{"myAgent":{"name":"Ann"}}`, `{ myAgent { name } }`)
//	})
package vftest
