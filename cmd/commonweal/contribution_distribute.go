package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// simulate runs a text on all contributions so far with an invented pot.
func (x *inside) simulate(text equation.Equation, pot string) error {
	amount, err := quantity.Parse(pot, text.Unit)
	if err != nil {
		return fault.Invalidf("contribution.simulation_unit", "pot", "%q is not an amount of %s", pot, text.Unit)
	}
	return x.read(func(r *store.Snapshot) error {
		_, err := x.h.Contribution.Simulate(r, text, nil, amount, "", false)
		return err
	})
}

// Split is what preview and distribute ask.
type Split struct {
	Within
	Equation    string   `arg:"" optional:"" help:"Identifier or name of the value equation. May be left out when there is one."`
	Income      []string `help:"Only this income; may be given again. Without it, all income of the equation's project that has something left." placeholder:"ID"`
	Deliverable string   `help:"Order or shipment that the income was for: order:A-17." placeholder:"ORDER"`
}

func (c Split) ask(x *inside) (contribution.OpenAsk, error) {
	list, err := x.equationCalled(c.Equation)
	if err != nil {
		return contribution.OpenAsk{}, err
	}
	ask := contribution.OpenAsk{Equation: list[0].ID, Deliverable: c.Deliverable}
	for _, id := range c.Income {
		ask.Incomes = append(ask.Incomes, store.ID(id))
	}
	return ask, nil
}

// PreviewCommand shows what a distribution would pay.
type PreviewCommand struct{ Split }

// Help implements kong.HelpProvider.
func (c *PreviewCommand) Help() string {
	return `Ties are broken by the number that the real distribution gets in the log, so a line may differ from it by one cent.` + exitStatuses
}

// Run implements the command.
func (c *PreviewCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *PreviewCommand) run(x *inside) error {
	ask, err := c.ask(x)
	if err != nil {
		return err
	}
	return x.read(func(r *store.Snapshot) error {
		if err := x.who.Must(contribution.See); err != nil {
			return err
		}
		d, result, err := x.h.Contribution.Preview(r, ask)
		if err != nil {
			return err
		}
		lines := make([]contribution.Line, len(result.Lines))
		for i, l := range result.Lines {
			lines[i] = contribution.Line{Bucket: l.Bucket, Receiver: store.ID(l.Receiver), Kind: string(l.Kind), Amount: quantity.Micros(l.Amount, d.Pot.Unit)}
		}
		return x.tell(r, d.Pot, result.Buckets, lines, map[string]any{"pot": d.Pot, "lines": lines, "residue": result.Residue, "held": result.Held})
	})
}

// tell prints the lines of a distribution, with sums.
func (x *inside) tell(r store.Reader, pot quantity.Amount, buckets []equation.BucketResult, lines []contribution.Line, v any) error {
	var ids []store.ID
	for _, l := range lines {
		ids = append(ids, l.Receiver)
	}
	called, err := x.names(r, ids)
	if err != nil {
		return err
	}
	var rows [][]string
	paid := quantity.Amount{Unit: pot.Unit}
	for _, l := range lines {
		rows = append(rows, []string{buckets[l.Bucket].Key, called[l.Receiver], l.Kind, l.Amount.String()})
		if paid, err = paid.Add(l.Amount); err != nil {
			return err
		}
	}
	left, err := pot.Sub(paid)
	if err != nil {
		return err
	}
	rows = append(rows, []string{"", "paid of " + pot.String(), "", paid.String()}, []string{"", "left in the pot", "", left.String()})
	return x.table(v, "bucket,receiver,kind,amount", rows)
}

// DistributeCommand distributes income.
type DistributeCommand struct {
	Split
	Key string `help:"Do it once, however often this command runs with the same key." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (c *DistributeCommand) Help() string {
	return `Opening the distribution fixes its number in the log before its lines are known; running it books a transfer to each receiver's account. If the command is stopped in between, run it again with the same key, or cancel the open distribution on the pages.` + exitStatuses
}

// Run implements the command.
func (c *DistributeCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *DistributeCommand) run(x *inside) error {
	ask, err := c.ask(x)
	if err != nil {
		return err
	}
	opened, err := contribution.OpenDistribution(x.ctx, x.h.Store, x.who, step(c.Key, "open"), ask)
	if err != nil {
		return err
	}
	d, err := x.h.Contribution.Distribute(x.ctx, x.who, step(c.Key, "run"), opened.ID)
	if err != nil {
		return err
	}
	return x.read(func(r *store.Snapshot) error {
		lines, err := contribution.Lines(r, d)
		if err != nil {
			return err
		}
		if !x.JSON {
			fmt.Fprintf(x.out, "Distribution %d:\n", d.No)
		}
		return x.tell(r, d.Pot, d.Result.Buckets, lines, map[string]any{"distribution": d, "lines": lines})
	})
}

// step makes the key of one act of a command that makes two.
func step(key, name string) string {
	if key == "" {
		return ""
	}
	return key + "/" + name
}

// DistributionsCommand lists distributions.
type DistributionsCommand struct{ Within }

// Help implements kong.HelpProvider.
func (c *DistributionsCommand) Help() string { return `Oldest first.` + exitStatuses }

// Run implements the command.
func (c *DistributionsCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *DistributionsCommand) run(x *inside) error {
	list, err := x.distributions()
	if err != nil {
		return err
	}
	var rows [][]string
	for i := range list {
		d := &list[i]
		d.Result = nil // the lines and buckets of one are told by why
		rows = append(rows, []string{strconv.FormatInt(d.No, 10), d.At.Format("2006-01-02"), string(d.State), d.Pot.String(), d.Paid.String(), d.Residue.String()})
	}
	return x.table(list, "number,day,state,pot,paid,left", rows)
}

func (x *inside) distributions() (list []contribution.Distribution, err error) {
	err = x.read(func(r *store.Snapshot) (err error) {
		if err := x.who.Must(contribution.See); err != nil {
			return err
		}
		list, err = contribution.Distributions(r)
		return err
	})
	return list, err
}

// distributionCalled finds a distribution by number or identifier; "last" is
// the last one that ran and stands.
func (x *inside) distributionCalled(text string) (contribution.Distribution, error) {
	list, err := x.distributions()
	if err != nil {
		return contribution.Distribution{}, err
	}
	for _, d := range slices.Backward(list) {
		if text == "last" && d.State == contribution.Done || strconv.FormatInt(d.No, 10) == text || string(d.ID) == text {
			return d, nil
		}
	}
	return contribution.Distribution{}, fault.NotFoundf("contribution.unknown_distribution", "distribution", "there is no distribution %q here; commonweal contribution distributions lists them", text)
}

// ReverseCommand takes a distribution back.
type ReverseCommand struct {
	Within
	Distribution string `arg:"" help:"Number or identifier; last for the last one."`
	Reason       string `help:"Why; the receivers read it." required:"" placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (c *ReverseCommand) Help() string {
	return `Every transfer is corrected to nothing; claims and incomes are what they were before. It is refused when a later distribution stands on it, or when a receiver was paid out already.` + exitStatuses
}

// Run implements the command.
func (c *ReverseCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *ReverseCommand) run(x *inside) error {
	d, err := x.distributionCalled(c.Distribution)
	if err != nil {
		return err
	}
	d, err = contribution.ReverseDistribution(x.ctx, x.h.Store, x.who, "", contribution.ReverseAsk{Distribution: d.ID, Reason: c.Reason})
	if err != nil {
		return err
	}
	return x.answer(d, "Distribution %d is reversed: %s is in the pot again.", d.No, d.Paid)
}

// WhyCommand explains what somebody got.
type WhyCommand struct {
	Within
	Distribution string `arg:"" help:"Number or identifier; last for the last one."`
	Person       string `arg:"" help:"Name somebody signs in with, their name, or the identifier of any receiver."`
	Bucket       string `help:"Only this bucket." placeholder:"KEY"`
}

// Help implements kong.HelpProvider.
func (c *WhyCommand) Help() string {
	return `The distribution is computed again from the log as it stood, must come to the lines that were booked, and is then told step by step. For somebody who got nothing it says why, bucket by bucket.` + exitStatuses
}

// Run implements the command.
func (c *WhyCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *WhyCommand) run(x *inside) error {
	d, err := x.distributionCalled(c.Distribution)
	if err != nil {
		return err
	}
	receiver, known := store.ParseID(c.Person)
	if !known {
		m, err := x.member(c.Person)
		if err != nil {
			return err
		}
		receiver = m.Agent
	}
	return x.read(func(r *store.Snapshot) error { return c.explain(x, r, d, receiver) })
}

// explain tells every line of a receiver, or why there is none.
func (c *WhyCommand) explain(x *inside, r *store.Snapshot, d contribution.Distribution, receiver store.ID) error {
	lines, err := contribution.Lines(r, d)
	if err != nil {
		return err
	}
	called, err := x.names(r, []store.ID{receiver})
	if err != nil {
		return err
	}
	var told []*equation.Derivation
	var text strings.Builder
	seen := map[int]bool{}
	for _, l := range lines {
		key := d.BucketKeys[l.Bucket]
		if l.Receiver != receiver || seen[l.Bucket] || c.Bucket != "" && c.Bucket != key {
			continue
		}
		seen[l.Bucket] = true
		why, err := x.h.Contribution.Why(r, d, receiver, key)
		if err != nil {
			return err
		}
		told = append(told, why)
		fmt.Fprintf(&text, "%s, bucket %s: %s\n%s", called[receiver], key, quantity.Micros(why.Amount, why.Unit), why.English())
	}
	if len(told) > 0 {
		return x.answer(told, "%s", strings.ReplaceAll(strings.TrimRight(text.String(), "\n"), string(receiver), called[receiver]))
	}
	nothing, err := x.h.Contribution.WhyNothing(r, d, receiver)
	if err != nil {
		return err
	}
	for _, n := range nothing {
		fmt.Fprintf(&text, "%s: %d contributions, %s\n", n.Bucket, n.Count, strings.ReplaceAll(string(n.Reason), "_", " "))
	}
	return x.answer(nothing, "%s got nothing in distribution %d.\n%s", called[receiver], d.No, strings.TrimRight(text.String(), "\n"))
}
