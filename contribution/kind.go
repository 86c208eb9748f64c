package contribution

import (
	"regexp"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Stream keeps three kinds of work apart that must not be summed: paid work,
// unpaid work for the commons, and the upkeep of the collective (after DisCO).
type Stream string

// The streams.
const (
	Livelihood Stream = "livelihood" // paid work
	Love       Stream = "love"       // unpaid work for the commons: its own pot and rate, by decision
	Care       Stream = "care"       // upkeep of the collective: balanced in hours, priced only by a decided rate
)

// Kind is a sort of contribution that a commons accepts, and how it is
// validated. Kinds are data: a commons adds its own and retires others.
type Kind struct {
	Kind   string        `json:"kind"`   // stable, lower case: "work", "care", "purchase"
	Name   string        `json:"name"`   // as people read it
	Stream Stream        `json:"stream"` //
	Action vf.Action     `json:"action"` // the event it becomes
	Unit   quantity.Unit `json:"unit"`   // what its quantity is counted in
	// Rate is the default value of one unit in the currency of the commons;
	// zero means that the kind is not priced by itself.
	Rate quantity.Amount `json:"rate,omitzero"`
	// FaceValue: the quantity is money and is its own value.
	FaceValue bool `json:"faceValue,omitempty"`
	// Specification is the resource specification of its events, if one fits all.
	Specification store.ID   `json:"specification,omitempty"`
	Evidence      string     `json:"evidence,omitempty"` // what is asked for: "receipt", "link to the commit"
	Validation    Validation `json:"validation"`
	Retired       bool       `json:"retired,omitempty"`
}

// Validation says how a logged contribution of a kind becomes a valid one.
type Validation struct {
	Validators int `json:"validators"` // 0 (valid at once), 1 or 2
	// StewardsOnly: members may log but not validate this kind.
	StewardsOnly bool `json:"stewardsOnly,omitempty"`
	// ValidBelow: quantities up to this are valid at once.
	ValidBelow quantity.Amount `json:"validBelow,omitzero"`
	// SilentDays: valid after so many days without objection; 0 means never.
	SilentDays int `json:"silentDays,omitempty"`
	// MonthlyMaximum of one person; zero means none.
	MonthlyMaximum quantity.Amount `json:"monthlyMaximum,omitzero"`
	// NoReturnFavor: whom the author validated in the same month may not validate the author.
	NoReturnFavor bool `json:"noReturnFavor,omitempty"`
}

// DefaultKinds is what a new commons starts with; currency is its own.
func DefaultKinds(currency quantity.Unit) []Kind {
	one := Validation{Validators: 1}
	two := Validation{Validators: 2}
	return []Kind{
		{Kind: "work", Name: "Work", Stream: Livelihood, Action: "work", Unit: "hour", Rate: quantity.Of(12, currency), Evidence: "commit, ticket or co-worker", Validation: one},
		{Kind: "care", Name: "Care work", Stream: Care, Action: "work", Unit: quantity.CareHour, Evidence: "witness or circle", Validation: one},
		{Kind: "love", Name: "Love work", Stream: Love, Action: "work", Unit: quantity.LoveHour, Evidence: "link or co-worker", Validation: one},
		{Kind: "money", Name: "Money put in", Stream: Livelihood, Action: "transfer", Unit: currency, FaceValue: true, Evidence: "bank line", Validation: two},
		{Kind: "purchase", Name: "Purchase", Stream: Livelihood, Action: "transfer", Unit: currency, FaceValue: true, Evidence: "receipt", Validation: one},
		{Kind: "goods", Name: "Goods given", Stream: Livelihood, Action: "transfer", Unit: "one", Evidence: "photo or weight slip", Validation: one},
		{Kind: "use", Name: "Use of equipment", Stream: Livelihood, Action: "use", Unit: "hour", Rate: quantity.Of(4, currency), Evidence: "booking or meter", Validation: one},
		{Kind: "cite", Name: "Design used", Stream: Livelihood, Action: "cite", Unit: "one", Evidence: "link to the version", Validation: one},
		{Kind: "bonus", Name: "Production bonus", Stream: Livelihood, Action: "produce", Unit: "one", Evidence: "inspection", Validation: two},
	}
}

var kindName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Check refuses a kind that could not be logged or validated.
func (k Kind) Check(currency quantity.Unit) error {
	var errs fault.List
	bad := func(field, format string, args ...any) {
		errs = append(errs, fault.Invalidf("contribution.kind", field, format, args...))
	}
	if !kindName.MatchString(k.Kind) {
		bad("kind", "%q must be lower-case letters, digits and hyphens, such as design-work", k.Kind)
	}
	if k.Name == "" {
		bad("name", "give the kind a name that people will read")
	}
	switch k.Stream {
	case Livelihood, Love, Care:
	default:
		bad("stream", "%q is not a stream; choose livelihood, love or care", k.Stream)
	}
	if !contributable[k.Action] {
		bad("action", "a contribution cannot be a %q; choose work, use, cite, transfer or produce", k.Action)
	}
	if _, known := quantity.Lookup(k.Unit); !known {
		bad("unit", "%q is not in the unit table", k.Unit)
	}
	if k.FaceValue && k.Unit != currency {
		bad("unit", "money counts at face value only in %s, not in %s", currency, k.Unit)
	}
	if !k.Rate.IsZero() && k.Rate.Unit != currency {
		bad("rate", "the rate is in %s but the books are kept in %s", k.Rate.Unit, currency)
	}
	if k.Rate.Sign() < 0 {
		bad("rate", "a rate of %s is below zero", k.Rate)
	}
	for _, f := range k.Validation.check(k.Unit) {
		errs = append(errs, f.InField("validation."+f.Field))
	}
	return errs.OrNil()
}

// check refuses a rule by which nothing could be validated.
func (v Validation) check(unit quantity.Unit) (errs fault.List) {
	bad := func(field, format string, args ...any) {
		errs = append(errs, fault.Invalidf("contribution.kind", field, format, args...))
	}
	if v.Validators < 0 || v.Validators > 2 {
		bad("validators", "%d validators; choose 0, 1 or 2", v.Validators)
	}
	if v.SilentDays < 0 || v.SilentDays > 365 {
		bad("silentDays", "%d days; choose 0 to 365", v.SilentDays)
	}
	limits := []struct {
		field string
		limit quantity.Amount
	}{{"validBelow", v.ValidBelow}, {"monthlyMaximum", v.MonthlyMaximum}}
	for _, l := range limits {
		switch {
		case l.limit.Sign() < 0:
			bad(l.field, "a limit below zero lets nothing pass; leave it empty for no limit")
		case !l.limit.IsZero() && l.limit.Unit != unit:
			bad(l.field, "a limit in %s cannot be held against what is counted in %s", l.limit.Unit, unit)
		}
	}
	return errs
}

// contributable are the actions by which somebody gives something.
var contributable = map[vf.Action]bool{"work": true, "use": true, "cite": true, "transfer": true, "produce": true}
