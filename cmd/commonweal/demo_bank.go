package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"commonweal/books"
	"commonweal/books/bank"
	"commonweal/books/ledger"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoStatementDays is how many days the demo's bank statement covers.
const demoStatementDays = 30

// demoAccount is the account of Windworks at an invented bank.
const demoAccount = "NL02ABNA0123456789"

// bankMove is a movement on the account, in millionths of a euro.
type bankMove struct {
	day, name, text string
	micros          int64
}

// reconcile lets the treasurer of Windworks bring a bank statement near the end
// of the demo: most lines are in the books already, some are said to be something,
// and a few wait.
func (l *demoLife) reconcile(ctx context.Context, today demoDay) error {
	if l.slug != "windworks" || today.left != 1 {
		return nil
	}
	from, to := today.at.AddDate(0, 0, -demoStatementDays), today.at.AddDate(0, 0, -1)
	moves, opening, err := l.moves(ctx, from.Format(time.DateOnly), to.Format(time.DateOnly))
	if err != nil {
		return err
	}
	text, err := demoCamt(opening, moves, from, to)
	if err != nil {
		return err
	}
	b := l.h.Bank
	if _, err := b.Run(ctx, l.steward(), bank.Batch{ID: store.NewID(), Format: bank.Camt, File: "statement-" + to.Format("2006-01") + ".xml"}, bank.Reading{Format: bank.Camt}, strings.NewReader(text), nil); err != nil {
		return err
	}
	proposals, err := b.Propose(ctx, l.steward())
	if err != nil {
		return err
	}
	recent := to.AddDate(0, 0, -13).Format(time.DateOnly) // the last days wait for a look
	var known bank.SettleAsk
	for _, p := range proposals {
		if p.Good && p.Line.Day < recent {
			known.Lines = append(known.Lines, bank.Decision{Line: p.Line.ID, Parts: p.Parts})
		}
	}
	if err := b.Settle(ctx, l.steward(), "", known); err != nil {
		return err
	}
	return l.sayWhat(ctx)
}

// moves are what the books have of the days, as the bank would tell it, and a
// few things that nobody has recorded.
func (l *demoLife) moves(ctx context.Context, from, to string) (moves []bankMove, opening int64, err error) {
	err = l.h.Books.Read(ctx, l.commons.ID, func(v *books.View) error {
		names, err := v.Names(true)
		if err != nil {
			return err
		}
		f := ledger.Filter{Size: v.Head.Size, Account: ledger.Bank, Unit: "EUR", From: from, To: to}
		balances, err := v.Ledger.Balances(f)
		if err != nil {
			return err
		}
		for _, b := range balances {
			opening = b.Opening
		}
		entries, err := v.Ledger.Entries(f)
		if err != nil {
			return err
		}
		for e := range entries {
			for _, p := range e.Postings {
				if p.Account == ledger.Bank {
					moves = append(moves, bankMove{e.Day, names(e.Payee), "Ref. " + e.Code(), p.Amount.Micros})
				}
			}
		}
		return nil
	})
	for i, m := range []bankMove{{name: "Harbor Rentals", text: "Rent of the workshop", micros: -650_000_000}, {name: "Fictional Insurance", text: "Policy 4711, tools and liability", micros: -48_200_000},
		{name: "Bolt and Board", text: "Invoice 8831: bolts, and a drill", micros: -129_950_000}, {name: "", text: "Cash paid in at the counter", micros: 75_000_000},
		{name: "Lighthouse School", text: "For the wind day", micros: 220_000_000}, {name: "P. Wrongnumber", text: "football club subscription", micros: 35_000_000}} {
		m.day = shiftDay(to, -2*i)
		moves = append(moves, m)
	}
	return moves, opening, err
}

// shiftDay is a day so many days later.
func shiftDay(day string, days int) string {
	t, _ := time.Parse(time.DateOnly, day) // days of the demo are days
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// sayWhat says what some of the lines are that nobody had recorded.
func (l *demoLife) sayWhat(ctx context.Context) error {
	proposals, err := l.h.Bank.Propose(ctx, l.steward())
	if err != nil {
		return err
	}
	for _, p := range proposals {
		line := p.Line
		expense := func(a quantity.Amount, kind string) bank.Part {
			return bank.Part{As: bank.Expense, Amount: a, Kind: kind, Name: line.Party.Name}
		}
		d := bank.Decision{Line: line.ID}
		switch line.Party.Name {
		case "Harbor Rentals":
			d.Parts = []bank.Part{expense(line.Amount, "rent")}
			if _, err := l.h.Bank.AddRule(ctx, l.steward(), "", bank.RuleLike(&line.Line, d.Parts[0], "rent of the workshop")); err != nil {
				return err
			}
		case "Bolt and Board":
			d.Parts = []bank.Part{expense(quantity.Micros(-40_450_000, "EUR"), "materials"), expense(quantity.Micros(-89_500_000, "EUR"), "tools")}
		case "P. Wrongnumber":
			d.Reason = "Paid to us by mistake; sent back on the same day."
		default:
			continue
		}
		if err := l.h.Bank.Settle(ctx, l.steward(), "", bank.SettleAsk{Lines: []bank.Decision{d}}); err != nil {
			return err
		}
	}
	return nil
}

// demoCamt writes movements as a bank statement (ISO 20022 camt.053).
func demoCamt(opening int64, moves []bankMove, from, to time.Time) (string, error) {
	var b strings.Builder
	side := func(micros int64) (string, string) {
		if micros < 0 {
			return "DBIT", quantity.Micros(-micros, "EUR").Decimal()
		}
		return "CRDT", quantity.Micros(micros, "EUR").Decimal()
	}
	balance := func(code string, micros int64, day time.Time) {
		word, size := side(micros)
		fmt.Fprintf(&b, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>\n", code, size, word, day.Format(time.DateOnly))
	}
	closing := opening
	for _, m := range moves {
		closing += m.micros
	}
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>\n", demoAccount)
	balance("OPBD", opening, from)
	balance("CLBD", closing, to)
	for _, m := range moves {
		word, size := side(m.micros)
		role := map[string]string{"CRDT": "Dbtr", "DBIT": "Cdtr"}[word]
		fmt.Fprintf(&b, "<Ntry><Amt Ccy=\"EUR\">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><%s><Nm>", size, word, m.day, role)
		if err := xml.EscapeText(&b, []byte(m.name)); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "</Nm></%s></RltdPties><RmtInf><Ustrd>", role)
		if err := xml.EscapeText(&b, []byte(m.text)); err != nil {
			return "", err
		}
		b.WriteString("</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n")
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	return b.String(), nil
}
