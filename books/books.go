package books

import (
	"context"
	"maps"
	"sync"
	"time"

	"commonweal/books/ledger"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/journal/follow"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// Config is what the books of a host lean on. Tables and Shares are filled by
// the assembly: books know no practice.
type Config struct {
	Store *store.Store
	Log   *journal.Log // of the store
	Key   *journal.Key
	// Witness cosigns logs of others; Origin is the address people type, under
	// which neighbors reach it.
	Witness *neighbors.Witness
	Origin  string
	// PrivateNeighbors allows neighbors in private networks.
	PrivateNeighbors bool
	// Follow tells who listens to the stream what is added to logs.
	Follow *follow.Hub
	// Tables of practices that the CSV export holds beside its own.
	Tables []Table
	// Jobs writes large downloads; add DownloadJobs to it. Nil: every download is
	// written while its reader waits.
	Jobs *job.Runner
	// Downloads is the folder of large downloads, shared by all processes of the host.
	Downloads string
	// Behind tells what stands behind an event outside the books, each room of its
	// own: a line of a bank statement, a deal with a neighbor. Nothing is told that
	// the reader may not see.
	Behind []func(q *web.Request, r store.Reader, e *vf.Event) ([]Lead, error)
	// Large is how many entries make a download large; 0 for 25,000.
	Large int64
	// Shares writes the pie-chart.json of a project; nil when nothing can.
	Shares func(v *View, project store.ID, names func(store.ID) string) ([]byte, error)
}

// Lead leads from an event to what stands behind it.
type Lead struct{ Text, Href string }

// Books is the open books of every commons of a host: each ledger is kept in
// memory and extended by what the log gained since.
type Books struct {
	Config
	mu   sync.Mutex
	held map[store.ID]*held
	// writing holds a place for each small download that is being written.
	writing chan struct{}
}

// downloadsAtOnce is how many downloads are written at a time: so many small
// ones, and so many large ones beside them.
const downloadsAtOnce = 2

// held is the ledger of one commons.
type held struct {
	mu     sync.RWMutex
	ledger *ledger.Ledger
}

// New returns the books on a database.
func New(c Config) *Books {
	return &Books{Config: c, held: map[store.ID]*held{}, writing: make(chan struct{}, downloadsAtOnce)}
}

// View is the books of a commons at one moment.
type View struct {
	*store.Snapshot
	Commons commons.Commons
	Head    journal.Head // of the log at the moment
	Ledger  *ledger.Ledger
	held    *held
}

// Read shows the books of a commons as they stand now. f must not keep the view.
func (b *Books) Read(ctx context.Context, id store.ID, f func(*View) error) error {
	return b.Store.Read(ctx, id, func(r *store.Snapshot) error { return b.at(r, f) })
}

// at shows the books as a snapshot has them; a pinned filter says no more.
func (b *Books) at(r *store.Snapshot, f func(*View) error) error {
	v := &View{Snapshot: r}
	var err error
	if v.Commons, err = commons.Self(r); err != nil {
		return err
	}
	if v.Head, err = journal.ReadHead(r); err != nil {
		return err
	}
	h := b.of(r.Commons())
	if err := h.catchUp(v); err != nil {
		return err
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	v.Ledger, v.held = h.ledger, h
	return f(v)
}

// breathe lets others read what the log gained, in the middle of long reading:
// the view stays that of its moment as long as its filter is pinned.
func (v *View) breathe() {
	v.held.mu.RUnlock()
	v.held.mu.RLock()
}

func (b *Books) of(id store.ID) *held {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held[id] == nil {
		b.held[id] = &held{}
	}
	return b.held[id]
}

// catchUp reads what the log gained. A commons that moved to another zone
// counts its days anew.
func (h *held) catchUp(v *View) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ledger == nil || h.ledger.Zone().String() != v.Commons.Zone {
		zone, err := time.LoadLocation(v.Commons.Zone)
		if err != nil {
			return err
		}
		h.ledger = ledger.New(v.Commons.ID, zone)
	}
	if err := read(v.Snapshot, h.ledger, v.Head.Size); err != nil {
		h.ledger = nil // half an act may be in it
		return err
	}
	return nil
}

// Pin makes a filter mean the same for ever: one that knows the whole log
// knows it as it stands now. Faults are those of ledger.Filter.Check, and
// books.size for more than the log has.
func (v *View) Pin(f ledger.Filter) (ledger.Filter, error) {
	if err := f.Check(); err != nil {
		return f, err
	}
	if f.Size == 0 {
		f.Size = v.Head.Size
	}
	if f.Size > v.Head.Size {
		return f, fault.Invalidf("books.size", "entries", "the log has %d entries, not %d", v.Head.Size, f.Size)
	}
	return f, nil
}

// Names says what to call agents: as the log does, with pseudonyms for people,
// or, for members, by the names that the commons knows.
func (v *View) Names(private bool) (func(store.ID) string, error) {
	if !private {
		return v.Ledger.Name, nil
	}
	agents, err := vf.GetAgents(v.Snapshot, v.Ledger.Agents())
	if err != nil {
		return nil, err
	}
	names := make(map[store.ID]string, len(agents))
	for id, a := range maps.All(agents) {
		names[id] = a.Name
	}
	return func(id store.ID) string {
		if name := names[id]; name != "" {
			return name
		}
		return v.Ledger.Name(id)
	}, nil
}
