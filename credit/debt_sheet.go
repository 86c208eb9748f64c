package credit

import (
	"context"
	"errors"
	"io"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	delimited "commonweal/platform/table"
	"commonweal/quantity"
	"commonweal/vf"
)

// maxNamed is how many bad lines a refusal names; it counts the rest.
const maxNamed = 100

// debtColumns are the columns of a file of debts: ours first, then what other
// programs call them.
var debtColumns = map[string][]string{
	"debtor": {"debtor", "from", "customer"}, "creditor": {"creditor", "to", "supplier"}, "amount": {"amount", "open"},
	"unit": {"unit", "currency"}, "due": {"due", "due date", "due_date"}, "reference": {"reference", "id", "invoice"},
}

// debtSheet reads a file of debts.
type debtSheet struct {
	in     *delimited.Reader
	place  map[string]int
	called map[string][]store.ID // by name in lower case: who is called so
	known  map[store.ID]bool
	set    *Settings
	bad    fault.List
	more   int
}

// ReadDebts reads a file of debts: a header with debtor, creditor, amount and
// unit, and where there are any due and reference. People and organizations are
// named as in the commons, or by their identifiers. A file with bad lines is
// refused, and every one is named up to a hundred. lines says where each debt stands.
func ReadDebts(r store.Reader, file io.Reader) (out []DebtAsk, lines []int, err error) {
	s, err := openDebts(r, file)
	if err != nil {
		return nil, nil, err
	}
	for {
		row, err := s.in.Next()
		if f := fault.As(err); f != nil && f.Line > 0 {
			s.refuse(f)
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		lines = append(lines, row.Line)
		if out = append(out, s.debt(row)); len(out) > maxDebts {
			return nil, nil, fault.Invalidf("credit.debts", "obligations", "%d debts; one to %d are written down at a time", len(out), maxDebts).AtLine(row.Line)
		}
	}
	if s.more > 0 {
		s.bad = append(s.bad, fault.Invalidf("credit.more_lines", "", "and %d more lines; mend these first", s.more))
	}
	return out, lines, s.bad.OrNil()
}

func openDebts(r store.Reader, file io.Reader) (*debtSheet, error) {
	in, err := delimited.Open(file, delimited.Format{})
	if err != nil {
		return nil, err
	}
	s := &debtSheet{in: in, place: map[string]int{}, called: map[string][]store.ID{}, known: map[store.ID]bool{}}
	if s.set, err = settings.Get(r); err != nil {
		return nil, err
	}
	for column, names := range debtColumns {
		s.place[column] = -1
		for _, name := range names {
			if at := in.Column(name); at >= 0 && s.place[column] < 0 {
				s.place[column] = at
			}
		}
	}
	for _, column := range []string{"debtor", "creditor", "amount", "unit"} {
		if s.place[column] < 0 {
			return nil, fault.Invalidf("credit.debt_column", column, "there is no column %q; the header names %.200q", column, in.Header)
		}
	}
	return s, s.learn(r)
}

// learn reads what everybody is called, a page at a time.
func (s *debtSheet) learn(r store.Reader) error {
	f := vf.AgentFilter{Limit: 500}
	for {
		page, err := vf.Agents(r, f)
		if err != nil {
			return err
		}
		for _, a := range page {
			name := strings.ToLower(a.Name)
			s.called[name], s.known[a.ID] = append(s.called[name], a.ID), true
		}
		if len(page) < f.Limit {
			return nil
		}
		last := page[len(page)-1]
		f.After = vf.After{Name: last.Name, ID: last.ID}
	}
}

func (s *debtSheet) refuse(f *fault.Error) {
	if len(s.bad) >= maxNamed {
		s.more++
		return
	}
	s.bad = append(s.bad, f)
}

// note notes an error of a line, if it is one.
func (s *debtSheet) note(err error, field string, line int) {
	f := fault.As(err)
	if f == nil {
		return
	}
	if field != "" {
		f = f.InField(field)
	}
	s.refuse(f.AtLine(line))
}

// debt reads one row; what is wrong with it is noted.
func (s *debtSheet) debt(row delimited.Row) (a DebtAsk) {
	cell := func(column string) string {
		if at := s.place[column]; at >= 0 {
			return strings.TrimSpace(row.Cells[at])
		}
		return ""
	}
	a = DebtAsk{Debtor: s.who(row, "debtor", cell("debtor")), Creditor: s.who(row, "creditor", cell("creditor")), Due: cell("due"), Reference: cell("reference")}
	before := len(s.bad) + s.more
	var err error
	if a.Amount, err = quantity.Parse(cell("amount"), quantity.Unit(cell("unit"))); err != nil {
		s.note(err, "amount", row.Line)
	}
	if a.Debtor != "" && a.Creditor != "" && len(s.bad)+s.more == before {
		s.note(Obligation{Debtor: a.Debtor, Creditor: a.Creditor, Unit: a.Amount.Unit, Amount: Micros(a.Amount.Micros), Due: a.Due, Reference: a.Reference}.check(s.set), "", row.Line)
	}
	return a
}

// who is somebody by name or identifier.
func (s *debtSheet) who(row delimited.Row, column, name string) store.ID {
	if id, ok := store.ParseID(name); ok && s.known[id] {
		return id
	}
	found := s.called[strings.ToLower(name)]
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		s.refuse(fault.NotFoundf("credit.unknown_party", column, "%.60q is nobody here; choose somebody of this commons", name).AtLine(row.Line))
	default:
		s.refuse(fault.Invalidf("credit.several_called", column, "%d are called %.60q; write the identifier of the one you mean", len(found), name).AtLine(row.Line))
	}
	return ""
}

// ImportDebts writes down the debts of a file, all or none.
//
// Faults: those of ReadDebts and, by line, of RegisterObligations.
func ImportDebts(ctx context.Context, db *store.Store, who auth.Identity, key string, file io.Reader) ([]Obligation, error) {
	if err := who.Must(Owe); err != nil {
		return nil, err
	}
	var asks []DebtAsk
	var lines []int
	err := db.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		asks, lines, err = ReadDebts(r, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := RegisterObligations(ctx, db, who, key, asks)
	return out, atLines(err, lines)
}

// atLines turns the places of debts into the lines of the file.
func atLines(err error, lines []int) error {
	var list fault.List
	if !errors.As(err, &list) {
		return err
	}
	for i, f := range list {
		list[i] = f.AtLine(lines[f.Line-1])
	}
	return list
}
