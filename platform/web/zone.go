package web

import (
	"sync"
	"time"
)

// zoneCache remembers time zones by name: loading one reads a file. Names
// come from cookies, so the memory is bounded; IANA knows about 600.
type zoneCache struct {
	sync.RWMutex
	known map[string]*time.Location
}

const mostZones = 1000

var zones = &zoneCache{known: map[string]*time.Location{}}

// find returns the zone of an IANA name; the machine's own zone has no say.
func (c *zoneCache) find(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	c.RLock()
	zone, ok := c.known[name]
	c.RUnlock()
	if ok {
		return zone, true
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	c.Lock()
	defer c.Unlock()
	if len(c.known) < mostZones {
		c.known[name] = zone
	}
	return zone, true
}
