package vf

import (
	"bytes"
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Register finds events by agent, process, project and time. It is an index
// in memory beside the table, because an index in the database costs a bulk
// import more than the events themselves: each agent's entries lie on a page
// of their own. Identifiers of events grow in the order of recording, so a
// register extends itself by what lies behind the last one it has seen. It may
// be dropped at any time.
//
// Make one per store and share it; it is safe for concurrent use. It holds
// about 80 bytes per event.
type Register struct {
	mu      sync.RWMutex
	commons map[store.ID]*index
}

// NewRegister returns an empty register.
func NewRegister() *Register { return &Register{commons: map[store.ID]*index{}} }

// index is the register of one commons. Entries are in the order of recording.
type index struct {
	mu      sync.RWMutex
	last    store.ID
	version int64 // of the latest snapshot that it was read from
	entries []entry
	names   map[store.ID]uint32 // of agents, processes and projects
	all     history
	by      []history // per name
	actions map[Action]uint8
}

// history is a list of entries in the order of (at, id), as far as it is
// sorted; what was recorded since stands behind.
type history struct {
	list   []uint32
	sorted int
}

// entry is what the register knows of an event; names are handles, 0 is none.
type entry struct {
	id                          uuid.UUID
	at                          int64
	provider, receiver, in, out uint32
	scope                       uint32
	action                      uint8
}

func newIndex() *index {
	x := &index{last: lowest, names: map[store.ID]uint32{"": 0}, by: make([]history, 1), actions: map[Action]uint8{}}
	for i := range table {
		x.actions[table[i].Action] = uint8(i)
	}
	return x
}

// EventFilter says which events to list, newest first by (time, identifier).
// Empty fields ask for nothing.
type EventFilter struct {
	Agent    store.ID // provider or receiver
	Provider store.ID
	Receiver store.ID
	Process  store.ID // inputOf or outputOf
	InputOf  store.ID
	OutputOf store.ID
	Project  store.ID // the scope of the event or of its process, or its provider or receiver
	Actions  []Action
	From     time.Time // at this time or later
	Until    time.Time // before this time
	Before   Cursor    // the last event of the page before
	Limit    int       // 0 means 50, at most 500
	Back     bool      // the page in front of Before, read backward: its oldest first
}

// Cursor is the place of an event in a list.
type Cursor struct {
	At int64 // microseconds
	ID store.ID
}

// CursorOf returns where an event stands in a list.
func CursorOf(e Event) Cursor { return Cursor{store.Micros(e.Time()), e.ID} }

// Warm reads what the register does not know yet, so that the first page is not slow.
func (g *Register) Warm(r *store.Snapshot) error { return g.index(r.Commons()).extend(r) }

// Events returns a page of events, newest first.
func (g *Register) Events(r *store.Snapshot, f EventFilter) ([]Event, error) {
	ids, err := g.find(r, f)
	if err != nil {
		return nil, err
	}
	found, err := GetEvents(r, ids)
	if err != nil {
		return nil, err
	}
	events := make([]Event, 0, len(ids))
	for _, i := range ids {
		if e, ok := found[i]; ok { // an older snapshot does not see the newest
			events = append(events, e)
		}
	}
	return events, nil
}

// ProcessEvents returns a page of the inputs and outputs of a process, newest first.
func (g *Register) ProcessEvents(r *store.Snapshot, process store.ID, before Cursor, limit int) ([]Event, error) {
	return g.Events(r, EventFilter{Process: process, Before: before, Limit: limit})
}

// Find returns the identifiers of a page of events, newest first, without
// reading the events: pages of many lists read all of them at once.
func (g *Register) Find(r *store.Snapshot, f EventFilter) ([]store.ID, error) { return g.find(r, f) }

// Count returns how many events the filter finds in all; its Before and Limit are ignored.
func (g *Register) Count(r *store.Snapshot, f EventFilter) (int, error) {
	x := g.index(r.Commons())
	if err := x.extend(r); err != nil {
		return 0, err
	}
	f.Before, f.Back = Cursor{}, false
	n := 0
	x.walk(f, func(*entry) bool { n++; return true })
	return n, nil
}

// Recorded returns the identifiers of the events that the filter finds in the
// order of recording, behind the event after ("" begins at the first); its
// Before is ignored, its Limit is 500 where it says nothing, and at most that.
func (g *Register) Recorded(r *store.Snapshot, f EventFilter, after store.ID) ([]store.ID, error) {
	x := g.index(r.Commons())
	if err := x.extend(r); err != nil {
		return nil, err
	}
	key, err := uuid.Parse(string(cmpID(after, lowest)))
	if err != nil {
		return nil, fault.Invalidf("vf.identifier", "after", "%q is no identifier of an event", clip(string(after)))
	}
	limit := maxPage
	if f.Limit > 0 {
		limit = min(f.Limit, maxPage)
	}
	var ids []store.ID
	x.since(f, key, func(e *entry) bool {
		ids = append(ids, store.ID(e.id.String()))
		return len(ids) < limit
	})
	return ids, nil
}

// since calls yield with the entries behind a key that the filter finds, in
// the order of recording, until it says false.
func (x *index) since(f EventFilter, key uuid.UUID, yield func(*entry) bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	w, none := x.asks(f)
	if none {
		return
	}
	from, _ := slices.BinarySearchFunc(x.entries, key, func(e entry, key uuid.UUID) int { return bytes.Compare(e.id[:], key[:]) })
	for i := from; i < len(x.entries); i++ {
		e := &x.entries[i]
		timely := (f.From.IsZero() || e.at >= store.Micros(f.From)) && (f.Until.IsZero() || e.at < store.Micros(f.Until))
		if e.id != key && timely && w.matches(e) && !yield(e) {
			return
		}
	}
}

func (g *Register) index(commons store.ID) *index {
	g.mu.RLock()
	x := g.commons[commons]
	g.mu.RUnlock()
	if x != nil {
		return x
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.commons[commons] == nil {
		g.commons[commons] = newIndex()
	}
	return g.commons[commons]
}

// find returns the identifiers of a page.
func (g *Register) find(r *store.Snapshot, f EventFilter) ([]store.ID, error) {
	x := g.index(r.Commons())
	if err := x.extend(r); err != nil {
		return nil, err
	}
	limit := size(f.Limit)
	var ids []store.ID
	x.walk(f, func(e *entry) bool {
		ids = append(ids, store.ID(e.id.String()))
		return len(ids) < limit
	})
	return ids, nil
}

var eventsSince = store.SQL(`SELECT e.id, e.at, e.action, e.provider, e.receiver, e.input_of, e.output_of, e.scope, p.project_id
	FROM vf_event e LEFT JOIN vf_process p ON p.commons_id = e.commons_id AND p.id = coalesce(e.input_of, e.output_of)
	WHERE e.commons_id = $1 AND e.id > $2 ORDER BY e.id`)

// extend reads the events behind the last one.
func (x *index) extend(r *store.Snapshot) error {
	x.mu.RLock()
	known := r.Version() <= x.version
	x.mu.RUnlock()
	if known {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if r.Version() <= x.version {
		return nil
	}
	err := r.Scan(eventsSince, func(v store.Values) error {
		key, err := uuid.Parse(v.Text(0))
		if err != nil {
			return err
		}
		e := entry{id: key, at: v.Int(1), action: x.actions[Action(v.Text(2))],
			provider: x.handle(v.Text(3)), receiver: x.handle(v.Text(4)), in: x.handle(v.Text(5)), out: x.handle(v.Text(6)), scope: x.handle(v.Text(7))}
		if e.scope == 0 {
			e.scope = x.handle(v.Text(8))
		}
		x.add(e)
		x.last = store.ID(v.Text(0))
		return nil
	}, x.last)
	if err == nil {
		x.version = r.Version()
	}
	return err
}

// handle returns the number of a name.
func (x *index) handle(name string) uint32 {
	h, ok := x.names[store.ID(name)]
	if !ok {
		h = uint32(len(x.by))
		x.names[store.ID(name)] = h
		x.by = append(x.by, history{})
	}
	return h
}

func (x *index) add(e entry) {
	n := uint32(len(x.entries))
	x.entries = append(x.entries, e)
	x.append(&x.all, n)
	names := [...]uint32{e.provider, e.receiver, e.in, e.out, e.scope}
	for i, h := range names {
		if h != 0 && !slices.Contains(names[:i], h) {
			x.append(&x.by[h], n)
		}
	}
}

func (x *index) append(h *history, n uint32) {
	inOrder := h.sorted == len(h.list) && (h.sorted == 0 || x.compare(h.list[h.sorted-1], n) < 0)
	h.list = append(h.list, n)
	if inOrder {
		h.sorted++
	}
}

// compare orders entries by (at, id); their numbers grow with their identifiers.
func (x *index) compare(a, b uint32) int {
	return cmp.Or(cmp.Compare(x.entries[a].at, x.entries[b].at), cmp.Compare(a, b))
}

// order sorts what was recorded since the last time and merges it in, from
// the end: what was recorded late usually happened not long ago.
func (x *index) order(h *history) {
	late := slices.Clone(h.list[h.sorted:])
	slices.SortFunc(late, x.compare)
	for to, i, j := len(h.list)-1, h.sorted-1, len(late)-1; j >= 0; to-- {
		if i >= 0 && x.compare(h.list[i], late[j]) > 0 {
			h.list[to] = h.list[i]
			i--
		} else {
			h.list[to] = late[j]
			j--
		}
	}
	h.sorted = len(h.list)
}

// walk calls yield with the entries that the filter finds, newest first (or
// backward from there), until it says false.
func (x *index) walk(f EventFilter, yield func(*entry) bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	w, none := x.asks(f)
	if none {
		return
	}
	list := x.ordered(w)
	begin, end := 0, len(list)
	if from := f.From; !from.IsZero() {
		begin = x.search(list, Cursor{store.Micros(from), lowest})
	}
	if until := f.Until; !until.IsZero() {
		end = x.search(list, Cursor{store.Micros(until), lowest})
	}
	if f.Back {
		if f.Before.ID != "" {
			begin = max(begin, x.behind(list, f.Before))
		}
		for i := begin; i < end; i++ {
			if e := &x.entries[list[i]]; w.matches(e) && !yield(e) {
				return
			}
		}
		return
	}
	if f.Before.ID != "" {
		end = min(end, x.search(list, f.Before))
	}
	for i := end - 1; i >= begin; i-- {
		if e := &x.entries[list[i]]; w.matches(e) && !yield(e) {
			return
		}
	}
}

// behind returns the place of the first entry of an ordered list that is newer
// than the cursor.
func (x *index) behind(list []uint32, c Cursor) int {
	n := x.search(list, c)
	if n < len(list) && x.entries[list[n]].id.String() == string(c.ID) {
		n++
	}
	return n
}

// search returns how many entries of an ordered list stand before the cursor.
func (x *index) search(list []uint32, c Cursor) int {
	key, err := uuid.Parse(string(c.ID))
	if err != nil {
		return 0
	}
	n, _ := slices.BinarySearchFunc(list, c, func(i uint32, c Cursor) int {
		e := &x.entries[i]
		return cmp.Or(cmp.Compare(e.at, c.At), bytes.Compare(e.id[:], key[:]))
	})
	return n
}

// asked is a filter in handles.
type asked struct {
	agent, provider, receiver, process, in, out, project uint32
	actions                                              [len(table)]bool
	anyAction                                            bool
}

// asks translates a filter; none is true when it names something that no event names.
func (x *index) asks(f EventFilter) (w asked, none bool) {
	for _, s := range [...]struct {
		name store.ID
		to   *uint32
	}{{f.Agent, &w.agent}, {f.Provider, &w.provider}, {f.Receiver, &w.receiver}, {f.Process, &w.process}, {f.InputOf, &w.in}, {f.OutputOf, &w.out}, {f.Project, &w.project}} {
		h, ok := x.names[s.name]
		if !ok {
			return w, true
		}
		*s.to = h
	}
	w.anyAction = len(f.Actions) == 0
	for _, a := range f.Actions {
		if i, ok := x.actions[a]; ok {
			w.actions[i] = true
		}
	}
	return w, false
}

func (w *asked) names() [7]uint32 {
	return [7]uint32{w.agent, w.provider, w.receiver, w.process, w.in, w.out, w.project}
}

func (w *asked) matches(e *entry) bool {
	is := func(want uint32, have ...uint32) bool { return want == 0 || slices.Contains(have, want) }
	return (w.anyAction || w.actions[e.action]) &&
		is(w.agent, e.provider, e.receiver) && is(w.provider, e.provider) && is(w.receiver, e.receiver) &&
		is(w.process, e.in, e.out) && is(w.in, e.in) && is(w.out, e.out) &&
		is(w.project, e.scope, e.provider, e.receiver)
}

// ordered returns the shortest list that holds everything the filter may find,
// in order. The caller reads; where the list is to be sorted, it is the only
// writer for that long.
func (x *index) ordered(w asked) []uint32 {
	for {
		h := x.shortest(w)
		if h.sorted == len(h.list) {
			return h.list
		}
		x.mu.RUnlock()
		x.mu.Lock()
		x.order(x.shortest(w))
		x.mu.Unlock()
		x.mu.RLock()
	}
}

func (x *index) shortest(w asked) *history {
	best := &x.all
	for _, h := range w.names() {
		if h != 0 && len(x.by[h].list) <= len(best.list) {
			best = &x.by[h]
		}
	}
	return best
}
