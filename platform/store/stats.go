package store

import (
	"sync/atomic"
	"time"
)

// Stats is what a Store did since it was opened.
type Stats struct {
	Waiting int           // acts that wait in lanes now
	Lanes   int           // lanes that run now
	Acts    int64         // acts answered by groups, refusals and replays included
	Replays int64         // answers from the memory of idempotency keys
	Groups  int64         // transactions that ran acts to their end
	Largest int64         // acts in the largest group
	Rows    int64         // rows written by Append and Put
	Splits  int64         // groups tried again in parts because an act spoiled them
	Retries int64         // attempts repeated because the database was away
	Busy    time.Duration // time spent in groups, commits included
	Asked   int64         // statements that snapshots have asked
}

// counts is Stats in the making.
type counts struct {
	acts, replays, groups, largest, rows, splits, retries, busy, asked atomic.Int64
}

// group counts a group that went to its end.
func (c *counts) group(acts int, took time.Duration) {
	c.acts.Add(int64(acts))
	c.groups.Add(1)
	c.busy.Add(int64(took))
	for n := int64(acts); ; {
		old := c.largest.Load()
		if n <= old || c.largest.CompareAndSwap(old, n) {
			return
		}
	}
}

// Stats returns what the store did so far.
func (s *Store) Stats() Stats {
	c := &s.counts
	out := Stats{
		Acts: c.acts.Load(), Replays: c.replays.Load(), Groups: c.groups.Load(), Largest: c.largest.Load(),
		Rows: c.rows.Load(), Splits: c.splits.Load(), Retries: c.retries.Load(), Busy: time.Duration(c.busy.Load()), Asked: c.asked.Load(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out.Lanes = len(s.lanes)
	for _, l := range s.lanes {
		out.Waiting += len(l.waiting)
	}
	return out
}
