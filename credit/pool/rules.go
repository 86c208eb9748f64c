package pool

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Kind is a kind of pool.
type Kind string

// The kinds.
const (
	RoscaKind      Kind = "rosca"
	VslaKind       Kind = "vsla"
	PointsKind     Kind = "points"
	SurplusKind    Kind = "surplus"
	RevenueKind    Kind = "revenue"
	CommitmentKind Kind = "commitment"
	BudgetKind     Kind = "budget"
)

// Kinds are the kinds in the order in which people meet them.
var Kinds = []Kind{RoscaKind, VslaKind, PointsKind, SurplusKind, RevenueKind, CommitmentKind, BudgetKind}

// machine is how a kind works.
type machine struct {
	check func(Rules) error
	begin func(*Pool)
	acts  []Act
}

var kinds map[Kind]machine

func init() { // a literal would refer to itself through Take
	kinds = map[Kind]machine{
		RoscaKind:      {checkRosca, beginRosca, roscaActs},
		VslaKind:       {checkVsla, beginVsla, vslaActs},
		PointsKind:     {checkPoints, beginPoints, pointsActs},
		SurplusKind:    {checkSurplus, beginAdvance, surplusActs},
		RevenueKind:    {checkRevenue, beginAdvance, revenueActs},
		CommitmentKind: {checkCommitment, beginCommitment, commitmentActs},
		BudgetKind:     {checkBudget, beginBudget, budgetActs},
	}
}

// Rules are what the members of a pool agreed on before it began. They never
// change; the part of its kind is filled in, the others are empty.
type Rules struct {
	Kind    Kind     `json:"kind"`
	Step    Micros   `json:"step"`              // the smallest amount that is paid
	Members []string `json:"members,omitempty"` // who is invited
	Open    bool     `json:"open,omitempty"`    // anybody may join
	// Begins is the day of the first round, meeting or month, and Every how they follow: week or month.
	Begins string `json:"begins,omitempty"`
	Every  string `json:"every,omitempty"`

	Rosca      *RoscaRules      `json:"rosca,omitempty"`
	Vsla       *VslaRules       `json:"vsla,omitempty"`
	Points     *PointsRules     `json:"points,omitempty"`
	Surplus    *SurplusRules    `json:"surplus,omitempty"`
	Revenue    *RevenueRules    `json:"revenue,omitempty"`
	Commitment *CommitmentRules `json:"commitment,omitempty"`
	Budget     *BudgetRules     `json:"budget,omitempty"`
}

const maxMembers = 200

// Check says what is wrong with rules.
func (r Rules) Check() error {
	m, known := kinds[r.Kind]
	if !known {
		return fault.Invalidf("pool.unknown_kind", "kind", "%.40q is no kind of pool; there are rosca, vsla, points, surplus, revenue, commitment and budget", r.Kind)
	}
	if err := within("step", int64(r.Step), 1, int64(Unit)); err != nil {
		return err
	}
	sorted := slices.Sorted(slices.Values(r.Members))
	if len(sorted) > maxMembers || len(slices.Compact(slices.Clone(sorted))) < len(sorted) || slices.ContainsFunc(sorted, func(m string) bool { return !name(m) }) {
		return fault.Invalidf("pool.members", "members", "a pool lists at most %d members, each once, by names of 1 to 80 bytes that do not begin with a slash", maxMembers)
	}
	if err := checkRhythm(r.Begins, r.Every); err != nil {
		return err
	}
	parts := 0
	for _, there := range []bool{r.Rosca != nil, r.Vsla != nil, r.Points != nil, r.Surplus != nil, r.Revenue != nil, r.Commitment != nil, r.Budget != nil} {
		if there {
			parts++
		}
	}
	if parts != 1 {
		return fault.Invalidf("pool.rules_of_kind", "rules", "the rules have %d parts; they have exactly one, of the kind %s", parts, r.Kind)
	}
	return m.check(r)
}

// missing refuses rules without the part of their kind.
func (r Rules) missing() error {
	return fault.Invalidf("pool.rules_of_kind", "rules", "the rules have %d parts; they have exactly one, of the kind %s", 0, r.Kind)
}

func name(s string) bool {
	return s != "" && len(s) <= 80 && !Own(s) && !strings.ContainsRune(s, 0)
}

// within refuses a number of a rule that is out of bounds.
func within(rule string, n, least, most int64) error {
	if n < least || n > most {
		return fault.Invalidf("pool.rule", rule, "%s is %d; it may be from %d to %d", rule, n, least, most)
	}
	return nil
}

// amount refuses an amount of a rule that is below a least, or no whole number of steps.
func (r Rules) amount(rule string, m, least Micros) error {
	if m < least || m > Largest || m%r.Step != 0 {
		return r.badAmount(m).InField(rule)
	}
	return nil
}

func (r Rules) badAmount(m Micros) *fault.Error {
	return fault.Invalidf("pool.amount", "amount", "%s is no amount of this pool; write more than nothing, in steps of %s", m, r.Step)
}

// part refuses a fraction of a rule that is none, or above a most.
func part(rule string, f, most Fraction) error {
	if !f.atMost(most) || f.In > 1_000_000 {
		return fault.Invalidf("pool.fraction", rule, "%s is %d/%d; it may be from nothing to %d/%d", rule, f.Of, f.In, most.Of, most.In)
	}
	return nil
}

// Growing are words that stand for something that grows with time or with the
// need of who borrows. Rules that use one are refused by it, so that nobody
// believes the pool keeps a promise that it does not.
var Growing = []string{"interest", "apr", "apy", "yield", "dividend", "penalty", "late", "compound", "usury", "riba"}

// ParseRules reads rules from JSON. Unknown fields are refused, and those that
// would be interest by whatever name say so.
func ParseRules(text []byte) (r Rules, err error) {
	var any map[string]json.RawMessage
	if err := json.Unmarshal(text, &any); err != nil {
		return r, fault.Invalidf("pool.json", "rules", "these are no rules of a pool: %v", err)
	}
	if word := growing(text); word != "" {
		return r, fault.Invalidf("pool.interest", "rules", "%.40q would be interest: nothing here grows with time", word)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fault.Invalidf("pool.json", "rules", "these are no rules of a pool: %v", err)
	}
	return r, r.Check()
}

// growing finds a key in JSON that stands for growth with time.
func growing(text []byte) string {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return ""
	}
	return growingIn(v)
}

var wordInKey = regexp.MustCompile(`[A-Z]?[a-z]+|[A-Z]+`)

// words are the words of a key, in lower case: those of lateFee are late and fee.
func words(key string) []string {
	list := wordInKey.FindAllString(key, -1)
	for i := range list {
		list[i] = strings.ToLower(list[i])
	}
	return list
}

func growingIn(v any) string {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if slices.ContainsFunc(words(key), func(w string) bool { return slices.Contains(Growing, w) }) {
				return key
			}
			if found := growingIn(inner); found != "" {
				return found
			}
		}
	case []any:
		for _, inner := range v {
			if found := growingIn(inner); found != "" {
				return found
			}
		}
	}
	return ""
}
