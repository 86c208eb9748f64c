package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// warehouse is a room of stocks that acts read and rewrite from memory.
var warehouse = store.Schema{Room: "warehouse", Files: files(`
CREATE TABLE warehouse_stock (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  pieces BIGINT NOT NULL CHECK (pieces < 1000000),
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE warehouse_sale (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  stock UUID NOT NULL,
  pieces BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  FOREIGN KEY (commons_id, stock) REFERENCES warehouse_stock (commons_id, id)
) STRICT;`)}

type stock struct {
	id     store.ID
	pieces int64
}

func scanStock(r store.Scanner) (s stock, err error) { return s, r.Scan(&s.id, &s.pieces) }

var (
	stockByID = store.ByIDs("SELECT id, pieces FROM warehouse_stock WHERE commons_id = $1 AND id IN (*)")
	allStocks = store.SQL("SELECT id, pieces FROM warehouse_stock WHERE commons_id = $1 ORDER BY id")
	addPieces = store.SQL("UPDATE warehouse_stock SET pieces = pieces + $3 WHERE commons_id = $1 AND id = $2")
	addSale   = store.Into("warehouse_sale", "id", "stock", "pieces")
	stocks    = store.NewRows(store.Into("warehouse_stock", "id", "pieces"), stockByID, scanStock,
		func(s *stock) store.ID { return s.id }, func(s *stock) []any { return []any{s.id, s.pieces} }, 20)
)

func warehouseConfig() store.Config { return store.Config{Schemas: []store.Schema{warehouse}} }

// deliver adds to a stock, which may be new, by what Rows say of it.
func deliver(tx *store.Tx, id store.ID, pieces int64) error {
	found, err := stocks.Get(tx, id)
	if err != nil {
		return err
	}
	s := stock{id: id}
	if len(found) == 1 {
		s = found[0]
	}
	s.pieces += pieces
	return stocks.Put(tx, s)
}

var errUndone = errors.New("the act thinks better of it")

// TestInvariant6RowsAreWhatTheDatabaseHolds lets acts deliver to stocks from
// memory and by statements, in groups, some of which fail at the end, from
// several processes, and compares the database with the sum of what succeeded.
func TestInvariant6RowsAreWhatTheDatabaseHolds(t *testing.T) {
	storetest.Each(t, warehouseConfig, func(t *testing.T, s *store.Store) { walk(t, s) })
	t.Run("two processes", func(t *testing.T) {
		c := warehouseConfig()
		c.URL = storetest.Postgres(t, warehouse)
		walk(t, storetest.Open(t, c), storetest.Open(t, c))
	})
}

func walk(t *testing.T, through ...*store.Store) {
	r := rand.New(rand.NewPCG(1, uint64(len(through))))
	commons := []store.ID{store.NewID(), store.NewID()}
	ids := make([]store.ID, 30) // more than are held between groups
	for i := range ids {
		ids[i] = store.NewID()
	}
	want := map[store.ID]map[store.ID]int64{commons[0]: {}, commons[1]: {}}
	for range 100 {
		s, c := through[r.IntN(len(through))], commons[r.IntN(2)]
		var group []actOf
		for range 1 + r.IntN(6) {
			group = append(group, later(s, c, aDelivery(r.Uint64(), ids, want[c])))
		}
		for _, err := range inOneGroup(t, s, c, group...) {
			if err != nil && !errors.Is(err, errUndone) {
				t.Fatal(err)
			}
		}
		for _, s := range through {
			if got := stocksOf(t, s, c); !maps.Equal(got, want[c]) {
				t.Fatalf("the database holds %v, delivered were %v", got, want[c])
			}
		}
	}
}

// aDelivery is an act that its seed decides, however often it runs.
func aDelivery(seed uint64, ids []store.ID, want map[store.ID]int64) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		r := rand.New(rand.NewPCG(seed, 0))
		done := map[store.ID]int64{}
		for range 1 + r.IntN(4) {
			id, n := ids[r.IntN(len(ids))], int64(r.IntN(9)-3)
			if _, known := want[id]; known && r.IntN(8) == 0 { // seldom: the lane forgets all of the table
				if _, err := tx.Exec(addPieces, id, n); err != nil {
					return err
				}
			} else if err := deliver(tx, id, n); err != nil {
				return err
			}
			done[id] += n
			if r.IntN(4) == 0 {
				if err := tx.Append(addSale, tx.NewID(), id, n); err != nil {
					return err
				}
			}
		}
		if r.IntN(8) == 0 { // a question that makes the group write early
			if _, err := store.All(tx, scanStock, allStocks); err != nil {
				return err
			}
		}
		if r.IntN(3) == 0 {
			return errUndone
		}
		tx.AfterCommit(func() {
			for id, n := range done {
				want[id] += n
			}
		})
		return nil
	}
}

func stocksOf(t *testing.T, s *store.Store, commons store.ID) map[store.ID]int64 {
	t.Helper()
	out := map[store.ID]int64{}
	err := s.Read(context.Background(), commons, func(r *store.Snapshot) error {
		list, err := store.All(r, scanStock, allStocks)
		for _, x := range list {
			out[x.id] = x.pieces
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Of a group that writes one stock many times, one row is written.
func TestRowsAreWrittenOnceAGroup(t *testing.T) {
	storetest.Each(t, warehouseConfig, func(t *testing.T, s *store.Store) {
		commons, id := store.NewID(), store.NewID()
		before := s.Stats().Rows
		var group []actOf
		for range 20 {
			group = append(group, later(s, commons, func(tx *store.Tx) error { return deliver(tx, id, 1) }))
		}
		for _, err := range inOneGroup(t, s, commons, group...) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := s.Stats().Rows - before; got != 1 {
			t.Errorf("20 deliveries to one stock wrote %d rows", got)
		}
		if got := stocksOf(t, s, commons)[id]; got != 20 {
			t.Errorf("the stock holds %d of 20 pieces", got)
		}
	})
}

// A row that breaks a constraint fails its act, and the others stand.
func TestARowThatBreaksAConstraint(t *testing.T) {
	storetest.Each(t, warehouseConfig, func(t *testing.T, s *store.Store) {
		commons, good, bad := store.NewID(), store.NewID(), store.NewID()
		errs := inOneGroup(t, s, commons,
			later(s, commons, func(tx *store.Tx) error { return deliver(tx, good, 1) }),
			later(s, commons, func(tx *store.Tx) error { return deliver(tx, bad, 1_000_000) }),
			later(s, commons, func(tx *store.Tx) error { return deliver(tx, good, 2) }))
		if errs[0] != nil || !errors.Is(errs[1], store.ErrCheck) || errs[2] != nil {
			t.Errorf("the acts ended with %v", errs)
		}
		if got := fmt.Sprint(stocksOf(t, s, commons)); got != fmt.Sprint(map[store.ID]int64{good: 3}) {
			t.Errorf("the stocks are %s", got)
		}
	})
}
