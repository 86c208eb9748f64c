// Package storetest opens real databases for tests: a fresh SQLite file in a
// temporary folder, or a fresh database of a private PostgreSQL server that the
// test process starts when it is first needed.
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
//
//	func TestTransfer(t *testing.T) {
//		storetest.Each(t, config, func(t *testing.T, s *store.Store) { ... })
//	}
//
// PostgreSQL 15 or later must be installed (Debian: postgresql); it need not
// run. A missing PostgreSQL fails the test with that hint and never skips it.
// COMMONWEAL_TEST_POSTGRES may hold the address of a server to share instead
// (postgres://user@host/database, a user who may create databases), so that a
// run over many packages starts one server only.
package storetest
