package main

import (
	"math"
	"strconv"
	"time"

	"commonweal/credit"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// StatementCommand shows what was posted on the accounts of a member.
type StatementCommand struct {
	Within
	Member string `arg:"" optional:"" help:"Whose; without it those of the one who acts." placeholder:"HANDLE"`
	Before int64  `help:"Before this entry of the log: the last one of the page before." placeholder:"NUMBER"`
	Limit  int    `help:"How many lines of each account at most." default:"50"`
}

// Run implements the command.
func (c *StatementCommand) Run(g *Globals) error { return c.within(g, c.run) }

// statementOf is an account with its latest lines.
type statementOf struct {
	credit.HeldAccount
	Lines []credit.Posting `json:"lines"`
}

func (c *StatementCommand) run(x *inside) error {
	if c.Limit < 1 || c.Limit > 1_000_000 {
		return fault.Invalidf("commonweal.lines", "limit", "%d is not a number of lines to list; choose 1 to 1000000", c.Limit)
	}
	if c.Before == 0 {
		c.Before = math.MaxInt64
	}
	held, err := x.held(c.Member)
	if err != nil {
		return err
	}
	out, rows := []statementOf{}, [][]string{}
	for _, a := range held {
		s := statementOf{HeldAccount: a}
		if err := x.read(func(r *store.Snapshot) (err error) {
			s.Lines, err = credit.Postings(r, a.ID, c.Before, c.Limit)
			return err
		}); err != nil {
			return err
		}
		for _, l := range s.Lines {
			rows = append(rows, []string{strconv.FormatInt(l.Seq, 10), l.At.In(time.UTC).Format(time.DateOnly), string(l.Kind), quantity.Micros(int64(l.Amount), a.Balance.Unit).String(), string(l.Payment)})
		}
		out = append(out, s)
	}
	return x.table(out, "entry,day,kind,amount,payment", rows)
}
