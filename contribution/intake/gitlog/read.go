package gitlog

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Read yields a Draft for each person of each commit, oldest commit first. The
// line of a record or error is the commit's number in that order, from 1.
// Canceling ctx stops git.
func Read(ctx context.Context, opts Options) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		if err := opts.check(); err != nil {
			yield(nil, err)
			return
		}
		empty, err := opts.probe(ctx)
		if err != nil || empty {
			if err != nil {
				yield(nil, err)
			}
			return
		}
		if err := opts.log(ctx, yield); err != nil {
			yield(nil, err)
		}
	}
}

// probe finds out whether there is a repository, and whether it has commits.
func (o *Options) probe(ctx context.Context) (empty bool, err error) {
	cmd := o.command(ctx, "rev-parse", "--git-dir")
	if _, err := cmd.Output(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return false, fault.New(fault.Unavailable, "intake.no_git", "", "the program git is not installed on this machine; install it, or import on one that has it")
		}
		return false, fault.Invalidf("intake.no_repository", "path", "%q is not a git repository: %s", o.Path, complaint(err))
	}
	if _, err := o.command(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", o.Rev+"^{commit}").Output(); err == nil {
		return false, nil
	}
	if o.Rev == "HEAD" {
		if out, err := o.command(ctx, "rev-list", "--all", "--max-count=1").Output(); err == nil && len(bytes.TrimSpace(out)) == 0 {
			return true, nil // nothing committed yet
		}
	}
	return false, fault.NotFoundf("intake.revision", "rev", "the repository has no branch, tag or commit %q; name one that it has", intake.Show(o.Rev))
}

// complaint is what git said, shortened.
func complaint(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return intake.Clean(string(exit.Stderr), 200)
	}
	return err.Error()
}

// log runs git log and yields drafts as it writes.
func (o *Options) log(ctx context.Context, yield func(intake.Record, error) bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := o.command(ctx, o.arguments()...)
	var said bytes.Buffer
	cmd.Stderr = &limited{to: &said, left: 4096}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s := stream{in: bufio.NewReaderSize(out, 64<<10)}
	days := dayCap{most: o.Rules.MostPerDay.Micros}
	names := o.mailmap(ctx)
	defer names.close()
	for n := 1; ; n++ {
		c, err := s.commit(o.Zone)
		if err == io.EOF {
			break
		}
		if err == nil {
			err = errors.Join(names.apply(c.coAuthors), names.apply(c.reviewers))
		}
		if err == nil && o.yieldCommit(c, n, &days, yield) {
			continue
		}
		stop()
		cmd.Wait()
		if err != nil {
			err = fault.Invalidf("intake.git", "path", "reading stopped at commit %d: %v; git said: %s", n, err, intake.Clean(said.String(), 200))
		}
		return err
	}
	if err := cmd.Wait(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fault.Invalidf("intake.git", "path", "git could not read the whole history: %s", intake.Clean(orElse(said.String(), err.Error()), 200))
	}
	return nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// arguments of git log. What people give stands behind --end-of-options or --.
func (o *Options) arguments() []string {
	args := []string{"log", "--no-show-signature", "--use-mailmap", "--no-color", "--no-ext-diff", "--no-textconv", "--no-decorate", "--no-notes",
		"--encoding=UTF-8", "--date=raw", "--topo-order", "--reverse", "-z", "--format=tformat:" + format}
	if !o.Rules.PerLine.IsZero() {
		args = append(args, "--numstat", "--no-renames", "--diff-merges=first-parent", "--ignore-submodules=all")
	}
	if !o.Merges {
		args = append(args, "--no-merges")
	}
	args = append(args, "--end-of-options", o.Rev, "--")
	for _, p := range o.Paths {
		args = append(args, ":(top,literal)"+p)
	}
	return args
}

// yieldCommit yields the drafts or the error of one commit.
func (o *Options) yieldCommit(c commit, n int, days *dayCap, yield func(intake.Record, error) bool) bool {
	if c.atErr != nil {
		return yield(nil, c.atErr.AtLine(n).Within("commit %s", brief(c.hash)))
	}
	if (!o.Since.IsZero() && c.at.Before(o.Since)) || (!o.Until.IsZero() && c.at.After(o.Until)) {
		return true
	}
	drafts, err := o.drafts(c, n, days)
	if err != nil {
		return yield(nil, err)
	}
	for _, d := range drafts {
		if !yield(d, nil) {
			return false
		}
	}
	return true
}

func brief(hash string) string { return hash[:min(len(hash), 12)] }

// part is one person's weight in a commit.
type part struct {
	who    intake.Identity
	weight int64
	role   string
}

// parts lists who shares a commit. Somebody named twice counts once, in the
// weightiest role: nobody reviews or helps oneself for more.
func (o *Options) parts(c commit) []part {
	var out []part
	add := func(who intake.Identity, weight int64, role string) {
		if weight == 0 {
			return
		}
		for i := range out {
			if out[i].who.ID == who.ID {
				if weight > out[i].weight {
					out[i].weight, out[i].role = weight, role
				}
				return
			}
		}
		out = append(out, part{who, weight, role})
	}
	add(c.author, o.Rules.Author, "author")
	for _, who := range c.coAuthors {
		add(who, o.Rules.CoAuthor, "co-author")
	}
	for _, who := range c.reviewers {
		add(who, o.Rules.Reviewer, "reviewer")
	}
	slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(a.who.ID, b.who.ID) })
	return out
}

// worth is what a commit counts, before it is shared.
func (o *Options) worth(c commit) (quantity.Amount, error) {
	total := quantity.Amount{Micros: o.Rules.Each.Micros, Unit: o.Rules.unit()}
	if o.Rules.PerLine.IsZero() {
		return total, nil
	}
	lines, err := o.Rules.PerLine.MulDiv(min(c.lines, o.Rules.MostLines), 1, quantity.Down)
	if err != nil {
		return total, err
	}
	return total.Add(lines)
}

func (o *Options) drafts(c commit, n int, days *dayCap) ([]intake.Draft, error) {
	total, err := o.worth(c)
	if err != nil {
		return nil, fault.As(err).AtLine(n)
	}
	parts := o.parts(c)
	if len(parts) == 0 || total.IsZero() {
		return nil, nil
	}
	shares, err := split(total.Micros, parts, c.hash)
	if err != nil {
		return nil, err
	}
	day := c.at.Format(time.DateOnly)
	kind := intake.Points
	if total.Unit == quantity.Hour || total.Unit == quantity.CareHour || total.Unit == quantity.LoveHour {
		kind = intake.Work
	}
	var out []intake.Draft
	for i, p := range parts {
		micros := days.allow(p.who.ID, day, shares[i])
		if micros == 0 {
			continue
		}
		key := "git:" + c.hash
		if p.who.ID != c.author.ID {
			key = intake.Key("git:"+c.hash, p.who.ID)
		}
		out = append(out, intake.Draft{Key: key, Kind: kind, Person: p.who, Project: o.Project, Day: day, From: c.at, To: c.at,
			Quantity: quantity.Micros(micros, total.Unit), Note: c.subject, Evidence: []string{"git:" + c.hash + "#" + p.role},
			Source: intake.Provenance{Source: "git", File: o.Name, Line: n, Ref: c.hash}})
	}
	return out, nil
}

// split shares a commit by largest remainder; the commit's hash draws ties.
func split(micros int64, parts []part, hash string) ([]int64, error) {
	weights, ties := make([]int64, len(parts)), make([]quantity.TieKey, len(parts))
	for i, p := range parts {
		weights[i], ties[i] = p.weight, quantity.TieKeyFor(hash, p.who.ID)
	}
	return quantity.ApportionInt64(micros, weights, ties)
}

// dayCap holds what people earned on a day. It remembers one number for each
// person and day.
type dayCap struct {
	most   int64
	earned map[[2]string]int64
}

// allow returns how much of micros still fits under the cap.
func (d *dayCap) allow(who, day string, micros int64) int64 {
	if d.most == 0 {
		return micros
	}
	if d.earned == nil {
		d.earned = map[[2]string]int64{}
	}
	at := [2]string{who, day}
	fits := min(micros, d.most-d.earned[at])
	d.earned[at] += fits
	return fits
}

// limited keeps the first bytes written to it.
type limited struct {
	to   *bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	keep := min(len(p), l.left)
	l.left -= keep
	l.to.Write(p[:keep])
	return len(p), nil
}
