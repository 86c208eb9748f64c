package contribution

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Replay checks the practice from the log of a commons alone, without its
// database: it is the rule by which commonweal verify holds every entry of an
// archive against the rules of this practice.
//
// It proves, besides what the core proves of events, that
//
//   - every contribution is the event it names, of a kind and project that were
//     there, with the value that follows from its rate, in the state its rule gives;
//   - every decision was due: by somebody else than who gave or logged it, once
//     by each, with a reason where one is needed, and to the state that follows;
//   - every version of an equation was saved as a draft, simulated, adopted, with
//     one text all along;
//   - income is its gross less its deductions, each the amount of its event, and no
//     distribution took what was not left;
//   - every distribution, computed again from what the log knew when it was
//     opened, comes to the lines and payouts that were booked, by the engine
//     and, as long as it is small enough, by package recompute as well;
//   - the panels of every evaluation round are those that the lot gives, and its
//     scores, ratings and karma are what its answers come to, counted again
//     (of rounds that never publish names, what their published marks come to);
//   - a reversal takes back every transfer, and nothing later stood on it; an
//     import that is taken back leaves nothing of what it brought;
//   - whoever left did so by a decision of somebody else, their slices were bought
//     back at the price that the equation gives, and a claw-back was due.
//
// Who had which role is not checked here: memberships are of another room.
//
// A breach is a fault; after one the replay is of no use.
type Replay struct {
	s     Settings            // as they stand
	types map[store.ID]string // process → what it is based on

	ledger equation.Ledger
	no     []EntryNo // of row i, ascending
	extra  []replayedRow
	favors map[favor]int         // accepted work, by month
	tally  map[tallied]int64     // what counts towards a monthly maximum
	names  dictionary            // of agents
	events map[store.ID]vf.Event // transfers of money that still may be taken back
	things []vf.Event            // material events, for walks
	flows  map[store.ID]vf.Process

	versions map[versionKey]*Version
	incomes  map[store.ID]*Income
	runs     []*replayedRun // in the order of their opening
	grants   []replayedGrant
	rounds   map[store.ID]*replayedRound
	chunks   map[int64]*replayedChunk // of imports that stand, by journal entry
	before   []replayedPay            // what was paid in other systems
	// Who does not judge whom, in the order of their saying so.
	conflicts []evaluation.Conflict
	exits     []Exit // in the order of the log

	// Recomputed is told of every distribution that was checked; nil for nobody.
	Recomputed func(Recomputation)
}

// Recorded is an entry of the log with what belongs to it.
type Recorded struct {
	journal.Entry
	Changes    *vf.Changes // what it did to the core; nil for nothing
	Attachment func(name string) ([]byte, error)
}

// replayedRow is what the ledger of equations does not hold of a contribution.
type replayedRow struct {
	loggedBy  uint32
	decisions []replayedDecision
}

type replayedDecision struct {
	by      uint32
	verdict Verdict
}

type favor struct {
	by, person uint32
	month      int64
}

type tallied struct {
	person uint32
	kind   string
	month  string
}

type versionKey struct {
	id      store.ID
	version int64
}

// dictionary numbers agents.
type dictionary map[store.ID]uint32

func (d dictionary) number(id store.ID) uint32 {
	n, known := d[id]
	if !known {
		n = uint32(len(d) + 1)
		d[id] = n
	}
	return n
}

// NewReplay returns the replay of a log that has not begun.
func NewReplay() *Replay {
	return &Replay{
		s:      Settings{Zone: time.UTC, Kinds: map[string]Kind{}, Projects: map[store.ID]Project{}, HalfLives: slices.Clone(DefaultHalfLife)},
		types:  map[store.ID]string{},
		favors: map[favor]int{}, tally: map[tallied]int64{}, names: dictionary{}, events: map[store.ID]vf.Event{}, flows: map[store.ID]vf.Process{},
		versions: map[versionKey]*Version{}, incomes: map[store.ID]*Income{}, rounds: map[store.ID]*replayedRound{}, chunks: map[int64]*replayedChunk{},
	}
}

// replayedBody is every part of a record that the replay reads, whatever the act.
type replayedBody struct {
	Currency quantity.Unit   `json:"currency"`
	Agent    store.ID        `json:"agent"`
	Settings json.RawMessage `json:"settings"`
	Kinds    []Kind          `json:"kinds"`
	Kind     *Kind           `json:"kind"`
	Project  *Project        `json:"project"`
	Entries  []Entry         `json:"entries"`
	Decision *Decision       `json:"decision"`
	Income   *Income         `json:"income"`
	Payout   *Payout         `json:"payout"`
	Equation *Version        `json:"equation"`
	// A distribution, or only its identifier when it is reversed.
	Distribution json.RawMessage `json:"distribution"`
	Ratings      []Rating        `json:"ratings"`
	Karma        []KarmaGrant    `json:"karma"`
	Round        *Round          `json:"round"`
	// Of an import: the batch, or only its identifier when it is taken back.
	Batch    json.RawMessage `json:"batch"`
	Chunk    int64           `json:"chunk"`
	Answers  json.RawMessage `json:"answers"` // of a round: a list in the entry, or attached
	Conflict *ConflictAsk    `json:"conflict"`
	HalfLife *HalfLifeAsk    `json:"halfLife"`
	Sanction *SanctionAsk    `json:"sanction"`
	Exit     *Exit           `json:"exit"`
}

// Entry checks the next entry of the log.
func (r *Replay) Entry(e Recorded) error {
	room, verb, _ := strings.Cut(e.Act, ".")
	if room != "contribution" && room != "commons" {
		return r.elsewhere(e)
	}
	if err := r.core(e.Changes); err != nil {
		return err
	}
	var b replayedBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return fault.Invalidf("contribution.replay", "body", "the record cannot be read: %v", err)
	}
	if room == "commons" {
		return r.commons(b)
	}
	check, known := replayed[verb]
	if !known {
		return nil // it neither adds to what distributions are computed from nor takes from it
	}
	return check(r, e, b)
}

// elsewhere checks the income that an act of another room took or returned.
func (r *Replay) elsewhere(e Recorded) error {
	if e.Attached["incomes"] == "" && e.Attached["returned"] == "" {
		return nil
	}
	if err := r.core(e.Changes); err != nil {
		return err
	}
	var taken, returned []Income
	for name, into := range map[string]any{"incomes": &taken, "returned": &returned} {
		if err := r.attached(e, name, into); err != nil {
			return err
		}
	}
	for _, in := range taken {
		if err := r.take(e, in); err != nil {
			return err
		}
	}
	for _, in := range returned {
		if err := r.giveBack(e, in); err != nil {
			return err
		}
	}
	return nil
}

// replayed says how each act is checked.
var replayed = map[string]func(*Replay, Recorded, replayedBody) error{
	"configure_kind":       (*Replay).kind,
	"open_project":         (*Replay).project,
	"configure_project":    (*Replay).project,
	"log":                  (*Replay).logged,
	"import":               (*Replay).imported,
	"reverse_import":       (*Replay).importReversed,
	"validate":             (*Replay).decided,
	"income":               (*Replay).income,
	"pay_out":              (*Replay).paidOut,
	"save_equation":        (*Replay).equation,
	"simulate_equation":    (*Replay).equation,
	"adopt_equation":       (*Replay).equation,
	"retire_equation":      (*Replay).equation,
	"open_distribution":    (*Replay).opened,
	"cancel_distribution":  (*Replay).canceled,
	"distribute":           (*Replay).distributed,
	"reverse_distribution": (*Replay).reversed,
	"open_round":           (*Replay).roundOpened,
	"draw_round":           (*Replay).roundDrawn,
	"answer_round":         (*Replay).answered,
	"dispute_round":        (*Replay).disputed,
	"cancel_round":         (*Replay).roundCanceled,
	"close_round":          (*Replay).rated,
	"import_round":         (*Replay).roundImported,
	"reverse_round":        (*Replay).roundReversed,
	"conflict":             (*Replay).conflict,
	"half_life":            (*Replay).halfLife,
	"sanction":             (*Replay).sanctioned,
	"exit":                 (*Replay).leftBy,
	"buy_back":             (*Replay).boughtBack,
	"claw_back":            (*Replay).clawedBack,
	"revoke_exit":          (*Replay).exitRevoked,
}

// Close is asked after the last entry. A distribution may be left open.
func (r *Replay) Close() error { return nil }

// core takes up what an act did to the core, as far as the practice needs it.
func (r *Replay) core(c *vf.Changes) error {
	if c == nil {
		return nil
	}
	for _, p := range c.Processes {
		r.types[p.ID], r.flows[p.ID] = string(p.BasedOn), p
	}
	for _, f := range c.Finished {
		p := r.flows[f.Process]
		p.Finished, p.HasEnd = true, f.At
		r.flows[f.Process] = p
	}
	for _, e := range c.Events {
		if e.ResourceInventoriedAs != "" || e.ToResourceInventoriedAs != "" {
			r.events[e.ID] = e
		}
		if slices.Contains(material, e.Action) && isMaterial(e) {
			r.things = append(r.things, e)
		}
	}
	return nil
}

// commons takes up what a commons is founded with and what its settings become.
func (r *Replay) commons(b replayedBody) error {
	if b.Currency != "" {
		r.s.Currency, r.s.Agent = b.Currency, b.Agent
	}
	for _, k := range b.Kinds {
		r.s.Kinds[k.Kind] = k
	}
	var s struct {
		Zone string `json:"zone"`
	}
	if len(b.Settings) == 0 {
		return nil
	}
	if err := json.Unmarshal(b.Settings, &s); err != nil || s.Zone == "" {
		return err
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return fault.Invalidf("contribution.replay", "zone", "%q is not a time zone", s.Zone)
	}
	r.s.Zone = zone
	return nil
}

func (r *Replay) kind(_ Recorded, b replayedBody) error {
	if b.Kind == nil {
		return lacks("kind")
	}
	if err := b.Kind.Check(r.s.Currency); err != nil {
		return err
	}
	r.s.Kinds[b.Kind.Kind] = *b.Kind
	return nil
}

func (r *Replay) project(e Recorded, b replayedBody) error {
	if b.Project == nil {
		return lacks("project")
	}
	if _, known := r.s.Projects[b.Project.ID]; known != (e.Act == "contribution.configure_project") {
		return breach("project", "the project %s is opened twice, or configured before it is opened", b.Project.ID)
	}
	r.s.Projects[b.Project.ID] = *b.Project
	return nil
}

// breach is the fault of an entry that breaks a rule of the practice; field says
// which part of its record is wrong.
func breach(field, format string, args ...any) error {
	return fault.Invalidf("contribution.replay", field, "%s", fmt.Sprintf(format, args...))
}

func lacks(what string) error { return breach(what, "the record has no %s", what) }
