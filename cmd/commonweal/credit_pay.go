package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"commonweal/credit"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// PayCommand pays one person, or a file of payments.
type PayCommand struct {
	Within
	To       string   `arg:"" optional:"" help:"Who is paid: a member, or an account by its identifier."`
	Amount   string   `arg:"" optional:"" help:"How much: \"2.5 hour\". The unit may be left out where there is one currency."`
	From     string   `help:"Who pays, when it is not the one who acts." placeholder:"HANDLE"`
	Note     []string `help:"What it is for." placeholder:"TEXT"`
	Private  bool     `help:"The note is for the parties only."`
	Workflow string   `help:"pay, confirm, request, third_party or reserve; pay for one's own account, else third_party." placeholder:"NAME"`
	File     string   `help:"Pay many: a table with the columns to and amount, and if you like from, unit, note, category, private and gift, or a .ndjson file." type:"path" placeholder:"FILE"`
	Together bool     `help:"Of a file: all payments or none. Without it each is judged by itself."`
	DryRun   bool     `help:"Of a file: say what it would come to, and pay nothing."`
	Key      string   `help:"Do it once, however often this command runs with the same key." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (c *PayCommand) Help() string {
	return `  commonweal credit pay --as joris noor 2.5 --note "mended the gate"
  commonweal credit pay --as noor --file march.csv --together --dry-run` + exitStatuses
}

// Run implements the command.
func (c *PayCommand) Run(g *Globals) error {
	if c.File != "" {
		return c.within(g, c.many)
	}
	return c.within(g, c.one)
}

func (c *PayCommand) one(x *inside) error {
	if c.To == "" || c.Amount == "" {
		return fault.Invalidf("commonweal.pay_what", "to", "say who is paid and how much, or name a file with --file")
	}
	amount, err := x.creditAmount(c.Amount)
	if err != nil {
		return err
	}
	leg := credit.AskedLeg{From: x.who.Agent, Amount: amount}
	if c.From != "" {
		if leg.From, err = x.payable(c.From); err != nil {
			return err
		}
	}
	if leg.To, err = x.payable(c.To); err != nil {
		return err
	}
	ask := credit.PayAsk{Workflow: c.Workflow, Legs: []credit.AskedLeg{leg}, Note: strings.Join(c.Note, " "), Private: c.Private}
	if ask.Workflow == "" && leg.From != x.who.Agent {
		ask.Workflow = "third_party"
	}
	p, err := credit.MakePayment(x.ctx, x.h.Store, x.who, c.Key, ask)
	if err != nil {
		return err
	}
	return x.answer(p, "%s: %s of %s, payment %s.", p.State, p.Workflow, amount, p.ID)
}

// payable is the account or the member that a text names.
func (x *inside) payable(text string) (store.ID, error) {
	if id, ok := store.ParseID(text); ok {
		return id, nil
	}
	m, err := x.member(text)
	return m.Agent, err
}

// creditAmount reads an amount whose unit may be left out where there is one currency.
func (x *inside) creditAmount(text string) (a quantity.Amount, err error) {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	if unit == "" {
		s, err := x.creditSettings()
		if err != nil {
			return a, err
		}
		if len(s.Order) != 1 {
			return a, fault.Invalidf("commonweal.which_currency", "amount", "%s has %d currencies; say which, as in \"2.5 hour\"", x.c.Name, len(s.Order))
		}
		unit = string(s.Order[0].Unit)
	}
	return quantity.Parse(number, quantity.Unit(strings.TrimSpace(unit)))
}

func (x *inside) creditSettings() (s *credit.Settings, err error) {
	err = x.read(func(r *store.Snapshot) (err error) { s, err = credit.LoadSettings(r); return err })
	return s, err
}

// many pays a file.
func (c *PayCommand) many(x *inside) error {
	b, err := c.list(x)
	if err != nil {
		return err
	}
	if c.DryRun {
		rep, err := x.h.Credit.Preview(x.ctx, x.who, b)
		if err != nil {
			return err
		}
		return x.answer(rep, "%d payments could be made now, %d could not. Nothing was paid.%s", rep.Good, rep.Rows-rep.Good, refusedLines(rep.Bad))
	}
	bar := x.progress("Paying")
	made, err := x.h.Credit.PayList(x.ctx, x.who, c.Key, "", b, func(done, total int) { bar.report(int64(done), int64(total)) })
	bar.end()
	if err != nil {
		return err
	}
	list := []credit.BulkOutcome{}
	if err := x.read(func(r *store.Snapshot) error {
		return credit.Outcomes(r, made.ID, func(some []credit.BulkOutcome) error { list = append(list, some...); return nil })
	}); err != nil {
		return err
	}
	var bad fault.List
	for _, o := range list {
		if o.Refused != nil {
			bad = append(bad, o.Refused)
		}
	}
	return x.answer(map[string]any{"batch": made, "outcomes": list}, "%d payments made, %d refused, as batch %s.%s", made.Made, made.Rows-made.Made, made.ID, refusedLines(bad))
}

// refusedLines lists what is wrong with lines, for people.
func refusedLines(bad fault.List) string {
	if len(bad) == 0 {
		return ""
	}
	return "\n" + bad.Error()
}

// list is the file as it is paid.
func (c *PayCommand) list(x *inside) (b credit.Bulk, err error) {
	b = credit.Bulk{Name: filepath.Base(c.File), Together: c.Together, Read: credit.Reading{Format: credit.BulkTable, From: x.who.Agent, Names: map[string]store.ID{}}}
	if strings.HasSuffix(c.File, "json") || strings.HasSuffix(c.File, "jsonl") {
		b.Read.Format = credit.BulkLines
	}
	f, err := os.Open(c.File)
	if err != nil {
		return b, fault.Invalidf("commonweal.pay_file", "file", "%s cannot be read: %v", c.File, err)
	}
	if err := f.Close(); err != nil {
		return b, err
	}
	b.Open = func() io.ReadCloser { return reopened(c.File) }
	s, err := x.creditSettings()
	if err != nil {
		return b, err
	}
	if len(s.Order) == 1 {
		b.Read.Unit = s.Order[0].Unit
	}
	return b, x.read(func(r *store.Snapshot) error {
		b.Read.Names, err = credit.PeopleByName(r)
		return err
	})
}

// reopened reads a file that was there a moment ago.
func reopened(path string) io.ReadCloser {
	f, err := os.Open(path)
	if err != nil {
		return io.NopCloser(failing{err})
	}
	return f
}

// failing is a file that cannot be read.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// AccountsCommand shows accounts.
type AccountsCommand struct {
	Within
	Member string `arg:"" optional:"" help:"Whose; without it those of the one who acts." placeholder:"HANDLE"`
}

// Run implements the command.
func (c *AccountsCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *AccountsCommand) run(x *inside) error {
	list, err := x.held(c.Member)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, a := range list {
		room := "-"
		if a.Room != nil {
			room = a.Room.String()
		}
		rows = append(rows, []string{string(a.ID), a.Terms.Label, string(a.Standing), a.Balance.String(), a.Spendable.String(), room})
	}
	return x.table(list, "account,label,standing,balance,may still spend,may still receive", rows)
}

// held are the accounts of a member, for themselves and for stewards.
func (x *inside) held(member string) (list []credit.HeldAccount, err error) {
	agent, needs := x.who.Agent, credit.Pay
	if member != "" {
		m, err := x.member(member)
		if err != nil {
			return nil, err
		}
		if m.Agent != agent {
			agent, needs = m.Agent, credit.Accounts
		}
	}
	if err := x.who.Must(needs); err != nil {
		return nil, err
	}
	list = []credit.HeldAccount{}
	err = x.read(func(r *store.Snapshot) error {
		found, err := credit.Held(r, agent)
		list = append(list, found...)
		return err
	})
	return list, err
}
