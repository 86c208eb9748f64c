package vf

import (
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Policy is what a specification allows beyond the action table (cw:policy).
// The zero value of every field is the default: forbid, allow, required, whole, one, mix.
type Policy struct {
	NegativeBalance string `json:"negativeBalance,omitempty"` // "" or forbid | allowAccounting | allow
	PartialAccept   string `json:"partialAccept,omitempty"`   // "" or allow | whole
	Pairing         string `json:"pairing,omitempty"`         // "" or required | warn | off
	WholeContainer  string `json:"wholeContainer,omitempty"`  // "" or whole | parts
	Containers      string `json:"containers,omitempty"`      // "" or one | many
	Withdrawal      string `json:"withdrawal,omitempty"`      // "" or mix | fifo
	Profile         string `json:"profile,omitempty"`         // "" or strict: refuses some legal but unusual events too
}

// The values of the policies.
const (
	Forbid          = "forbid"          // negativeBalance: neither quantity below zero
	AllowAccounting = "allowAccounting" // negativeBalance: rights may be sold before goods arrive
	Allow           = "allow"           // negativeBalance: both may be negative; partialAccept: parts may be accepted
	Whole           = "whole"           // partialAccept: all that is on hand or nothing; wholeContainer: a container moves entire
	Required        = "required"        // pairing: modify needs its accept, dropoff its pickup, separate its combine
	Warn            = "warn"            // pairing: recorded with a warning
	Off             = "off"             // pairing: not looked at
	Parts           = "parts"           // wholeContainer: contents stay addressable on their own
	Single          = "one"             // containers: a thing lies in one container at most
	Several         = "many"            // containers: something digital is listed in any number
	Mix             = "mix"             // withdrawal: what comes in mixes with what is there
	FIFO            = "fifo"            // withdrawal: what came in first is drawn first
	Strict          = "strict"          // profile
)

// StrictPolicy is the named profile that allows least.
func StrictPolicy() Policy {
	return Policy{NegativeBalance: Forbid, PartialAccept: Whole, Pairing: Required, WholeContainer: Whole, Profile: Strict}
}

// policyValues lists per field what may stand there; the first is the default.
var policyValues = []struct {
	field  string
	of     func(*Policy) *string
	values []string
}{
	{"negativeBalance", func(p *Policy) *string { return &p.NegativeBalance }, []string{Forbid, AllowAccounting, Allow}},
	{"partialAccept", func(p *Policy) *string { return &p.PartialAccept }, []string{Allow, Whole}},
	{"pairing", func(p *Policy) *string { return &p.Pairing }, []string{Required, Warn, Off}},
	{"wholeContainer", func(p *Policy) *string { return &p.WholeContainer }, []string{Whole, Parts}},
	{"containers", func(p *Policy) *string { return &p.Containers }, []string{Single, Several}},
	{"withdrawal", func(p *Policy) *string { return &p.Withdrawal }, []string{Mix, FIFO}},
	{"profile", func(p *Policy) *string { return &p.Profile }, []string{"", Strict}},
}

// Check returns nil when every field holds a value it may hold, else an
// Invalid fault with code vf.unknown_policy.
func (p Policy) Check() error {
	for _, f := range policyValues {
		if v := *f.of(&p); v != "" && !slices.Contains(f.values, v) {
			return fault.Invalidf("vf.unknown_policy", f.field, "%q is no value of the policy %s; it is one of %s",
				clip(v), f.field, strings.TrimPrefix(strings.Join(f.values, ", "), ", "))
		}
	}
	return nil
}

// Full returns the policy with its defaults written out, for the API and pages.
func (p Policy) Full() Policy {
	for _, f := range policyValues {
		if v := f.of(&p); *v == "" {
			*v = f.values[0]
		}
	}
	return p
}

func (p Policy) wholeContainer() bool { return p.WholeContainer != Parts }
func (p Policy) wholeAccept() bool    { return p.PartialAccept == Whole }
func (p Policy) listed() bool         { return p.Containers == Several }
func (p Policy) queues() bool         { return p.Withdrawal == FIFO }
func (p Policy) strict() bool         { return p.Profile == Strict }

// clip keeps a message short when the value in it is not.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 { // not inside a rune
		cut--
	}
	return s[:cut] + "…"
}
