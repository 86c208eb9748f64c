package vf

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

var (
	writeEntity  = upserts("vf_entity", "id", "id, kind, at, open, folded, revision, body")[0].statement
	deleteEntity = store.SQL("DELETE FROM vf_entity WHERE commons_id = $1 AND id = $2")
	insertLink   = store.Into("vf_link", "property", "target_id", "source_id")
	deleteLinks  = store.SQL("DELETE FROM vf_link WHERE commons_id = $1 AND source_id = $2")
	linksTo      = store.SQL("SELECT count(*) FROM vf_link WHERE commons_id = $1 AND target_id = $2")

	insertAllocation  = store.Into("vf_allocation", "source_id", "property", "target_id", "origin_id", "quantity", "effort")
	deleteAllocations = store.SQL("DELETE FROM vf_allocation WHERE commons_id = $1 AND source_id = $2")

	entitiesByID = store.ByIDs("SELECT kind, body FROM vf_entity WHERE commons_id = $1 AND id IN (*)")
	metByTarget  = store.ByIDs(`SELECT property, target_id, CAST(sum(quantity) AS BIGINT), CAST(sum(effort) AS BIGINT)
		FROM vf_allocation WHERE commons_id = $1 AND target_id IN (*) GROUP BY property, target_id`)
	leftByOrigin = store.ByIDs(`SELECT origin_id, property, target_id, CAST(sum(quantity) AS BIGINT), CAST(sum(effort) AS BIGINT)
		FROM vf_allocation WHERE commons_id = $1 AND origin_id IN (*) GROUP BY origin_id, property, target_id`)
)

// store writes an entity with its links and allocations, in place of what was before.
func (l *Ledger) store(e, before Entity) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	h := e.head()
	at := e.when()
	if at.IsZero() {
		at = h.Created
	}
	if _, err := l.tx.Exec(writeEntity, h.ID, string(e.Kind()), store.Micros(at), !e.done(), fold(h.Name), h.Revision, string(body)); err != nil {
		return err
	}
	if before != nil {
		if err := l.unlink(h.ID); err != nil {
			return err
		}
	}
	for _, r := range links(e) {
		if err := l.tx.Append(insertLink, property(e.Kind(), r.Property), r.ID, h.ID); err != nil {
			return err
		}
	}
	if c, ok := e.(*Commitment); ok {
		return appendAllocations(l.tx, h.ID, h.ID, "satisfies", c.Satisfies)
	}
	return nil
}

// erase removes an entity from the database.
func (l *Ledger) erase(e Entity) error {
	if err := l.unlink(e.head().ID); err != nil {
		return err
	}
	_, err := l.tx.Exec(deleteEntity, e.head().ID)
	return err
}

func (l *Ledger) unlink(i store.ID) error {
	if _, err := l.tx.Exec(deleteLinks, i); err != nil {
		return err
	}
	_, err := l.tx.Exec(deleteAllocations, i)
	return err
}

// links returns what an entity names, each property and thing once.
func links(e Entity) []Ref {
	var out []Ref
	for _, r := range e.Refs() {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// property is the name of a link in the database: inputOf of commitments is
// another link than inputOf of intents.
func property(k Kind, name string) string { return string(k) + "." + name }

func appendAllocations(tx *store.Tx, source, origin store.ID, property string, list []Allocation) error {
	for _, x := range list {
		if err := tx.Append(insertAllocation, source, property, x.Target, origin, micros64(x.ResourceQuantity), micros64(x.EffortQuantity)); err != nil {
			return err
		}
	}
	return nil
}

// referred counts what names a thing: entities by links, events and
// commitments by allocations, events by agreement and place.
func (l *Ledger) referred(i store.ID) (int64, error) {
	n, err := count(l.tx, linksTo, i)
	if err != nil || n > 0 {
		return n, err
	}
	met, err := store.AllOf(l.tx, scanMet, metByTarget, []store.ID{i})
	if err != nil || len(met) > 0 {
		return int64(len(met)), err
	}
	events, err := store.AllOf(l.tx, scanEvent, agreementEvents, []store.ID{i})
	if err != nil || len(events) > 0 {
		return int64(len(events)), err
	}
	return count(l.tx, placeUses, i)
}

var placeUses = store.SQL(`SELECT (SELECT count(*) FROM vf_resource r WHERE r.commons_id = $1 AND r.location = $2)
	+ (SELECT count(*) FROM vf_resource r WHERE r.commons_id = $1 AND r.lot = $2) + (SELECT count(*) FROM vf_process p WHERE p.commons_id = $1 AND p.plan_id = $2)`)

func count(r store.Reader, s *store.Statement, args ...any) (int64, error) {
	n, err := store.All(r, func(s store.Scanner) (n int64, err error) { err = s.Scan(&n); return n, err }, s, args...)
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

func scanEntity(r store.Scanner) (Entity, error) {
	var kind, body string
	if err := r.Scan(&kind, &body); err != nil {
		return nil, err
	}
	return decodeEntity(Kind(kind), []byte(body))
}

// metRow is what is met of one target by one property; Origin is set where
// the question is about the events that allocate.
type metRow struct {
	origin store.ID
	key    metKey
	met    Met
}

func scanMet(r store.Scanner) (m metRow, err error) {
	err = r.Scan(&m.key.property, id{&m.key.target}, &m.met.Quantity, &m.met.Effort)
	return m, err
}

func scanLeft(r store.Scanner) (m metRow, err error) {
	err = r.Scan(id{&m.origin}, &m.key.property, id{&m.key.target}, &m.met.Quantity, &m.met.Effort)
	return m, err
}

// loadEntities makes entities known with how much of them is met.
func (l *Ledger) loadEntities(ids []store.ID) error {
	if l.broken != nil {
		return l.broken
	}
	var missing []store.ID
	for _, i := range ids {
		if i != "" && l.book.entities[i] == nil {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := store.AllOf(l.tx, scanEntity, entitiesByID, missing)
	if err != nil {
		return err
	}
	var targets []store.ID
	for _, e := range found {
		l.book.entities[e.head().ID] = e
		if metBy[e.Kind()] != "" {
			targets = append(targets, e.head().ID)
		}
	}
	met, err := store.AllOf(l.tx, scanMet, metByTarget, targets)
	if err != nil {
		return err
	}
	for _, m := range met {
		l.book.met[m.key] = m.met
	}
	return nil
}

// loadRefs makes everything known that entities name: a query per kind of thing.
func (l *Ledger) loadRefs(of ...Entity) error {
	if l.broken != nil {
		return l.broken
	}
	var w want
	var entities, records, events []store.ID
	l.known.mu.RLock()
	for _, e := range of {
		for _, r := range e.Refs() {
			switch r.Kind {
			case KindAgent:
				w.agents = l.wantAgent(w.agents, r.ID)
			case KindResourceSpecification:
				w.specs = l.wantSpec(w.specs, r.ID)
			case KindProcessSpecification:
				w.stages = l.wantStage(w.stages, r.ID)
			case KindProcess:
				w.processes = l.wantProcess(w.processes, r.ID)
			case KindResource:
				records = append(records, r.ID)
			case KindEvent:
				if l.book.originals[r.ID] == nil {
					events = append(events, r.ID)
				}
			default:
				entities = append(entities, r.ID)
			}
		}
	}
	l.known.mu.RUnlock()
	if err := l.loadFacts(w); err != nil {
		return err
	}
	if err := l.loadRecords(l.missing(records)); err != nil {
		return err
	}
	if len(events) > 0 {
		if err := l.loadOriginals(events); err != nil {
			return err
		}
	}
	return l.loadEntities(entities)
}

// mustHave refuses an entity that does not exist; an empty name asks for nothing.
func (l *Ledger) mustHave(kind Kind, field string, i store.ID) error {
	if i == "" {
		return nil
	}
	if err := l.loadEntities([]store.ID{i}); err != nil {
		return err
	}
	if !l.book.has(kind, i) {
		return unknown(words[kind], field, i)
	}
	return nil
}

// Get returns the entities of a class that exist of those asked for.
func Get[T any, P entity[T]](r store.Reader, ids []store.ID) (map[store.ID]T, error) {
	found, err := Entities(r, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[store.ID]T, len(found))
	for i, e := range found {
		if x, ok := e.(P); ok {
			out[i] = *x
		}
	}
	return out, nil
}

// GetOne returns one entity of a class; found is false when there is none.
func GetOne[T any, P entity[T]](r store.Reader, i store.ID) (x T, found bool, err error) {
	all, err := Get[T, P](r, []store.ID{i})
	x, found = all[i]
	return x, found, err
}

// Entities returns the entities that exist of those asked for, of whatever
// class, in one query per 400.
func Entities(r store.Reader, ids []store.ID) (map[store.ID]Entity, error) {
	return keyed(func(e Entity) store.ID { return e.head().ID })(store.AllOf(r, scanEntity, entitiesByID, ids))
}

// ListFilter says which entities of a class to list, the latest first by the
// time they are due, else by the time they were made.
type ListFilter struct {
	Search   string // part of the name, in any case and without accents
	OpenOnly bool   // leave out what is finished
	// Property and Target ask for those that name a thing: "inputOf" and a
	// process. Both or neither are set.
	Property string
	Target   store.ID
	Before   Cursor // the last entity of the page before
	Limit    int    // 0 means 50, at most 500
	Back     bool   // the page in front of Before, read backward: its earliest first
}

// CursorOfEntity returns where an entity stands in a list.
func CursorOfEntity(e Entity) Cursor {
	at := e.when()
	if at.IsZero() {
		at = e.head().Created
	}
	return Cursor{store.Micros(at), e.head().ID}
}

var (
	entitiesByTime = inBothWays(`SELECT kind, body FROM vf_entity WHERE commons_id = $1 AND kind = $2 AND (at, id) < ($3, $4)
		AND folded LIKE $5 ESCAPE '\' AND (open = $6 OR open) ORDER BY at DESC, id DESC LIMIT $7`)
	entitiesNaming = inBothWays(`SELECT e.kind, e.body FROM vf_link l JOIN vf_entity e ON e.commons_id = l.commons_id AND e.id = l.source_id
		WHERE l.commons_id = $1 AND l.property = $8 AND l.target_id = $9 AND e.kind = $2 AND (e.at, e.id) < ($3, $4)
		AND e.folded LIKE $5 ESCAPE '\' AND (e.open = $6 OR e.open) ORDER BY e.at DESC, e.id DESC LIMIT $7`)
)

// List returns a page of the entities of a class.
func List[T any, P entity[T]](r store.Reader, f ListFilter) ([]T, error) {
	found, err := ListEntities(r, kindOf[T, P](), f, true, nil)
	out := make([]T, len(found))
	for i, e := range found {
		out[i] = *e.(P)
	}
	return out, err
}

// statement is the question that the filter asks of a class.
func (f ListFilter) statement(kind Kind) (*store.Statement, []any, error) {
	cursor := f.Before
	if cursor.ID == "" && !f.Back {
		cursor = Cursor{store.Micros(lastDay), highest}
	} else if cursor.ID == "" {
		cursor = Cursor{math.MinInt64, lowest}
	}
	args := []any{string(kind), cursor.At, cursor.ID, pattern(f.Search), f.OpenOnly, size(f.Limit)}
	statement := entitiesByTime
	if f.Property != "" {
		if _, ok := store.ParseID(string(f.Target)); !ok {
			return nil, nil, fault.Invalidf("vf.identifier", f.Property, "%q is no identifier", clip(string(f.Target)))
		}
		statement, args = entitiesNaming, append(args, property(kind, f.Property), f.Target)
	}
	return statement.way(f.Back), args, nil
}

// ListEntities is List for a class known at run time only, with each entity as
// a reader is Shown it; want, when given, leaves out entities too. The page is
// filled from those behind.
func ListEntities(r store.Reader, kind Kind, f ListFilter, member bool, want func(Entity) bool) ([]Entity, error) {
	limit := size(f.Limit)
	var out []Entity
	for {
		statement, args, err := f.statement(kind)
		if err != nil {
			return nil, err
		}
		found, err := store.All(r, scanEntity, statement, args...)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			if Visible(e, member) && (want == nil || want(e)) {
				out = append(out, Shown(e, member))
			}
		}
		if len(out) >= limit || len(found) < limit {
			return out[:min(limit, len(out))], nil
		}
		f.Before = CursorOfEntity(found[len(found)-1])
	}
}

// lastDay stands behind every time that can be kept.
var lastDay = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

var linked = store.ByIDs(`SELECT l.property, l.target_id, e.kind, e.body FROM vf_link l JOIN vf_entity e ON e.commons_id = l.commons_id AND e.id = l.source_id
	WHERE l.commons_id = $1 AND l.target_id IN (*) ORDER BY e.at, e.id`)

type link struct {
	property string
	target   store.ID
	source   Entity
}

func scanLink(r store.Scanner) (k link, err error) {
	var kind, body string
	if err = r.Scan(&k.property, id{&k.target}, &kind, &body); err != nil {
		return k, err
	}
	k.source, err = decodeEntity(Kind(kind), []byte(body))
	return k, err
}

// Linked returns the entities of a class that name each of the targets by a
// property, in the order of their times: the commitments that are clauses of
// agreements, by Linked[Commitment](r, "clauseOf", agreements).
func Linked[T any, P entity[T]](r store.Reader, name string, targets []store.ID) (map[store.ID][]T, error) {
	found, err := store.AllOf(r, scanLink, linked, targets)
	if err != nil {
		return nil, err
	}
	out := map[store.ID][]T{}
	for _, k := range found {
		if x, ok := k.source.(P); ok && k.property == property(x.Kind(), name) {
			out[k.target] = append(out[k.target], *x)
		}
	}
	return out, nil
}

// MetOf returns how much of commitments, intents and claims is met, in one
// query per 400; what is met by nothing is left out.
func MetOf(r store.Reader, targets []store.ID) (map[store.ID]Met, error) {
	rows, err := store.AllOf(r, scanMet, metByTarget, targets)
	out := make(map[store.ID]Met, len(rows))
	for _, m := range rows { // intents alone are met from two sides, under one property
		out[m.key.target] = m.met
	}
	return out, err
}

// Source is one event or commitment that meets a target, and how much of it does.
type Source struct {
	ID               store.ID
	Quantity, Effort int64
}

var sourcesByTarget = store.ByIDs("SELECT target_id, source_id, quantity, effort FROM vf_allocation WHERE commons_id = $1 AND target_id IN (*) ORDER BY target_id, source_id")

// SourcesOf returns what meets each target: events, and for intents commitments too.
func SourcesOf(r store.Reader, targets []store.ID) (map[store.ID][]Source, error) {
	type row struct {
		target store.ID
		source Source
	}
	rows, err := store.AllOf(r, func(s store.Scanner) (x row, err error) {
		err = s.Scan(id{&x.target}, id{&x.source.ID}, &x.source.Quantity, &x.source.Effort)
		return x, err
	}, sourcesByTarget, targets)
	out := map[store.ID][]Source{}
	for _, x := range rows {
		out[x.target] = append(out[x.target], x.source)
	}
	return out, err
}

// LinkedEntities is Linked for a class known at run time only, with each entity
// as a reader is Shown it.
func LinkedEntities(r store.Reader, kind Kind, name string, targets []store.ID, member bool) (map[store.ID][]Entity, error) {
	found, err := store.AllOf(r, scanLink, linked, targets)
	out := map[store.ID][]Entity{}
	for _, k := range found {
		if k.source.Kind() == kind && k.property == property(kind, name) && Visible(k.source, member) {
			out[k.target] = append(out[k.target], Shown(k.source, member))
		}
	}
	return out, err
}

// Pair is an allocation by its two ends.
type Pair struct{ Source, Target store.ID }

var allocationsFrom = store.SQL(`SELECT source_id, target_id FROM vf_allocation WHERE commons_id = $1 AND property = $2 AND (source_id, target_id) > ($3, $4)
	ORDER BY source_id, target_id LIMIT $5`)

// Allocations returns a page of what fulfills, satisfies or settles something,
// by the property, in the order of identifiers.
func Allocations(r store.Reader, property string, after Pair, limit int) ([]Pair, error) {
	if after.Source == "" {
		after = Pair{lowest, lowest}
	}
	return store.All(r, func(s store.Scanner) (p Pair, err error) {
		err = s.Scan(id{&p.Source}, id{&p.Target})
		return p, err
	}, allocationsFrom, property, after.Source, after.Target, size(limit))
}
