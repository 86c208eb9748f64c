package gitlog

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Options choose commits of a repository.
type Options struct {
	// Path of the repository: a working tree or a bare one, on this machine. Only
	// an operator may choose it freely.
	Path   string
	Name   string // for the provenance; empty takes the last part of Path
	Rev    string // branch, tag or commit to start from; empty is HEAD
	Paths  []string
	Since  time.Time // author dates, inclusive; zero for no bound
	Until  time.Time
	Merges bool // count merge commits too
	// Mailmap is a file that goes before the repository's own .mailmap. It is
	// read with the rights of this program: never take it from a request.
	Mailmap string
	Project string // of all drafts
	Zone    *time.Location
	Rules   Rules
}

// Rules say what a commit is worth and who shares it.
type Rules struct {
	// Each is the value of a commit: hours or points. Zero is one point.
	Each quantity.Amount
	// PerLine adds this much for each added or removed line, up to MostLines
	// lines a commit. Zero, the default, is flat: lines count for nothing.
	PerLine   quantity.Amount
	MostLines int64
	// MostPerDay caps what one person's commits of one day are worth together;
	// zero is no cap. Commits are counted oldest first.
	MostPerDay quantity.Amount
	// Weights of the roles; all zero is the author alone.
	Author, CoAuthor, Reviewer int64
}

// DefaultRules are one point a commit, co-authors like authors, reviewers a
// quarter of that.
func DefaultRules() Rules {
	return Rules{Each: quantity.Of(1, "point"), Author: 4, CoAuthor: 4, Reviewer: 1}
}

// maxLines bounds MostLines, so that no product overflows by a slip.
const maxLines = 100_000

func (r *Rules) check() error {
	if r.Each == (quantity.Amount{}) && r.PerLine.IsZero() {
		r.Each = quantity.Of(1, "point")
	}
	if r.Author == 0 && r.CoAuthor == 0 && r.Reviewer == 0 {
		r.Author = 1
	}
	switch {
	case r.Each.Sign() < 0 || r.PerLine.Sign() < 0 || r.MostPerDay.Sign() < 0:
		return fault.Invalidf("intake.negative", "rules", "a commit cannot be worth less than nothing; give zero or more")
	case r.Author < 0 || r.CoAuthor < 0 || r.Reviewer < 0:
		return fault.Invalidf("intake.weight", "rules", "the weights are %d, %d and %d; none may be negative", r.Author, r.CoAuthor, r.Reviewer)
	case !r.PerLine.IsZero() && (r.MostLines <= 0 || r.MostLines > maxLines):
		return fault.Invalidf("intake.lines", "rules", "lines are worth %s each without a cap; set the most lines that count in a commit, from 1 to %d", r.PerLine, maxLines)
	}
	for _, a := range []quantity.Amount{r.PerLine, r.MostPerDay} {
		if !a.IsZero() && r.Each.Unit != "" && a.Unit != r.Each.Unit {
			return fault.Invalidf("intake.unit", "rules", "commits are worth %s but the rule counts %s; use one unit", r.Each.Unit, a.Unit)
		}
	}
	return nil
}

// unit is what commits are counted in.
func (r *Rules) unit() quantity.Unit {
	if r.Each.Unit != "" {
		return r.Each.Unit
	}
	return r.PerLine.Unit
}

func (o *Options) check() error {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Name == "" {
		o.Name = filepath.Base(strings.TrimSuffix(filepath.Clean(o.Path), "/.git"))
	}
	if o.Rev == "" {
		o.Rev = "HEAD"
	}
	info, err := os.Stat(o.Path)
	if err != nil || !info.IsDir() {
		return fault.NotFoundf("intake.no_repository", "path", "%q is not a folder; give the folder of a git repository on this machine", o.Path)
	}
	for _, text := range append([]string{o.Rev, o.Mailmap}, o.Paths...) {
		if strings.ContainsAny(text, "\x00\n") {
			return fault.Invalidf("intake.path", "paths", "%q holds a zero byte or a line break", text)
		}
	}
	return o.Rules.check()
}

// command prepares git with everything off that a repository could make it run.
// The folder is trusted for reading whoever owns it: nothing of it is executed.
func (o *Options) command(ctx context.Context, args ...string) *exec.Cmd {
	config := []string{"-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat",
		"-c", "log.showSignature=false", "-c", "diff.external=", "-c", "core.quotePath=false", "-c", "protocol.allow=never", "-c", "log.mailmap=true",
		"-c", "log.showRoot=true", "-c", "trailer.separators=:", "-c", "mailmap.file=" + o.Mailmap}
	cmd := exec.CommandContext(ctx, "git", append(config, args...)...)
	cmd.Dir = o.Path
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "XDG_CONFIG_HOME=/nonexistent", "LC_ALL=C.UTF-8", "TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "GIT_NO_LAZY_FETCH=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_ATTR_NOSYSTEM=1"}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}
