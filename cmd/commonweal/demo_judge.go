package main

import (
	"context"
	"slices"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// demoClaim is a contribution that waits for somebody.
type demoClaim struct {
	entry   contribution.Entry
	due     int // day on which somebody looks at it
	decided []store.ID
	refused bool // rejected, perhaps appealed
	appeals bool // the contributor has appealed
	fix     *contribution.LogAsk
	who     auth.Identity // who corrects it
}

// await remembers a claim, to be looked at one to six days later; near the end
// of the demo some are left for the reader.
func (l *demoLife) await(e contribution.Entry, today demoDay) {
	c := demoClaim{entry: e, due: today.n + 1 + l.chance.IntN(6)}
	if e.State == contribution.Validated {
		return
	}
	if today.left < 9 && l.chance.IntN(3) > 0 {
		c.due += 1000
	}
	l.claims = append(l.claims, c)
}

// judge lets people look at the claims that are due.
func (l *demoLife) judge(ctx context.Context, today demoDay) error {
	waiting := l.claims
	l.claims = nil
	for _, c := range waiting {
		if c.due > today.n && c.fix == nil {
			l.claims = append(l.claims, c)
			continue
		}
		if err := l.look(ctx, today, c); err != nil {
			return err
		}
	}
	return nil
}

// look takes the next step with one claim.
func (l *demoLife) look(ctx context.Context, today demoDay, c demoClaim) error {
	switch {
	case c.fix != nil:
		c.fix.Corrects = &c.entry.No
		e, err := contribution.LogContribution(ctx, l.h.Store, c.who, "", *c.fix)
		if err == nil {
			l.await(e, today)
		}
		return err
	case c.refused && !c.appeals:
		c.appeals = true
		c.due = today.n + 6
		if today.left < 20 && today.left > 3 {
			c.due += 1000 // an open appeal for the reader
		}
		return l.decide(ctx, today, c, l.identity(c.entry.Person), contribution.Appeal, "I was there with two others; ask them")
	case c.appeals:
		verdict, reason := contribution.Grant, "both of them remember it"
		if l.chance.IntN(3) == 0 {
			verdict, reason = contribution.Uphold, "the day was logged twice, once by each"
		}
		judge, found := l.judgeFor(c, 2)
		if !found {
			return nil
		}
		return l.decide(ctx, today, c, judge, verdict, reason)
	}
	return l.firstLook(ctx, today, c)
}

// firstLook accepts most claims and refuses a few.
func (l *demoLife) firstLook(ctx context.Context, today demoDay, c demoClaim) error {
	judge, found := l.judgeFor(c, len(l.cast))
	if !found {
		return nil
	}
	if l.chance.IntN(45) == 0 {
		c.refused = l.chance.IntN(2) == 0
		c.due = today.n + 2
		return l.decide(ctx, today, c, judge, contribution.Reject, "nobody I asked remembers this; what was it for?")
	}
	return l.decide(ctx, today, c, judge, contribution.Accept, "")
}

// decide gives a verdict and keeps the claim while more is to come. Somebody
// whom a rule of the commons keeps from judging leaves it to the next.
func (l *demoLife) decide(ctx context.Context, today demoDay, c demoClaim, by auth.Identity, v contribution.Verdict, reason string) error {
	d, err := contribution.ValidateContribution(ctx, l.h.Store, by, "", contribution.ValidateAsk{Entry: c.entry.No, Verdict: v, Reason: reason})
	if fault.CodeOf(err) == "contribution.return_favor" {
		c.decided = append(c.decided, by.Agent)
		c.due = today.n + 1
		l.claims = append(l.claims, c)
		return nil
	}
	if err != nil {
		return err
	}
	c.decided = append(c.decided, by.Agent)
	if d.State == contribution.Logged || c.refused && (d.State == contribution.Rejected && v == contribution.Reject || d.State == contribution.Disputed) {
		c.due = max(c.due, today.n+1)
		l.claims = append(l.claims, c)
	}
	return nil
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
