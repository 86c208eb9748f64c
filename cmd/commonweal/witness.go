package main

import (
	"fmt"
	"strconv"
	"time"

	"commonweal/books"
	"commonweal/platform/journal"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
)

// WitnessCommands are the commands of the host as a witness of others.
type WitnessCommands struct {
	Show    WitnessShowCommand    `cmd:"" help:"Print the address and the key of this host's witness, and the logs it watches."`
	Watch   WitnessWatchCommand   `cmd:"" help:"Begin to cosign a neighbor's log."`
	Unwatch WitnessUnwatchCommand `cmd:"" help:"Stop cosigning a log."`
}

// administered runs f on the house for whoever holds the machine.
func administered(g *Globals, f func(*House) error) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Gate.Operator(store.Host).Must(books.Watch); err != nil {
		return err
	}
	return f(h)
}

// WitnessShowCommand shows the witness.
type WitnessShowCommand struct{}

// Run implements the command.
func (c *WitnessShowCommand) Run(g *Globals) error {
	return administered(g, func(h *House) error {
		all, err := h.Witness.Watched(g.ctx)
		if err != nil {
			return err
		}
		key, url := h.Witness.Key.Cosigner(), h.Gate.Origin()+"/witness"
		if g.JSON {
			return g.answer(map[string]any{"key": key, "url": url, "logs": tellWatched(all)}, "")
		}
		fmt.Fprintf(g.out, "address  %s\nkey      %s\n", url, key)
		var rows [][]string
		for _, w := range tellWatched(all) {
			rows = append(rows, []string{w.Name, w.Origin, strconv.FormatInt(w.Size, 10)})
		}
		return g.table(nil, "name,log,cosigned entries", rows)
	})
}

// toldWatched is a watched log as the command line answers it.
type toldWatched struct {
	Name   string    `json:"name"`
	Origin string    `json:"origin"`
	Keys   []string  `json:"keys"`
	Size   int64     `json:"size"`
	At     time.Time `json:"at,omitzero"`
}

func tellWatched(all []neighbors.Watched) []toldWatched {
	list := []toldWatched{}
	for _, w := range all {
		if len(w.Keys) > 0 {
			list = append(list, toldWatched{w.Name, w.Origin, w.Keys, w.Head.Size, w.At})
		}
	}
	return list
}

// WitnessWatchCommand begins to watch a log.
type WitnessWatchCommand struct {
	Key  string `arg:"" help:"Key of their log, which neighbors policy --log prints there."`
	Name string `help:"What you call them."`
}

// Run implements the command.
func (c *WitnessWatchCommand) Run(g *Globals) error {
	return administered(g, func(h *House) error {
		w, err := h.Witness.Watch(g.ctx, c.Name, c.Key)
		if err != nil {
			return err
		}
		return g.answer(tellWatched([]neighbors.Watched{w}), "Watching %s.", w.Origin)
	})
}

// WitnessUnwatchCommand stops watching a log.
type WitnessUnwatchCommand struct {
	Origin string `arg:"" help:"Name of the log, as witness show lists it, or its key."`
}

// Run implements the command.
func (c *WitnessUnwatchCommand) Run(g *Globals) error {
	return administered(g, func(h *House) error {
		origin := journal.KeyName(c.Origin)
		if err := h.Witness.Unwatch(g.ctx, origin); err != nil {
			return err
		}
		return g.answer(map[string]string{"origin": origin}, "%s is not watched any more. What was cosigned is remembered.", origin)
	})
}
