package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"commonweal/books/verify"
	"commonweal/contribution"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/quantity"
)

// VerifyCommand checks an archive of a log, or a receipt, offline: it opens no
// database and asks nobody.
type VerifyCommand struct {
	Path string   `arg:"" help:"The archive: a folder or a .zip file that books export --format log wrote. Or a receipt: a .tlog-proof file." type:"path"`
	Key  []string `help:"A public key you trust, of the log or of a witness, or the name of a file that holds it. Without one the archive's own is used, which proves that it is in itself right, not whose it is." placeholder:"KEY"`

	Policy string `help:"File that says which logs to believe and how many neighbors must have cosigned (C2SP tlog-policy)." type:"path" placeholder:"FILE"`
	Since  string `help:"File with a checkpoint of the log that you kept: the archive must continue it." type:"path" placeholder:"FILE"`
	Mirror bool   `help:"The archive is the mirror of a monitor, which has no balances to compare."`
}

// Help implements kong.HelpProvider.
func (c *VerifyCommand) Help() string {
	return `It opens no database and asks nobody. The first thing that is wrong is named, with the number of the entry.

  commonweal verify windworks-log.zip --key "windworks.example/c/0198…+1a2b3c4d+A…"
  commonweal verify windworks-log.zip --since checkpoint-of-last-year
  commonweal verify windworks-entry-4211.tlog-proof --policy neighbors.txt` + exitStatuses
}

// Run implements the command.
func (c *VerifyCommand) Run(g *Globals) error {
	keys, err := readKeys(c.Key)
	if err != nil {
		return err
	}
	o := verify.Options{Keys: keys, Mirror: c.Mirror}
	if o.Policy, err = readPolicy(c.Policy); err != nil {
		return err
	}
	if o.Since, err = readShort(c.Since, "since"); err != nil {
		return err
	}
	if isReceipt(c.Path) {
		if o.Since != "" || o.Mirror {
			return fault.Invalidf("verify.receipt_flags", "", "a receipt proves one entry; --since and --mirror are for the archive of a log")
		}
		return c.receipt(g, o)
	}
	var runs []contribution.Recomputation
	replay := contribution.NewReplay()
	replay.Recomputed = func(r contribution.Recomputation) { runs = append(runs, r) }
	bar := g.progress("Checking")
	o.Rules, o.Progress = rulesWith(replay), bar.report
	report, err := verify.Path(g.ctx, c.Path, o)
	bar.end()
	if err != nil {
		return brief(err)
	}
	if g.JSON {
		return g.answer(map[string]any{"report": report, "distributions": summaries(runs)}, "")
	}
	return g.answer(nil, "%s", told(report, runs, c.Mirror))
}

// isReceipt reports whether a path is that of a receipt: it begins like one, or is called so.
func isReceipt(path string) bool {
	if strings.HasSuffix(path, journal.ReceiptType) {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false // whoever reads it says why
	}
	defer f.Close()
	start := make([]byte, 64)
	n, _ := io.ReadFull(f, start)
	return journal.IsReceipt(start[:n])
}

// shortFile is more than a checkpoint or a policy needs.
const shortFile = 64 << 10

// readShort reads a short file that a flag names; no flag gives nothing.
func readShort(path, flag string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fault.Invalidf("verify.file", flag, "--%s names no file that can be read: %v", flag, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, shortFile+1))
	if err == nil && len(data) > shortFile {
		err = fmt.Errorf("it has more than %d bytes", shortFile)
	}
	if err != nil {
		return "", fault.Invalidf("verify.file", flag, "--%s names no file that can be read: %v", flag, err)
	}
	return string(data), nil
}

// readPolicy reads the policy of the reader; nil for none.
func readPolicy(path string) (*witness.Policy, error) {
	text, err := readShort(path, "policy")
	if err != nil || path == "" {
		return nil, err
	}
	p, err := witness.ParsePolicy(text)
	return &p, err
}

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
func told(r verify.Report, runs []contribution.Recomputation, mirror bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Good. All %d entries of %s are as they were signed.\n", r.Size, r.Origin)
	fmt.Fprintf(&b, "  from %s to %s\n", r.First, r.Last)
	fmt.Fprintf(&b, "  root %s\n  key  %s\n", r.Root, r.Key)
	if !r.Trusted {
		fmt.Fprintf(&b, "  The key came with the archive: compare it with the one the commons publishes, or give it with --key.\n")
	}
	if len(r.Cosignatures) > 0 {
		fmt.Fprintf(&b, "  cosigned by %s\n", cosigners(r.Cosignatures))
	}
	if r.Since != nil {
		fmt.Fprintf(&b, "It continues the checkpoint that you kept, of %d entries.\n", *r.Since)
	}
	if mirror {
		fmt.Fprintf(&b, "%d economic events, replayed by the rules.\n", r.Events)
	} else {
		fmt.Fprintf(&b, "%d economic events, replayed by the rules, give exactly the %d balances of the archive.\n", r.Events, r.Resources)
	}
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
func (c *VerifyCommand) receipt(g *Globals, o verify.Options) error {
	keys := o.Keys
	if o.Policy != nil {
		keys = slices.Concat(o.Policy.LogKeys(), o.Policy.WitnessKeys(), keys)
	}
	checked, err := verify.Receipt(c.Path, keys...)
	if err != nil {
		return brief(err)
	}
	if o.Policy != nil {
		if err := o.Policy.Enough(checked.Cosignatures); err != nil {
			return err
		}
	}
	e, head := checked.Entry, checked.Checkpoint
	text := fmt.Sprintf("Good. Entry %d (%s, %s) stands in the log %s, signed when it had %d entries.\n  key %s", e.Seq, e.Act, e.At, head.Origin, head.Size, checked.Key)
	if len(checked.Cosignatures) > 0 {
		text += "\n  cosigned by " + cosigners(checked.Cosignatures)
	}
	if !checked.Trusted {
		text += "\n  The keys came with the receipt: compare them with those the commons publishes, or give them with --key or --policy."
	}
	return g.answer(checked, "%s", text)
}

// cosigners names witnesses and when they saw the head.
func cosigners(list []journal.Cosignature) string {
	var names []string
	for _, c := range list {
		names = append(names, fmt.Sprintf("%s (%s)", c.Witness(), c.At.Format(time.RFC3339)))
	}
	return strings.Join(names, ", ")
}
