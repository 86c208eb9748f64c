package opencollective

import (
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// feeColumns are the columns in which older rows carry what newer exports give
// as rows, and the kind of such a row.
var feeColumns = [...]struct{ column, kind string }{
	{"hostFee", "host_fee"},
	{"paymentProcessorFee", "payment_processor_fee"},
	{"platformFee", "platform_fee"},
	{"taxAmount", "tax"},
}

// isFee reports whether a kind is a line of a movement, not the movement.
func isFee(kind string) bool {
	switch kind {
	case "host_fee", "host_fee_share", "host_fee_share_debt", "payment_processor_fee", "payment_processor_cover",
		"payment_processor_dispute_fee", "platform_fee", "platform_tip", "platform_tip_debt", "tax":
		return true
	}
	return false
}

// entry is one row, read.
type entry struct {
	line           int
	group, account string
	id             string
	kind           string // lower case
	at             time.Time
	amount         quantity.Amount // signed, seen from the account
	fees           []intake.Line   // from columns: positive costs
	other          intake.Identity
	note, category string
	tags           []string
	refund         bool
	refundOf       string
}

// cells gives a row's cells by the names of their columns.
type cells struct {
	rows *table.Reader
	row  table.Row
	at   map[string]int
}

func (c *cells) get(name string) string {
	i, ok := c.at[name]
	if !ok {
		i = c.rows.Column(name)
		c.at[name] = i
	}
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(c.row.Cells[i])
}

// either returns the first of several columns that holds something.
func (c *cells) either(names ...string) string {
	for _, n := range names {
		if v := c.get(n); v != "" {
			return v
		}
	}
	return ""
}

func (c *cells) entry() (entry, error) {
	e := entry{line: c.row.Line, account: c.get("accountSlug"), id: short(c.either("shortId", "id")),
		kind: strings.ToLower(c.get("kind")), group: short(c.either("shortGroup", "group")),
		other:    identity(c.get("oppositeAccountSlug"), c.get("oppositeAccountName")),
		note:     intake.Clean(c.either("description", "orderMemo"), 2000),
		category: strings.ToLower(c.get("expenseType")), refundOf: short(c.either("shortRefundId", "refundId"))}
	for tag := range strings.SplitSeq(c.get("expenseTags"), ",") {
		if tag = intake.Clean(tag, 100); tag != "" {
			e.tags = append(e.tags, tag)
		}
	}
	switch {
	case e.account == "":
		return e, fault.Invalidf("intake.account", "accountSlug", "the cell is empty; export the column accountSlug, it says whose money this is")
	case e.kind == "":
		return e, fault.Invalidf("intake.kind", "kind", "the cell is empty; export the column kind, it tells money from fees")
	case e.group == "" && e.id == "":
		return e, fault.Invalidf("intake.group", "shortGroup", "the row has neither a group nor an identifier; export the column shortGroup")
	case e.group == "":
		e.group = e.id
	}
	var err error
	if e.refund, err = c.flag("isRefund"); err != nil {
		return e, err
	}
	if e.at, err = instant(c.either("datetime", "effectiveDate", "date")); err != nil {
		return e, err
	}
	return e, c.amounts(&e)
}

// amounts reads the money of a row and proves its columns against each other.
func (c *cells) amounts(e *entry) error {
	unit := quantity.Unit(strings.ToUpper(c.get("currency")))
	if info, known := quantity.Lookup(unit); !known || info.Currency == nil {
		return fault.Invalidf("intake.currency", "currency", "%q is not a currency; export the column currency with codes such as EUR", intake.Show(string(unit)))
	}
	var err error
	if e.amount, err = parse(c.get("amount"), "amount", unit); err != nil {
		return err
	}
	switch kind := strings.ToUpper(c.get("type")); {
	case kind != "CREDIT" && kind != "DEBIT":
		return fault.Invalidf("intake.type", "type", "%q is neither CREDIT nor DEBIT", intake.Show(kind))
	case (kind == "CREDIT") != (e.amount.Sign() >= 0) && !e.amount.IsZero():
		return fault.Invalidf("intake.sign", "amount", "%s is the wrong sign for a %s; signs are seen from the account of the row", e.amount, kind)
	}
	net := e.amount
	for _, f := range feeColumns {
		text := c.get(f.column)
		if text == "" {
			continue
		}
		fee, err := parse(text, f.column, unit)
		if err != nil {
			return err
		}
		if net, err = net.Add(fee); err != nil {
			return err
		}
		if cost, err := fee.Neg(); err == nil && !fee.IsZero() {
			e.fees = append(e.fees, intake.Line{Kind: f.kind, Amount: cost})
		}
	}
	if text := c.get("netAmount"); text != "" {
		stated, err := parse(text, "netAmount", unit)
		if err != nil {
			return err
		}
		if stated != net {
			return fault.Invalidf("intake.net", "netAmount", "the amount with its fees is %s, but the net amount says %s; export the rows again", net, stated)
		}
	}
	return nil
}

func parse(text, field string, unit quantity.Unit) (quantity.Amount, error) {
	a, err := quantity.Parse(text, unit)
	if e := fault.As(err); e != nil {
		return a, e.InField(field)
	}
	return a, err
}

func (c *cells) flag(name string) (bool, error) {
	switch text := strings.ToLower(c.get(name)); text {
	case "", "false", "no", "0":
		return false, nil
	case "true", "yes", "1", "refund":
		return true, nil
	default:
		return false, fault.Invalidf("intake.flag", name, "%q is neither true nor false", intake.Show(text))
	}
}

// short cuts an identifier to the eight digits that both columns share.
func short(id string) string {
	if len(id) == 36 && id[8] == '-' {
		return id[:8]
	}
	return intake.Clean(id, 64)
}

func identity(slug, name string) intake.Identity {
	if slug = intake.Clean(slug, 200); slug == "" {
		return intake.ByName(name)
	}
	return intake.Identity{ID: "opencollective:" + slug, Name: intake.Clean(name, 200)}
}

func instant(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.Invalidf("intake.date", "datetime", "%q is not a time; export the column datetime, such as 2026-03-14T09:30:00", intake.Show(text))
}
