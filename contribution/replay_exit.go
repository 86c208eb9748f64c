package contribution

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// leftBy checks that an exit can be, and was recorded by somebody else.
func (r *Replay) leftBy(e Recorded, b replayedBody) error {
	if b.Exit == nil {
		return lacks("exit")
	}
	x := *b.Exit
	at, err := e.Time()
	if err != nil {
		return err
	}
	if x.No != 0 || x.BuyBack != nil || x.ClawBack != nil || x.RevokedAt != 0 || !at.Equal(x.At) {
		return breach("exit", "the exit %s does not belong to its entry", x.ID)
	}
	if err := x.check(today(at, &r.s)); err != nil {
		return err
	}
	if _, known := r.s.Projects[x.Project]; !known && x.Project != "" {
		return breach("project", "the project %s that somebody left is not known", x.Project)
	}
	if x.Person == e.By {
		return breach("person", "%s recorded in which way they left themselves", x.Person)
	}
	for _, y := range r.exits {
		if y.ID == x.ID || y.RevokedAt == 0 && y.Person == x.Person && y.Project == x.Project && y.From == x.From {
			return breach("exit", "the exit %s is recorded twice", x.ID)
		}
	}
	x.No = e.Seq
	r.exits = append(r.exits, x)
	return nil
}

// exit returns the exit that an entry is about, which must stand.
func (r *Replay) exit(b replayedBody) (*Exit, error) {
	if b.Exit == nil {
		return nil, lacks("exit")
	}
	i := slices.IndexFunc(r.exits, func(x Exit) bool { return x.ID == b.Exit.ID })
	if i < 0 || r.exits[i].RevokedAt != 0 {
		return nil, breach("exit", "the exit %s does not stand", b.Exit.ID)
	}
	return &r.exits[i], nil
}

// boughtBack counts the slices again, as the log stood just before the entry,
// and checks their price and its transfer.
func (r *Replay) boughtBack(e Recorded, b replayedBody) error {
	x, err := r.exit(b)
	if err != nil {
		return err
	}
	bought := b.Exit.BuyBack
	if bought == nil || x.BuyBack != nil || bought.No != 0 {
		return breach("buyBack", "the slices of the exit %s are bought back twice, or not at all", x.ID)
	}
	o, err := r.offer(e, x, bought)
	if err != nil {
		return err
	}
	if o.Counts != bought.Slices || o.Amount != bought.Amount || bought.Amount.Sign() <= 0 || !slices.Equal(bought.Rules, slicingRules(o.Version.Text)) {
		return breach("buyBack", "the slices come to %s and cost %s; the record says %s and %s", o.Counts, o.Amount, bought.Slices, bought.Amount)
	}
	if err := r.moved(e, bought.Event, "cw:buy-back", bought.Amount, r.s.Agent, x.Person); err != nil {
		return err
	}
	kept := *bought
	kept.No = e.Seq
	x.BuyBack = &kept
	return nil
}

func (r *Replay) offer(e Recorded, x *Exit, bought *BuyBack) (o Offer, err error) {
	v := r.versions[versionKey{bought.Equation, bought.Version}]
	if v == nil || v.State != Adopted || x.Project != "" && x.Project != store.ID(v.Text.Project) {
		return o, breach("equation", "version %d of the value equation %s was not in force, or is for another project", bought.Version, bought.Equation)
	}
	at, err := e.Time()
	if err != nil {
		return o, err
	}
	d := Distribution{No: e.Seq, At: at, Project: store.ID(v.Text.Project), Pot: quantity.Amount{Unit: v.Text.Unit}}
	in, err := r.input(&replayedRun{Distribution: d, view: r.view()})
	if err != nil {
		return o, err
	}
	o.Version = *v
	return o, o.price(in, x.Person)
}

// clawedBack checks that a claw-back was due.
func (r *Replay) clawedBack(e Recorded, b replayedBody) error {
	x, err := r.exit(b)
	if err != nil {
		return err
	}
	if b.Exit.ClawBack == nil || b.Exit.ClawBack.No != 0 || x.BuyBack == nil {
		return breach("clawBack", "there is no buy-back of the exit %s to claw back", x.ID)
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	c := *b.Exit.ClawBack
	rule := r.versions[versionKey{x.BuyBack.Equation, x.BuyBack.Version}].Text.ExitRule()
	if err := x.mayClawBack(rule, c.Sold, today(at, &r.s)); err != nil {
		return err
	}
	if err := checkDecision(c.Decision); err != nil {
		return err
	}
	c.No = e.Seq
	x.ClawBack = &c
	return nil
}

// exitRevoked checks that an exit is taken back whole, and that no distribution
// was paid on its claw-back.
func (r *Replay) exitRevoked(e Recorded, b replayedBody) error {
	x, err := r.exit(b)
	if err != nil {
		return err
	}
	if e.Sealed["reason"] == "" {
		return breach("reason", "the exit is taken back without a reason")
	}
	for _, run := range r.runs {
		if x.ClawBack != nil && run.No > x.ClawBack.No && (run.State == Done || run.State == Opened) && run.Pot.Unit == x.BuyBack.Amount.Unit {
			return breach("exit", "distribution %d counts on the claw-back that is taken back", run.No)
		}
	}
	if x.BuyBack != nil {
		if err := r.undone(e, x.BuyBack.Event); err != nil {
			return err
		}
	}
	x.RevokedAt = e.Seq
	return nil
}
