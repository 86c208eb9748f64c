package books

import (
	"encoding/csv"
	"strings"
	"time"

	"commonweal/books/ledger"
	"commonweal/quantity"
)

// The columns of a transactions file of Open Collective, as its host dashboard
// exports them. The columns of fees stay zero: here every fee is a row of its own.
// How something was paid is not known; the tags are the project, and an order was
// processed when it was recorded.
var collectiveColumns = []string{"datetime", "shortId", "shortGroup", "description", "type", "kind", "isRefund", "isRefunded", "shortRefundId", "displayAmount", "amount",
	"paymentProcessorFee", "hostFee", "netAmount", "balance", "currency", "accountSlug", "accountName", "oppositeAccountSlug", "oppositeAccountName",
	"paymentMethodService", "paymentMethodType", "expenseType", "expenseTags", "payoutMethodType", "merchantId", "orderMemo", "orderProcessedDate", "refundKind"}

// collectiveTime is how a transactions file writes a time.
const collectiveTime = "2006-01-02T15:04:05"

// collectiveKinds are what Open Collective calls our kinds of entries.
var collectiveKinds = map[string]string{
	"income/sale": "ADDED_FUNDS", "income/grant": "ADDED_FUNDS", "income/fee": "ADDED_FUNDS", "income/donation": "CONTRIBUTION",
	"deduction/processor": "PAYMENT_PROCESSOR_FEE", "deduction/host": "HOST_FEE", "deduction/platform": "PLATFORM_FEE", "deduction/tax": "TAX", "deduction/tip": "PLATFORM_TIP",
}

// collective writes every movement of the bank as a row of a transactions file,
// seen from the commons, with the balance after it.
func (x *exporting) collective() error {
	w, err := x.out.create("")
	if err != nil {
		return err
	}
	f := x.Filter
	f.Account = ledger.Bank
	held, err := x.opening(f)
	if err != nil {
		return err
	}
	entries, err := x.view.Ledger.Entries(f)
	if err != nil {
		return err
	}
	table := csv.NewWriter(w)
	table.Write(collectiveColumns)
	for e := range entries {
		if !x.step(int64(x.view.Ledger.Len())) {
			return x.ctx.Err()
		}
		for _, p := range e.Postings {
			if p.Account != ledger.Bank {
				continue
			}
			if held[p.Amount.Unit], err = quantity.AddMicros(held[p.Amount.Unit], p.Amount.Micros); err != nil {
				return err
			}
			table.Write(x.collectiveRow(e, p.Amount, held[p.Amount.Unit]))
		}
	}
	table.Flush()
	return table.Error()
}

// opening is what an account held of each unit when the period began.
func (x *exporting) opening(f ledger.Filter) (map[quantity.Unit]int64, error) {
	balances, err := x.view.Ledger.Balances(f)
	held := map[quantity.Unit]int64{}
	for _, b := range balances {
		held[b.Unit] = b.Opening
	}
	return held, err
}

func (x *exporting) collectiveRow(e ledger.Entry, a quantity.Amount, balance int64) []string {
	way, kind := "CREDIT", collectiveKinds[e.Kind]
	if a.Micros < 0 {
		way = "DEBIT"
	}
	if kind == "" {
		kind = "EXPENSE"
		if strings.HasPrefix(e.Kind, "income/") || way == "CREDIT" {
			kind = "ADDED_FUNDS"
		}
	}
	refund, refunded, of := "false", "false", ""
	if e.Corrects != "" {
		refund = "true"
		if o, found := x.view.Ledger.Entry(e.Corrects); found {
			of = o.Code()
		}
	}
	if x.view.Ledger.Corrected(e.Event, x.Filter.Size) {
		refunded = "true"
	}
	other, name := "commons", x.names("")
	if e.Payee != "" {
		other, name = slug(x.view.Ledger.Name(e.Payee)), x.names(e.Payee)
	}
	day, _ := time.Parse(time.DateOnly, e.Day)
	tags, processed := "", ""
	if e.Project != "" { // tags are a list with commas
		tags = strings.ReplaceAll(x.names(e.Project), ",", " ")
	}
	if way == "CREDIT" && e.Corrects == "" {
		processed = e.Recorded.UTC().Format(collectiveTime)
	}
	return []string{day.Format(collectiveTime), e.Code(), "log-" + strings.SplitN(e.Code(), ".", 2)[0], cellText(strings.ReplaceAll(e.Kind, "/", " ")), way, kind, refund, refunded, of,
		a.String(), a.Decimal(), "0", "0", a.Decimal(), quantity.Micros(balance, a.Unit).Decimal(), string(a.Unit), x.view.Commons.Slug, cellText(x.view.Commons.Name), other, cellText(name),
		"", "", "", cellText(tags), "", "", "", processed, ""}
}

// slug makes a name an address: lower-case letters, digits and hyphens.
func slug(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}
