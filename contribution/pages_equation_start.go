package contribution

import (
	"commonweal/contribution/equation"
	"commonweal/platform/web"
)

// starts are the equations to begin from, in the order in which the page
// offers them; their names and descriptions are messages.
var starts = []string{"hours", "fund", "underpaid", "plus", "streams"}

// startFrom returns an equation to begin from.
func startFrom(q *web.Request, s *Settings, name, project string) equation.Equation {
	t := func(key string) string { return q.T("contribution.starts." + key) }
	e := equation.Equation{Project: project, Name: t(name), Version: 1, Unit: s.Currency, Base: equation.Remaining}
	rate := string(s.Currency) + "/hour"
	makers := func(percent equation.Decimal, r equation.Rule) equation.Bucket {
		return equation.Bucket{Key: "makers", Label: t("makers"), Percent: percent, Rules: []equation.Rule{r}}
	}
	work := equation.Rule{ID: "work", Kinds: []string{"work"}, Claim: equation.UntilPaid, Formula: "hours * hourRate"}
	value := equation.Rule{ID: "value", Kinds: []string{"work", "use", "purchase"}, Claim: equation.UntilPaid, Formula: "value"}
	switch name {
	case "hours":
		e.Constants = []equation.Constant{{Name: "hourRate", Value: "20", Unit: rate}}
		e.Buckets = []equation.Bucket{makers("100", work)}
	case "underpaid":
		value.Claim = equation.Forever
		b := makers("100", value)
		b.Policy = equation.Policy{Kind: equation.Balanced}
		e.Buckets = []equation.Bucket{b}
	case "plus":
		value.Premium = "20"
		e.Buckets = []equation.Bucket{makers("100", value)}
	case "streams":
		e.Base = equation.Whole
		e.Constants = []equation.Constant{{Name: "loveRate", Value: "10", Unit: string(s.Currency) + "/loveHour"}}
		paid := makers("75", value)
		paid.Leftover.To = equation.ToNext
		love := equation.Rule{ID: "love", Kinds: []string{"love"}, Streams: []string{equation.Love}, Claim: equation.UntilPaid, Formula: "hours * loveRate"}
		e.Buckets = []equation.Bucket{paid, {Key: "love", Label: t("love"), Percent: "25", Rules: []equation.Rule{love}}}
	default:
		fund := equation.Bucket{Key: "fund", Label: t("fund_label"), Percent: "10", Fixed: []equation.Receiver{{Agent: string(s.Agent), Weight: "1"}}}
		e.Buckets = []equation.Bucket{fund, makers("100", value)}
	}
	for i := range e.Buckets {
		e.Buckets[i].Sequence = i + 1
	}
	return e
}
