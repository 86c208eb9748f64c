package main

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"commonweal/books/verify"
	"commonweal/contribution"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// RecomputeCommand computes a distribution again from an archive alone.
type RecomputeCommand struct {
	Path         string   `arg:"" help:"The archive: a folder or a .zip file that books export --format log wrote." type:"path"`
	Distribution string   `arg:"" help:"Number or identifier of the distribution; last for the last one."`
	Key          []string `help:"A public key you trust, or a file that holds it." placeholder:"KEY"`
}

// Run implements the command.
func (c *RecomputeCommand) Run(g *Globals) error {
	keys, err := readKeys(c.Key)
	if err != nil {
		return err
	}
	var found *contribution.Recomputation
	replay := contribution.NewReplay()
	replay.Recomputed = func(r contribution.Recomputation) {
		if c.Distribution == string(r.ID) || c.Distribution == strconv.FormatInt(r.No, 10) || c.Distribution == "last" {
			found = &r
		}
	}
	bar := g.progress("Reading the log")
	_, err = verify.Path(g.ctx, c.Path, verify.Options{Keys: keys, Rules: rulesWith(replay), Progress: bar.report})
	bar.end()
	if found == nil {
		if err != nil {
			return brief(err)
		}
		return fault.NotFoundf("contribution.unknown_distribution", "distribution", "no distribution %q ran in this log", c.Distribution)
	}
	if g.JSON {
		if err := g.answer(found, ""); err != nil {
			return err
		}
	} else if err := g.answer(nil, "%s", lineByLine(found)); err != nil {
		return err
	}
	if err == nil {
		return nil
	}
	return brief(err) // the disagreement, or something later in the log
}

// lineByLine is the comparison for people.
func lineByLine(r *contribution.Recomputation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Distribution %d of %s, computed again from %d contributions", r.No, r.Pot, r.Contributions)
	if r.Independent {
		b.WriteString(" by two programs")
	}
	b.WriteString(":\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "bucket\treceiver\tkind\tbooked\tcomputed\t")
	for _, l := range r.Lines {
		mark := "same"
		if l.Booked != l.Found {
			mark = "DIFFERS"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Bucket, l.Receiver, l.Kind, quantity.Micros(l.Booked, r.Pot.Unit), quantity.Micros(l.Found, r.Pot.Unit), mark)
	}
	w.Flush()
	for _, d := range r.Differences {
		fmt.Fprintln(&b, d)
	}
	if len(r.Differences) == 0 {
		fmt.Fprintf(&b, "All %d lines agree to the last unit.", len(r.Lines))
	} else {
		fmt.Fprintf(&b, "%d differences.", len(r.Differences))
	}
	return b.String()
}
