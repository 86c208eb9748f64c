package main

import (
	"commonweal/credit"
	"commonweal/quantity"
)

// CurrencyCommands are about the currencies of a commons.
type CurrencyCommands struct {
	List  CurrencyListCommand  `cmd:"" default:"1" help:"List the currencies."`
	Found CurrencyFoundCommand `cmd:"" help:"Found a currency."`
}

// CurrencyListCommand lists currencies.
type CurrencyListCommand struct{ Within }

// Run implements the command.
func (c *CurrencyListCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *CurrencyListCommand) run(x *inside) error {
	if err := x.who.Must(credit.See); err != nil {
		return err
	}
	s, err := x.creditSettings()
	if err != nil {
		return err
	}
	rows := [][]string{}
	for _, c := range s.Order {
		state := "open"
		if c.Closed {
			state = "closed"
		}
		rows = append(rows, []string{string(c.Unit), c.Name, c.Month.String(), state, string(c.ID)})
	}
	return x.table(append([]credit.Currency{}, s.Order...), "unit,name,a month's trade,state,identifier", rows)
}

// CurrencyFoundCommand founds a currency.
type CurrencyFoundCommand struct {
	Within
	Name     string `arg:"" help:"What it is called."`
	Unit     string `help:"Its code: hour, or a word of your own." required:"" placeholder:"CODE"`
	Month    string `help:"What an active member trades in a month; how far accounts may go follows from it." placeholder:"AMOUNT"`
	Decimals int    `help:"Decimals of the smallest amount that is paid: 0 to 6." default:"2"`
	Backing  string `help:"What an amount is good for." placeholder:"TEXT"`
	ForAll   bool   `help:"Open an account for every member, present and future."`
	Public   bool   `help:"Outsiders see totals and offers, where the books are open."`
	Key      string `help:"Do it once, however often this command runs with the same key." placeholder:"TEXT"`
}

// Run implements the command.
func (c *CurrencyFoundCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *CurrencyFoundCommand) run(x *inside) (err error) {
	ask := credit.CurrencyAsk{Unit: quantity.Unit(c.Unit), Name: c.Name, Decimals: c.Decimals, Backing: c.Backing, ForAll: c.ForAll, Public: c.Public}
	if c.Month != "" {
		if ask.Month, err = quantity.Parse(c.Month, ask.Unit); err != nil {
			return err
		}
	}
	made, err := credit.FoundCurrency(x.ctx, x.h.Store, x.who, c.Key, ask)
	if err != nil {
		return err
	}
	return x.answer(made, "%s is founded; accounts go from -%s to twice that.", made.Name, made.Month)
}
