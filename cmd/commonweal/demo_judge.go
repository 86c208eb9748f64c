package main

import (
	"context"
	"slices"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// demoClaim is a contribution that waits for somebody.
type demoClaim struct {
	entry   contribution.Entry
	due     int // day on which somebody looks at it
	decided []store.ID
	refused bool // rejected, and its contributor will not leave it at that
	appeals bool // the contributor has appealed
	fix     *demoNote
}

// forReader is added to the day of what is left for the reader of the demo.
const forReader = 1000

// await remembers a claim, to be looked at one to six days later; near the end
// of the demo some are left for the reader.
func (l *demoLife) await(c demoClaim, today demoDay) {
	if c.entry.State == contribution.Validated && c.fix == nil {
		return
	}
	if today.left < 9 && l.chance.IntN(3) > 0 {
		c.due += forReader
	}
	l.claims = append(l.claims, c)
}

// demoMove is the next step with a claim: a verdict.
type demoMove struct {
	claim   demoClaim
	by      auth.Identity
	verdict contribution.Verdict
	reason  string
}

// judge lets people correct what they wrote wrong, and look at the claims that
// are due, all at once.
func (l *demoLife) judge(ctx context.Context, today demoDay) error {
	if !today.writes() {
		return nil
	}
	var fixes []demoNote
	var moves []demoMove
	waiting := l.claims
	l.claims = nil
	for _, c := range waiting {
		switch move, found := l.move(today, c); {
		case c.fix != nil && c.fix.ask.Corrects == nil:
			c.fix.ask.Corrects = &c.entry.No
			fixes = append(fixes, *c.fix)
		case c.due > today.n:
			l.claims = append(l.claims, c)
		case found:
			moves = append(moves, move)
		}
	}
	if err := l.logAll(ctx, today, fixes); err != nil {
		return err
	}
	decisions, err := atOnce(ctx, moves, func(ctx context.Context, m demoMove) (contribution.Decision, error) {
		return contribution.ValidateContribution(ctx, l.h.Store, m.by, "", contribution.ValidateAsk{Entry: m.claim.entry.No, Verdict: m.verdict, Reason: m.reason})
	})
	for i, d := range decisions {
		l.decided(today, moves[i], d)
	}
	return err
}

// move draws the next step with a claim that is due.
func (l *demoLife) move(today demoDay, c demoClaim) (m demoMove, found bool) {
	if c.due > today.n || c.fix != nil {
		return m, false
	}
	m.claim = c
	switch {
	case c.appeals:
		m.verdict, m.reason = contribution.Grant, "both of them remember it"
		if l.chance.IntN(3) == 0 {
			m.verdict, m.reason = contribution.Uphold, "the day was logged twice, once by each"
		}
		m.by, found = l.judgeFor(c, 2)
	case c.refused:
		m.claim.appeals = true
		m.by, m.verdict, m.reason = l.identity(c.entry.Person), contribution.Appeal, "I was there with two others; ask them"
		return m, true
	default:
		m.by, found = l.judgeFor(c, len(l.cast))
		m.verdict = contribution.Accept
		if l.chance.IntN(45) == 0 || today.left == lastRefusals && l.chance.IntN(3) == 0 {
			m.verdict, m.reason = contribution.Reject, "nobody I asked remembers this; what was it for?"
			m.claim.refused = l.chance.IntN(2) == 0
		}
	}
	return m, found
}

// lastRefusals is a day near the end on which people look closely, so that the
// reader finds appeals that wait for a steward.
const lastRefusals = 15

// decided keeps a claim while more is to come.
func (l *demoLife) decided(today demoDay, m demoMove, d contribution.Decision) {
	c := m.claim
	c.decided = append(c.decided, m.by.Agent)
	switch {
	case d.State == contribution.Logged, m.verdict == contribution.Reject && c.refused:
		c.due = today.n + 1
	case m.verdict == contribution.Appeal:
		c.due = today.n + 6
		if today.left < lastRefusals {
			c.due += forReader
		}
	default:
		return
	}
	l.claims = append(l.claims, c)
}

// judgeFor draws one of the first n of the cast who may judge a claim.
func (l *demoLife) judgeFor(c demoClaim, n int) (auth.Identity, bool) {
	start := l.chance.IntN(n)
	for i := range n {
		who := l.cast[(start+i)%n]
		own := who.Agent == c.entry.Person || who.Agent == c.entry.LoggedBy
		if !own && !slices.Contains(c.decided, who.Agent) {
			return who, true
		}
	}
	return auth.Identity{}, false
}

// identity finds one of the cast by agent.
func (l *demoLife) identity(agent store.ID) auth.Identity {
	for _, who := range l.cast {
		if who.Agent == agent {
			return who
		}
	}
	return l.steward()
}
