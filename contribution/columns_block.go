package contribution

import (
	"context"
	"encoding/binary"
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Blocks of columns stand in the database so that a cold start reads a few
// hundred rows instead of a million. They hold contributions as they were
// logged; decisions and ratings are applied on top, as on rows.

var (
	selectBlocks = store.SQL(`SELECT data FROM contribution_block WHERE commons_id = $1 ORDER BY n`)
	insertBlock  = store.SQL(`INSERT INTO contribution_block (commons_id, n, through_seq, through_n, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`)
)

// loadBlocks fills empty columns from the blocks.
func (c *Columns) loadBlocks(r store.Reader) error {
	rows, err := r.Query(selectBlocks)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		if err := c.addBlock(data); err != nil {
			return err
		}
		c.blocks++
	}
	return rows.Err()
}

// addBlock appends the contributions of one block.
func (c *Columns) addBlock(data []byte) error {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n) {
		return fault.Conflictf("contribution.block", "", "a block of columns is damaged; empty contribution_block and it is written anew")
	}
	numbers, block := data[n:n+int(size)], data[n+int(size):]
	if err := c.Ledger.DecodeBlock(block); err != nil {
		return err
	}
	var no EntryNo
	for len(numbers) > 0 {
		seq, a := binary.Uvarint(numbers)
		place, b := binary.Uvarint(numbers[max(a, 0):])
		if a <= 0 || b <= 0 {
			return fault.Conflictf("contribution.block", "", "a block of columns is damaged; empty contribution_block and it is written anew")
		}
		no = EntryNo{no.Seq + int64(seq), int64(place)}
		c.no = append(c.no, no)
		numbers = numbers[a+b:]
	}
	if len(c.no) != c.Ledger.Len() {
		return fault.Conflictf("contribution.block", "", "a block of columns holds %d numbers for %d contributions", len(c.no), c.Ledger.Len())
	}
	c.entry = no
	return nil
}

// block encodes contributions from to to as they were logged.
func (c *Columns) block(l *equation.Ledger, from, to int) ([]byte, error) {
	var numbers []byte
	var last int64
	for _, no := range c.no[from:to] {
		numbers = binary.AppendUvarint(numbers, uint64(no.Seq-last))
		numbers = binary.AppendUvarint(numbers, uint64(no.N))
		last = no.Seq
	}
	block, err := l.EncodeBlock(from, to)
	if err != nil {
		return nil, err
	}
	data := binary.AppendUvarint(nil, uint64(len(numbers)))
	return append(append(data, numbers...), block...), nil
}

// asLogged returns the ledger without any decision or rating.
func (c *Columns) asLogged() *equation.Ledger {
	v := c.Ledger.Prefix(len(c.no))
	v.Flags = slices.Clone(v.Flags)
	for i := len(c.decided) - 1; i >= 0; i-- {
		v.Flags[c.decided[i].row] = c.decided[i].flags
	}
	v.RatingNum, v.RatingDen = make([]int32, len(c.no)), make([]int32, len(c.no))
	return v
}

// KeepBlocks writes the full blocks that are not yet in the database. The
// server calls it now and then; an import calls it at its end.
func (p *Practice) KeepBlocks(ctx context.Context, commons store.ID) error {
	var from int
	var fresh [][]byte
	var through []EntryNo
	err := p.DB.Read(ctx, commons, func(r *store.Snapshot) error {
		return p.Columns(r, func(c *Columns) error {
			from = c.blocks
			if len(c.no)/equation.BlockRows <= from {
				return nil
			}
			l := c.asLogged()
			for n := from; n < len(c.no)/equation.BlockRows; n++ {
				data, err := c.block(l, n*equation.BlockRows, (n+1)*equation.BlockRows)
				if err != nil {
					return err
				}
				fresh, through = append(fresh, data), append(through, c.no[(n+1)*equation.BlockRows-1])
			}
			return nil
		})
	})
	if err != nil || len(fresh) == 0 {
		return err
	}
	_, err = store.Write(ctx, p.DB, store.Command{Commons: commons}, func(tx *store.Tx) (int, error) {
		for i, data := range fresh {
			if _, err := tx.Exec(insertBlock, int64(from+i), through[i].Seq, through[i].N, data); err != nil {
				return 0, err
			}
		}
		return len(fresh), nil
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	c := p.held[commons]
	p.mu.Unlock()
	c.mu.Lock()
	c.blocks = max(c.blocks, from+len(fresh))
	c.mu.Unlock()
	return nil
}
