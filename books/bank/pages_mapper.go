package bank

import (
	"fmt"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// mappedRow is an account of a journal and the fields that say what it is.
type mappedRow struct {
	JournalAccount
	Role, Kind, Who string // fields
	Totals          []string
}

// symbolRow is a commodity and its field.
type symbolRow struct{ Symbol, Field string }

type mapperPage struct {
	Form    *web.Form
	Steps   []web.Step
	Upload  Upload
	Rows    []mappedRow
	Symbols []symbolRow
	Roles   []web.Option
	Names   []string
}

// mostMapped is how many accounts one page asks about.
const mostMapped = 1000

// mapperPage asks what the accounts of a journal are.
func (b *Bank) mapperPage(q *web.Request) error {
	u, err := b.upload(q)
	if err != nil {
		return err
	}
	return b.showMapper(q, u)
}

func (b *Bank) showMapper(q *web.Request, u Upload) error {
	if u.Report == nil || u.Report.Journal == nil || len(u.Report.Journal.Accounts) > mostMapped {
		return fault.Invalidf("bank.journal_accounts", "file", "a journal of more than %d accounts is brought from the command line", mostMapped)
	}
	page := mapperPage{Form: q.Form(), Steps: steps(q, 1), Upload: u}
	for _, r := range Roles {
		page.Roles = append(page.Roles, web.Option{Value: string(r), Label: q.T("bank.role." + string(r))})
	}
	for i, a := range u.Report.Journal.Accounts {
		row := mappedRow{JournalAccount: a, Role: fmt.Sprintf("role_%d", i), Kind: fmt.Sprintf("kind_%d", i), Who: fmt.Sprintf("who_%d", i)}
		for _, h := range a.Holds {
			row.Totals = append(row.Totals, h.Decimal()+" "+string(h.Unit))
		}
		m := u.Reading.Mapping.Accounts[a.Name]
		page.Form.Default(row.Role, string(m.Role))
		page.Form.Default(row.Kind, m.Kind)
		page.Form.Default(row.Who, m.Name)
		page.Rows = append(page.Rows, row)
	}
	for i, s := range u.Report.Journal.Symbols {
		row := symbolRow{s, fmt.Sprintf("unit_%d", i)}
		page.Form.Default(row.Field, string(u.Reading.Mapping.Units[s]))
		page.Symbols = append(page.Symbols, row)
	}
	err := b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		all, err := agents(r)
		for _, a := range all {
			page.Names = append(page.Names, a.Name)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "bank/mapper.html", Title: u.Name, Active: atBank, Data: page, Crumbs: crumbs(q)})
}

// setMapping keeps what the accounts are, and goes to the last step.
func (b *Bank) setMapping(q *web.Request) error {
	u, err := b.upload(q)
	if err != nil {
		return err
	}
	if u.Report == nil || u.Report.Journal == nil {
		return b.showMapper(q, u)
	}
	f := q.Form()
	m := Mapping{Accounts: map[string]Mapped{}, Units: map[string]quantity.Unit{}}
	for i, a := range u.Report.Journal.Accounts {
		x := Mapped{Role: Role(f.Raw(fmt.Sprintf("role_%d", i)))}
		switch x.Role {
		case AsOwed:
			x.Name = f.Text(fmt.Sprintf("who_%d", i), web.Required, web.Max(longestName))
		case AsMoney:
		default:
			if x.Kind = KindOf(f.Text(fmt.Sprintf("kind_%d", i))); x.Kind == "" {
				f.Fail(fmt.Sprintf("kind_%d", i), "bank.journal_kind", "say of which kind the account %.80q is, in a word or two", a.Name)
			}
		}
		if !slices.Contains(Roles, x.Role) {
			f.Fail(fmt.Sprintf("role_%d", i), "bank.journal_account", "say what the account %.80q is", a.Name)
		}
		m.Accounts[a.Name] = x
	}
	for i, s := range u.Report.Journal.Symbols {
		unit, known := unitOf(f.Text(fmt.Sprintf("unit_%d", i), web.Required))
		if !known {
			f.Fail(fmt.Sprintf("unit_%d", i), "bank.journal_unit", "say which unit the commodity %.40q is", s)
		}
		m.Units[s] = unit
	}
	if !f.OK() {
		return b.showMapper(q, u)
	}
	u.Reading.Mapping, u.Mapped = m, true
	if err := b.SaveUpload(q.R.Context(), q.Who, u); err != nil {
		return err
	}
	return q.Redirect(path(q, "file", string(u.ID)), "")
}
