package bank

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Role is what an account of a journal is in the books of a commons.
type Role string

// The roles.
const (
	AsMoney   Role = "money"   // what the commons has: Assets:Bank
	AsOwed    Role = "owed"    // what it owes to somebody, or below nothing somebody owes it
	AsIncome  Role = "income"  // Income:Kind
	AsExpense Role = "expense" // Expenses:Kind
	AsEquity  Role = "equity"  // Equity:Kind, such as openings
)

// Roles lists the roles in the order of a form.
var Roles = []Role{AsMoney, AsOwed, AsIncome, AsExpense, AsEquity}

// Mapped is what one account of a journal is here.
type Mapped struct {
	Role  Role     `json:"role"`
	Kind  string   `json:"kind,omitempty"`  // of income, expenses and equity
	Agent store.ID `json:"agent,omitempty"` // of what is owed …
	Name  string   `json:"name,omitempty"`  // … or the name of an organization
}

// Mapping says what the accounts and commodities of a journal are here.
type Mapping struct {
	Accounts map[string]Mapped        `json:"accounts,omitempty"`
	Units    map[string]quantity.Unit `json:"units,omitempty"`
}

// kindsOf are the words for accounts that every commons starts with.
var kindsOf = map[string]string{"sales": "sale", "grants": "grant", "donations": "donation", "fees": "fee"}

// symbols are signs that stand for one currency only.
var symbols = map[string]quantity.Unit{"€": "EUR", "£": "GBP", "h": quantity.Hour, "LABH": quantity.Hour}

// Suggest proposes what the accounts of a journal are, by their roots, which
// are the five that all tools know, in a few spellings.
func Suggest(j *intake.Journal) (Mapping, error) {
	sheet, err := sheetOf(j)
	if err != nil {
		return Mapping{}, err
	}
	return sheet.suggest(), nil
}

func (s *JournalSheet) suggest() Mapping {
	m := Mapping{Accounts: map[string]Mapped{}, Units: map[string]quantity.Unit{}}
	for _, a := range s.Accounts {
		m.Accounts[a.Name] = suggested(a.Name)
	}
	for _, symbol := range s.Symbols {
		if unit, known := unitOf(symbol); known {
			m.Units[symbol] = unit
		}
	}
	return m
}

func unitOf(symbol string) (quantity.Unit, bool) {
	if unit, known := symbols[symbol]; known {
		return unit, true
	}
	_, known := quantity.Lookup(quantity.Unit(symbol))
	return quantity.Unit(symbol), known
}

func suggested(account string) Mapped {
	root, rest, _ := strings.Cut(account, ":")
	leaf := account[strings.LastIndexByte(account, ':')+1:]
	kind := KindOf(rest)
	if k := kindsOf[kind]; k != "" {
		kind = k
	}
	if kind == "" {
		kind = "other"
	}
	switch strings.TrimSuffix(fold(root), "s") {
	case "liabilitie", "liability", "payable":
		return Mapped{Role: AsOwed, Name: leaf}
	case "income", "revenue":
		return Mapped{Role: AsIncome, Kind: kind}
	case "expense":
		return Mapped{Role: AsExpense, Kind: kind}
	case "equity":
		return Mapped{Role: AsEquity, Kind: kind}
	}
	if strings.Contains(fold(rest), "receivable") {
		return Mapped{Role: AsOwed, Name: leaf}
	}
	return Mapped{Role: AsMoney}
}

// missing names what a mapping says nothing of: an account or a commodity.
func (m *Mapping) missing(j *intake.Journal) error {
	for _, e := range j.Entries {
		for _, p := range e.Postings {
			if _, known := m.Units[string(p.Amount.Unit)]; !known && !p.Amount.IsZero() {
				return fault.Invalidf("bank.journal_unit", "units", "say which unit the commodity %.40q is", string(p.Amount.Unit)).AtLine(p.Line)
			}
			a := m.Accounts[p.Account]
			switch {
			case !slices.Contains(Roles, a.Role):
				return fault.Invalidf("bank.journal_account", "accounts", "say what the account %.80q is", p.Account).AtLine(p.Line)
			case a.Role == AsOwed && a.Agent == "" && (a.Name == "" || len(a.Name) > longestName):
				return fault.Invalidf("bank.journal_owed", "accounts", "say whose account %.80q is", p.Account).AtLine(p.Line)
			case a.Role != AsOwed && a.Role != AsMoney && (a.Kind == "" || a.Kind != KindOf(a.Kind)):
				return fault.Invalidf("bank.journal_kind", "accounts", "say of which kind the account %.80q is, in a word or two", p.Account).AtLine(p.Line)
			}
		}
	}
	return nil
}

// key names an entry of a journal by what it says, whatever line it stands on.
func entryKey(e *intake.Entry) store.ID {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q\n", e.Day, e.Code, e.Payee, e.Note)
	for _, p := range e.Postings {
		fmt.Fprintf(h, "%q %d %q\n", p.Account, p.Amount.Micros, p.Amount.Unit)
	}
	s := fmt.Sprintf("%x", h.Sum(nil)[:16])
	return store.ID(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
}

// flow is a part of an entry that the pot gains or loses, or what is owed to
// somebody; or what comes into the bank. Each is positive where money comes
// from, negative where it goes.
type flow struct {
	role   Role
	class  string // of the pot's own gains and losses
	who    Mapped // of AsOwed
	micros int64
}

// flows turns the postings of an entry, in one unit, into where the money comes
// from and where it goes; they add up to zero. What does not balance in the unit is
// exchanged for another one, or was rounded.
func (m *Mapping) flows(e *intake.Entry, symbol string) (out []flow, err error) {
	sum := int64(0)
	for _, p := range e.Postings {
		if string(p.Amount.Unit) != symbol || p.Amount.IsZero() {
			continue
		}
		if sum, err = quantity.AddMicros(sum, p.Amount.Micros); err != nil {
			return nil, err
		}
		a := m.Accounts[p.Account]
		f := flow{role: a.Role, micros: -p.Amount.Micros}
		switch a.Role {
		case AsOwed:
			f.who = a
		case AsIncome, AsExpense, AsEquity:
			f.class = "cw:" + string(a.Role) + "/" + a.Kind
		}
		out = append(out, f)
	}
	if sum != 0 {
		out = append(out, flow{role: AsEquity, class: m.remainder(e, symbol), micros: sum})
	}
	return out, nil
}

// remainder is what an entry is that does not balance in a unit: an exchange
// for another one, or a rounding that its tool allows.
func (m *Mapping) remainder(e *intake.Entry, symbol string) string {
	for _, p := range e.Postings {
		if other := string(p.Amount.Unit); other != symbol && !p.Amount.IsZero() {
			return "cw:conversion/" + string(m.Units[other])
		}
	}
	return classExpense + "rounding"
}

// pair is money that goes from one flow to another.
type pair struct {
	from, to *flow
	micros   int64
}

// pairs joins flows: each where money comes from with those where it goes, in order.
func pairs(flows []flow) (out []pair) {
	var from, to []*flow
	left := map[*flow]int64{}
	for i := range flows {
		f := &flows[i]
		left[f] = abs(f.micros)
		if f.micros > 0 {
			from = append(from, f)
		} else if f.micros < 0 {
			to = append(to, f)
		}
	}
	for len(from) > 0 && len(to) > 0 {
		n := min(left[from[0]], left[to[0]])
		out = append(out, pair{from[0], to[0], n})
		left[from[0]], left[to[0]] = left[from[0]]-n, left[to[0]]-n
		done := from[0]
		if left[to[0]] == 0 {
			to = to[1:]
		}
		if left[done] == 0 {
			from = from[1:]
		}
	}
	return out
}
