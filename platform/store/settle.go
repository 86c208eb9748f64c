package store

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"commonweal/platform/fault"
)

const (
	patience = 30 * time.Second // how long acts wait for a database that is away
	maxPause = time.Second      // the longest pause between two attempts
)

// settle answers every call, in order. It tries them as one group. A group is
// optimistic: nothing but the end of the transaction protects one act from
// another. When an act spoils its group, those before it, the act itself and
// those after it are tried again apart; when nobody knows which act it was, the
// halves are. So only the culprit fails, and no act runs more than a few times.
func (s *Store) settle(calls []*call) {
	var giveUp time.Time
	for try := 0; len(calls) > 0; {
		g := s.attempt(calls)
		switch {
		case g.err == nil:
			for i, o := range g.outcomes {
				calls[i].answer(o)
			}
			calls, try = calls[len(g.outcomes):], 0
		case g.verdict == passing && (try == 0 || time.Now().Before(giveUp)):
			if try == 0 {
				giveUp = time.Now().Add(patience)
			}
			s.counts.retries.Add(1)
			pause(try)
			calls, try = leave(calls), try+1
		case g.verdict != ofAct:
			s.config.Log.Error("a group of acts was dropped", "acts", len(calls), "error", g.err)
			answerAll(calls, outcome{err: explain(s.engine, g.err)})
			return
		case len(calls) == 1:
			if g.last.err == nil {
				g.last.err = g.err
			}
			calls[0].answer(g.last)
			return
		case g.spoiler >= 0:
			s.counts.splits.Add(1)
			s.settle(calls[:g.spoiler])
			s.settle(calls[g.spoiler : g.spoiler+1])
			calls = calls[g.spoiler+1:]
		default:
			s.counts.splits.Add(1)
			half := len(calls) / 2
			s.settle(calls[:half])
			calls = calls[half:]
		}
	}
}

func answerAll(calls []*call, o outcome) {
	for _, c := range calls {
		c.answer(o)
	}
}

// leave answers the callers who stopped waiting while the database was away,
// and returns the others.
func leave(calls []*call) []*call {
	return slices.DeleteFunc(slices.Clone(calls), func(c *call) bool {
		err := c.ctx.Err()
		if err != nil {
			c.answer(outcome{err: err})
		}
		return err != nil
	})
}

// pause waits a random time that doubles with every try, from about 5 ms.
func pause(try int) {
	limit := min(10*time.Millisecond<<min(try, 10), maxPause)
	time.Sleep(limit/2 + rand.N(limit/2))
}

// finish commits a group and resolves what a broken commit left open.
func (s *Store) finish(ctx context.Context, t transaction) error {
	err := t.commit(ctx)
	if err == nil {
		return nil
	}
	for try, giveUp := 0, time.Now().Add(patience); time.Now().Before(giveUp); try++ {
		durable, unknown := s.engine.outcome(ctx, t, err)
		if unknown == nil && durable {
			return nil
		}
		if unknown == nil {
			return err
		}
		if s.engine.judge(unknown) != passing {
			break
		}
		pause(try)
	}
	return &unavailable{fault.New(fault.Unavailable, "store.outcome_unknown", "",
		"the database broke off while it made this durable, so it is not known whether it happened; repeat it with the same idempotency key, or look before you repeat it"), err}
}
