package store

import (
	"context"
	"time"
)

// laneRow is a commons' row of store_lane.
type laneRow struct {
	epoch   int64 // counts the changes of what Memo remembers
	entries int64 // journal entries so far
	clock   int64 // time of the last act, in microseconds
}

// head is where a commons stands while a group runs: its locked row, and what
// the acts of the group added to it.
type head struct {
	laneRow
	commons ID
	value   any // commons as a driver value
	found   bool
	changed bool     // an act succeeded
	dirty   int      // counts changes of the epoch in this group; 0 means none
	added   [][]byte // journal entries of the group
	after   []func()
	acts    map[string]kept // what is known of idempotency keys
	memos   map[any]groupMemo
	rows    map[rowsOf]held // as the acts of the group see them
	kept    *keptRows       // as the groups before left them
}

// head returns the head of a commons, locked for this group.
func (g *group) head(commons ID) (*head, error) {
	for _, h := range g.heads {
		if h.commons == commons {
			return h, nil
		}
	}
	t, err := g.database()
	if err != nil {
		return nil, err
	}
	row, found, err := t.head(g.ctx, commons)
	if err != nil {
		return nil, err
	}
	h := &head{laneRow: row, commons: commons, value: string(commons), found: found, kept: g.s.keptAt(commons, row.clock)}
	g.heads = append(g.heads, h)
	return h, nil
}

// begin starts an act: its time is that of the machine, or just after the act
// before it when the machine's clock went back.
func (h *head) begin(g *group, ctx context.Context) *Tx {
	now := max(Micros(g.s.config.Clock()), h.clock+1)
	return &Tx{g: g, h: h, ctx: ctx, now: time.UnixMicro(now).UTC(), entered: len(h.added), turn: g.pending.turn()}
}

// keep makes what an act did part of the group.
func (h *head) keep(tx *Tx) {
	h.changed = true
	h.clock = Micros(tx.now)
	h.after = append(h.after, tx.after...)
	if tx.dirty {
		h.dirty++
	}
	for _, x := range h.rows {
		x.keep()
	}
}

// drop forgets what a failed act entered and appended.
func (h *head) drop(tx *Tx) {
	h.added = h.added[:tx.entered]
	tx.g.pending.truncate(tx.marks)
	for _, x := range h.rows {
		x.drop()
	}
}

// epochNow is the epoch as acts of this group see it.
func (h *head) epochNow() int64 {
	if h.dirty > 0 {
		return h.epoch + 1
	}
	return h.epoch
}

var (
	insertHead = SQL(`INSERT INTO store_lane (commons_id, epoch, entries, clock) VALUES ($1, $2, $3, $4)`)
	updateHead = SQL(`UPDATE store_lane SET epoch = $2, entries = $3, clock = $4 WHERE commons_id = $1`)
)

// save writes the head back.
func (h *head) save(ctx context.Context, t transaction) error {
	s := updateHead
	if !h.found {
		s = insertHead
	}
	_, err := t.exec(ctx, s.Text, []any{h.value, h.epochNow(), h.entries + int64(len(h.added)), h.clock})
	return err
}
