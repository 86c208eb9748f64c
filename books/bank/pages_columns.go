package bank

import (
	"cmp"
	"strings"

	"commonweal/books/intake"
	"commonweal/books/intake/banktable"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// columnField is one thing that a column may hold.
type columnField struct{ Name, Label string }

type columnsPage struct {
	Form          *web.Form
	Steps         []web.Step
	Upload        Upload
	Fields, More  []columnField
	Columns       []web.Option
	Marks, Orders []web.Option
}

// usual are the fields that most tables have; the others come after a fold.
var usual = map[banktable.Field]bool{banktable.Day: true, banktable.Amount: true, banktable.In: true, banktable.Out: true, banktable.Name: true, banktable.Description: true}

// columnsPage asks what the columns of a table hold.
func (b *Bank) columnsPage(q *web.Request) error {
	u, err := b.upload(q)
	if err != nil {
		return err
	}
	return b.showColumns(q, u)
}

func (b *Bank) showColumns(q *web.Request, u Upload) error {
	page := columnsPage{Form: q.Form(), Steps: steps(q, 1), Upload: u}
	page.Columns = []web.Option{{Label: q.T("bank.columns.none")}}
	for _, h := range u.Header {
		page.Columns = append(page.Columns, web.Option{Value: h, Label: h})
	}
	for _, mark := range []string{",", "."} {
		page.Marks = append(page.Marks, web.Option{Value: mark, Label: q.T("bank.columns.mark", "mark", mark)})
	}
	for _, order := range []banktable.Order{banktable.Unsaid, banktable.DayMonthYear, banktable.MonthDayYear} {
		page.Orders = append(page.Orders, web.Option{Value: string(order), Label: q.T("bank.columns.order_" + string(order))})
	}
	m := u.Reading.Map
	if len(m.Columns) == 0 {
		m = banktable.Suggest(u.Header)
	}
	for _, field := range banktable.Fields {
		f := columnField{"column_" + string(field), q.T("bank.columns." + string(field))}
		if names := m.Columns[field]; len(names) > 0 {
			page.Form.Default(f.Name, names[0])
		}
		if usual[field] {
			page.Fields = append(page.Fields, f)
		} else {
			page.More = append(page.More, f)
		}
	}
	page.Form.Default("decimal", m.Decimal)
	page.Form.Default("account", string(m.Account))
	page.Form.Default("unit", string(cmp.Or(m.Unit, q.Commons.Currency)))
	page.Form.Default("in_words", strings.Join(m.InWords, ", "))
	page.Form.Default("out_words", strings.Join(m.OutWords, ", "))
	return q.Render(web.Page{Template: "bank/columns.html", Title: u.Name, Active: atBank, Data: page, Crumbs: crumbs(q)})
}

// setColumns keeps what the columns hold, and runs the dry run.
func (b *Bank) setColumns(q *web.Request) error {
	u, err := b.upload(q)
	if err != nil {
		return err
	}
	f := q.Form()
	m := banktable.Map{Name: "own", Format: u.Reading.Map.Format, Columns: map[banktable.Field][]string{}, Decimal: f.Choice("decimal", []string{",", "."}, web.Required),
		Days: banktable.Order(f.Choice("days", []string{"", "dmy", "mdy"})), Account: intake.AccountOf(f.Text("account", web.Max(64))), Unit: quantity.Unit(f.Text("unit", web.Max(3))),
		InWords: words(f.Text("in_words")), OutWords: words(f.Text("out_words"))}
	for _, field := range banktable.Fields {
		if column := f.Raw("column_" + string(field)); column != "" {
			m.Columns[field] = []string{column}
		}
	}
	if f.OK() {
		u.Reading.Map = m
		if u, err = b.Check(q.R.Context(), q.Who, u); err != nil {
			return err
		}
		if len(u.Report.Bad) == 0 {
			if err := b.keepHabit(q.R.Context(), q.Who, habitOf(u.Header), m); err != nil {
				return err
			}
		}
		return q.Redirect(path(q, "file", string(u.ID)), "")
	}
	return b.showColumns(q, u)
}

// words splits what was typed at commas.
func words(text string) (out []string) {
	for w := range strings.SplitSeq(text, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}
