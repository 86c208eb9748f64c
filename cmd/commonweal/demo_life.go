package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"commonweal/contribution"
	"commonweal/contribution/intake/recurring"
	"commonweal/credit"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoLife is one commons as its demo years pass. Chance is seeded: the same
// day gives the same life.
type demoLife struct {
	demoScript
	h        *House
	chance   *rand.Rand
	commons  commons.Commons
	cast     []auth.Identity
	projects []contribution.Project
	kindOf   map[string]contribution.Kind
	written  int // day of the last notes
	claims   []demoClaim
	parties  map[string]store.ID // payers and others, once the ledger knows them
	money    []*demoRules
	orders   []*demoOrder
	running  []running
	yard     *demoYard
	abroad   *demoAbroad
	hours    credit.Currency // of the garden
	turns    credit.Pooled   // its savings round
	press    credit.Pooled   // and its loan
}

func newDemoLife(h *House, s demoScript) *demoLife {
	return &demoLife{demoScript: s, h: h, chance: rand.New(rand.NewPCG(s.seed, 2016)), parties: map[string]store.ID{}, kindOf: map[string]contribution.Kind{}}
}

// admit makes one of the cast a member, or finds the membership they have.
func (l *demoLife) admit(ctx context.Context, p demoPerson, known map[string]auth.Account) error {
	gate, operator := l.h.Gate, l.h.Gate.Operator(l.commons.ID)
	role := auth.Member
	if len(l.cast) < 2 {
		role = auth.Steward
	}
	account, had := known[p.handle]
	if !had {
		person := auth.Person{Name: p.name, Handle: p.handle}
		if p.handle == "joris" {
			person.Password = demoPassword
		}
		list, err := gate.Enroll(ctx, operator, []auth.Person{person}, role)
		if err != nil {
			return err
		}
		l.cast = append(l.cast, l.h.as(list[0]))
		known[p.handle] = auth.Account{ID: list[0].Account}
		return nil
	}
	m, err := gate.Admit(ctx, operator, account.ID, role) // the founder is a member already and stays one
	l.cast = append(l.cast, l.h.as(m))
	return err
}

// steward is who sets things up.
func (l *demoLife) steward() auth.Identity { return l.cast[0] }

// settle opens the projects and adds the kinds of the script.
func (l *demoLife) settle(ctx context.Context) error {
	for _, k := range contribution.DefaultKinds(l.commons.Currency) {
		l.kindOf[k.Kind] = k
	}
	for _, k := range l.kinds {
		if _, err := contribution.ConfigureKind(ctx, l.h.Store, l.steward(), "", l.commons.Currency, k); err != nil {
			return err
		}
		l.kindOf[k.Kind] = k
	}
	for _, name := range l.demoScript.projects {
		p, err := contribution.OpenProject(ctx, l.h.Store, l.steward(), "", name)
		if err != nil {
			return err
		}
		l.projects = append(l.projects, p)
	}
	for i := range l.equations {
		l.money = append(l.money, &demoRules{demoEquation: &l.equations[i]})
	}
	return nil
}

// live passes one day.
func (l *demoLife) live(ctx context.Context, today demoDay) error {
	for _, part := range []func(context.Context, demoDay) error{l.work, l.recurs, l.bringPaper, l.build, l.keep, l.deal, l.trade, l.judge, l.evaluate, l.earn, l.rule, l.share, l.reconcile, l.credit} {
		if err := part(ctx, today); err != nil {
			return fmt.Errorf("%s on %s: %w", l.slug, today.at.Format(time.DateOnly), err)
		}
	}
	return nil
}

// closing is the day from the start on which the script's project ends.
const closing = 501

// writesEvery is how many days people let pass before they write down what
// they did, and look at what others wrote.
const writesEvery = 3

// writes reports whether this is a day for it.
func (d demoDay) writes() bool { return d.n%writesEvery == 0 || d.left == 0 }

// demoNote is what somebody is about to log.
type demoNote struct {
	by  auth.Identity // who logs it
	ask contribution.LogAsk
	// A slip of the pen, which the contributor corrects the next time.
	slip  bool
	right quantity.Amount
	who   auth.Identity
}

// work lets people write down what they did since the last time, all at once.
func (l *demoLife) work(ctx context.Context, today demoDay) error {
	if l.closes > 0 && today.n == closing {
		p := l.projects[l.closes]
		p.Closed = true
		if _, err := contribution.ConfigureProject(ctx, l.h.Store, l.steward(), "", p); err != nil {
			return err
		}
	}
	if !today.writes() {
		return nil
	}
	var notes []demoNote
	for day := l.written + 1; day <= today.n; day++ {
		at := today.at.AddDate(0, 0, day-today.n)
		for _, t := range l.tasks {
			if l.chance.Float64() < t.perWeek/7*float64(t.season[at.Month()-1])/10 && (l.closes == 0 || t.project != l.closes || today.n < closing) {
				notes = append(notes, l.note(at, t))
			}
		}
	}
	l.written = today.n
	return l.logAll(ctx, today, notes)
}

// recurs lets the one who signs in as a member note what they do every week, so
// that some of it waits to be confirmed.
func (l *demoLife) recurs(ctx context.Context, today demoDay) error {
	const daysBefore = 16 // the end: two times are due by then
	if today.left != daysBefore {
		return nil
	}
	for _, who := range l.cast {
		if who.Name != "Joris Example" {
			continue
		}
		start := today.at.AddDate(0, 0, (int(time.Tuesday)-int(today.at.Weekday())+7)%7)
		_, err := contribution.AddRecurring(ctx, l.h.Store, who, "", contribution.Recurring{
			Rule: recurring.Rule{RRule: "FREQ=WEEKLY", Start: start.Format("2006-01-02") + "T19:00", Zone: l.commons.Zone},
			Log:  contribution.LogAsk{Kind: "love", Project: l.projects[1].ID, Quant: quantity.Of(2, quantity.LoveHour), Note: "the weekly evening"}})
		return err
	}
	return nil
}

// logAll logs notes, and remembers what waits for a second pair of eyes.
func (l *demoLife) logAll(ctx context.Context, today demoDay, notes []demoNote) error {
	entries, err := atOnce(ctx, notes, func(ctx context.Context, n demoNote) (contribution.Entry, error) {
		e, err := contribution.LogContribution(ctx, l.h.Store, n.by, "", n.ask)
		if fault.CodeOf(err) == "contribution.maximum" {
			return contribution.Entry{}, nil // the commons says: enough for this month
		}
		return e, err
	})
	if err != nil {
		return err
	}
	for i, e := range entries {
		if e.Event == "" {
			continue
		}
		c := demoClaim{entry: e, due: today.n + 1 + l.chance.IntN(6)}
		if n := notes[i]; n.slip {
			n.ask.Quant, n.slip = n.right, false
			c.fix = &n
		}
		l.await(c, today)
	}
	return nil
}

// atOnce runs an act for each of a list, all at once, and returns the results
// in its order.
func atOnce[A, R any](ctx context.Context, list []A, act func(context.Context, A) (R, error)) ([]R, error) {
	out := make([]R, len(list))
	acting, ctx := errgroup.WithContext(ctx)
	acting.SetLimit(64)
	for i, a := range list {
		acting.Go(func() (err error) {
			out[i], err = act(ctx, a)
			return err
		})
	}
	return out, acting.Wait()
}

// note draws one contribution of a task.
func (l *demoLife) note(at time.Time, t demoTask) demoNote {
	n := demoNote{who: l.cast[t.who[l.chance.IntN(len(t.who))]]}
	n.by = n.who
	n.ask = contribution.LogAsk{Kind: t.kind, Project: l.projects[t.project].ID, Note: t.notes[l.chance.IntN(len(t.notes))], Quant: l.amount(t, l.kindOf[t.kind].Unit)}
	n.ask.From = yesterday(at, 8+l.chance.IntN(10))
	if t.kind == "design" || t.kind == "purchase" && l.chance.IntN(3) > 0 {
		n.ask.Evidence = []contribution.Evidence{{Link: fmt.Sprintf("https://example.org/%s/%s/%d", l.slug, t.kind, 1000+l.chance.IntN(9000))}}
	}
	n.right = n.ask.Quant
	switch {
	case l.chance.IntN(40) == 0: // a note on paper, typed in by a steward
		n.ask.Person, n.by = n.who.Agent, l.steward()
	case l.chance.IntN(70) == 0:
		n.ask.Quant, n.slip = quantity.Micros(n.right.Micros*10, n.right.Unit), true
	}
	return n
}

// amount draws how much: quarters of a unit, whole kilometers, cents.
func (l *demoLife) amount(t demoTask, unit quantity.Unit) quantity.Amount {
	n := int64(t.least + l.chance.IntN(t.most-t.least+1))
	if unit == l.commons.Currency {
		return quantity.Micros(n*quantity.Scale/100, unit)
	}
	return quantity.Micros(n*quantity.Scale/4, unit)
}

// yesterday is an hour of the day before.
func yesterday(at time.Time, hour int) time.Time {
	y, m, d := at.AddDate(0, 0, -1).Date()
	return time.Date(y, m, d, hour, 0, 0, 0, time.UTC)
}
