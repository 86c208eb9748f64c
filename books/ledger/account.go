package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Account is the name of an account, from its root: "Assets:Bank". Each part
// is ASCII letters, digits and hyphens and begins with a capital or a digit, so
// that every tool can read it.
type Account string

// The five roots that both hledger and Beancount know.
const (
	Assets      = "Assets"
	Liabilities = "Liabilities"
	Equity      = "Equity"
	Income      = "Income"
	Expenses    = "Expenses"
)

// The accounts whose names do not follow from an identifier.
const (
	Bank          Account = "Assets:Bank"
	Hours         Account = "Assets:Hours"
	Contributed   Account = "Assets:Contributed"
	Contributions Account = "Equity:Contributions"
	Opening       Account = "Equity:Opening"
	Adjustments   Account = "Equity:Adjustments" // money counted anew
	Inventory     Account = "Assets:Inventory"   // stock that is ours
	Distributed   Account = "Expenses:Distribution"
)

// Root returns the first part of the name.
func (a Account) Root() string {
	root, _, _ := strings.Cut(string(a), ":")
	return root
}

// In reports whether the account is the parent or lies below it.
func (a Account) In(parent Account) bool {
	rest, ok := strings.CutPrefix(string(a), string(parent))
	return ok && (rest == "" || rest[0] == ':')
}

// typeTag is the account type that hledger knows.
func (a Account) typeTag() string {
	return map[string]string{Assets: "A", Liabilities: "L", Equity: "E", Income: "R", Expenses: "X"}[a.Root()]
}

// named are the accounts of the classifications that a commons starts with.
var named = map[string]Account{
	"income/sale": "Income:Sales", "income/grant": "Income:Grants", "income/donation": "Income:Donations", "income/fee": "Income:Fees",
	"deduction/processor": "Expenses:Fees:Processor", "deduction/host": "Expenses:Fees:Host", "deduction/platform": "Expenses:Fees:Platform",
	"deduction/tax": "Expenses:Taxes", "deduction/tip": "Expenses:Tips", "deduction/other": "Expenses:Other", "buy-back": "Expenses:BuyBacks",
}

// counter is the account that stands against what the pot of the commons
// gains or, below zero, loses in an event.
func (l *Ledger) counter(e *vf.Event, c class, gained int64) Account {
	if a, known := named[c.kind]; known {
		return a
	}
	sort, word, _ := strings.Cut(c.kind, "/")
	switch sort {
	case "income":
		return Account("Income:" + part(word))
	case "deduction", "expense":
		return Account("Expenses:" + part(word))
	case "equity":
		return Account("Equity:" + part(word))
	case "distribution":
		return Distributed + Account(":D"+c.number)
	case "conversion":
		return conversion(e.ResourceQuantity.Unit, quantity.Unit(word))
	}
	if c.kind != string(e.Action) {
		return Account("Equity:Other:" + part(c.kind))
	}
	if other, exchanged := l.exchanges[e.ID]; exchanged {
		return conversion(e.ResourceQuantity.Unit, other)
	}
	switch {
	case e.Action == vf.Raise || e.Action == vf.Lower:
		return Adjustments
	case gained > 0:
		return "Income:Other"
	}
	return "Expenses:Other"
}

// conversion is the account through which money of one unit becomes money of
// another: each unit balances on its own, and no rate can be wrong.
func conversion(a, b quantity.Unit) Account {
	if symbolOf(b) < symbolOf(a) {
		a, b = b, a
	}
	return Account("Equity:Conversion:" + symbolOf(a) + "-" + symbolOf(b))
}

// part makes a text the part of an account name. What gets lost of it is
// replaced by a code of the whole, so that two texts never share an account.
func part(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' && b.Len() > 0 {
			b.WriteByte(c)
		}
	}
	name := b.String()
	if len(name) > 40 {
		name = name[:40]
	}
	lossy := name != text
	if name == "" {
		name = "X"
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	if lossy || name == text { // "Sale" is not "sale"
		name += "-" + codeOf(store.ID(text), shortCode)
	}
	return name
}

// owed is the account of what is owed to an agent; of a project, what is set
// aside for it.
func (l *Ledger) owed(id store.ID) Account { return Account("Liabilities:" + l.tail(id)) }

// tail ends the name of an account of an agent.
func (l *Ledger) tail(id store.ID) string {
	a, known := l.agents[id]
	switch {
	case !known:
		return "Others:A" + l.code(id)
	case a.project:
		return "Projects:P" + a.code
	case a.kind == vf.Person:
		return "Members:M" + a.code
	}
	return "Organizations:O" + a.code
}

// Owed returns the account of what is owed to an agent; "" when the log does
// not know them.
func (l *Ledger) Owed(id store.ID) Account {
	if _, known := l.agents[id]; !known {
		return ""
	}
	return l.owed(id)
}

// Holder returns whose account it is, when it is that of an agent.
func (l *Ledger) Holder(a Account) store.ID {
	parts := strings.Split(string(a), ":")
	last := parts[len(parts)-1]
	if a.Root() != Liabilities || len(parts) < 3 || len(last) < 2 {
		return ""
	}
	return l.codes[last[1:]]
}

// shortCode and longCode are lengths of codes in hexadecimal digits. A short
// one is the pseudonym of an agent.
const shortCode, longCode = 8, 32

// code returns the code that stands for an identifier in names of accounts. It
// tells nothing about who it is. The first to need a short one gets it; whoever
// comes later with the same gets the long one, so a code never changes.
func (l *Ledger) code(id store.ID) string {
	for _, c := range [...]string{vf.Pseudonym(id), codeOf(id, longCode)} {
		if holder, taken := l.codes[c]; !taken || holder == id {
			l.codes[c] = id
			return c
		}
	}
	return codeOf(id, 2*sha256.Size)
}

func codeOf(id store.ID, length int) string {
	sum := sha256.Sum256([]byte(id))
	return strings.ToUpper(hex.EncodeToString(sum[:]))[:length]
}

// IsProject reports whether an agent is a project of the commons.
func (l *Ledger) IsProject(id store.ID) bool { return l.agents[id].project }
