package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"commonweal/books/monitor"
	"commonweal/platform/fault"
)

// MonitorCommand follows logs over HTTP.
type MonitorCommand struct {
	URL    []string      `arg:"" help:"Addresses of commons: https://commons.example/c/windworks. Any log in the layout of C2SP tlog-tiles will do, by the address of its files."`
	State  string        `help:"Folder in which what was seen is kept." default:"commonweal-monitor" env:"COMMONWEAL_MONITOR" type:"path"`
	Key    []string      `help:"A public key you trust, or the name of a file that holds it. Without one the key of the first look is believed from then on." placeholder:"KEY"`
	Policy string        `help:"File that says which logs to believe and how many neighbors must have cosigned (C2SP tlog-policy)." type:"path" placeholder:"FILE"`
	Mirror bool          `help:"Keep a copy of every entry and attachment."`
	Replay bool          `help:"Check every entry by the rules after each change; keeps a mirror."`
	Once   bool          `help:"Look once, instead of again and again."`
	Every  time.Duration `help:"How often to look." default:"1m"`
	Token  string        `help:"Token for a commons with closed books." env:"COMMONWEAL_TOKEN"`
}

// Help implements kong.HelpProvider.
func (c *MonitorCommand) Help() string {
	return `Each look checks that the log continues the one that was seen before: it tells a log that became shorter or shows another history. With a mirror it names the first entry that differs, with --replay the first that breaks a rule. Run it on a machine of somebody else than the host.

  commonweal monitor https://commons.example/c/windworks --replay
  commonweal monitor https://commons.example/c/windworks --once --json

Exit status: 0 all logs are as they should be; 65 alarm about a log; 69 a log could not be asked, and there was no alarm; 64 wrong command line.`
}

// Run implements the command.
func (c *MonitorCommand) Run(g *Globals) error {
	followers, err := c.followers()
	if err != nil {
		return err
	}
	watch := &watching{Globals: g, said: map[string]string{}}
	for {
		var worst error
		for _, f := range followers {
			worst = worse(worst, watch.look(f))
		}
		if c.Once {
			return worst
		}
		select {
		case <-g.ctx.Done():
			return watch.alarm // an alarm is not forgotten because somebody ends the program
		case <-time.After(c.Every):
		}
	}
}

// followers makes one for each address.
func (c *MonitorCommand) followers() (list []*monitor.Follower, err error) {
	if c.Every < time.Second {
		return nil, fault.Invalidf("monitor.every", "every", "%s is too often; a second is the least", c.Every)
	}
	keys, err := readKeys(c.Key)
	if err != nil {
		return nil, err
	}
	policy, err := readPolicy(c.Policy)
	if err != nil {
		return nil, err
	}
	for _, u := range c.URL {
		list = append(list, &monitor.Follower{URL: u, Folder: filepath.Join(c.State, folderOf(u)), Keys: keys, Policy: policy,
			Mirror: c.Mirror || c.Replay, Replay: c.Replay, Rules: replayRules, Token: c.Token})
	}
	return list, nil
}

// folderOf is a folder name for an address: readable, and its own.
func folderOf(url string) string {
	sum := sha256.Sum256([]byte(url))
	_, rest, _ := strings.Cut(url, "://")
	word := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, strings.ToLower(rest))
	return strings.TrimLeft(word[:min(len(word), 80)], ".") + "-" + hex.EncodeToString(sum[:4])
}

// watching tells what is new.
type watching struct {
	*Globals
	said  map[string]string // by address: what was told last
	alarm error
}

// look looks at one log and tells when something changed.
func (w *watching) look(f *monitor.Follower) error {
	sight, err := f.Look(w.ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	words := fmt.Sprintf("good: %d entries", sight.Size)
	switch {
	case err != nil && fault.KindOf(err) == fault.Invalid:
		words = "ALARM: " + err.Error()
		w.alarm = err
	case err != nil: // it says nothing about the log
		words = "not now: " + err.Error()
	case sight.First:
		words += ", seen for the first time, key " + sight.Key
	case sight.Size > sight.Was:
		words += fmt.Sprintf(", %d more than before", sight.Size-sight.Was)
	}
	if sight.Replayed {
		words += "; all obey the rules"
	}
	if w.said[f.URL] == words {
		return err
	}
	w.said[f.URL] = words
	if w.JSON {
		line := map[string]any{"at": time.Now().UTC(), "sight": sight, "ok": err == nil}
		if err != nil {
			line["error"], line["code"] = err.Error(), fault.CodeOf(err)
			if e := fault.As(err); e != nil && e.Line > 0 {
				line["entry"] = e.Line - 1
			}
		}
		return errors.Join(json.NewEncoder(w.out).Encode(line), err)
	}
	_, wrong := fmt.Fprintf(w.out, "%s  %s  %s\n", time.Now().UTC().Format(time.DateTime), f.URL, words)
	return errors.Join(wrong, err)
}

// worse chooses which of two errors the exit status tells: an alarm before a log
// that could not be asked.
func worse(a, b error) error {
	if a == nil || b != nil && fault.KindOf(a) != fault.Invalid {
		return b
	}
	return a
}
