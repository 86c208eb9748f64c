package main

import (
	"context"
	"fmt"
	"time"

	"commonweal/contribution"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// earn records what comes in on a day.
func (l *demoLife) earn(ctx context.Context, today demoDay) error {
	month := int(today.at.Month())
	for _, s := range l.incomes {
		if today.at.Day() != s.day || (month-s.month+12)%s.every != 0 {
			continue
		}
		euros := int64(s.least+l.chance.IntN(s.most-s.least+1)) * int64(s.season[month-1]) / 10
		gross := quantity.Micros(euros*quantity.Scale+l.chance.Int64N(100)*quantity.Scale/100, "EUR")
		ask := contribution.IncomeAsk{Kind: s.kind, Project: l.projects[s.project].ID, At: yesterday(today.at, 12), Gross: gross,
			Reference: fmt.Sprintf("%s-%s", s.prefix, today.at.Format("2006-01"))}
		payer := s.payers[l.chance.IntN(len(s.payers))]
		if err := l.income(ctx, ask, payer, s.deductions(gross)); err != nil {
			return err
		}
	}
	return nil
}

// cut is a line that comes off an income.
type cut struct {
	kind, to string
	amount   quantity.Amount
}

// deductions are what the stream's processor, host and tax office take.
func (s demoIncome) deductions(gross quantity.Amount) (cuts []cut) {
	if s.tax { // contained in the price
		cuts = append(cuts, cut{"tax", "Example Tax Office", cents(gross, 21, 121)})
	}
	if s.processor != "" {
		fee := cents(gross, 19, 1000)
		fee.Micros += 35 * quantity.Scale / 100
		cuts = append(cuts, cut{"processor", s.processor, fee})
	}
	if s.host != "" {
		cuts = append(cuts, cut{"host", s.host, cents(gross, 5, 100)})
	}
	return cuts
}

// cents is a part of an amount, down to the cent.
func cents(a quantity.Amount, num, den int64) quantity.Amount {
	return quantity.Micros(a.Micros*num/den/(quantity.Scale/100)*(quantity.Scale/100), a.Unit)
}

// income records one income; payers and others are known by name from their
// first time on.
func (l *demoLife) income(ctx context.Context, ask contribution.IncomeAsk, payer string, cuts []cut) error {
	ask.Payer, ask.PayerName = l.party(payer)
	for _, c := range cuts {
		to, name := l.party(c.to)
		ask.Deductions = append(ask.Deductions, contribution.DeductionAsk{Kind: c.kind, To: to, ToName: name, Amount: c.amount})
	}
	in, err := contribution.RecordIncome(ctx, l.h.Store, l.steward(), "", ask)
	if err != nil {
		return err
	}
	l.parties[payer] = in.Payer
	for i, c := range cuts {
		l.parties[c.to] = in.Deductions[i].To
	}
	return nil
}

// party returns the agent of a name, or the name of one still to be made.
func (l *demoLife) party(name string) (store.ID, string) {
	if id, known := l.parties[name]; known {
		return id, ""
	}
	return "", name
}

// demoRules is a value equation of the demo as it stands.
type demoRules struct {
	*demoEquation
	id   store.ID
	next int // of its versions
	runs int
	last contribution.Distribution
}

// rule brings in the versions whose day has come.
func (l *demoLife) rule(ctx context.Context, today demoDay) error {
	for _, r := range l.money {
		for r.next < len(r.versions) && today.n >= r.versions[r.next].from*365/12 {
			if err := l.bring(ctx, r, r.versions[r.next]); err != nil {
				return err
			}
			r.next++
		}
	}
	return nil
}

// bring saves a version and takes it as far as the script says.
func (l *demoLife) bring(ctx context.Context, r *demoRules, v demoVersion) error {
	text := v.text(demoScope{project: l.projects[r.project].ID, commons: l.commons.Agent})
	saved, err := contribution.SaveEquation(ctx, l.h.Store, l.steward(), "", contribution.SaveEquationAsk{ID: r.id, Text: text})
	if err != nil {
		return err
	}
	r.id = saved.ID
	ask := contribution.VersionAsk{ID: saved.ID, Version: saved.Version, Hash: saved.Hash}
	if v.state == contribution.Draft {
		return nil
	}
	if _, err = contribution.MarkSimulated(ctx, l.h.Store, l.steward(), "", ask); err != nil || v.state == contribution.Simulated {
		return err
	}
	_, err = contribution.AdoptEquation(ctx, l.h.Store, l.steward(), "", ask)
	return err
}

// The days of a month on which distributions run and are paid out, and which
// of them goes wrong.
const (
	runDay, reverseDay, payDay = 6, 7, 9
	canceledRun, reversedRun   = 3, 5
)

// share distributes what came in, quarter by quarter, and pays it out.
func (l *demoLife) share(ctx context.Context, today demoDay) error {
	for i, r := range l.money {
		if (int(today.at.Month())-r.month)%3 != 0 || r.id == "" {
			continue
		}
		var err error
		switch today.at.Day() {
		case runDay:
			err = l.run(ctx, r, i == 0)
		case reverseDay:
			if i == 0 && r.runs == reversedRun {
				err = l.undo(ctx, r)
			}
		}
		if err != nil {
			return err
		}
	}
	if today.at.Day() == payDay && today.left > 60 {
		return l.payOut(ctx, today)
	}
	return nil
}

// run distributes; the third time somebody notices an unread receipt just
// before, and begins again.
func (l *demoLife) run(ctx context.Context, r *demoRules, eventful bool) error {
	db, who := l.h.Store, l.steward()
	opened, err := contribution.OpenDistribution(ctx, db, who, "", contribution.OpenAsk{Equation: r.id})
	if fault.CodeOf(err) == "contribution.nothing_left" {
		return nil
	}
	if err != nil {
		return err
	}
	r.runs++
	if eventful && r.runs == canceledRun {
		if _, err := contribution.CancelDistribution(ctx, db, who, "", opened.ID); err != nil {
			return err
		}
		if opened, err = contribution.OpenDistribution(ctx, db, who, "", contribution.OpenAsk{Equation: r.id}); err != nil {
			return err
		}
	}
	r.last, err = l.h.Contribution.Distribute(ctx, who, "", opened.ID)
	return err
}

// undo reverses the last distribution, and runs it again.
func (l *demoLife) undo(ctx context.Context, r *demoRules) error {
	_, err := contribution.ReverseDistribution(ctx, l.h.Store, l.steward(), "", contribution.ReverseAsk{Distribution: r.last.ID, Reason: "It ran before the workshop's invoice of the month was in."})
	if err != nil {
		return err
	}
	r.runs++
	return l.run(ctx, r, false)
}

// leastPaid is what is worth a bank transfer.
var leastPaid = quantity.Of(10, "EUR")

// payOut pays everybody what is owed to them, but for those who let it stand.
func (l *demoLife) payOut(ctx context.Context, today demoDay) error {
	var owed map[store.ID]contribution.Balance
	err := l.h.Store.Read(ctx, l.commons.ID, func(r *store.Snapshot) (err error) {
		owed, err = contribution.Balances(r, "EUR")
		return err
	})
	if err != nil {
		return err
	}
	for i, who := range l.cast {
		balance, any := owed[who.Agent]
		if !any || balance.Amount.Micros < leastPaid.Micros || i%5 == 4 && today.at.Month() != time.December {
			continue
		}
		_, err := contribution.PayOut(ctx, l.h.Store, l.steward(), "", contribution.PayoutAsk{To: who.Agent, Amount: balance.Amount, At: yesterday(today.at, 10),
			Reference: fmt.Sprintf("bank %s/%d", today.at.Format("2006-01"), i+1)})
		if err != nil {
			return err
		}
	}
	return nil
}
