package books

import (
	"slices"
	"strings"

	"commonweal/books/ledger"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// accountWords are the messages that name an account for people.
var accountWords = map[ledger.Account]string{
	ledger.Bank: "books.account.bank", ledger.Hours: "books.account.hours", ledger.Contributed: "books.account.contributed",
	ledger.Contributions: "books.account.contributions", ledger.Opening: "books.account.opening",
	"Assets": "books.account.assets", "Liabilities": "books.account.liabilities", "Equity": "books.account.equity", "Income": "books.account.income", "Expenses": "books.account.expenses",
	"Assets:Inventory": "books.account.inventory", "Equity:Inventory": "books.account.inventory_flow", "Equity:Other": "books.account.other",
	"Liabilities:Members": "books.account.members", "Liabilities:Organizations": "books.account.organizations", "Liabilities:Others": "books.account.others",
	"Income:Sales": "books.account.sales", "Income:Grants": "books.account.grants", "Income:Donations": "books.account.donations", "Income:Fees": "books.account.fees_in",
	"Expenses:Fees": "books.account.fees", "Expenses:Fees:Processor": "books.account.processor", "Expenses:Fees:Host": "books.account.host", "Expenses:Fees:Platform": "books.account.platform",
	"Expenses:Taxes": "books.account.taxes", "Expenses:Tips": "books.account.tips", "Expenses:Other": "books.account.expenses_other",
	"Expenses:Distribution": "books.account.distributions", "Expenses:BuyBacks": "books.account.buy_backs",
	"Income:Other": "books.account.income_other", "Liabilities:Projects": "books.account.projects", ledger.Adjustments: "books.account.adjustments", "Equity:Conversion": "books.account.conversion",
	"Assets:Entrusted": "books.account.entrusted", "Liabilities:Entrusted": "books.account.entrusted_to",
}

// accountName says in the reader's words what an account holds.
func accountName(q *web.Request, v *View, called func(store.ID) string, a ledger.Account) string {
	if key, known := accountWords[a]; known {
		return q.T(key)
	}
	if holder := v.Ledger.Holder(a); holder != "" {
		return called(holder)
	}
	if name, _ := v.Ledger.Stock(a); name != "" {
		return name
	}
	parent, last := ledger.Account(""), string(a)
	if i := strings.LastIndexByte(last, ':'); i >= 0 {
		parent, last = a[:i], last[i+1:]
	}
	switch parent {
	case "Expenses:Distribution":
		return q.T("books.account.distribution", "no", strings.TrimPrefix(last, "D"))
	case "Assets:Inventory", "Assets:Entrusted":
		return q.T("books.account.stock", "code", strings.TrimPrefix(last, "R"))
	case "":
		return last
	}
	return accountName(q, v, called, parent) + " · " + last
}

// kindWords are the messages for the kinds of entries.
var kindWords = map[string]string{
	"income/sale": "books.kind.sale", "income/grant": "books.kind.grant", "income/donation": "books.kind.donation", "income/fee": "books.kind.fee",
	"deduction/processor": "books.kind.processor", "deduction/host": "books.kind.host", "deduction/platform": "books.kind.platform",
	"deduction/tax": "books.kind.tax", "deduction/tip": "books.kind.tip", "deduction/other": "books.kind.other",
	"distribution": "books.kind.distribution", "buy-back": "books.kind.buy_back", "transfer": "books.kind.transfer", "raise": "books.kind.raise", "lower": "books.kind.lower",
	"produce": "books.kind.produce", "consume": "books.kind.consume", "work": "books.kind.work", "payout": "books.kind.payout", "payin": "books.kind.payin", "equity/opening": "books.kind.equity",
}

// sorts are the kinds of entries that go on with a word of their own.
var sorts = []string{"contribution", "income", "expense"}

// KindName says in the reader's words what kind of entry it is.
func KindName(q *web.Request, e ledger.Entry) string {
	text, known := "", false
	if key, ok := kindWords[e.Kind]; ok {
		text, known = q.T(key), true
	}
	if sort, word, ok := strings.Cut(e.Kind, "/"); !known && ok && slices.Contains(sorts, sort) {
		text = q.T("books.kind."+sort, "kind", strings.ReplaceAll(word, "-", " "))
	} else if !known {
		text = strings.ReplaceAll(e.Kind, "/", " ")
	}
	if e.Corrects != "" {
		return q.T("books.kind.correction", "of", text)
	}
	return text
}

// actionName says what an action of the vocabulary does.
func actionName(q *web.Request, a vf.Action) string {
	if key, known := kindWords[string(a)]; known {
		return q.T(key)
	}
	return string(a)
}
