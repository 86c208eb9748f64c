package vf

import (
	"commonweal/platform/store"
)

// maxPage is the longest page that any list gives.
const maxPage = 500

// size returns a page size within bounds; 0 means 50. One more than the longest
// page is allowed, to see whether there is another.
func size(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, maxPage+1)
}

var (
	agentsByID    = store.ByIDs("SELECT " + agentColumns + " FROM vf_agent WHERE commons_id = $1 AND id IN (*)")
	stagesByID    = store.ByIDs("SELECT " + processSpecificationColumns + " FROM vf_process_specification WHERE commons_id = $1 AND id IN (*)")
	agentsByName  = inBothWays("SELECT " + agentColumns + " FROM vf_agent WHERE commons_id = $1 AND (folded, id) > ($2, $3) AND folded LIKE $4 ESCAPE '\\' AND (CAST($5 AS TEXT) = '' OR kind = $5) ORDER BY folded, id LIMIT $6")
	agentsByClass = inBothWays(`SELECT a.id, a.kind, a.name, a.note, a.classes, a.location, a.image FROM vf_agent_class c JOIN vf_agent a ON a.commons_id = c.commons_id AND a.id = c.agent_id
		WHERE c.commons_id = $1 AND c.class = $7 AND (a.folded, a.id) > ($2, $3) AND a.folded LIKE $4 ESCAPE '\' AND (CAST($5 AS TEXT) = '' OR a.kind = $5) ORDER BY a.folded, a.id LIMIT $6`)
	specificationsByName = inBothWays("SELECT " + specificationColumns + " FROM vf_specification WHERE commons_id = $1 AND (folded, id) > ($2, $3) AND folded LIKE $4 ESCAPE '\\' ORDER BY folded, id LIMIT $5")
	stagesByName         = inBothWays("SELECT " + processSpecificationColumns + " FROM vf_process_specification WHERE commons_id = $1 AND (folded, id) > ($2, $3) AND folded LIKE $4 ESCAPE '\\' ORDER BY folded, id LIMIT $5")
	policyChanges        = store.SQL("SELECT specification_id, at, by_agent, policy FROM vf_policy_change WHERE commons_id = $1 AND specification_id = $2 ORDER BY at DESC")
)

// After is where a page by name begins: behind the last entry of the one before.
type After struct {
	Name string
	ID   store.ID
}

// lowest stands before every identifier.
const lowest store.ID = "00000000-0000-0000-0000-000000000000"

// AgentFilter says which agents to list. Empty fields ask for nothing.
type AgentFilter struct {
	Kind   AgentKind
	Class  string // such as ClassProject
	Search string // part of the name, in any case and without accents
	After  After
	Limit  int  // 0 means 50, at most 500
	Back   bool // the page before After, read backward: its last agent first
}

// Agents returns a page of agents by name.
func Agents(r store.Reader, f AgentFilter) ([]Agent, error) {
	name, i := f.After.beginning(f.Back)
	args := []any{name, i, pattern(f.Search), string(f.Kind), size(f.Limit)}
	if f.Class == "" {
		return store.All(r, scanAgent, agentsByName.way(f.Back), args...)
	}
	return store.All(r, scanAgent, agentsByClass.way(f.Back), append(args, f.Class)...)
}

// Projects returns a page of the projects of the commons by name.
func Projects(r store.Reader, after After, limit int) ([]Agent, error) {
	return Agents(r, AgentFilter{Class: ClassProject, After: after, Limit: limit})
}

// GetAgent returns one agent; found is false when there is none.
func GetAgent(r store.Reader, i store.ID) (a Agent, found bool, err error) {
	return one(store.AllOf(r, scanAgent, agentsByID, []store.ID{i}))
}

// GetAgents returns the agents that exist of those asked for, in one query per 400.
func GetAgents(r store.Reader, ids []store.ID) (map[store.ID]Agent, error) {
	return keyed(func(a Agent) store.ID { return a.ID })(store.AllOf(r, scanAgent, agentsByID, ids))
}

// Specifications returns a page of resource specifications by name.
func Specifications(r store.Reader, search string, after After, limit int) ([]ResourceSpecification, error) {
	return SpecificationsIn(r, search, after, limit, false)
}

// SpecificationsIn is Specifications in either direction: back reads the page
// before a place, its last entry first.
func SpecificationsIn(r store.Reader, search string, from After, limit int, back bool) ([]ResourceSpecification, error) {
	name, i := from.beginning(back)
	return store.All(r, scanSpecification, specificationsByName.way(back), name, i, pattern(search), size(limit))
}

// GetSpecifications returns the resource specifications that exist of those asked for.
func GetSpecifications(r store.Reader, ids []store.ID) (map[store.ID]ResourceSpecification, error) {
	return keyed(func(s ResourceSpecification) store.ID { return s.ID })(store.AllOf(r, scanSpecification, specsByID, ids))
}

// PolicyChanges returns how the policy of a specification changed, newest first.
func PolicyChanges(r store.Reader, specification store.ID) ([]PolicyChange, error) {
	if _, ok := store.ParseID(string(specification)); !ok {
		return nil, nil
	}
	return store.All(r, scanPolicyChange, policyChanges, specification)
}

// ProcessSpecifications returns a page of process specifications by name.
func ProcessSpecifications(r store.Reader, search string, after After, limit int) ([]ProcessSpecification, error) {
	return ProcessSpecificationsIn(r, search, after, limit, false)
}

// ProcessSpecificationsIn is ProcessSpecifications in either direction.
func ProcessSpecificationsIn(r store.Reader, search string, from After, limit int, back bool) ([]ProcessSpecification, error) {
	name, i := from.beginning(back)
	return store.All(r, scanProcessSpecification, stagesByName.way(back), name, i, pattern(search), size(limit))
}

// GetProcessSpecifications returns those that exist of those asked for.
func GetProcessSpecifications(r store.Reader, ids []store.ID) (map[store.ID]ProcessSpecification, error) {
	return keyed(func(p ProcessSpecification) store.ID { return p.ID })(store.AllOf(r, scanProcessSpecification, stagesByID, ids))
}

// GetProcess returns one process; found is false when there is none.
func GetProcess(r store.Reader, i store.ID) (p Process, found bool, err error) {
	return one(store.AllOf(r, scanProcess, processesByID, []store.ID{i}))
}

// GetProcesses returns the processes that exist of those asked for.
func GetProcesses(r store.Reader, ids []store.ID) (map[store.ID]Process, error) {
	return keyed(func(p Process) store.ID { return p.ID })(store.AllOf(r, scanProcess, processesByID, ids))
}

var (
	processesNewest  = inBothWays("SELECT " + processColumns + " FROM vf_process WHERE commons_id = $1 AND id < $2 AND folded LIKE $3 ESCAPE '\\' ORDER BY id DESC LIMIT $4")
	processesOf      = inBothWays("SELECT " + processColumns + " FROM vf_process WHERE commons_id = $1 AND id < $2 AND folded LIKE $3 ESCAPE '\\' AND project_id = $5 ORDER BY id DESC LIMIT $4")
	resourcesByOrder = inBothWays("SELECT " + resourceColumns + " FROM vf_resource WHERE commons_id = $1 AND id < $2 AND folded LIKE $3 ESCAPE '\\'" + inStock + " ORDER BY id DESC LIMIT $4")
	resourcesOf      = resourcesWith("accountable")
	resourcesLike    = resourcesWith("specification_id")
	resourcesAt      = resourcesWith("location")
	resourcesOfLot   = resourcesWith("lot")
)

// inStock leaves out what is used up when $5 says so.
const inStock = " AND ($5 = FALSE OR onhand <> 0 OR accounting <> 0)"

func resourcesWith(column string) bothWays {
	return inBothWays("SELECT " + resourceColumns + " FROM vf_resource WHERE commons_id = $1 AND id < $2 AND folded LIKE $3 ESCAPE '\\' AND " + column + " = $6" + inStock + " ORDER BY id DESC LIMIT $4")
}

// highest stands behind every identifier.
const highest store.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// ProcessFilter says which processes to list, newest first.
type ProcessFilter struct {
	Project store.ID // inScopeOf; "" means all
	Search  string
	Before  store.ID // the last process of the page before
	Limit   int
	Back    bool // the page in front of Before, read backward: its oldest first
}

// Processes returns a page of processes, newest first.
func Processes(r store.Reader, f ProcessFilter) ([]Process, error) {
	args := []any{beginning(f.Before, f.Back), pattern(f.Search), size(f.Limit)}
	if f.Project == "" {
		return store.All(r, scanProcess, processesNewest.way(f.Back), args...)
	}
	if _, ok := store.ParseID(string(f.Project)); !ok {
		return nil, nil
	}
	return store.All(r, scanProcess, processesOf.way(f.Back), append(args, f.Project)...)
}

// ResourceFilter says which records to list, newest first. Of Accountable,
// ConformsTo, Location and OfBatchLot at most one may be set.
type ResourceFilter struct {
	Accountable store.ID
	ConformsTo  store.ID
	Location    store.ID // where it is now: a SpatialThing
	OfBatchLot  store.ID
	InStock     bool // leave out what is used up: nothing on hand and nothing accounted for
	Search      string
	Before      store.ID
	Limit       int
	Back        bool // the page in front of Before, read backward: its oldest first
}

// Resources returns a page of inventoried records, newest first.
func Resources(r store.Reader, f ResourceFilter) ([]Resource, error) {
	args := []any{beginning(f.Before, f.Back), pattern(f.Search), size(f.Limit), f.InStock}
	for _, by := range [...]struct {
		id        store.ID
		statement bothWays
	}{{f.Accountable, resourcesOf}, {f.ConformsTo, resourcesLike}, {f.Location, resourcesAt}, {f.OfBatchLot, resourcesOfLot}} {
		if by.id == "" {
			continue
		}
		if _, ok := store.ParseID(string(by.id)); !ok {
			return nil, nil
		}
		return store.All(r, scanResource, by.statement.way(f.Back), append(args, by.id)...)
	}
	return store.All(r, scanResource, resourcesByOrder.way(f.Back), args...)
}

// GetResource returns one record; found is false when there is none.
func GetResource(r store.Reader, i store.ID) (x Resource, found bool, err error) {
	return one(store.AllOf(r, scanResource, resourcesByID, []store.ID{i}))
}

// GetResources returns the records that exist of those asked for.
func GetResources(r store.Reader, ids []store.ID) (map[store.ID]Resource, error) {
	return keyed(func(x Resource) store.ID { return x.ID })(store.AllOf(r, scanResource, resourcesByID, ids))
}

// Contents returns what lies directly in a container.
func Contents(r store.Reader, container store.ID) ([]Resource, error) {
	return ContentsOf(r, []store.ID{container})
}

// GetEvent returns one event; found is false when there is none.
func GetEvent(r store.Reader, i store.ID) (e Event, found bool, err error) {
	return one(store.AllOf(r, scanEvent, eventsByID, []store.ID{i}))
}

// GetEvents returns the events that exist of those asked for.
func GetEvents(r store.Reader, ids []store.ID) (map[store.ID]Event, error) {
	return keyed(func(e Event) store.ID { return e.ID })(store.AllOf(r, scanEvent, eventsByID, ids))
}

// chain walks the links of a record's events back from a given one. The link
// to follow depends on the side on which the event names the record.
var chain = store.SQL(`WITH RECURSIVE back(id, next, n) AS (
	SELECT e.id, CASE WHEN e.resource_id = $3 THEN e.previous ELSE e.to_previous END, 1 FROM vf_event e WHERE e.commons_id = $1 AND e.id = $2
	UNION ALL
	SELECT e.id, CASE WHEN e.resource_id = $3 THEN e.previous ELSE e.to_previous END, b.n + 1
	FROM back b JOIN vf_event e ON e.commons_id = $1 AND e.id = b.next WHERE b.n < $4)
	SELECT ` + eventColumns + ` FROM back b JOIN vf_event e ON e.commons_id = $1 AND e.id = b.id
	LEFT JOIN vf_note n ON n.commons_id = e.commons_id AND n.event_id = e.id ORDER BY b.n`)

// ResourceHistory returns a page of the events of a record, newest first, by
// its chain. before is the last event of the page before; "" begins at the newest.
func ResourceHistory(r store.Reader, resource, before store.ID, limit int) ([]Event, error) {
	from, skip := before, 1
	if from == "" {
		x, found, err := GetResource(r, resource)
		if err != nil || !found {
			return nil, err
		}
		from, skip = x.PreviousEvent, 0
	}
	for _, i := range [...]store.ID{from, resource} {
		if _, ok := store.ParseID(string(i)); !ok {
			return nil, nil
		}
	}
	events, err := store.All(r, scanEvent, chain, from, resource, size(limit)+skip)
	if err != nil || len(events) < skip {
		return nil, err
	}
	return events[skip:], nil
}

// Corrections returns the events that correct others, in order.
func Corrections(r store.Reader, originals ...store.ID) ([]Event, error) {
	return store.AllOf(r, scanEvent, correctionsOf, originals)
}

var (
	correctionsOf   = store.ByIDs("SELECT " + eventColumns + eventFrom + "WHERE e.commons_id = $1 AND e.corrects IN (*) ORDER BY e.id")
	agreementEvents = store.ByIDs("SELECT " + eventColumns + eventFrom + "WHERE e.commons_id = $1 AND e.agreement IN (*) ORDER BY e.id")
)

func one[T any](list []T, err error) (v T, found bool, _ error) {
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}

func keyed[T any](key func(T) store.ID) func([]T, error) (map[store.ID]T, error) {
	return func(list []T, err error) (map[store.ID]T, error) {
		if err != nil {
			return nil, err
		}
		m := make(map[store.ID]T, len(list))
		for _, v := range list {
			m[key(v)] = v
		}
		return m, nil
	}
}

func scanPolicyChange(r store.Scanner) (c PolicyChange, err error) {
	var policy string
	if err = r.Scan(id{&c.Specification}, moment{&c.At}, id{&c.By}, &policy); err != nil {
		return c, err
	}
	return c, decodeStrict([]byte(policy), &c.Policy)
}
