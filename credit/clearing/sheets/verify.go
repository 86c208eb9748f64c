package sheets

import (
	"io"
	"strconv"

	"commonweal/credit/clearing"
	"commonweal/platform/fault"
)

// ReadSetOffs reads what WriteSetOffs wrote of this register, line by line
// beside it.
func (r *Register) ReadSetOffs(file io.Reader) ([]int64, error) {
	order := r.Order().Obligations
	out := make([]int64, len(order))
	return out, beside(file, setOffsHeader, len(order), func(in *rows, k int) error {
		o := &r.Obligations[order[k]]
		if err := in.same("id", o.ID, "debtor", r.Members[o.Debtor], "creditor", r.Members[o.Creditor]); err != nil {
			return err
		}
		amount, set, remaining := in.amount("amount"), in.amount("set_off"), in.amount("remaining")
		out[order[k]] = set
		switch {
		case len(in.faults) > 0:
			return in.faults[0]
		case amount != o.Amount:
			return in.differs("amount", decimal(o.Amount))
		case remaining != o.Amount-set:
			return in.differs("remaining", decimal(o.Amount-set))
		}
		return nil
	})
}

// ReadCredit reads what WriteCredit wrote of this register.
func (r *Register) ReadCredit(file io.Reader) ([]clearing.Use, error) {
	order := r.Order().Lines
	out := make([]clearing.Use, len(order))
	return out, beside(file, creditHeader, len(order), func(in *rows, k int) error {
		l := &r.Lines[order[k]]
		if err := in.same("hub", r.Hubs[l.Hub], "member", r.Members[l.Member]); err != nil {
			return err
		}
		out[order[k]] = clearing.Use{Paid: in.amount("paid"), Drawn: in.amount("drawn"), Received: in.amount("received")}
		return first(in.faults)
	})
}

// ReadCertificate reads what WriteCertificate wrote of this register.
func (r *Register) ReadCertificate(file io.Reader) (c clearing.Certificate, err error) {
	members, hubs := r.Order().Members, r.Order().Hubs
	c = clearing.Certificate{Members: make([]int64, len(members)), Hubs: make([]int64, len(hubs))}
	return c, beside(file, certificateHeader, len(members)+len(hubs), func(in *rows, k int) error {
		kind, names, prices, i := "member", r.Members, c.Members, int32(0)
		if k < len(members) {
			i = members[k]
		} else {
			kind, names, prices, i = "hub", r.Hubs, c.Hubs, hubs[k-len(members)]
		}
		if err := in.same("kind", kind, "name", names[i]); err != nil {
			return err
		}
		prices[i], err = in.price()
		return err
	})
}

// ReadPrices reads the certificate of another round, to begin from its prices:
// members it does not know begin at zero, and those it alone knows are left out.
func (r *Register) ReadPrices(file io.Reader) (c clearing.Certificate, err error) {
	in, err := open(file, own, certificateHeader)
	if err != nil {
		return c, err
	}
	c = clearing.Certificate{Members: make([]int64, len(r.Members)), Hubs: make([]int64, len(r.Hubs))}
	hubs := map[string]int{}
	for i, name := range r.Hubs {
		hubs[name] = i
	}
	for err = in.next(); err == nil; err = in.next() {
		price, bad := in.price()
		if f := fault.As(bad); f != nil {
			in.refuse(f)
		}
		if i, known := r.member[in.cell("name")]; known && in.cell("kind") == "member" {
			c.Members[i] = price
		}
		if i, known := hubs[in.cell("name")]; known && in.cell("kind") == "hub" {
			c.Hubs[i] = price
		}
	}
	return c, in.err(err)
}

// beside reads a file of n rows beside what it should be about. The first flaw
// ends it.
func beside(file io.Reader, header []string, n int, row func(in *rows, k int) error) error {
	in, err := open(file, own, header)
	if err != nil {
		return err
	}
	for k := range n {
		if err = in.next(); err == io.EOF {
			return fault.Invalidf("clearing.rows", "", "the file ends after %d lines of data; there must be %d", k, n)
		}
		if err == nil {
			err = first(in.faults)
		}
		if err == nil {
			err = row(in, k)
		}
		if err != nil {
			return err
		}
	}
	if err = in.next(); err == nil {
		return fault.Invalidf("clearing.rows_beyond", "", "the file goes on after the %d lines of data that there must be", n).AtLine(in.row.Line)
	}
	return in.err(err)
}

func first(list fault.List) error {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// same holds cells to what they must be: pairs of a column and a text.
func (r *rows) same(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if r.cell(pairs[i]) != pairs[i+1] {
			return r.differs(pairs[i], pairs[i+1])
		}
	}
	return nil
}

func (r *rows) differs(column, want string) error {
	return fault.Invalidf("clearing.differs", column, "the file says %.60q, but by the register it is %.60q; it was changed, or belongs to another register", r.cell(column), want).AtLine(r.row.Line)
}

// price reads the price of a row.
func (r *rows) price() (int64, error) {
	n, err := strconv.ParseInt(r.cell("price"), 10, 64)
	if err != nil {
		return 0, fault.Invalidf("clearing.price_cell", "price", "%.40q is no price; a price is a whole number", r.cell("price")).AtLine(r.row.Line)
	}
	return n, nil
}
