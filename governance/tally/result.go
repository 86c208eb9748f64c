package tally

// Outcome says how a count ended.
type Outcome string

// The outcomes.
const (
	Passed    Outcome = "passed"    // all that was asked for holds
	Failed    Outcome = "failed"    // something does not
	Elected   Outcome = "elected"   // the winners are found
	Tied      Outcome = "tied"      // the ballots leave several, and no rule decides between them
	Runoff    Outcome = "runoff"    // the winners go on to a second round
	Escalated Outcome = "escalated" // the matter goes on to another method
	NoResult  Outcome = "no_result" // nothing was said that can be counted
)

// Result is a count with all its steps. It is data: keys and values, which
// pages put in words; equal elections give equal results, byte for byte.
type Result struct {
	Method  string  `json:"method"`
	Outcome Outcome `json:"outcome"`
	// Winners are the ids of the options elected, in the order in which they
	// were; those that passed; or those that go on to the second round.
	Winners []string `json:"winners"`
	// Tied are the options between which nothing decides.
	Tied []string `json:"tied,omitempty"`
	// Ranking is all options from best to worst, equal ones together, of
	// methods that give one.
	Ranking [][]string `json:"ranking,omitempty"`
	Turnout Turnout    `json:"turnout"`
	Stages  []Stage    `json:"stages"`
}

// Turnout is how many voted, and of how many the ballot counts.
type Turnout struct {
	Cast    Figures            `json:"cast"`
	Valid   Figures            `json:"valid"`
	Blank   Figures            `json:"blank"`
	Invalid Figures            `json:"invalid"`
	Reasons map[string]Figures `json:"reasons,omitempty"` // of the invalid
}

// Stage is one step of a count.
type Stage struct {
	Key      string     `json:"key"` // such as "surplus" or "exclusion"
	Option   string     `json:"option,omitempty"`
	Standing []Standing `json:"standing,omitempty"`
	Figures  []Figure   `json:"figures,omitempty"`
	Checks   []Check    `json:"checks,omitempty"`
	Matrix   [][]Number `json:"matrix,omitempty"` // row over column, in the order of the options
	Notes    []Note     `json:"notes,omitempty"`
}

// Standing is how an option stands at the end of a stage.
type Standing struct {
	Option string `json:"option"`
	Count  Number `json:"count"`
	Keep   Number `json:"keep,omitempty"` // of each vote, by Meek's method
	State  string `json:"state,omitempty"`
}

// States of an option.
const (
	Continuing  = "continuing"
	IsElected   = "elected"
	IsExcluded  = "excluded"
	IsWithdrawn = "withdrawn"
)

// Figure is a number of a stage, such as the quota.
type Figure struct {
	Key   string `json:"key"`
	Value Number `json:"value"`
}

// Check is a test and its arithmetic: Have of Base, compared with Need.
type Check struct {
	Key     string `json:"key"` // "requirement" or "quorum"
	Count   string `json:"count"`
	Class   string `json:"class,omitempty"`
	Heads   bool   `json:"heads,omitempty"` // counted by heads, not by votes
	Have    Number `json:"have"`
	Base    string `json:"base"`
	Of      Number `json:"of"`
	Compare string `json:"compare"`
	Need    Number `json:"need"`
	Holds   bool   `json:"holds"`
	Why     string `json:"why,omitempty"` // why it does not apply: "empty_base", "empty_class"
}

// Note is something that happened in a stage: a key and what fills its blanks.
// Options are ids.
type Note struct {
	Key     string            `json:"key"`
	Options []string          `json:"options,omitempty"`
	Values  map[string]string `json:"values,omitempty"`
}
