package contribution

import (
	"sort"
	"sync"

	"github.com/google/uuid"

	"commonweal/contribution/equation"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Columns is a commons' contributions in memory, in the order of the log: the
// ledger that equations run on, and the number of each row. It is a cache that
// every reading extends by what was logged since.
type Columns struct {
	mu     sync.RWMutex
	Ledger equation.Ledger
	no     []EntryNo // of row i, ascending
	// What was decided and rated, in the order of the log, with what stood there
	// before: a view of the past undoes it from the end.
	decided []undoFlags
	rated   []undoRating
	blocks  int // full blocks known to be in the database
	// What has been read so far.
	entry    EntryNo
	decision EntryNo // a decision's (seq, n), not that of its entry
	rating   EntryNo
}

type undoFlags struct {
	seq   int64
	row   int32
	flags uint16
}

type undoRating struct {
	seq      int64
	row      int32
	num, den int32
}

// Practice is the practice on one database: what is kept in memory between
// requests, and every question that needs it. Acts need none of it.
type Practice struct {
	DB       *store.Store
	mu       sync.Mutex // guards the maps and lists, not what they hold
	held     map[store.ID]*Columns
	sessions map[store.ID]heldSession // the last of each commons
	results  []heldResult             // newest first
	everyday everyday
	Imports  *Importer // brings files in; nil where nothing may be imported
	// Events finds events of the core by project and process. New makes one; a
	// house gives the one that it warms and shares.
	Events *vf.Register
	// Runner takes up distributions too large for a request; nil runs every one at once.
	Runner *job.Runner
}

// New returns the practice on a database.
func New(db *store.Store) *Practice {
	return &Practice{DB: db, Events: vf.NewRegister(), held: map[store.ID]*Columns{}, sessions: map[store.ID]heldSession{}}
}

// Columns calls f with the contributions of the snapshot's commons, at least
// as new as the snapshot. f must not keep or change them. It takes a Snapshot
// and not a Tx, because what an act has written is not yet true.
func (p *Practice) Columns(r *store.Snapshot, f func(*Columns) error) error {
	p.mu.Lock()
	c := p.held[r.Commons()]
	if c == nil {
		c = &Columns{entry: EntryNo{-1, 0}, decision: EntryNo{-1, 0}, rating: EntryNo{-1, 0}}
		p.held[r.Commons()] = c
	}
	p.mu.Unlock()
	if err := c.catchUp(r); err != nil {
		return err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return f(c)
}

// Len returns the number of contributions.
func (c *Columns) Len() int { return len(c.no) }

// No returns the number of row i.
func (c *Columns) No(i int) EntryNo { return c.no[i] }

// Row returns the row of a contribution, or -1.
func (c *Columns) Row(no EntryNo) int {
	i := sort.Search(len(c.no), func(i int) bool { return !before(c.no[i], no) })
	if i < len(c.no) && c.no[i] == no {
		return i
	}
	return -1
}

// State returns the state of row i.
func (c *Columns) State(i int) State {
	for state, flag := range stateFlags {
		if flag != 0 && c.Ledger.Flags[i]&flag != 0 {
			return state
		}
	}
	return Logged
}

// stateFlags are the ledger's flags of each state.
var stateFlags = map[State]uint16{Logged: 0, Validated: equation.Validated, Disputed: equation.Disputed, Rejected: equation.Rejected, Amended: equation.Superseded}

const allStates = equation.Validated | equation.Disputed | equation.Rejected | equation.Superseded

func before(a, b EntryNo) bool { return a.Seq < b.Seq || (a.Seq == b.Seq && a.N < b.N) }

// contributionOf turns an entry into a row of the ledger.
func contributionOf(e Entry, day int32, types rowTypes) (equation.Contribution, error) {
	id, err := uuid.Parse(string(e.Event))
	if err != nil {
		return equation.Contribution{}, err
	}
	c := equation.Contribution{
		ID: equation.ID(id), Person: string(e.Person), Kind: e.Kind, Stream: string(e.Stream), Flags: stateFlags[e.State],
		Project: string(e.Project), Process: string(e.Process), ProcessType: types.process, ResourceType: types.resource,
		Day: day, At: store.Micros(e.At), Quantity: e.Quantity.Micros, Unit: string(e.Quantity.Unit),
		Currency: string(types.currency), Rate: equation.Missing, Value: equation.Missing,
	}
	if e.Rate.Unit != "" {
		c.Rate = e.Rate.Micros
	}
	if e.Value.Unit != "" {
		c.Value = e.Value.Micros
	}
	if kind, id, ok := cutDeliverable(e.Deliverable); ok {
		c.Deliverable = equation.Deliverable{Kind: equation.DeliverableKind(kind), ID: id}
	}
	return c, nil
}
