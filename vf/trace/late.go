package trace

// late is what was drawn before the books knew it had come in: the inflow was
// recorded later, though it happened no later than the drawing.
type late struct {
	draw, inflow uint32
	amount       int64
}

// lates are those of one record, and what waits to be covered.
type lates struct {
	byDraw, byInflow map[uint32][]late
	owing            []owed
	until            int64 // no drawing that waits happened later
}

// owed is what an event drew and nothing has covered.
type owed struct {
	draw   uint32
	at     int64
	amount int64
}

// owe notes what was drawn too much.
func (l *lates) owe(draw uint32, at, amount int64) {
	if len(l.owing) == 0 || at > l.until {
		l.until = at
	}
	l.owing = append(l.owing, owed{draw, at, amount})
}

// cover lets an inflow cover what earlier events drew too much, the oldest
// first, where it happened in time. It returns how much of it that took.
func (l *lates) cover(inflow uint32, at, amount int64) (lent int64) {
	if at > l.until {
		return 0
	}
	var still []owed
	for _, o := range l.owing {
		if take := min(o.amount, amount); take > 0 && at <= o.at {
			l.add(late{o.draw, inflow, take})
			o.amount, amount, lent = o.amount-take, amount-take, lent+take
		}
		if o.amount > 0 {
			still = append(still, o)
		}
	}
	l.owing = still
	return lent
}

func (l *lates) add(x late) {
	if l.byDraw == nil {
		l.byDraw, l.byInflow = map[uint32][]late{}, map[uint32][]late{}
	}
	l.byDraw[x.draw] = append(l.byDraw[x.draw], x)
	l.byInflow[x.inflow] = append(l.byInflow[x.inflow], x)
}

// lent is how much an event drew from one inflow that was recorded later.
func (l *lates) lent(draw, inflow uint32) (sum int64) {
	for _, x := range l.byDraw[draw] {
		if x.inflow == inflow {
			sum += x.amount
		}
	}
	return sum
}

// borrowed is how much an event drew from all inflows that were recorded later.
func (l *lates) borrowed(draw uint32) (sum int64) {
	for _, x := range l.byDraw[draw] {
		sum += x.amount
	}
	return sum
}
