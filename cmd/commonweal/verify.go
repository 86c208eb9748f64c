package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"commonweal/books/verify"
	"commonweal/contribution"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// VerifyCommand checks an archive of a log, or a receipt, offline: it opens no
// database and asks nobody.
type VerifyCommand struct {
	Path string   `arg:"" help:"The archive: a folder or a .zip file that books export --format log wrote. Or a receipt: a .json file." type:"path"`
	Key  []string `help:"A public key you trust, or the name of a file that holds it. Without one the archive's own is used, which proves that it is in itself right, not whose it is." placeholder:"KEY"`
}

// Run implements the command.
func (c *VerifyCommand) Run(g *Globals) error {
	keys, err := readKeys(c.Key)
	if err != nil {
		return err
	}
	if strings.HasSuffix(c.Path, ".json") {
		return c.receipt(g, keys)
	}
	var runs []contribution.Recomputation
	replay := contribution.NewReplay()
	replay.Recomputed = func(r contribution.Recomputation) { runs = append(runs, r) }
	bar := g.progress("Checking")
	report, err := verify.Path(g.ctx, c.Path, verify.Options{Keys: keys, Rules: []verify.Rule{contributionRule{replay}}, Progress: bar.report})
	bar.end()
	if err != nil {
		return brief(err)
	}
	if g.JSON {
		return g.answer(map[string]any{"report": report, "distributions": summaries(runs)}, "")
	}
	return g.answer(nil, "%s", told(report, runs))
}

// contributionRule lets the verifier ask the practice.
type contributionRule struct{ replay *contribution.Replay }

func (r contributionRule) Entry(e *verify.Entry) error {
	return r.replay.Entry(contribution.Recorded{Entry: e.Entry, Changes: e.Changes, Attachment: e.Attachment})
}

func (r contributionRule) Close() error { return r.replay.Close() }

// readKeys takes keys as they are, or reads them from files.
func readKeys(list []string) (keys []string, err error) {
	for _, k := range list {
		if !strings.Contains(k, "+") {
			data, err := os.ReadFile(k)
			if err != nil {
				return nil, fault.Invalidf("verify.key", "key", "%.80q is neither a public key nor a file that holds one: %v", k, err)
			}
			k = strings.TrimSpace(string(data))
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// brief makes the breach itself the answer.
func brief(err error) error {
	var b *verify.Breach
	if errors.As(err, &b) {
		return b
	}
	return err
}

// told is a report for people.
func told(r verify.Report, runs []contribution.Recomputation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Good. All %d entries of %s are as they were signed.\n", r.Size, r.Origin)
	fmt.Fprintf(&b, "  from %s to %s\n", r.First, r.Last)
	fmt.Fprintf(&b, "  root %s\n  key  %s\n", r.Root, r.Key)
	if !r.Trusted {
		fmt.Fprintf(&b, "  The key came with the archive: compare it with the one the commons publishes, or give it with --key.\n")
	}
	fmt.Fprintf(&b, "%d economic events, replayed by the rules, give exactly the %d balances of the archive.\n", r.Events, r.Resources)
	fmt.Fprintf(&b, "%d attachments; %d private fields: %d opened and right, %d erased, %d withheld.\n", r.Attachments, r.Sealed, r.Opened, r.Erased, r.Withheld)
	independent := 0
	for _, run := range runs {
		if run.Independent {
			independent++
		}
	}
	fmt.Fprintf(&b, "%d distributions, computed again, agree in every line (%d of them by an independent program as well).", len(runs), independent)
	return b.String()
}

// distributionSummary is a distribution without its lines.
type distributionSummary struct {
	No          int64           `json:"no"`
	ID          string          `json:"id"`
	Pot         quantity.Amount `json:"pot"`
	Lines       int             `json:"lines"`
	Independent bool            `json:"independent"`
}

func summaries(runs []contribution.Recomputation) []distributionSummary {
	out := make([]distributionSummary, len(runs))
	for i, r := range runs {
		out[i] = distributionSummary{r.No, string(r.ID), r.Pot, len(r.Lines), r.Independent}
	}
	return out
}

// receipt checks a receipt of one entry.
func (c *VerifyCommand) receipt(g *Globals, keys []string) error {
	checked, err := verify.Receipt(c.Path, keys...)
	if err != nil {
		return brief(err)
	}
	text := "Good. Entry %d (%s, %s) stands in the log %s, signed when it had %d entries.\n  key %s"
	if !checked.Trusted {
		text += "\n  The key came with the receipt: compare it with the one the commons publishes, or give it with --key."
	}
	return g.answer(checked, text, checked.Entry.Seq, checked.Entry.Act, checked.Entry.At, checked.Checkpoint.Origin, checked.Checkpoint.Size, checked.Key)
}
