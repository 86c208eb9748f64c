package clearing

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Digest is the SHA-256 of the snapshot, which a round publishes with its
// version and parameters: of the text of one line a fact, cells parted by tabs,
//
//	obligation	ID	DEBTOR	CREDITOR	AMOUNT	WEIGHT	DUE
//	line	HUB	MEMBER	BALANCE	OVERDRAFT	ROOM
//
// obligations by debtor, creditor, weight, day (none last) and id, lines by
// member and hub, names by their bytes. DUE is 20260331, or 0. Members without
// either count for nothing.
func (p *Problem) Digest() string {
	c := newCanon(p)
	h := sha256.New()
	w := bufio.NewWriter(h) // a hash refuses nothing
	line := []byte(nil)
	cell := func(name string) { line = append(append(line, '\t'), name...) }
	number := func(n int64) { line = strconv.AppendInt(append(line, '\t'), n, 10) }
	flush := func() {
		w.Write(append(line, '\n'))
		line = line[:0]
	}
	for _, i := range c.order {
		o := &p.Obligations[i]
		line = append(line, "obligation"...)
		cell(o.ID)
		cell(p.Members[o.Debtor])
		cell(p.Members[o.Creditor])
		number(o.Amount)
		number(int64(o.weight()))
		number(int64(o.Due))
		flush()
	}
	for _, i := range c.lines() {
		l := &p.Lines[i]
		line = append(line, "line"...)
		cell(p.Hubs[l.Hub])
		cell(p.Members[l.Member])
		number(l.Balance)
		number(l.Overdraft)
		number(l.Room)
		flush()
	}
	w.Flush()
	return hex.EncodeToString(h.Sum(nil))
}

// Order is the order in which a round is published, as places in the lists of
// its problem: obligations by debtor, creditor, weight, day and id, lines by
// member and hub, members and hubs by name.
type Order struct{ Obligations, Lines, Members, Hubs []int32 }

// Order puts the problem, which Check accepts, in order.
func (p *Problem) Order() Order {
	c := newCanon(p)
	return Order{c.order, c.lines(), c.members, c.hubs}
}
