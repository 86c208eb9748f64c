package bank

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/books"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// partFields are the names of the fields of one part.
type partFields struct {
	N                              int
	As, Amount, Who, Kind, Project string
}

type linePage struct {
	Form                         *web.Form
	Line                         Line
	Says                         []string
	Done                         []doneRow
	Parts                        []partFields
	Choices, Projects            []web.Option
	Names                        []string
	Split, Whole                 string // addresses
	Decide, Ignore, Reopen, File string
	Unit                         quantity.Unit
	Words                        bool // the other side is nameless: a rule needs words
}

// doneRow is a part of a decided line with its event.
type doneRow struct{ Says, Href string }

// linePage shows a line with all that it may be, or what it was found to be.
func (b *Bank) linePage(q *web.Request) error {
	line, err := b.line(q)
	if err != nil {
		return err
	}
	return b.showLine(q, line)
}

func (b *Bank) showLine(q *web.Request, line Line) error {
	at := func(parts ...string) string { return path(q, append([]string{"lines", string(line.ID)}, parts...)...) }
	n := int(q.Form().Int("parts", 0, mostParts))
	page := linePage{Form: q.Form(), Line: line, Unit: line.Amount.Unit, Decide: at(), Ignore: at("ignore"), Reopen: at("reopen"), Split: at() + fmt.Sprintf("?parts=%d", max(n, 1)+1), Whole: at(),
		Words: line.Party.Account == "" && line.Party.Name == ""}
	for i := range max(n, 1) {
		page.Parts = append(page.Parts, fieldsOf(i))
	}
	var proposal Proposal
	var err error
	if line.State == Open {
		if proposal, err = b.ProposeFor(q.R.Context(), q.Who, line); err != nil {
			return err
		}
	}
	err = b.Books.Read(q.R.Context(), q.Commons.ID, func(v *books.View) error {
		s, err := sayer(q, v)
		if err != nil {
			return err
		}
		page.Says = s.outcome(&line)
		if line.Outcome != nil {
			for _, p := range line.Outcome.Parts {
				row := doneRow{Says: s.part(p.Part, line.Amount)}
				if p.Done != "" {
					row.Href = q.Path("books", "events", string(p.Done))
				}
				page.Done = append(page.Done, row)
			}
		}
		all, err := agents(v.Snapshot)
		for _, a := range all {
			page.Names = append(page.Names, a.Name)
		}
		page.Projects = projects(q, all)
		page.Choices = s.choices(&proposal, n < 2)
		return err
	})
	if err != nil {
		return err
	}
	page.defaults(proposal)
	return q.Render(web.Page{Template: "bank/line.html", Title: q.T("bank.line.title"), Active: atBank, Data: page, Crumbs: crumbs(q)})
}

func fieldsOf(i int) partFields {
	return partFields{i + 1, fmt.Sprintf("as_%d", i), fmt.Sprintf("amount_%d", i), fmt.Sprintf("who_%d", i), fmt.Sprintf("kind_%d", i), fmt.Sprintf("project_%d", i)}
}

// defaults fills the form with what is proposed, and with what the line says.
func (p *linePage) defaults(proposal Proposal) {
	for i, f := range p.Parts {
		p.Form.Default(f.Who, p.Line.Party.Name)
		if i == 0 && proposal.Chosen >= 0 && len(p.Parts) == 1 {
			p.Form.Default(f.As, "on/"+proposal.Choices[proposal.Chosen].ID())
		} else if p.Line.Amount.Sign() > 0 {
			p.Form.Default(f.As, "income/sale")
		} else {
			p.Form.Default(f.As, "expense")
		}
	}
}

// choices are what a part of the line may be: what was found, then what can be made.
func (s says) choices(p *Proposal, whole bool) (out []web.Option) {
	for _, c := range p.Choices {
		if whole || len(c.Found) == 1 {
			out = append(out, web.Option{Value: "on/" + c.ID(), Label: strings.Join(s.choice(&c), " + ") + " — " + strings.Join(s.reasons(&c), ", ")})
		}
	}
	for _, word := range []string{"income/sale", "income/grant", "income/donation", "income/fee", "income", "expense", "owed", "between"} {
		out = append(out, web.Option{Value: word, Label: s.q.T("bank.as." + strings.ReplaceAll(word, "/", "_"))})
	}
	return out
}

// decide settles a line as the form says.
func (b *Bank) decide(q *web.Request) error {
	line, err := b.line(q)
	if err != nil {
		return err
	}
	f := q.Form()
	var all []vf.Agent
	if err := b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) { all, err = agents(r); return err }); err != nil {
		return err
	}
	proposal, err := b.ProposeFor(q.R.Context(), q.Who, line)
	if err != nil {
		return err
	}
	x := formReader{f: f, line: &line, choices: proposal.Choices, known: byName(all), n: int(max(1, f.Int("parts", 0, mostParts)))}
	d := Decision{Line: line.ID, Parts: x.parts()}
	if !f.OK() {
		return b.showLine(q, line)
	}
	err = b.Settle(q.R.Context(), q.Who, q.Idempotency(), SettleAsk{[]Decision{d}})
	if err == nil && f.Bool("always") && len(d.Parts) == 1 && slices.Contains(Ways, d.Parts[0].As) {
		_, err = b.AddRule(q.R.Context(), q.Who, q.Idempotency()+" rule", RuleLike(&line.Line, d.Parts[0], f.Text("words")))
	}
	if err == nil {
		return q.Redirect(path(q), "bank.confirmed", "n", 1)
	}
	if !f.Blame(err) {
		return err
	}
	return b.showLine(q, line)
}

// formReader reads what a form says that a line is.
type formReader struct {
	f       *web.Form
	line    *Line
	choices []Choice
	known   map[string]store.ID
	n       int
}

func (x *formReader) parts() (out []Part) {
	for i := range x.n {
		fields := fieldsOf(i)
		amount := x.line.Amount
		if x.n > 1 {
			amount = x.f.Amount(fields.Amount, x.line.Amount.Unit)
			if amount.IsZero() && x.f.Raw(fields.Amount) == "" {
				continue // a part that was not needed
			}
		}
		out = append(out, x.part(fields, amount)...)
	}
	return out
}

// part reads one part; a candidate of several things is a part each.
func (x *formReader) part(fields partFields, amount quantity.Amount) []Part {
	as := x.f.Raw(fields.As)
	if id, on := strings.CutPrefix(as, "on/"); on {
		i := slices.IndexFunc(x.choices, func(c Choice) bool { return c.ID() == id })
		if i < 0 {
			x.f.Fail(fields.As, "bank.part_on", "say which event or promise it is")
			return nil
		}
		parts := x.choices[i].parts()
		if len(parts) == 1 {
			parts[0].Amount = amount
		}
		return parts
	}
	way, kind, _ := strings.Cut(as, "/")
	p := Part{As: Way(way), Amount: amount, Kind: kind}
	if p.As == Income || p.As == Expense {
		if p.Kind == "" {
			p.Kind = KindOf(x.f.Text(fields.Kind))
		}
		p.Project = x.f.ID(fields.Project)
	}
	if p.As != Between {
		who := x.f.Text(fields.Who, web.Max(longestName))
		if p.Agent = x.known[fold(who)]; p.Agent == "" {
			p.Name = who
		}
	}
	if err := p.check(x.line); err != nil {
		x.blame(fields, err)
	}
	return []Part{p}
}

// blame puts an error of a part at its own field.
func (x *formReader) blame(fields partFields, err error) {
	e := faultOf(err)
	field := map[string]string{"amount": fields.Amount, "who": fields.Who, "kind": fields.Kind, "as": fields.As}[e.Field]
	if x.n == 1 && field == fields.Amount {
		field = ""
	}
	x.f.Blame(e.InField(field))
}

// ignore leaves a line out of the books.
func (b *Bank) ignore(q *web.Request) error {
	line, err := b.line(q)
	if err != nil {
		return err
	}
	reason := q.Form().Text("reason", web.Required, web.Max(longestText))
	if q.Form().OK() {
		if err = b.Settle(q.R.Context(), q.Who, q.Idempotency(), SettleAsk{[]Decision{{Line: line.ID, Reason: reason}}}); err == nil {
			return q.Redirect(path(q), "bank.left_out")
		}
		if !q.Form().Blame(err) {
			return err
		}
	}
	return b.showLine(q, line)
}

// reopen takes back what was said of a line.
func (b *Bank) reopen(q *web.Request) error {
	line, err := b.line(q)
	if err != nil {
		return err
	}
	reason := q.Form().Text("undo", web.Required, web.Max(longestText))
	if q.Form().OK() {
		if err = b.Reopen(q.R.Context(), q.Who, q.Idempotency(), ReopenAsk{line.ID, reason}); err == nil {
			return q.Redirect(path(q, "lines", string(line.ID)), "bank.reopened")
		}
		if !q.Form().Blame(err) {
			return err
		}
	}
	return b.showLine(q, line)
}
