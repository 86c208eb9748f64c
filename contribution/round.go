package contribution

import (
	"math"
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// RoundMode is how peers judge in a round.
type RoundMode string

// The modes.
const (
	ScoreMode RoundMode = "scores" // a panel drawn by lot gives each contribution a mark
	GiveMode  RoundMode = "give"   // every member gives whole points to colleagues
	PointMode RoundMode = "points" // a panel gives points, multiplied by how much the contributor took part in judging
)

// Names says who learns which rater gave which mark. It also says when marks
// can be read at all: but for NamesAlways nobody reads any before the round
// has closed, and until then the journal holds commitments only.
type Names string

// The settings of anonymity.
const (
	NamesNobody Names = "nobody" // marks are published without their raters
	NamesAfter  Names = "after"  // marks and raters are published when the round closes
	NamesAlways Names = "always" // marks and raters can be read from the start
)

// RoundRules say how a round is judged and counted. Rules are data: a round
// keeps its own for good.
type RoundRules struct {
	Mode  RoundMode `json:"mode"`
	Names Names     `json:"names"`

	// Of the modes with panels.
	Panel evaluation.PanelRule `json:"panel,omitzero"`
	Count evaluation.Rules     `json:"count,omitzero"`
	// SecondDays is how long a second panel has for contributions on which the
	// first one's marks lie too far apart.
	SecondDays int `json:"secondDays,omitempty"`
	// Participation bounds the multiplier of mode points; its scale is Count's.
	Participation evaluation.PointRules `json:"participation,omitzero"`

	// Of mode give. WindowDays is how far back earlier gifts between two people
	// count for pair damping.
	Give       evaluation.GiveRules `json:"give,omitzero"`
	WindowDays int                  `json:"windowDays,omitempty"`

	// Karma is what each point of a result grants its contributor, in karma, in
	// the domain of the project; zero grants none.
	Karma quantity.Amount `json:"karma,omitzero"`
}

// Bounds of what a round may ask for.
const (
	mostItems  = 2_000
	mostTop    = 1_000_000
	mostBudget = 10_000
	mostDays   = 366
	mostEach   = 100 // contributions that one rater is asked to judge, where nobody says otherwise
)

// Check refuses rules by which nothing could be judged.
func (r RoundRules) Check() error {
	if !slices.Contains([]Names{NamesNobody, NamesAfter, NamesAlways}, r.Names) {
		return fault.Invalidf("contribution.round_names", "names", "%q says nothing about who sees names; choose nobody, after or always", r.Names)
	}
	if r.Karma.Unit != "" && r.Karma.Unit != evaluation.Karma || r.Karma.Sign() < 0 {
		return fault.Invalidf("contribution.round_karma", "karma", "%s for a point cannot be; give karma of zero or more", r.Karma)
	}
	switch r.Mode {
	case GiveMode:
		return r.checkGive()
	case ScoreMode, PointMode:
		return r.checkPanel()
	}
	return fault.Invalidf("contribution.round_mode", "mode", "%q is not a way to evaluate; choose scores, give or points", r.Mode)
}

func (r RoundRules) checkGive() error {
	switch {
	case r.Give.Budget < 1 || r.Give.Budget > mostBudget:
		return fault.Invalidf("contribution.round_budget", "budget", "each member gives %d points; choose 1 to %d", r.Give.Budget, mostBudget)
	case r.Give.Damping < 0 || r.Give.GiversEach < 0 || r.WindowDays < 0 || r.WindowDays > 10*mostDays:
		return fault.Invalidf("contribution.round_damping", "damping", "damping, givers and window are zero or more, the window at most %d days", 10*mostDays)
	}
	_, err := evaluation.Give(r.Give, nil, nil, nil)
	return err
}

func (r RoundRules) checkPanel() error {
	if err := r.Count.Check(); err != nil {
		return err
	}
	if err := r.Panel.Check(); err != nil {
		return err
	}
	switch {
	case r.Count.Scale.Top() > mostTop:
		return fault.Invalidf("contribution.round_scale", "scale", "a mark of %d is too large; marks go up to %d", r.Count.Scale.Top(), mostTop)
	case r.Count.Quorum > r.Panel.Least:
		return fault.Invalidf("contribution.round_quorum", "quorum", "a quorum of %d can never be met by a panel of %d", r.Count.Quorum, r.Panel.Least)
	case 2*r.Count.Trim >= r.Panel.Size:
		return fault.Invalidf("contribution.round_trim", "trim", "dropping %d marks at each end needs a panel of %d or more", r.Count.Trim, 2*r.Count.Trim+1)
	case r.Names == NamesNobody && r.Panel.Least < 3:
		return fault.Invalidf("contribution.round_anonymous", "names", "with %d raters everybody can work out who gave which mark; keep names from everybody only with three or more", r.Panel.Least)
	case r.Names == NamesNobody && (r.Count.Normalize || len(r.Count.Weights) > 0):
		return fault.Invalidf("contribution.round_traceable", "names", "marks that are scaled or weighted by their rater tell who gave them; publish names, or let all marks count as they are")
	case r.Count.Spread.Measure != evaluation.AnySpread && (r.Mode == PointMode || r.SecondDays < 1 || r.SecondDays > mostDays):
		return fault.Invalidf("contribution.round_second", "second_days", "marks that lie too far apart go to a second panel, which needs 1 to %d days; mode points has none", mostDays)
	}
	if r.Mode == PointMode {
		rules := r.Participation
		rules.Scale = r.Count.Scale
		_, err := evaluation.CountPoints(rules, nil)
		return err
	}
	return nil
}

// RoundState is where a round stands.
type RoundState string

// The states of a round.
const (
	RoundRunning  RoundState = "running"
	RoundSecond   RoundState = "second" // a second panel judges what the first disagreed about
	RoundClosed   RoundState = "closed"
	RoundCanceled RoundState = "canceled"
	RoundReversed RoundState = "reversed" // an imported round that was taken back with its batch
)

// Round is one evaluation of what was contributed in a period. It opens in two
// steps, so that nobody can choose the panels: the journal entry of the opening
// fixes the rules, the contributions and who may be drawn; the panels then
// follow from that entry (see RoundSeed).
type Round struct {
	ID    store.ID   `json:"id"`
	No    int64      `json:"no,omitempty"` // the journal entry of its opening
	Name  string     `json:"name"`
	State RoundState `json:"state"`
	Rules RoundRules `json:"rules"`
	// What is judged: validated contributions that happened From day Until day,
	// in the zone of the commons, both included; empty lists mean all.
	From     string     `json:"from"`
	Until    string     `json:"until"`
	Projects []store.ID `json:"projects,omitempty"`
	Kinds    []string   `json:"kinds,omitempty"`
	Opens    time.Time  `json:"opens"`
	Closes   time.Time  `json:"closes"` // of the second panel, once there is one
	Items    int        `json:"items"`  // contributions in the round
	Raters   int        `json:"raters"` // people who may be drawn, or who give
	// Digests of attachments of the journal: what the round was opened with, the
	// panels, the second panels, and the result.
	Basis  string `json:"basis"`
	Panels string `json:"panels,omitempty"`
	Second string `json:"second,omitempty"`
	Result string `json:"result,omitempty"`
	// Disputed are contributions that went to a second panel, and SecondNo the
	// journal entry that said so.
	Disputed []string `json:"disputed,omitempty"`
	SecondNo int64    `json:"secondNo,omitempty"`
	Asked    int      `json:"asked,omitempty"`    // answers asked for, of members for mode give
	Answered int      `json:"answered,omitempty"` // of them given, once it closed
	Scored   int      `json:"scored,omitempty"`   // contributions, or members, with a result
	ClosedNo int64    `json:"closedNo,omitempty"` // the journal entry of its result
	// Import is the batch that an imported round was made of; its identifier is
	// the round's. See importRound.
	Import *Batch `json:"import,omitempty"`
}

// undrawn reports whether panels are still to be drawn.
func (r Round) undrawn() bool {
	return r.Rules.Mode != GiveMode && (r.State == RoundRunning && r.Panels == "" || r.State == RoundSecond && r.Second == "")
}

// open reports whether answers are taken at a moment.
func (r Round) open(now time.Time) bool {
	return (r.State == RoundRunning || r.State == RoundSecond) && !r.undrawn() && !now.Before(r.Opens) && now.Before(r.Closes)
}

// secret reports whether answers may not be read yet.
func (r Round) secret() bool { return r.Rules.Names != NamesAlways && r.State != RoundClosed }

// RoundItem is a contribution in a round.
type RoundItem struct {
	evaluation.Item
	Project store.ID `json:"project"`
	// At is since when karma counts: when it happened, in an imported round; in
	// others zero, which is the moment of the close.
	At time.Time `json:"at,omitzero"`
}

// RoundBasis is what a round was opened with. It is attached to the journal
// entry of the opening, so that anybody can draw the panels again.
type RoundBasis struct {
	Items    []RoundItem           `json:"items"`
	Raters   []string              `json:"raters"` // agents, in order
	Declared []evaluation.Conflict `json:"declared,omitempty"`
}

// items are the contributions as the rules know them.
func (b RoundBasis) items() []evaluation.Item {
	out := make([]evaluation.Item, len(b.Items))
	for i, item := range b.Items {
		out[i] = item.Item
	}
	return out
}

// only keeps the items that are named.
func (b RoundBasis) only(names []string) []evaluation.Item {
	var out []evaluation.Item
	for _, item := range b.Items {
		if slices.Contains(names, item.ID) {
			out = append(out, item.Item)
		}
	}
	return out
}

// ratable is the largest number that the columns keep of a rating.
const ratable = math.MaxInt32
