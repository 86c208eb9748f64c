package store

import (
	"fmt"
	"slices"
)

// appends is the rows that acts appended and that are not written yet, by
// table in the order of creation, so that foreign keys hold when they are.
type appends struct {
	tables []pendingTable
	used   []int // tables that have rows
	turns  int
}

// reset makes the buffers ready for another group.
func (a *appends) reset() {
	for _, n := range a.used {
		a.tables[n].empty()
	}
	a.used, a.turns = a.used[:0], 0
}

// pendingTable is the pending rows of one table: runs of rows for the same
// columns, in the order in which they were appended.
type pendingTable struct {
	runs  []run
	turn  int   // the act that appended last
	spare []any // values of a run that was written, to be used again
}

// maxSpare is how many values a table keeps room for between groups. A chunk of
// an import appends 5,000 rows of up to 26 columns: 130,000 values, in an array
// that has grown to 150,000 and should not grow anew with every chunk. 1<<18
// values take 4 MiB, and only a table that was appended to in bulk keeps so many.
// An import fills a handful of tables; the buffers lie in a sync.Pool, so there are
// about as many as groups run at once, and unused ones are garbage collected.
const maxSpare = 1 << 18

// empty drops the rows and keeps room for as many.
func (t *pendingTable) empty() {
	for _, r := range t.runs {
		if cap(r.values) <= maxSpare && cap(r.values) > cap(t.spare) {
			clear(r.values)
			t.spare = r.values[:0]
		}
	}
	clear(t.runs)
	t.runs, t.turn = t.runs[:0], 0
}

// run is rows of the same columns, all their values in a line.
type run struct {
	insert *Insert
	values []any
}

func (r run) rows() int64 { return int64(len(r.values) / r.insert.width()) }

// mark is where the rows of an act begin in a table.
type mark struct {
	table, runs, values int
}

// turn returns a number that tells an act from the others of its group.
func (a *appends) turn() int {
	a.turns++
	return a.turns
}

// add puts a row at the end of its table.
func (a *appends) add(tx *Tx, table int, i *Insert, values []any) error {
	t := &a.tables[table]
	last := len(t.runs) - 1
	if t.turn != tx.turn {
		m := mark{table: table, runs: len(t.runs)}
		if last >= 0 {
			m.values = len(t.runs[last].values)
		}
		tx.marks = append(tx.marks, m)
		t.turn = tx.turn
	}
	return a.row(tx.h.value, table, i, values)
}

// row puts a row of a commons at the end of its table.
func (a *appends) row(commons any, table int, i *Insert, values []any) error {
	t := &a.tables[table]
	if len(t.runs) == 0 {
		a.used = append(a.used, table)
	}
	last := len(t.runs) - 1
	if last < 0 || t.runs[last].insert != i {
		t.runs = append(t.runs, run{i, t.spare})
		t.spare = nil
		last++
	}
	r := &t.runs[last]
	begun := len(r.values)
	r.values = append(r.values, commons)
	for n, v := range values {
		v, err := value(v)
		if err != nil {
			r.values = r.values[:begun]
			return fmt.Errorf("store: %s.%s: %w", i.Table, i.Columns[n], err)
		}
		r.values = append(r.values, keep(v))
	}
	return nil
}

// any reports whether one of the tables has pending rows.
func (a *appends) any(tables []int) bool {
	for _, t := range tables {
		if len(a.tables[t].runs) > 0 {
			return true
		}
	}
	return false
}

// truncate drops the rows behind the marks.
func (a *appends) truncate(marks []mark) {
	for _, m := range marks {
		t := &a.tables[m.table]
		if len(t.runs) < m.runs {
			continue // written meanwhile; the act spoils its group
		}
		t.runs = t.runs[:m.runs]
		if m.runs > 0 {
			r := &t.runs[m.runs-1]
			clear(r.values[m.values:])
			r.values = r.values[:m.values]
		}
	}
}

// aheadRows is the number of rows of a table that are sent while the act that
// appends them goes on, when the engine can do that.
const aheadRows = 1024

// sendAhead sends the pending rows of a table once they are many. They stay while
// a foreign key ties them to others still pending, and while the connection is
// giving the act an answer.
func (tx *Tx) sendAhead(table int) error {
	g, p := tx.g, &tx.g.pending.tables[table]
	r := p.runs[0]
	if len(p.runs) > 1 || r.rows()%aheadRows != 0 || g.waiting(g.s.catalog.parents[table]) || tx.rows.allRead() != nil {
		return nil
	}
	sent, err := g.open.send(g.ctx, r.insert, r.values)
	if err != nil {
		g.fail(err)
	}
	if err != nil || !sent {
		return err
	}
	g.s.counts.rows.Add(r.rows())
	g.pending.forget(table)
	tx.wrote = true
	tx.marks = slices.DeleteFunc(tx.marks, func(m mark) bool { return m.table == table })
	return nil
}

// forget drops the rows of a table, which were written.
func (a *appends) forget(table int) {
	a.tables[table].empty()
	a.used = slices.DeleteFunc(a.used, func(n int) bool { return n == table })
}

// flush writes every pending row, table by table. Rows that were sent may still
// be under way afterwards.
func (g *group) flush() error {
	for _, h := range g.heads {
		for _, x := range h.rows {
			if err := x.spill(g, h); err != nil {
				return err
			}
		}
	}
	slices.Sort(g.pending.used)
	for _, n := range g.pending.used {
		for _, r := range g.pending.tables[n].runs {
			if len(r.values) == 0 {
				continue
			}
			if err := g.write(r); err != nil {
				return err
			}
		}
		g.pending.tables[n].empty()
	}
	g.pending.used = g.pending.used[:0]
	return nil
}

// write writes the rows of a run, or sends them when they are many.
func (g *group) write(r run) error {
	g.s.counts.rows.Add(r.rows())
	sent, err := g.open.send(g.ctx, r.insert, r.values)
	if err != nil || sent {
		return err
	}
	t, err := g.database()
	if err != nil {
		return err
	}
	if err := t.insert(g.ctx, r.insert, r.values); err != nil {
		return fmt.Errorf("store: appending to %s: %w", r.insert.Table, err)
	}
	return nil
}
