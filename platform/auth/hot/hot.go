package hot

import (
	"context"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// Fresh is how long a value is good for.
const Fresh = 2 * time.Second

// loadTimeout bounds one load: it serves everyone who waits, so that it does
// not end when the first of them goes away.
const loadTimeout = 10 * time.Second

// Cache holds the values of one kind.
type Cache[V any] struct {
	load    func(ctx context.Context, key string) (V, error)
	now     func() time.Time
	held    *lru.Cache[string, entry[V]]
	flights singleflight.Group
	drops   atomic.Int64
}

type entry[V any] struct {
	value V
	read  time.Time
}

// New returns an empty cache of at most size keys. load reads one value;
// its errors are not kept. now is the clock.
func New[V any](size int, now func() time.Time, load func(ctx context.Context, key string) (V, error)) *Cache[V] {
	held, err := lru.New[string, entry[V]](size)
	if err != nil {
		panic("hot: " + err.Error()) // size < 1: a bug
	}
	return &Cache[V]{load: load, now: now, held: held}
}

// Get returns the value of the key, from memory when it is fresh.
func (c *Cache[V]) Get(ctx context.Context, key string) (V, error) {
	if e, ok := c.held.Get(key); ok {
		if age := c.now().Sub(e.read); age >= 0 && age < Fresh {
			return e.value, nil
		}
	}
	v, err, _ := c.flights.Do(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		drops, read := c.drops.Load(), c.now()
		v, err := c.load(ctx, key)
		if err == nil && c.drops.Load() == drops {
			c.held.Add(key, entry[V]{v, read})
			if c.drops.Load() != drops { // dropped while it was being added
				c.held.Remove(key)
			}
		}
		return v, err
	})
	if err != nil {
		var none V
		return none, err
	}
	return v.(V), nil
}

// Drop forgets the keys: call it when what they stand for has changed for good.
func (c *Cache[V]) Drop(keys ...string) {
	c.drops.Add(1)
	for _, key := range keys {
		c.flights.Forget(key)
		c.held.Remove(key)
	}
}
