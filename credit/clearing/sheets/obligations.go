package sheets

import (
	"io"
	"strconv"
	"strings"

	"commonweal/credit/clearing"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Register is what files say of one round.
type Register struct {
	clearing.Problem
	Unit quantity.Unit // of every amount; empty when the file does not say

	member map[string]int32
	order  *clearing.Order
}

// Order is the order of the round. It is found once: a register that was read
// stays as it is.
func (r *Register) Order() clearing.Order {
	if r.order == nil {
		o := r.Problem.Order()
		r.order = &o
	}
	return *r.order
}

// Read reads obligations: the columns id, debtor, creditor and amount, and
// where there are any due (2026-03-31), weight (a whole number from 1) and unit
// or currency, which must be the same on every line.
func Read(file io.Reader) (*Register, error) {
	in, err := open(file, foreign, []string{"id", "debtor", "creditor", "amount"}, "due|due_date|due date", "weight", "unit|currency")
	if err != nil {
		return nil, err
	}
	r := &Register{member: map[string]int32{}}
	var lines []int32
	for err = in.next(); err == nil; err = in.next() {
		before := len(in.faults) + in.more
		o := r.obligation(in)
		r.Obligations = append(r.Obligations, o)
		if len(in.faults)+in.more == before {
			if f := fault.As(r.CheckObligation(len(r.Obligations) - 1)); f != nil {
				in.refuse(f.AtLine(in.row.Line))
			}
		}
		lines = append(lines, int32(in.row.Line))
	}
	for _, twice := range r.Repeated() {
		if id := r.Obligations[twice.Again].ID; id != "" {
			in.refuse(fault.Invalidf("clearing.obligation_twice", "id", "the id %q stands on line %d already; each obligation has its own", id, lines[twice.First]).AtLine(int(lines[twice.Again])))
		}
	}
	return r, in.err(err)
}

// obligation reads one row.
func (r *Register) obligation(in *rows) (o clearing.Obligation) {
	o.ID = strings.Clone(in.cell("id"))
	o.Amount = in.amount("amount")
	o.Debtor, o.Creditor = r.named(in, "debtor"), r.named(in, "creditor")
	if text := in.cell("weight"); text != "" {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 1 || n > clearing.MaxWeight {
			in.wrong("clearing.weight_cell", "weight", "%.40q is no weight; write a whole number from 1 to %d", text, clearing.MaxWeight)
		}
		o.Weight = int32(n)
	}
	day, ok := clearing.ParseDay(in.cell("due"))
	if !ok {
		in.wrong("clearing.due_cell", "due", "%.40q is no day; write it as 2026-03-31, or leave it empty", in.cell("due"))
	}
	o.Due = day
	r.checkUnit(in)
	return o
}

// named is the member that a cell names.
func (r *Register) named(in *rows, column string) int32 {
	name := in.cell(column)
	if at, known := r.member[name]; known {
		return at
	}
	if name == "" {
		in.wrong("clearing.nobody", column, "the %s is missing; name a member", column)
	} else {
		in.check(column, name)
	}
	name = strings.Clone(name) // the row's text would stay with it
	at := int32(len(r.Members))
	r.Members, r.member[name] = append(r.Members, name), at
	return at
}

// checkUnit holds every line to the unit of the first.
func (r *Register) checkUnit(in *rows) {
	if !in.has("unit") {
		return
	}
	unit := quantity.Unit(in.cell("unit"))
	if r.Unit == "" {
		r.Unit = quantity.Unit(strings.Clone(string(unit)))
	}
	if unit == "" || unit != r.Unit {
		in.wrong("clearing.unit", "unit", "the unit is %.20q, but the lines before have %q; one round clears one unit", unit, r.Unit)
	}
}

// ReadLines adds lines of mutual credit: the columns member, balance,
// overdraft and room, and where there are several circuits hub.
func (r *Register) ReadLines(file io.Reader) error {
	in, err := open(file, foreign, []string{"member", "balance", "overdraft", "room"}, "hub|circuit")
	if err != nil {
		return err
	}
	hubs, seen := map[string]int32{}, map[[2]int32]int{}
	for err = in.next(); err == nil; err = in.next() {
		hub := in.cell("hub")
		if hub == "" {
			hub = "credit"
		}
		at, known := hubs[hub]
		if !known {
			at = int32(len(r.Hubs))
			in.check("hub", hub)
			hub = strings.Clone(hub)
			r.Hubs, hubs[hub] = append(r.Hubs, hub), at
		}
		l := clearing.Line{Hub: at, Member: r.named(in, "member"), Balance: in.amount("balance"), Overdraft: in.amount("overdraft"), Room: in.amount("room")}
		if l.Balance < 0 || l.Overdraft < 0 || l.Room < 0 {
			in.wrong("clearing.line_cell", "balance", "balance, overdraft and room of %q must each be zero or more", r.Members[l.Member])
		}
		key := [2]int32{l.Hub, l.Member}
		if first, twice := seen[key]; twice {
			in.wrong("clearing.line_twice", "member", "%q has a line of credit in %q on line %d already; give one", r.Members[l.Member], hub, first)
		}
		seen[key] = in.row.Line
		r.Lines = append(r.Lines, l)
	}
	return in.err(err)
}
