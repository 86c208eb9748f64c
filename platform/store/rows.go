package store

import (
	"fmt"
	"slices"
	"strings"
)

// Rows is the rows of a table that acts read and rewrite by their identifier
// again and again: accounts, stocks. The lane holds them in memory. An act
// that finds its rows there asks the database nothing, and of all the acts of
// a group only the last word on a row is written, together with the others.
// Declare it as a package variable, like a Statement.
//
// What is held is good while nobody else wrote to the commons, which the clock
// in its row of store_lane tells; a statement of this process that writes to the
// table makes the lane forget. Rows are put and never removed.
type Rows[V any] struct {
	insert *Insert
	load   *ByKeys[ID]
	scan   func(Scanner) (V, error)
	id     func(*V) ID
	values func(*V) []any
	most   int
}

// rowsOf is a Rows of whatever type.
type rowsOf interface{ of() (table string) }

func (r *Rows[V]) of() string { return r.insert.Table }

// NewRows declares rows. insert names the columns to write, the first of them
// id; load reads the rows of identifiers, which scan decodes; values are those
// of a row in the order of insert; at most most rows are held of a commons
// between groups.
//
// A V is copied, not cloned: what its pointers, slices and maps lead to must
// not be changed after Get or Put.
func NewRows[V any](insert *Insert, load *ByKeys[ID], scan func(Scanner) (V, error), id func(*V) ID, values func(*V) []any, most int) *Rows[V] {
	if insert.Columns[0] != "id" {
		panic("store: the first column of Rows is its id, not " + insert.Columns[0])
	}
	insert.replacing("id")
	r := &Rows[V]{insert, load, scan, id, values, most}
	declared.Lock()
	defer declared.Unlock()
	declared.rows = append(declared.rows, r)
	return r
}

// replacing makes the insert replace the row that is there, by its key.
func (i *Insert) replacing(key string) {
	var set []string
	for _, c := range i.Columns {
		if c != key {
			set = append(set, c+" = excluded."+c)
		}
	}
	i.tail = " ON CONFLICT (commons_id, " + key + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// Get returns the rows of those identifiers that have one, each once, as they
// stand after everything that the act and those before it did.
func (r *Rows[V]) Get(tx *Tx, ids ...ID) ([]V, error) {
	if err := tx.usable(); err != nil {
		return nil, err
	}
	held := r.held(tx)
	out := make([]V, 0, len(ids))
	var missing []ID
	for n, id := range ids {
		if slices.Contains(ids[:n], id) {
			continue
		}
		if v, ok := held.get(id); ok {
			out = append(out, v)
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	found, err := AllOf(tx, r.scan, r.load, missing)
	if err != nil {
		return nil, err
	}
	for _, v := range found {
		held.now[r.id(&v)] = v
	}
	return append(out, found...), nil
}

// Put makes the row what it shall be from here on; it is written with others
// before the next statement that names its table, at the latest at the end of
// the group. A constraint that it breaks shows then, as with Append.
func (r *Rows[V]) Put(tx *Tx, v V) error {
	if err := tx.usable(); err != nil {
		return err
	}
	table, ok := tx.g.s.catalog.order[r.insert.Table]
	if !ok {
		return fmt.Errorf("store: no schema creates the table %s", r.insert.Table)
	}
	held := r.held(tx)
	held.table = table
	held.put(r.id(&v), v)
	tx.put = true
	return nil
}

// held returns what the act's group holds of these rows.
func (r *Rows[V]) held(tx *Tx) *heldRows[V] {
	h := tx.h
	if x, ok := h.rows[r]; ok {
		return x.(*heldRows[V])
	}
	base, _ := h.kept.rows[r].(map[ID]V)
	x := &heldRows[V]{rows: r, base: base, now: map[ID]V{}, fresh: map[ID]bool{}}
	if h.rows == nil {
		h.rows = map[rowsOf]held{}
	}
	h.rows[r] = x
	return x
}

// heldRows is rows as the acts of a group see them.
type heldRows[V any] struct {
	rows  *Rows[V]
	table int
	base  map[ID]V    // as the groups before left them
	now   map[ID]V    // read or put in this group
	fresh map[ID]bool // put and not written
	order []ID        // of fresh, in the order of their first put
	undo  []formerly[V]
}

// formerly is a row before the act that runs put it.
type formerly[V any] struct {
	id    ID
	v     V
	known bool // it was in now
	fresh bool
}

// held is heldRows of whatever type.
type held interface {
	keep()
	drop()
	waits() (table int, some bool)
	spill(g *group, h *head) error
	settle() any
}

func (x *heldRows[V]) get(id ID) (V, bool) {
	v, ok := x.now[id]
	if !ok {
		v, ok = x.base[id]
	}
	return v, ok
}

func (x *heldRows[V]) put(id ID, v V) {
	before, known := x.now[id]
	x.undo = append(x.undo, formerly[V]{id, before, known, x.fresh[id]})
	x.now[id] = v
	if !x.fresh[id] {
		x.fresh[id] = true
		x.order = append(x.order, id)
	}
}

// keep makes what the act put part of the group.
func (x *heldRows[V]) keep() { x.undo = x.undo[:0] }

// drop takes back what the act put.
func (x *heldRows[V]) drop() {
	for _, f := range slices.Backward(x.undo) {
		if f.known {
			x.now[f.id] = f.v
		} else {
			delete(x.now, f.id)
		}
		if !f.fresh {
			delete(x.fresh, f.id)
		}
	}
	x.order = slices.DeleteFunc(x.order, func(id ID) bool { return !x.fresh[id] })
	x.undo = x.undo[:0]
}

func (x *heldRows[V]) waits() (int, bool) { return x.table, len(x.order) > 0 }

// spill hands what was put to the rows that the group writes.
func (x *heldRows[V]) spill(g *group, h *head) error {
	for _, id := range x.order {
		v := x.now[id]
		if err := g.pending.row(h.value, x.table, x.rows.insert, x.rows.values(&v)); err != nil {
			return err
		}
	}
	clear(x.fresh)
	x.order = x.order[:0]
	return nil
}

// settle returns what is held once the group is durable.
func (x *heldRows[V]) settle() any {
	if x.base == nil || len(x.base)+len(x.now) > x.rows.most {
		return x.now
	}
	for id, v := range x.now {
		x.base[id] = v
	}
	return x.base
}

// keptRows is what a lane holds of a commons between groups.
type keptRows struct {
	clock int64 // of the commons when it was good
	rows  map[rowsOf]any
}

// keptAt returns what is held of the commons, if it stands as its clock says.
func (s *Store) keptAt(commons ID, clock int64) *keptRows {
	if k, ok := s.kept.Load(commons); ok && k.(*keptRows).clock == clock {
		return k.(*keptRows)
	}
	return &keptRows{rows: map[rowsOf]any{}}
}

// keepRows remembers what the group held of the commons, which is durable now.
func (h *head) keepRows(s *Store) {
	for r, x := range h.rows {
		h.kept.rows[r] = x.settle()
	}
	if len(h.kept.rows) > 0 {
		h.kept.clock = h.clock
		s.kept.Store(h.commons, h.kept)
	}
}

// forgetRows forgets what is held of tables that a statement writes to itself.
func (h *head) forgetRows(list []rowsOf) {
	for _, r := range list {
		delete(h.rows, r)
		delete(h.kept.rows, r)
	}
}

// waiting reports whether one of the tables has rows that are not written yet.
func (g *group) waiting(tables []int) bool {
	if g.pending.any(tables) {
		return true
	}
	for _, h := range g.heads {
		for _, x := range h.rows {
			if t, some := x.waits(); some && slices.Contains(tables, t) {
				return true
			}
		}
	}
	return false
}
