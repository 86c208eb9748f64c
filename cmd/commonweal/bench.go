package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"commonweal/platform/fault"
)

// BenchCommand measures what docs/performance.md claims, on this machine.
type BenchCommand struct {
	Only    []string      `help:"Measure only these: acts, payments, api, bulk, import, preview, pages, export, verify." enum:"acts,payments,api,bulk,import,preview,pages,export,verify"`
	Rows    int           `help:"Contributions in the large commons, and entries of the log that is verified." default:"1000000"`
	Clients int           `help:"Clients that log at the same time." default:"64"`
	For     time.Duration `help:"How long to log." default:"10s"`
}

// figure is one line of the answer.
type figure struct {
	Engine string  `json:"engine"`
	What   string  `json:"what"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Note   string  `json:"note,omitempty"`
}

// Run implements the command. On SQLite it works in a temporary folder; with
// --database it needs an empty PostgreSQL database and leaves its rows there.
func (c *BenchCommand) Run(g *Globals) error {
	folder, err := os.MkdirTemp("", "commonweal-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b := &bench{BenchCommand: *c, g: g, engine: "sqlite", folder: folder}
	if g.Database != "" {
		b.engine = "postgres"
	}
	if b.h, err = Open(g.ctx, Place{Data: folder, Database: g.Database, Origin: "http://localhost", Site: "Bench", Log: g.logger()}); err != nil {
		return err
	}
	defer func() { b.h.Close() }()
	for _, part := range []struct {
		name string
		run  func() error
	}{{"acts", b.acts}, {"payments", b.payments}, {"api", b.api}, {"bulk", b.bulk}, {"import", b.load}, {"preview", b.preview}, {"pages", b.pages}, {"export", b.exports}, {"verify", b.verification}} {
		if len(c.Only) > 0 && !strings.Contains(strings.Join(c.Only, ","), part.name) {
			continue
		}
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return b.report()
}

// report prints the figures and the machine they were read on.
func (b *bench) report() error {
	if b.g.JSON {
		return b.g.answer(map[string]any{"cores": runtime.NumCPU(), "go": runtime.Version(), "figures": b.figures}, "")
	}
	fmt.Fprintf(b.g.out, "%d cores, %s\n\n", runtime.NumCPU(), runtime.Version())
	w := tabwriter.NewWriter(b.g.out, 0, 4, 2, ' ', 0)
	for _, f := range b.figures {
		fmt.Fprintf(w, "%s\t%s\t%.6g %s\t%s\n", f.Engine, f.What, f.Value, f.Unit, f.Note)
	}
	return w.Flush()
}

// say adds a figure, and shows it at once to who watches.
func (b *bench) say(what string, value float64, unit, note string) {
	f := figure{b.engine, what, value, unit, note}
	b.figures = append(b.figures, f)
	if !b.g.JSON {
		fmt.Fprintf(b.g.err, "%s: %.6g %s %s\n", what, value, unit, note)
	}
}

func (b *bench) need() error {
	if b.large == nil {
		return fault.Conflictf("bench.order", "only", "this part needs the large commons; measure import too")
	}
	return nil
}

// needLarge imports the large commons unless it was.
func (b *bench) needLarge() error {
	if b.large != nil {
		return nil
	}
	return b.load()
}
