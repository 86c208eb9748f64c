package bank

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"commonweal/books/intake"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// JournalSheet is what a dry run says of a journal.
type JournalSheet struct {
	Accounts []JournalAccount `json:"accounts"`
	Symbols  []string         `json:"symbols"` // of commodities
}

// JournalAccount is an account of a journal with what it holds at its end.
type JournalAccount struct {
	Name     string            `json:"name"`
	Postings int               `json:"postings"`
	Holds    []quantity.Amount `json:"holds"` // in the journal's own commodities
}

// sheetOf sums a journal up.
func sheetOf(j *intake.Journal) (*JournalSheet, error) {
	type at struct {
		account string
		unit    quantity.Unit
	}
	sums, count := map[at]int64{}, map[string]int{}
	s := &JournalSheet{}
	for _, e := range j.Entries {
		for _, p := range e.Postings {
			k := at{p.Account, p.Amount.Unit}
			var err error
			if sums[k], err = quantity.AddMicros(sums[k], p.Amount.Micros); err != nil {
				return nil, err
			}
			count[p.Account]++
			if symbol := string(p.Amount.Unit); !slices.Contains(s.Symbols, symbol) && !p.Amount.IsZero() {
				s.Symbols = append(s.Symbols, symbol)
			}
		}
	}
	slices.Sort(s.Symbols)
	for name, n := range count {
		a := JournalAccount{Name: name, Postings: n}
		for _, symbol := range s.Symbols {
			if micros := sums[at{name, quantity.Unit(symbol)}]; micros != 0 {
				a.Holds = append(a.Holds, quantity.Micros(micros, quantity.Unit(symbol)))
			}
		}
		s.Accounts = append(s.Accounts, a)
	}
	slices.SortFunc(s.Accounts, func(a, b JournalAccount) int { return strings.Compare(a.Name, b.Name) })
	return s, nil
}

// surveyJournal is the dry run of a journal.
func (b *Bank) surveyJournal(ctx context.Context, who auth.Identity, how Reading, file io.Reader) (*Report, error) {
	j, err := how.Journal(file)
	if err != nil {
		return refused(err)
	}
	report := &Report{Records: len(j.Entries)}
	if report.Journal, err = sheetOf(j); err != nil {
		return refused(err)
	}
	for i := range j.Entries {
		day := j.Entries[i].Day
		if report.FirstDay == "" || day < report.FirstDay {
			report.FirstDay = day
		}
		report.LastDay = max(report.LastDay, day)
	}
	err = b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		fresh, err := freshEntries(r, j.Entries)
		report.Known = len(j.Entries) - len(fresh)
		return err
	})
	return report, err
}

var (
	entriesKnown = store.ByIDs(`SELECT key, count(n) FROM bank_entry WHERE commons_id = $1 AND key IN (*) GROUP BY key`)
	insertEntry  = store.Into("bank_entry", "key", "n", "seq")
)

// numbered is an entry with its key, and which of those that say the same it is.
type numbered struct {
	*intake.Entry
	key store.ID
	n   int64
}

// freshEntries are those that are not here yet: of entries that say the same, the
// later ones.
func freshEntries(r store.Reader, entries []intake.Entry) ([]numbered, error) {
	var all []numbered
	var keys []store.ID
	seen := map[store.ID]int64{}
	for i := range entries {
		key := entryKey(&entries[i])
		if seen[key]++; seen[key] == 1 {
			keys = append(keys, key)
		}
		all = append(all, numbered{&entries[i], key, seen[key]})
	}
	here, err := entriesHere(r, keys)
	return slices.DeleteFunc(all, func(e numbered) bool { return e.n <= here[e.key] }), err
}

// entriesHere returns how many entries of each key are here.
func entriesHere(r store.Reader, keys []store.ID) (map[store.ID]int64, error) {
	here := map[store.ID]int64{}
	_, err := store.AllOf(r, func(row store.Scanner) (n int64, err error) {
		var key store.ID
		err = row.Scan(&key, &n)
		here[key] = n
		return n, err
	}, entriesKnown, keys)
	return here, err
}

// carryAll brings the entries of a journal that are not here yet, act by act.
func (b *Bank) carryAll(ctx context.Context, who auth.Identity, batch Batch, how Reading, file io.Reader, progress func(done, total int)) (Result, error) {
	out := Result{Batch: batch.ID}
	j, err := how.Journal(file)
	if err == nil {
		err = how.Mapping.missing(j)
	}
	if err != nil {
		return out, err
	}
	if out.Resumed, err = b.resumed(ctx, who, batch.ID); err != nil {
		return out, err
	}
	slices.SortStableFunc(j.Entries, func(x, y intake.Entry) int { return strings.Compare(x.Day, y.Day) })
	var fresh []numbered
	if err := b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) { fresh, err = freshEntries(r, j.Entries); return err }); err != nil {
		return out, err
	}
	for part := range slices.Chunk(fresh, chunkSize) {
		n, err := perform(ctx, b, who, "", batch, func(tx *store.Tx) (int, error) { return b.carry(tx, who, batch, how.Mapping, part) })
		if err != nil {
			return out, err
		}
		if out.Brought += n; progress != nil {
			progress(out.Brought, len(fresh))
		}
	}
	out.Known = len(j.Entries) - out.Brought - out.Resumed
	return out, nil
}

// carrying is one act that brings entries of a journal.
type carrying struct {
	l       *vf.Ledger
	commons commons.Commons
	zone    *time.Location
	m       Mapping
	names   names
	tills   tills
	events  []vf.Event
}

// carry brings entries as one act. Those that came in meanwhile are left out.
func (b *Bank) carry(tx *store.Tx, who auth.Identity, batch Batch, m Mapping, entries []numbered) (n int, err error) {
	c := carrying{l: b.open(tx), m: m}
	c.names, c.tills = names{tx: tx, l: c.l}, tills{open: b.Till, tx: tx, l: c.l}
	if entries, err = notYet(tx, entries); err != nil || len(entries) == 0 {
		return 0, err
	}
	if c.commons, err = commons.Self(tx); err != nil {
		return 0, err
	}
	if c.zone, err = time.LoadLocation(c.commons.Zone); err != nil {
		return 0, err
	}
	if err := c.open(entries); err != nil {
		return 0, err
	}
	for _, e := range entries {
		if err := c.entry(e.Entry); err != nil {
			return 0, err
		}
	}
	recorded, err := c.l.RecordAll(c.events)
	if err != nil {
		return 0, err
	}
	ids := make([]store.ID, len(recorded))
	for i := range recorded {
		ids[i] = recorded[i].ID
	}
	return len(entries), c.keep(tx, who, batch, entries, ids)
}

// notYet leaves out the entries that another run has brought.
func notYet(tx *store.Tx, entries []numbered) ([]numbered, error) {
	keys := map[store.ID]bool{}
	for _, e := range entries {
		keys[e.key] = true
	}
	here, err := entriesHere(tx, slices.Collect(maps.Keys(keys)))
	return slices.DeleteFunc(slices.Clone(entries), func(e numbered) bool { return e.n <= here[e.key] }), err
}

// keep journals the act and remembers what it brought.
func (c *carrying) keep(tx *store.Tx, who auth.Identity, batch Batch, entries []numbered, events []store.ID) error {
	changes, err := json.Marshal(c.l.Changes())
	if err != nil {
		return err
	}
	sealed := c.l.Sealed()
	if sealed == nil {
		sealed = map[string]string{}
	}
	sealed["file"] = batch.File
	seq, err := journal.Append(tx, journal.Record{Act: "bank.carry", By: who.Agent, Public: map[string]any{"batch": batch.ID, "format": batch.Format, "entries": len(entries)}, Sealed: sealed, Attached: map[string][]byte{"vf": changes}})
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := tx.Append(insertEntry, e.key, e.n, seq); err != nil {
			return err
		}
	}
	return noteChunk(tx, who, seq, batch, len(entries), events)
}

// open opens the accounts that the entries need, and lets them go below nothing:
// journals hold what others owe, and overdrafts.
func (c *carrying) open(entries []numbered) error {
	agents := map[quantity.Unit][]store.ID{}
	for _, e := range entries {
		for _, p := range e.Postings {
			unit := c.m.Units[string(p.Amount.Unit)]
			if p.Amount.IsZero() {
				continue
			}
			if len(agents[unit]) == 0 {
				agents[unit] = []store.ID{c.commons.Agent}
			}
			a := c.m.Accounts[p.Account]
			if a.Role != AsOwed {
				continue
			}
			id, err := c.agent(a)
			if err != nil {
				return err
			}
			if !slices.Contains(agents[unit], id) {
				agents[unit] = append(agents[unit], id)
			}
		}
	}
	return c.tills.in(agents, c.allow)
}

// allow lets the accounts of currencies go below nothing.
func (c *carrying) allow(specifications []store.ID) error {
	known, err := vf.GetSpecifications(c.names.tx, specifications)
	for id, s := range known {
		if s.Policy.NegativeBalance == vf.Allow || err != nil {
			continue
		}
		s.Policy.NegativeBalance = vf.Allow
		_, err = c.l.SetPolicy(id, s.Policy, c.commons.Agent)
	}
	return err
}

func (c *carrying) agent(a Mapped) (store.ID, error) {
	if a.Agent != "" {
		return a.Agent, nil
	}
	return c.names.organization(a.Name)
}

// elsewhere is who stands on the other side of what names nobody.
const elsewhere = "Elsewhere"

// entry plans the events of an entry.
func (c *carrying) entry(e *intake.Entry) error {
	name := e.Payee
	if name == "" || len(name) > longestName {
		name = elsewhere
	}
	party, err := c.names.organization(name)
	if err != nil {
		return err
	}
	day, err := time.ParseInLocation(time.DateOnly, e.Day, c.zone)
	if err != nil {
		return err
	}
	var done []string
	for _, p := range e.Postings {
		symbol := string(p.Amount.Unit)
		if slices.Contains(done, symbol) {
			continue
		}
		done = append(done, symbol)
		flows, err := c.m.flows(e, symbol)
		if err != nil {
			return err
		}
		for _, x := range pairs(flows) {
			base := vf.Event{HasPointInTime: day.Add(12 * time.Hour).UTC(), Note: e.Note}
			if err := c.pair(x, base, party, c.m.Units[symbol]); err != nil {
				return err
			}
		}
	}
	return nil
}

// pair plans the events by which money goes from one flow to another.
func (c *carrying) pair(x pair, base vf.Event, party store.ID, unit quantity.Unit) error {
	till := c.tills.by[unit]
	pot, us := till.accounts[c.commons.Agent], c.commons.Agent
	amount := quantity.Micros(x.micros, unit)
	add := func(e vf.Event) {
		e.ResourceQuantity, e.HasPointInTime, e.Note = &amount, base.HasPointInTime, base.Note
		c.events = append(c.events, e)
	}
	move := func(from, to, provider, receiver store.ID, class string) {
		e := vf.Event{Action: vf.Transfer, Provider: provider, Receiver: receiver, ResourceInventoriedAs: from, ToResourceInventoriedAs: to, ResourceConformsTo: till.specification}
		if class != "" {
			e.ClassifiedAs = []string{class}
		}
		add(e)
	}
	from, to, err := c.sides(x)
	if err != nil {
		return err
	}
	switch {
	case x.from.role == AsMoney && x.to.role == AsMoney: // from one account of the commons to another
	case x.from.role == AsMoney && x.to.role == AsOwed:
		add(vf.Event{Action: vf.Lower, Provider: to, Receiver: to, ResourceInventoriedAs: till.accounts[to], ClassifiedAs: []string{classPayout}})
	case x.from.role == AsOwed && x.to.role == AsMoney:
		add(vf.Event{Action: vf.Raise, Provider: from, Receiver: from, ResourceInventoriedAs: till.accounts[from], ClassifiedAs: []string{classPayin}})
	case x.from.role == AsOwed && x.to.role == AsOwed:
		if from != to {
			move(till.accounts[to], till.accounts[from], to, from, "") // what is owed to one is owed to the other now
		}
	case x.from.role == AsOwed:
		move(pot, till.accounts[from], us, from, x.to.class)
	case x.to.role == AsOwed:
		move(till.accounts[to], pot, to, us, x.from.class)
	default:
		if x.from.role != AsMoney {
			move("", pot, party, us, x.from.class)
		}
		if x.to.role != AsMoney {
			move(pot, "", us, party, x.to.class)
		}
	}
	return nil
}

// sides are the agents of what is owed.
func (c *carrying) sides(x pair) (from, to store.ID, err error) {
	if x.from.role == AsOwed {
		if from, err = c.agent(x.from.who); err != nil {
			return "", "", err
		}
	}
	if x.to.role == AsOwed {
		to, err = c.agent(x.to.who)
	}
	return from, to, err
}
