package contribution

import (
	"strings"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// addMoney adds a movement of money: income with its fees as lines of their
// own, the return of an income, or something bought for the project.
func (v *resolver) addMoney(chunk *ImportAsk, key ImportKey, m intake.Money) (bool, error) {
	if m.Refund {
		return v.addRefund(chunk, key, m)
	}
	if m.Flow == intake.Out {
		d, ok := m.Draft()
		if !ok {
			return false, fault.Invalidf("contribution.import_money", "amount", "%s is no money spent", m.Gross)
		}
		d.Evidence = m.Tags
		return v.addDraft(chunk, key, d)
	}
	if agent, known := v.people[m.Party.ID]; known && agent == LeaveOut {
		return false, nil
	}
	ask := IncomeAsk{Kind: incomeKinds[m.Kind], At: m.At, Gross: m.Gross, Note: intake.Clean(m.Note, maxNote), Reference: reference(m.Source.Source, m.ID)}
	if ask.Kind == "" {
		ask.Kind = Donation
	}
	var err error
	if ask.Project, err = v.project(m.Project); err != nil {
		return false, err
	}
	ask.Payer = v.payer(m.Party)
	var lines []Deduction
	for _, l := range m.Lines {
		kind := deductionKind(l.Kind)
		to := l.To
		if to.IsZero() {
			to = intake.Identity{ID: "deduction:" + kind, Name: deductionNames[kind]}
		}
		ask.Deductions = append(ask.Deductions, DeductionAsk{Kind: kind, To: v.payer(to), Amount: l.Amount})
		lines = append(lines, Deduction{Kind: kind, Amount: l.Amount})
	}
	if err := ask.check(v.s, v.now); err != nil {
		return false, err
	}
	if _, err := net(ask.Gross, lines); err != nil {
		return false, err
	}
	chunk.Money = append(chunk.Money, MoneyAsk{Key: key, Origin: origin(m.Source), Income: ask})
	return true, nil
}

// addRefund adds the return of an income.
func (v *resolver) addRefund(chunk *ImportAsk, key ImportKey, m intake.Money) (bool, error) {
	switch {
	case m.Flow == intake.In:
		return false, fault.Invalidf("contribution.import_refund", "kind", "money spent came back; take the contribution back that says it was spent")
	case m.RefundOf == "":
		return false, fault.Invalidf("contribution.import_refund", "refundId", "the row gives money back but does not say which; export the column shortRefundId")
	}
	chunk.Money = append(chunk.Money, MoneyAsk{Key: key, Origin: origin(m.Source), RefundOf: reference(m.Source.Source, m.RefundOf), Income: IncomeAsk{Gross: m.Gross}})
	return true, nil
}

// reference is how an imported income is found again.
func reference(source, id string) string { return source + ":" + id }

// payer returns the agent who paid, or to whom a fee went. Unlike those who
// contribute, they need not be members.
func (v *resolver) payer(id intake.Identity) store.ID {
	if id.IsZero() {
		id = intake.Identity{ID: "payer:unnamed", Name: "Unnamed payers"}
	}
	agent, known := v.people[id.ID]
	if known && agent != MakeNew && agent != LeaveOut {
		return agent
	}
	v.payers[id.ID] = id
	return unmade
}

// bare is an identity without the word of its source.
func bare(id string) string { return id[strings.IndexByte(id, ':')+1:] }

// incomeKinds say what a kind of transaction of the source is here.
var incomeKinds = map[string]IncomeKind{
	"contribution": Donation, "added_funds": GrantIn, "grant": GrantIn, "order": Sale, "product": Sale, "ticket": Sale, "service": Sale,
	"membership": FeeIn, "host_fee": FeeIn, "host_fee_share": FeeIn, "balance_transfer": Donation, "prepaid_payment_method": Donation,
}

// deductionNames are the receivers of fees that the source does not name.
var deductionNames = map[string]string{
	"processor": "Payment processor", "host": "Fiscal host", "platform": "Platform", "tax": "Tax office", "tip": "Platform tips", "other": "Other fees",
}

// deductionKind is the kind of a fee here.
func deductionKind(kind string) string {
	for _, k := range []struct{ part, kind string }{{"processor", "processor"}, {"host", "host"}, {"tip", "tip"}, {"platform", "platform"}, {"tax", "tax"}} {
		if strings.Contains(kind, k.part) {
			return k.kind
		}
	}
	return "other"
}
