package store_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// shop is a schema that grows: each script is a file of its own.
func shop(scripts ...string) store.Schema {
	files := fstest.MapFS{}
	for i, script := range scripts {
		files["schema/000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte(script)}
	}
	return store.Schema{Room: "shop", Files: files}
}

const (
	shop1 = `CREATE TABLE shop_item (commons_id UUID NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, PRIMARY KEY (commons_id, id)) STRICT;`
	shop2 = `ALTER TABLE shop_item ADD COLUMN price BIGINT; -- cents
UPDATE shop_item SET price = 100 WHERE name <> '' AND price IS NULL;`
	shop3 = `CREATE INDEX shop_item_name ON shop_item (commons_id, name);`
)

var (
	addItem = store.Into("shop_item", "id", "name")
	prices  = store.SQL(`SELECT name, coalesce(price, 0) FROM shop_item WHERE commons_id = $1 ORDER BY name`)
)

// databases runs a test on the address of an empty database of each engine.
func databases(t *testing.T, body func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { body(t, filepath.Join(t.TempDir(), "m.db")) })
	t.Run("postgres", func(t *testing.T) { body(t, storetest.Postgres(t)) })
}

// reopen opens a database with schemas and closes it again; it returns the error.
func reopen(url string, schemas ...store.Schema) error {
	s, err := store.Open(context.Background(), store.Config{URL: url, Schemas: schemas})
	if err == nil {
		err = s.Close()
	}
	return err
}

func TestMigratesAPopulatedDatabase(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url, Schemas: []store.Schema{shop(shop1)}})
		commons := store.NewID()
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			for _, name := range []string{"b", "a", "B", ""} {
				if err := tx.Append(addItem, tx.NewID(), name); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		for range 2 { // the second time there is nothing to do
			s = storetest.Open(t, store.Config{URL: url, Schemas: []store.Schema{shop(shop1, shop2, shop3)}})
			var got []string
			err = s.Read(t.Context(), commons, func(r *store.Snapshot) (err error) {
				got, err = store.All(r, func(row store.Scanner) (string, error) {
					var name, price string
					err := row.Scan(&name, &price)
					return name + price, err
				}, prices)
				return err
			})
			if err != nil || strings.Join(got, " ") != "0 B100 a100 b100" {
				t.Errorf("%q, %v", got, err)
			}
			s.Close()
		}
		if s.Engine() == store.SQLite {
			copies, _ := filepath.Glob(url + ".before-*")
			if len(copies) != 1 {
				t.Fatalf("copies before the migration: %q; want one", copies)
			}
			old := storetest.Open(t, store.Config{URL: copies[0], Schemas: []store.Schema{shop(shop1)}})
			if err := write(t.Context(), old, commons, func(tx *store.Tx) error { return tx.Append(addItem, tx.NewID(), "c") }); err != nil {
				t.Errorf("the copy cannot be used: %v", err)
			}
		}
	})
}

func TestMigrationsThatAreRefused(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		if err := reopen(url, shop(shop1, shop3)); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			code   string
			schema store.Schema
		}{
			"changed":        {"store.migration_changed", shop(shop1+" ", shop3)},
			"newer database": {"store.newer_database", shop(shop1)},
			"other room":     {"store.newer_database", store.Schema{Room: "other", Files: shop(shop1).Files}},
			"drop table":     {"store.migration_not_additive", shop(shop1, shop3, `DROP TABLE shop_item`)},
			"drop column":    {"store.migration_not_additive", shop(shop1, shop3, `ALTER TABLE shop_item DROP COLUMN name`)},
			"rename":         {"store.migration_not_additive", shop(shop1, shop3, `ALTER TABLE shop_item RENAME TO x`)},
			"delete":         {"store.migration_not_additive", shop(shop1, shop3, `DELETE FROM shop_item`)},
			"trigger":        {"store.migration_not_additive", shop(shop1, shop3, `CREATE TRIGGER t AFTER INSERT ON shop_item BEGIN SELECT 1; END`)},
		} {
			if err := reopen(url, c.schema); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v; want %s", name, err, c.code)
			}
		}
		if err := reopen(url, shop(shop1, shop3)); err != nil {
			t.Errorf("after all refusals: %v", err)
		}
	})
}

// A migration that fails leaves nothing of itself behind.
func TestAMigrationHappensWholeOrNotAtAll(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		if err := reopen(url, shop(shop1, shop2, `CREATE TABLE shop_item (x TEXT) STRICT;`)); err == nil {
			t.Fatal("a table was created twice")
		}
		if err := reopen(url, shop(shop1)); err != nil {
			t.Errorf("the first files stayed although the last one failed: %v", err)
		}
		if err := reopen(url, shop(shop1, shop2, shop3)); err != nil {
			t.Error(err)
		}
	})
}

// Several programs that start at once migrate one database once.
func TestProgramsThatStartTogether(t *testing.T) {
	url := storetest.Postgres(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if err := reopen(url, bank, shop(shop1, shop2, shop3)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Text is ordered by its bytes on both engines, whatever the server's language.
func TestTextOrder(t *testing.T) {
	storetest.Each(t, func() store.Config { return store.Config{Schemas: []store.Schema{shop(shop1, shop2)}} }, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		var got []string
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			for _, name := range []string{"é", "z", "Z", "a", "_", "A b", "Ab"} {
				if err := tx.Append(addItem, tx.NewID(), name); err != nil {
					return err
				}
			}
			var err error
			got, err = store.All(tx, func(row store.Scanner) (name string, err error) {
				var price int64
				return name, row.Scan(&name, &price)
			}, prices)
			return err
		})
		if err != nil || strings.Join(got, ",") != "A b,Ab,Z,_,a,z,é" {
			t.Errorf("%q, %v", got, err)
		}
	})
}
