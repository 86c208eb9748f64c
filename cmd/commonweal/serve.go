package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// ServeCommand serves the pages of the host until it is told to stop.
type ServeCommand struct {
	Listen     string `help:"Address to listen on." default:"localhost:8080" env:"COMMONWEAL_LISTEN"`
	Styleguide bool   `help:"Also serve /styleguide, the page with every component."`
	KeepWork   uint16 `help:"Days for which imports, distributions and other long work stay listed after their end." default:"90" env:"COMMONWEAL_KEEP_WORK"`
}

// Run implements the command.
func (c *ServeCommand) Run(g *Globals) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	h.KeepRuns = time.Duration(c.KeepWork) * 24 * time.Hour
	return serve(g, h, c.Listen, c.Styleguide)
}

// serve answers requests until the context ends, then lets those under way finish.
func serve(g *Globals, h *House, listen string, styleguide bool) error {
	shell, err := h.Shell(styleguide)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(g.ctx)
	defer stop()
	tended := make(chan struct{})
	go func() { defer close(tended); h.tend(ctx) }()
	defer func() { stop(); <-tended }() // nothing of ours writes once the database closes
	if err := g.welcome(h, listener.Addr()); err != nil {
		return err
	}
	server := &http.Server{Handler: shell, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(h.Place.Log.Handler(), slog.LevelWarn)}
	server.RegisterOnShutdown(h.Follow.Close) // streams would never end
	closed := make(chan error, 1)
	go func() {
		<-ctx.Done()
		closing, done := context.WithTimeout(context.Background(), lastRequests)
		defer done()
		closed <- server.Shutdown(closing)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-closed // requests under way have their answers
}

// lastRequests is how long requests under way may take once the host is told to stop.
const lastRequests = 20 * time.Second

// welcome prints where the host is and, while it has no administrator, the
// link by which the first one comes in.
func (g *Globals) welcome(h *House, at net.Addr) error {
	fmt.Fprintf(g.out, "Commonweal is at http://%s\n", at)
	secret, needed, err := h.Gate.FirstRun(g.ctx)
	if err == nil && needed {
		fmt.Fprintf(g.out, "Nobody administers this host yet. Open this link, once, to begin:\n  %s/welcome?link=%s\n", h.Gate.Origin(), secret)
	}
	return err
}
