package ledger

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Act is one entry of the log as far as the accounts go.
type Act struct {
	Log     int64     // the number of the entry
	At      time.Time // when it was recorded
	Changes *vf.Changes
}

// Ledger is the accounts of a commons in memory, about a hundred bytes an
// entry. It may be read by many at once, but not while acts are added; a reader
// of Entries may let them in between two entries.
type Ledger struct {
	commons store.ID
	zone    *time.Location
	size    int64 // entries of the log that were read

	agents    map[store.ID]agent
	money     map[store.ID]bool   // specification → medium of exchange
	specs     map[store.ID]string // specification → its name
	resources map[store.ID]resource
	stocks    map[Account]stock // account of stock → what it holds
	promises  map[store.ID]*promised
	scopes    map[store.ID]store.ID      // process → project
	shared    map[key]int64              // event with one record on both sides → what corrections left of it
	handings  map[store.ID][]handing     // record → when it changed hands with what it held, in order
	silent    map[key]place              // event that names a record and has no entry
	exchanges map[store.ID]quantity.Unit // event of the act that is read → what is given in return
	traded    []exchange                 // of all acts, in the order of the log
	opened    int                        // where the postings of the last entry begin
	codes     map[string]store.ID

	ids      dictionary[store.ID]
	kinds    dictionary[string]
	accounts dictionary[Account]
	units    dictionary[quantity.Unit]

	rows       []row
	postings   []posting
	byEvent    map[key]int32
	order      []int32              // rows by day, then as in the log
	byAccount  map[uint32][]int32   // account → rows, in that order
	byProject  map[uint32][]int32   // project → rows, in that order
	byAgent    map[uint32][]int32   // other party → rows, in that order
	daily      map[[2]uint32]*daily // account and unit → sums
	overflowed bool                 // a sum of a day was too large
}

// agent is what the log says about somebody. Names of people are not in it.
type agent struct {
	kind    vf.AgentKind
	name    string
	code    string
	project bool
}

// row is one entry, compact.
type row struct {
	event                              key
	log, recorded, corrected           int64 // corrected: the entry of the log that first corrects it; 0 for none
	n, day, known, first, corrects     int32 // day: it happened; known: the log heard of it
	kind, payee, project, distribution uint32
}

type posting struct {
	account, unit uint32
	micros        int64
}

// key is an identifier in sixteen bytes.
type key [16]byte

func keyOf(id store.ID) (k key) {
	hex.Decode(k[:], []byte(strings.ReplaceAll(string(id), "-", "")))
	return k
}

func (k key) id() store.ID {
	h := hex.EncodeToString(k[:])
	return store.ID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// dictionary numbers values in the order in which they first occur. Number 0
// is the zero value.
type dictionary[K comparable] struct {
	list  []K
	index map[K]uint32
}

func newDictionary[K comparable]() dictionary[K] {
	var zero K
	return dictionary[K]{[]K{zero}, map[K]uint32{zero: 0}}
}

func (d *dictionary[K]) number(v K) uint32 {
	n, known := d.index[v]
	if !known {
		n = uint32(len(d.list))
		d.list, d.index[v] = append(d.list, v), n
	}
	return n
}

// New returns the empty ledger of a commons, whose days are counted in the zone.
func New(commons store.ID, zone *time.Location) *Ledger {
	return &Ledger{commons: commons, zone: zone, specs: map[store.ID]string{}, stocks: map[Account]stock{}, scopes: map[store.ID]store.ID{}, promises: map[store.ID]*promised{}, shared: map[key]int64{}, handings: map[store.ID][]handing{}, silent: map[key]place{}, agents: map[store.ID]agent{}, money: map[store.ID]bool{},
		resources: map[store.ID]resource{}, codes: map[string]store.ID{}, ids: newDictionary[store.ID](), kinds: newDictionary[string](),
		accounts: newDictionary[Account](), units: newDictionary[quantity.Unit](), byEvent: map[key]int32{}, byAccount: map[uint32][]int32{},
		byProject: map[uint32][]int32{}, byAgent: map[uint32][]int32{}, daily: map[[2]uint32]*daily{}}
}

// Size returns how many entries of the log were read.
func (l *Ledger) Size() int64 { return l.size }

// Zone returns the zone in which days are counted.
func (l *Ledger) Zone() *time.Location { return l.zone }

// Len returns the number of entries.
func (l *Ledger) Len() int { return len(l.rows) }

// Add reads the next act of the log; acts without changes count too. Sort
// makes what was added visible to queries.
func (l *Ledger) Add(a Act) error {
	if a.Log != l.size {
		return fault.Conflictf("books.out_of_order", "log", "entry %d of the log comes next, not %d", l.size, a.Log)
	}
	l.size++
	if a.Changes == nil {
		return nil
	}
	l.learn(a.Changes)
	for _, w := range a.Changes.Written {
		l.promise(w, a)
	}
	exchanges := l.exchangesOf(a.Changes.Events)
	l.exchanges = othersOf(exchanges)
	for i := range a.Changes.Events {
		l.event(a, int32(i), &a.Changes.Events[i])
		l.meet(&a.Changes.Events[i], a)
	}
	l.note(exchanges)
	return nil
}

// learn takes up what an act says of agents, specifications and resources.
func (l *Ledger) learn(c *vf.Changes) {
	for _, a := range c.Agents {
		l.agents[a.ID] = agent{a.Kind, a.Name, l.code(a.ID), slices.Contains(a.ClassifiedAs, vf.ClassProject)}
	}
	for _, s := range c.ResourceSpecifications {
		l.money[s.ID], l.specs[s.ID] = s.MediumOfExchange, s.Name
	}
	for _, p := range c.Processes {
		l.scopes[p.ID] = p.InScopeOf
	}
	for _, r := range c.Resources {
		x := resource{money: l.money[r.ConformsTo], unit: r.Accounting.Unit, name: cmp.Or(r.Name, l.specs[r.ConformsTo]), code: l.code(r.ID)}
		l.resources[r.ID] = x
		if !x.money {
			of := stock{x.name, cmp.Or(l.specs[r.ConformsTo], x.name)}
			l.stocks[Account("Assets:Inventory:R"+x.code)], l.stocks[Account("Assets:Entrusted:R"+x.code)] = of, of
		}
	}
	for _, d := range c.Described {
		if a, known := l.agents[d.ID]; known && d.Name != "" && a.kind != vf.Person {
			a.name = d.Name
			l.agents[d.ID] = a
		}
	}
}

// fewRows is how many rows are put in their place one by one; more are sorted.
const fewRows = 1000

// Sort puts what was added in the order of days. The books call it after a
// reading; queries need it.
func (l *Ledger) Sort() {
	first := len(l.order)
	for i := first; i < len(l.rows); i++ {
		for _, p := range l.postingsOf(int32(i)) {
			l.count(l.rows[i].day, p)
		}
	}
	if len(l.rows)-first <= fewRows {
		for i := first; i < len(l.rows); i++ {
			l.order = l.placed(l.order, int32(i))
			l.eachList(int32(i), func(lists map[uint32][]int32, at uint32) { lists[at] = l.placed(lists[at], int32(i)) })
		}
		return
	}
	for i := first; i < len(l.rows); i++ {
		l.order = append(l.order, int32(i))
	}
	slices.SortFunc(l.order, l.compare)
	for _, lists := range [...]map[uint32][]int32{l.byAccount, l.byProject, l.byAgent} {
		clear(lists)
	}
	for _, i := range l.order {
		l.eachList(i, func(lists map[uint32][]int32, at uint32) {
			if list := lists[at]; len(list) == 0 || list[len(list)-1] != i {
				lists[at] = append(list, i)
			}
		})
	}
}

// eachList passes every list that row i stands in.
func (l *Ledger) eachList(i int32, f func(lists map[uint32][]int32, at uint32)) {
	for _, p := range l.postingsOf(i) {
		f(l.byAccount, p.account)
	}
	f(l.byProject, l.rows[i].project)
	f(l.byAgent, l.rows[i].payee)
}

// compare orders rows by day, then as they stand in the log.
func (l *Ledger) compare(a, b int32) int {
	return cmp.Or(cmp.Compare(l.rows[a].day, l.rows[b].day), cmp.Compare(a, b))
}

// placed returns the ordered list with a row in it, once.
func (l *Ledger) placed(list []int32, i int32) []int32 {
	at, there := slices.BinarySearchFunc(list, i, l.compare)
	if there {
		return list
	}
	return slices.Insert(list, at, i)
}

// postingsOf returns the postings of row i.
func (l *Ledger) postingsOf(i int32) []posting {
	end := int32(len(l.postings))
	if int(i)+1 < len(l.rows) {
		end = l.rows[i+1].first
	}
	return l.postings[l.rows[i].first:end]
}

// Agents returns everybody the log knows of, by identifier.
func (l *Ledger) Agents() []store.ID {
	ids := make([]store.ID, 0, len(l.agents))
	for id := range l.agents {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Pseudonym returns the code by which a person is called where names are
// private; false for anybody who is not one.
func (l *Ledger) Pseudonym(id store.ID) (code string, is bool) {
	a := l.agents[id]
	return a.code, a.kind == vf.Person
}

// Name returns what the log calls an agent: the name of an organization, a
// pseudonym for a person ("Member 3F2A90C1"), "" for nobody.
func (l *Ledger) Name(id store.ID) string {
	a, known := l.agents[id]
	switch {
	case id == "":
		return ""
	case !known:
		return "Agent " + codeOf(id, shortCode)
	case a.kind == vf.Person || a.name == "":
		return "Member " + a.code
	}
	return a.name
}
