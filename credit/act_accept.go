package credit

import (
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// accepted says how a payment that is asked for is answered by the terms of
// those who pay, without anybody's hand: Always or Listed at once, After some
// hours, or Ask, the holder. Where several pay, the most hesitant decides.
func accepted(p Payment, c Currency, account func(store.ID) Account) (rule Acceptance, hours int) {
	rule = Always
	for _, l := range p.Legs {
		if l.Kind == FeeOf {
			continue
		}
		terms := account(l.From).Terms.Over(c.Terms)
		switch {
		case terms.Accept == Ask, terms.Accept == Listed && !slices.Contains(terms.Listed, l.To):
			return Ask, 0
		case terms.Accept == After:
			rule, hours = After, max(hours, terms.AfterHours)
		case terms.Accept == Listed && rule == Always:
			rule = Listed
		}
	}
	return rule, hours
}

// answer settles a request at once where the terms of who pays say so and it
// fits, and sets the clock where they say after some hours. A request that does
// not fit waits for its payer like any other.
func (t *table) answer(p *Payment, w Workflow) ([]Moved, error) {
	if w.First != Pending || w.Reserves {
		return nil, nil
	}
	rule, hours := accepted(*p, t.currency, t.of)
	switch rule {
	case Ask:
		return nil, nil
	case After:
		if at := p.At.Add(time.Duration(hours) * time.Hour); at.Before(p.Until) {
			p.Accept = at
		}
		return nil, nil
	}
	if fits, err := t.fits(p.Legs); err != nil || !fits {
		return nil, err
	}
	p.State = Completed
	return []Moved{{Payment: p.ID, To: Completed, Legs: p.Legs, Rule: rule}}, t.post(p.Legs)
}

// fits reports whether legs would be admitted now.
func (t *table) fits(legs []Leg) (bool, error) {
	nets, err := netOf(legs)
	if err != nil {
		return false, err
	}
	if err = t.admit(nets); fault.As(err) != nil {
		return false, nil
	}
	return err == nil, err
}

// fire is the clock's turn at a request that is paid after some hours: the terms
// and the bands are looked at again as they are now. What does not fit, or is
// not wanted any more, goes on waiting for its payer; both see that it does.
func (t *table) fire(p Payment, w Workflow) error {
	rule, _ := accepted(p, t.currency, t.of)
	if rule != Ask {
		fits, err := t.fits(p.Legs)
		if err != nil {
			return err
		}
		if fits {
			_, err = t.move(auth.Identity{}, p, w, Moved{Payment: p.ID, To: Completed, Legs: p.Legs, Rule: rule}, "")
			return err
		}
	}
	p.Accept = time.Time{}
	if _, err := t.tx.Exec(setDue, p.ID, p.more(), moment(p.due())); err != nil {
		return err
	}
	seq, err := record(t.tx, "credit.move", auth.Identity{}, body{Moves: []Moved{{Payment: p.ID, To: Pending}}}, nil, nil)
	if err != nil {
		return err
	}
	return t.tx.Append(insertStep, p.ID, seq, string(Pending), store.Micros(t.tx.Now()), store.ID(""), "")
}

// due is when the clock looks at the payment next.
func (p Payment) due() time.Time {
	if !p.Accept.IsZero() {
		return p.Accept
	}
	return p.Until
}
