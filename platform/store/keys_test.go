package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

var (
	accountsByID = store.ByIDs(`SELECT id, balance FROM bank_account WHERE commons_id = $1 AND id IN (*)`)
	entriesByKey = store.ByPairs(`SELECT seq, line FROM bank_entry WHERE commons_id = $1 AND (seq, seq + 1) IN (*) ORDER BY seq`,
		func(seq int64) (a, b int64) { return seq, seq + 1 })
)

type account struct {
	id      store.ID
	balance int64
}

func scanAccount(row store.Scanner) (a account, err error) {
	err = row.Scan(&a.id, &a.balance)
	return a, err
}

func scanSeq(row store.Scanner) (seq int64, err error) {
	var line string
	err = row.Scan(&seq, &line)
	return seq, err
}

// Whatever is asked, in whatever number, each row comes once: that of a key
// given twice, those on both sides of the longest list, and none of a key that
// nothing has, that no identifier is, or that another commons uses.
func TestAllOfAnswersEachKeyOnce(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons, other := store.NewID(), store.NewID()
		balances := make([]int64, 900)
		for i := range balances {
			balances[i] = int64(i)
		}
		mine, theirs := open(t, s, commons, balances...), open(t, s, other, 5)
		strange := []store.ID{"", "null", "' OR 1=1 --", store.NewID(), theirs[0]}
		rapid.Check(t, func(r *rapid.T) {
			picks := rapid.SliceOfN(rapid.IntRange(0, len(mine)-1), 0, rapid.SampledFrom([]int{0, 1, 2, 20, 21, 400, 401, 1200}).Draw(r, "most")).Draw(r, "picks")
			want := map[store.ID]int64{}
			keys := slices.Clone(strange[:rapid.IntRange(0, len(strange)).Draw(r, "strange")])
			for _, p := range picks {
				keys = append(keys, mine[p])
				want[mine[p]] = int64(p)
			}
			err := s.Read(t.Context(), commons, func(snap *store.Snapshot) error {
				rows, err := store.AllOf(snap, scanAccount, accountsByID, keys)
				got := map[store.ID]int64{}
				for _, a := range rows {
					got[a.id] = a.balance
				}
				if len(got) != len(rows) || !maps.Equal(got, want) {
					r.Errorf("%d rows of %d accounts; want %d", len(rows), len(got), len(want))
				}
				return err
			})
			if err != nil {
				r.Error(err)
			}
		})
	})
}

func TestAllOfPairs(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			for n := range 450 {
				if _, err := tx.Enter(line(fmt.Sprint("entry ", n))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 2, 20, 21, 400, 401, 449} {
			var keys, want []int64
			for i := range n {
				keys = append(keys, int64(n-1-i), 1_000_000+int64(i))
				want = append(want, int64(i))
			}
			err := s.Read(t.Context(), commons, func(r *store.Snapshot) error {
				got, err := store.AllOf(r, scanSeq, entriesByKey, keys)
				if slices.Sort(got); !slices.Equal(got, want) {
					t.Errorf("asked for %d entries: %d came", n, len(got))
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// BenchmarkAllOf compares one question about many keys with many questions.
func BenchmarkAllOf(b *testing.B) {
	balances := make([]int64, 2000)
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		c := config()
		if engine == store.Postgres {
			c.URL = storetest.Postgres(b, bank)
		}
		s, commons := storetest.Open(b, c), store.NewID()
		ids := open(b, s, commons, balances...)
		for _, n := range []int{1, 15, 50, 400, 2000} {
			b.Run(fmt.Sprintf("%s/%d/together", engine, n), func(b *testing.B) {
				timed(b, s, commons, func(r *store.Snapshot) (int, error) {
					rows, err := store.AllOf(r, scanAccount, accountsByID, ids[:n])
					return len(rows), err
				}, n)
			})
			b.Run(fmt.Sprintf("%s/%d/one by one", engine, n), func(b *testing.B) {
				timed(b, s, commons, func(r *store.Snapshot) (found int, err error) {
					for _, id := range ids[:n] {
						if _, err := readBalance(r, id); err != nil {
							return found, err
						}
						found++
					}
					return found, nil
				}, n)
			})
		}
	}
}

// timed times readings that find n rows each.
func timed(b *testing.B, s *store.Store, commons store.ID, read func(*store.Snapshot) (int, error), n int) {
	for b.Loop() {
		err := s.Read(b.Context(), commons, func(r *store.Snapshot) error {
			found, err := read(r)
			if err == nil && found != n {
				err = fmt.Errorf("%d rows of %d", found, n)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/key")
}
