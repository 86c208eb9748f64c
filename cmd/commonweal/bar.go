package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far long work is, on a terminal and nowhere else.
type progress struct{ *progressbar.ProgressBar }

// bar begins to show work of total units.
func (g *Globals) bar(total int64, what string) progress {
	out := g.err
	if g.JSON || !isTerminal(g.err) {
		out = io.Discard
	}
	return progress{progressbar.NewOptions64(total, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100e6), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))}
}

// Set says how much is done; failing to draw is nobody's trouble.
func (p progress) Set(done int64) { _ = p.ProgressBar.Set64(done) }

// Close takes the bar away.
func (p progress) Close() { _ = p.ProgressBar.Finish() }

// isTerminal reports whether somebody watches w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
