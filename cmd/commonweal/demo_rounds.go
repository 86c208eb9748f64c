package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"commonweal/contribution"
	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoRound is an evaluation that comes again and again.
type demoRound struct {
	name         string
	every, month int // months; the first of a year
	project      int
	kinds        []string
	rules        contribution.RoundRules
}

// marks are rules by which panels of three give one to five, or more.
func marks(scale evaluation.Scale, karma string) contribution.RoundRules {
	count := evaluation.PraiseRules()
	count.Scale = scale
	return contribution.RoundRules{Mode: contribution.ScoreMode, Names: contribution.NamesAfter, Panel: evaluation.PraisePanels, Count: count,
		Karma: quantity.MustParse(karma, evaluation.Karma)}
}

// gifts are rules by which everybody gives a hundred points to colleagues.
func gifts() contribution.RoundRules {
	return contribution.RoundRules{Mode: contribution.GiveMode, Names: contribution.NamesNobody, Give: evaluation.GiveRules{Budget: 100, Damping: 60},
		WindowDays: 180, Karma: quantity.MustParse("0.05", evaluation.Karma)}
}

// The days of a round, from its opening; and the last one, which is open when
// the reader comes.
const (
	roundDay                    = 13
	roundAnswers, roundCloses   = 3, 9
	lastRoundOpens, lastAnswers = 5, 2
)

// running is a round under way.
type running struct {
	contribution.Round
	opened int
	last   bool
}

// evaluate opens, answers and closes rounds.
func (l *demoLife) evaluate(ctx context.Context, today demoDay) error {
	for i := range l.rounds {
		s := &l.rounds[i]
		usual := today.at.Day() == roundDay && (int(today.at.Month())-s.month+12)%s.every == 0 && today.left > 2*roundCloses
		if usual || i == 0 && today.left == lastRoundOpens {
			if err := l.openRound(ctx, today, s); err != nil {
				return err
			}
		}
	}
	kept := l.running[:0]
	for _, r := range l.running {
		var err error
		switch {
		case !r.last && today.n == r.opened+roundAnswers, r.last && today.left == lastAnswers:
			err = l.answer(ctx, r)
		case !r.last && today.n == r.opened+roundCloses:
			_, err = l.h.Contribution.CloseRound(ctx, l.steward(), "", r.ID)
		}
		if err != nil {
			return err
		}
		if r.last || today.n < r.opened+roundCloses {
			kept = append(kept, r)
		}
	}
	l.running = kept
	return nil
}

// openRound opens a round over the last whole months.
func (l *demoLife) openRound(ctx context.Context, today demoDay, s *demoRound) error {
	first := time.Date(today.at.Year(), today.at.Month(), 1, 0, 0, 0, 0, time.UTC)
	from := first.AddDate(0, -s.every, 0)
	ask := contribution.RoundAsk{Name: fmt.Sprintf("%s, %s", s.name, first.AddDate(0, 0, -1).Format("January 2006")), From: from.Format(time.DateOnly), Until: first.AddDate(0, 0, -1).Format(time.DateOnly),
		Kinds: s.kinds, Closes: today.at.AddDate(0, 0, roundCloses+1), Rules: s.rules}
	if s.rules.Mode != contribution.GiveMode {
		ask.Projects = []store.ID{l.projects[s.project].ID}
	}
	round, err := l.h.Contribution.OpenRound(ctx, l.steward(), "", ask)
	switch fault.CodeOf(err) {
	case "contribution.round_empty":
		return nil
	case "internal":
		if err != nil {
			return err
		}
	default:
		return err
	}
	l.running = append(l.running, running{round, today.n, today.left == lastRoundOpens})
	return nil
}

// answer lets people judge; in the last round noor and joris have not yet.
func (l *demoLife) answer(ctx context.Context, r running) error {
	if r.Rules.Mode == contribution.GiveMode {
		return l.give(ctx, r)
	}
	var panels []evaluation.Panel
	err := l.h.Store.Read(ctx, l.commons.ID, func(s *store.Snapshot) error {
		text, err := journal.Blob(s, r.Panels)
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &panels)
	})
	if err != nil {
		return err
	}
	var answers []demoMark
	scale := r.Rules.Count.Scale.Values
	for _, p := range panels {
		no, err := contribution.ParseEntryNo(p.Item)
		if err != nil {
			return err
		}
		usual := len(scale)/3 + l.chance.IntN(len(scale)/2)
		for i, rater := range p.Raters {
			mark := min(usual+(l.chance.IntN(4)+i)%2, len(scale)-1)
			who := l.identity(store.ID(rater))
			if away := l.chance.IntN(12) == 0; away || r.last && l.reader(who) {
				continue
			}
			ask := contribution.AnswerAsk{Round: r.ID, Item: no, Verdict: evaluation.Scored, Score: scale[mark]}
			if mark >= len(scale)-2 && i == 0 {
				ask.Comment = "careful work, and it shows"
			}
			answers = append(answers, demoMark{who, ask})
		}
	}
	_, err = atOnce(ctx, answers, func(ctx context.Context, a demoMark) (contribution.RoundAnswer, error) {
		return contribution.AnswerRound(ctx, l.h.Store, a.who, "", a.ask)
	})
	return err
}

// demoMark is what somebody says of one contribution.
type demoMark struct {
	who auth.Identity
	ask contribution.AnswerAsk
}

// reader reports whether somebody signs in to read the demo.
func (l *demoLife) reader(who auth.Identity) bool {
	return who.Agent == l.cast[0].Agent || who.Name == "Joris Example"
}

// give lets everybody thank two to four others.
func (l *demoLife) give(ctx context.Context, r running) error {
	for i, who := range l.cast {
		if r.last && l.reader(who) {
			continue
		}
		left := int64(100)
		ask := contribution.GiveAsk{Round: r.ID}
		for k := range 2 + l.chance.IntN(3) {
			to := l.cast[(i+1+k*2)%len(l.cast)]
			n := min(left, 15+l.chance.Int64N(30))
			if to.Agent == who.Agent || n == 0 {
				continue
			}
			left -= n
			ask.Gifts = append(ask.Gifts, evaluation.Gift{To: string(to.Agent), Amount: n, Note: []string{"thank you for the nights", "for staying calm", "for the soup"}[(i+k)%3]})
		}
		if _, err := contribution.GiveRound(ctx, l.h.Store, who, "", ask); err != nil {
			return err
		}
	}
	return nil
}
