package store

import "sync"

// Cache remembers, decoded, what was read by key from any commons, the things
// used last. A thing is good for the version of its commons at which it was
// read (Snapshot.Version), so that no act has to tell the cache what it
// changed; rows that never change are good for ever. Declare it as a package
// variable, like a Statement: what it remembers belongs to the Store.
//
// Values are shared by concurrent readers and must not be changed.
type Cache[K comparable, V any] struct {
	size  int
	load  func(*Snapshot, []K) (map[K]V, error)
	since func(V) int64
}

// NewCache returns a cache of at most size things that load reads, those that
// exist of the keys.
func NewCache[K comparable, V any](size int, load func(*Snapshot, []K) (map[K]V, error)) *Cache[K, V] {
	return &Cache[K, V]{size: size, load: load}
}

// NewLasting returns a cache of rows that never change. since is the version
// of the commons from which a row is there.
func NewLasting[K comparable, V any](size int, load func(*Snapshot, []K) (map[K]V, error), since func(V) int64) *Cache[K, V] {
	return &Cache[K, V]{size, load, since}
}

type cached[V any] struct {
	version int64 // read at; of lasting rows: there since
	there   bool
	value   V
}

// shelf is what a Cache remembers of one store, in two generations: what was
// used since the younger one began, and what was used before and not since.
// When the younger is half of the whole, the older is forgotten.
type shelf[K comparable, V any] struct {
	mu         sync.RWMutex
	n          int // entries of young
	young, old map[ID]map[K]cached[V]
}

// Get returns the thing of each key, in order; the zero V where there is none,
// as for the zero key. It loads once at most, what it does not remember.
func (c *Cache[K, V]) Get(r *Snapshot, keys []K) ([]V, error) {
	out := make([]V, len(keys))
	s := c.shelf(r.s)
	missing := s.recall(c, r, keys, out)
	if len(missing) == 0 {
		return out, nil
	}
	found, err := c.load(r, missing)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		if v, there := found[k]; there {
			out[i] = v
		}
	}
	s.learn(c, r, missing, found)
	return out, nil
}

func (c *Cache[K, V]) shelf(s *Store) *shelf[K, V] {
	held, ok := s.memos.Load(c)
	if !ok {
		held, _ = s.memos.LoadOrStore(c, &shelf[K, V]{young: map[ID]map[K]cached[V]{}})
	}
	return held.(*shelf[K, V])
}

// recall fills in what is remembered and good for the snapshot, and returns the keys of the rest.
func (s *shelf[K, V]) recall(c *Cache[K, V], r *Snapshot, keys []K, out []V) (missing []K) {
	missing, aged := s.look(c, r, keys, out)
	if len(aged) > 0 {
		s.renew(c, r.commons, aged)
	}
	return missing
}

// look is recall beside other readers; aged are the keys found in the older generation.
func (s *shelf[K, V]) look(c *Cache[K, V], r *Snapshot, keys []K, out []V) (missing, aged []K) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var none K
	young, old := s.young[r.commons], s.old[r.commons]
	for i, k := range keys {
		switch {
		case k == none:
			continue
		case i > 0 && k == keys[i-1]: // lists often name one thing again and again
			out[i] = out[i-1]
			continue
		}
		e, ok := young[k]
		if !ok {
			if e, ok = old[k]; ok {
				aged = append(aged, k)
			}
		}
		switch {
		case !ok || c.since == nil && e.version != r.version:
			missing = append(missing, k)
		case c.since == nil && e.there || c.since != nil && e.version <= r.version:
			out[i] = e.value
		}
	}
	return missing, aged
}

// renew makes entries of the older generation young again.
func (s *shelf[K, V]) renew(c *Cache[K, V], commons ID, keys []K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		_, young := s.young[commons][k]
		if e, ok := s.old[commons][k]; ok && !young {
			s.put(c, commons, k, e)
		}
	}
}

// learn remembers what was read, unless a later snapshot has read it since. Of
// rows that last, absence is not remembered: they may come yet.
func (s *shelf[K, V]) learn(c *Cache[K, V], r *Snapshot, keys []K, found map[K]V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		v, there := found[k]
		switch e, known := s.young[r.commons][k]; {
		case c.since != nil && there:
			s.put(c, r.commons, k, cached[V]{c.since(v), true, v})
		case c.since == nil && (!known || e.version < r.version):
			s.put(c, r.commons, k, cached[V]{r.version, there, v})
		}
	}
}

// put makes an entry the youngest.
func (s *shelf[K, V]) put(c *Cache[K, V], commons ID, k K, e cached[V]) {
	if s.n >= max(c.size/2, 1) {
		s.young, s.old, s.n = map[ID]map[K]cached[V]{}, s.young, 0
	}
	of := s.young[commons]
	if of == nil {
		of = map[K]cached[V]{}
		s.young[commons] = of
	}
	if _, there := of[k]; !there {
		s.n++
	}
	of[k] = e
}
