package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/upload"
	"commonweal/quantity"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var ctx = context.Background()

// desk is a commons with one project, in a fresh database, and its treasurer
// Ada; Bas is a member.
type desk struct {
	*Bank
	t        *testing.T
	commons  commons.Commons
	ada, bas auth.Identity
	project  contribution.Project
}

// each runs a test at a desk on either engine.
func each(t *testing.T, body func(t *testing.T, d *desk)) {
	log := &journal.Log{}
	config := func() store.Config {
		return store.Config{Sealer: log, Schemas: []store.Schema{journal.Schema, neighbors.Schema, auth.Schema, commons.Schema, job.Schema, upload.Schema, vf.Schema, contribution.Schema, Schema}}
	}
	storetest.Each(t, config, func(t *testing.T, db *store.Store) { body(t, openDesk(t, db, log)) })
}

func openDesk(t *testing.T, db *store.Store, log *journal.Log) *desk {
	t.Helper()
	table := auth.NewTable(append(append(append(append(append([]auth.Grant{}, auth.Grants...), commons.Grants...), contribution.Capabilities...), vf.Grants...), Grants...)...)
	gate, err := auth.New(auth.Config{Store: db, Table: table, Origin: "http://localhost", Admitted: []auth.MemberHook{func(tx *store.Tx, m auth.Membership, trace *auth.Trace) error {
		l := vf.Open(tx)
		_, err := l.AddAgent(vf.Agent{ID: m.Agent, Kind: vf.Person, Name: m.Name})
		trace.Public["vf"] = l.Changes()
		return err
	}}})
	must(t, err)
	directory := commons.NewDirectory(commons.Config{Store: db, Gate: gate, Practices: []string{"contribution"}, Founded: []commons.Hook{func(tx *store.Tx, c commons.Commons, trace *auth.Trace) error {
		l := vf.Open(tx)
		if _, err := l.AddAgent(vf.Agent{ID: c.Agent, Kind: vf.Organization, Name: c.Name}); err != nil {
			return err
		}
		trace.Public["vf"] = l.Changes()
		_, err := contribution.SwitchOn(tx, c.Currency)
		return err
	}}})
	key, err := journal.NewKey("test")
	must(t, err)
	d := &desk{t: t, Bank: &Bank{Store: db, Books: books.New(books.Config{Store: db, Log: log, Key: key}), Sockets: sockets()}}
	d.commons, err = directory.Found(ctx, gate.Operator(store.Host), commons.Ask{Slug: "desk", Currency: "EUR", Settings: commons.Settings{Name: "Desk", Language: "en", Zone: "Europe/Amsterdam", Practices: []string{"contribution"}}})
	must(t, err)
	enroll := func(name string, role auth.Role) auth.Identity {
		m, err := gate.Enroll(ctx, gate.Operator(d.commons.ID), []auth.Person{{Name: name}}, role)
		must(t, err)
		return table.As(auth.Identity{Commons: d.commons.ID, Agent: m[0].Agent, Account: m[0].Account, Name: name, Role: role})
	}
	d.ada, d.bas = enroll("Ada", auth.Steward), enroll("Bas", auth.Member)
	d.project, err = contribution.OpenProject(ctx, db, d.ada, "", "Bench")
	must(t, err)
	return d
}

// sockets lets the real practice do its part.
func sockets() Sockets {
	return Sockets{
		Till: func(tx *store.Tx, l *vf.Ledger, unit quantity.Unit) (Till, error) {
			return contribution.OpenTill(tx, l, unit)
		},
		Take: func(tx *store.Tx, l *vf.Ledger, asks []IncomeAsk) (taken []Taken, record []byte, err error) {
			var incomes []contribution.IncomeAsk
			for _, a := range asks {
				incomes = append(incomes, contribution.IncomeAsk{Kind: contribution.IncomeKind(a.Kind), Project: a.Project, Payer: a.Agent, Gross: a.Amount, At: a.At})
			}
			list, err := contribution.TakeIncomes(tx, l, incomes)
			for _, in := range list {
				taken = append(taken, Taken{in.ID, in.Event})
			}
			if err == nil {
				record, err = json.Marshal(list)
			}
			return taken, record, err
		},
		Return: func(tx *store.Tx, l *vf.Ledger, ids []store.ID) ([]byte, func(int64) error, error) {
			list, err := contribution.ReturnIncomes(tx, l, ids)
			if err != nil {
				return nil, nil, err
			}
			record, err := json.Marshal(list)
			return record, func(seq int64) error { return contribution.Returned(tx, list, seq) }, err
		},
		Kinds: []string{"sale", "grant", "donation", "fee"},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const iban = "NL91ABNA0417164300"

// move is a movement on the account of the desk, in cents.
type move struct {
	day   int // of March 2026
	cents int64
	name  string
	text  string
}

func mark(cents int64, in, out, decimal string) (string, string) {
	if cents < 0 {
		return out, fmt.Sprintf("%d%s%02d", -cents/100, decimal, -cents%100)
	}
	return in, fmt.Sprintf("%d%s%02d", cents/100, decimal, cents%100)
}

// camtOf writes movements as a statement of camt.053.
func camtOf(opening int64, moves ...move) string {
	var b strings.Builder
	balance := func(code string, cents int64, day int) {
		side, size := mark(cents, "CRDT", "DBIT", ".")
		fmt.Fprintf(&b, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>2026-03-%02d</Dt></Dt></Bal>`, code, size, side, day)
	}
	b.WriteString(`<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>` + iban + `</IBAN></Id><Ccy>EUR</Ccy></Acct>` + "\n")
	balance("OPBD", opening, 1)
	sum := opening
	for _, m := range moves {
		sum += m.cents
	}
	balance("CLBD", sum, 31)
	for _, m := range moves {
		side, size := mark(m.cents, "CRDT", "DBIT", ".")
		role := "Dbtr"
		if m.cents < 0 {
			role = "Cdtr"
		}
		fmt.Fprintf(&b, "\n"+`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-%02d</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><%s><Nm>%s</Nm></%s></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
			size, side, m.day, role, m.name, role, m.text)
	}
	b.WriteString(`</Stmt></BkToCstmrStmt></Document>`)
	return b.String()
}

// mt940Of writes movements as a statement of MT940.
func mt940Of(opening int64, moves ...move) string {
	var b strings.Builder
	side, size := mark(opening, "C", "D", ",")
	fmt.Fprintf(&b, ":20:X\r\n:25:%s\r\n:28C:1\r\n:60F:%s260301EUR%s\r\n", iban, side, size)
	sum := opening
	for _, m := range moves {
		sum += m.cents
		side, size := mark(m.cents, "C", "D", ",")
		fmt.Fprintf(&b, ":61:2603%02d%s%sNTRFNONREF\r\n:86:/NAME/%s/REMI/%s/\r\n", m.day, side, size, m.name, m.text)
	}
	side, size = mark(sum, "C", "D", ",")
	fmt.Fprintf(&b, ":62F:%s260331EUR%s\r\n-\r\n", side, size)
	return b.String()
}

// bring brings a file and returns what that did.
func (d *desk) bring(format Format, text string) Result {
	d.t.Helper()
	out, err := d.Run(ctx, d.ada, Batch{ID: store.NewID(), Format: format, File: "march"}, Reading{Format: format}, strings.NewReader(text), nil)
	must(d.t, err)
	return out
}

// openLines are the lines that nothing is said of, by day.
func (d *desk) openLines() []Line { d.t.Helper(); return d.linesIn(Open) }

func (d *desk) linesIn(s State) (list []Line) {
	d.t.Helper()
	must(d.t, d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) (err error) {
		list, err = LinePage(r, s, "", "", 1000)
		return err
	}))
	return list
}

// settle says what a line is.
func (d *desk) settle(l Line, parts ...Part) error {
	d.t.Helper()
	return d.Settle(ctx, d.ada, "", SettleAsk{[]Decision{{Line: l.ID, Parts: parts}}})
}

// balances are what the books have in each account of euros that is not empty, in cents.
func (d *desk) balances() map[string]int64 {
	d.t.Helper()
	out := map[string]int64{}
	must(d.t, d.Books.Read(ctx, d.commons.ID, func(v *books.View) error {
		list, err := v.Ledger.Balances(ledger.Filter{Size: v.Head.Size, Unit: "EUR"})
		for _, b := range list {
			if b.Closing != 0 {
				out[string(b.Account)] = b.Closing / 10_000
			}
		}
		return err
	}))
	return out
}
