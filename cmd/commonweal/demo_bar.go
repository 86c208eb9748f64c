package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// passing shows on a terminal how the demo's days pass; it returns what to
// call after each, and at the end.
func (g *Globals) passing(days int) (day, end func()) {
	f, isFile := g.err.(*os.File)
	if g.JSON || !isFile || !term.IsTerminal(int(f.Fd())) {
		return func() {}, func() {}
	}
	bar := progressbar.NewOptions(days, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription("Three years pass"),
		progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	return func() { _ = bar.Add(1) }, func() { _ = bar.Finish() } // a bar that cannot be drawn stops nothing
}
