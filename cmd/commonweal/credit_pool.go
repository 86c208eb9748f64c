package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"commonweal/credit/pool"
	"commonweal/platform/fault"
)

// PoolCommands are about pools of capital without interest.
type PoolCommands struct {
	Simulate PoolSimulateCommand `cmd:"" help:"Try the rules of a pool out on a file of steps: who stands where at the end, and what moved."`
}

// PoolSimulateCommand runs a pool; it opens no database.
type PoolSimulateCommand struct {
	File string `arg:"" help:"JSON with rules and steps." type:"existingfile"`
}

// Help implements kong.HelpProvider.
func (c *PoolSimulateCommand) Help() string {
	return `The file has the rules of one kind (rosca, vsla, points, surplus, revenue, commitment, budget) and the steps that were taken. A step that the rules refuse is named by its number. Rules in which anything grows with time are refused.

  {"rules": {"kind": "rosca", "step": "0.01", "members": ["ada", "bas"], "rosca": {"contribution": "50", "order": "lot", "seed": "said on the square"}},
   "steps": [{"act": "join", "who": "ada"}, {"act": "join", "who": "bas"}, {"act": "pay", "who": "ada"}, {"act": "pay", "who": "bas"}, {"act": "close_round"}]}

  commonweal credit pool simulate round.json` + exitStatuses
}

// simulated is the answer of the command.
type simulated struct {
	Pool     *pool.Pool  `json:"pool"`
	Schedule []pool.Turn `json:"schedule,omitempty"`
}

// Run implements the command.
func (c *PoolSimulateCommand) Run(g *Globals) error {
	var file struct {
		Rules json.RawMessage `json:"rules"`
		Steps []pool.Step     `json:"steps"`
	}
	err := inFile(c.File, func(f io.Reader) error {
		d := json.NewDecoder(f)
		d.DisallowUnknownFields()
		if err := d.Decode(&file); err != nil {
			return fault.Invalidf("pool.json", "rules", "these are no rules of a pool: %v", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	rules, err := pool.ParseRules(file.Rules)
	if err != nil {
		return err
	}
	p, err := pool.Run(rules, file.Steps)
	if err != nil {
		return err
	}
	out := simulated{p, p.Schedule()}
	return g.answer(out, "%s", out)
}

// String is the answer for people.
func (s simulated) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d steps taken.\n", s.Pool.Steps)
	for _, place := range slices.Sorted(maps.Keys(s.Pool.Book.Balance)) {
		fmt.Fprintf(&b, "  %-20s %s\n", strings.TrimPrefix(place, "/"), s.Pool.Book.Balance[place])
	}
	for _, d := range s.Pool.Debts {
		if d.Open > 0 {
			fmt.Fprintf(&b, "  %s still owes %s to %s\n", d.From, d.Open, strings.TrimPrefix(d.To, "/"))
		}
	}
	if next := s.Pool.Next(); next != "" {
		fmt.Fprintf(&b, "Next to receive: %s.\n", next)
	}
	if s.Pool.Over {
		b.WriteString("The pool has ended.\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
