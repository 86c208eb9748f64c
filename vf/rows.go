package vf

import (
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// id reads a UUID column that may be NULL.
type id struct{ to *store.ID }

// Scan implements sql.Scanner.
func (s id) Scan(v any) error {
	var n sql.NullString
	if err := n.Scan(v); err != nil {
		return err
	}
	*s.to = store.ID(n.String)
	return nil
}

// moment reads microseconds that may be NULL.
type moment struct{ to *time.Time }

// Scan implements sql.Scanner.
func (s moment) Scan(v any) error {
	var n sql.NullInt64
	if err := n.Scan(v); err != nil {
		return err
	}
	*s.to = time.Time{}
	if n.Valid {
		*s.to = store.Time(n.Int64)
	}
	return nil
}

// micros is a time as a column that may be NULL.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return store.Micros(t)
}

// texts reads and writes a JSON list of texts.
type texts struct{ to *[]string }

// Scan implements sql.Scanner.
func (s texts) Scan(v any) error {
	var n sql.NullString
	if err := n.Scan(v); err != nil {
		return err
	}
	*s.to = nil
	if n.String == "" || n.String == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(n.String), s.to)
}

func list(t []string) string {
	if len(t) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(t) // texts always marshal
	return string(b)
}

var insertAgent = store.Into("vf_agent", "id", "kind", "name", "folded", "note", "classes", "location", "image")
var insertAgentClass = store.Into("vf_agent_class", "class", "agent_id")

const agentColumns = "id, kind, name, note, classes, location, image"

func scanAgent(r store.Scanner) (a Agent, err error) {
	err = r.Scan(id{&a.ID}, &a.Kind, &a.Name, &a.Note, texts{&a.ClassifiedAs}, id{&a.PrimaryLocation}, &a.Image)
	return a, err
}

var insertSpecification = store.Into("vf_specification", "id", "name", "folded", "note", "classes", "image", "images", "substitutable", "medium_of_exchange", "unit_of_resource", "unit_of_effort", "policy")

const specificationColumns = "id, name, note, classes, image, images, substitutable, medium_of_exchange, unit_of_resource, unit_of_effort, policy"

func scanSpecification(r store.Scanner) (s ResourceSpecification, err error) {
	var policy string
	err = r.Scan(id{&s.ID}, &s.Name, &s.Note, texts{&s.ClassifiedAs}, &s.Image, texts{&s.ImageList}, &s.Substitutable, &s.MediumOfExchange, &s.DefaultUnitOfResource, &s.DefaultUnitOfEffort, &policy)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(policy), &s.Policy)
}

var insertPolicyChange = store.Into("vf_policy_change", "specification_id", "at", "by_agent", "policy")

var insertProcessSpecification = store.Into("vf_process_specification", "id", "name", "folded", "note", "image")

const processSpecificationColumns = "id, name, note, image"

func scanProcessSpecification(r store.Scanner) (p ProcessSpecification, err error) {
	err = r.Scan(id{&p.ID}, &p.Name, &p.Note, &p.Image)
	return p, err
}

var insertProcess = store.Into("vf_process", "id", "name", "folded", "note", "based_on", "classes", "project_id", "begins", "ends", "finished", "plan_id")

const processColumns = "id, name, note, based_on, classes, project_id, begins, ends, finished, plan_id"

func scanProcess(r store.Scanner) (p Process, err error) {
	err = r.Scan(id{&p.ID}, &p.Name, &p.Note, id{&p.BasedOn}, texts{&p.ClassifiedAs}, id{&p.InScopeOf}, moment{&p.HasBeginning}, moment{&p.HasEnd}, &p.Finished, id{&p.PlannedWithin})
	return p, err
}

const resourceColumns = "id, name, note, specification_id, classes, tracking, lot, accountable, custodian, unit, accounting, onhand, location, stage, state, contained_in, contains, combined_by, combined, previous_event, chain_position, more"

func scanResource(r store.Scanner) (x Resource, err error) {
	var unit quantity.Unit
	err = r.Scan(id{&x.ID}, &x.Name, &x.Note, id{&x.ConformsTo}, texts{&x.ClassifiedAs}, &x.TrackingIdentifier, id{&x.OfBatchLot},
		id{&x.PrimaryAccountable}, id{&x.Custodian}, &unit, &x.Accounting.Micros, &x.Onhand.Micros, id{&x.CurrentLocation},
		id{&x.Stage}, &x.State, id{&x.ContainedIn}, &x.Contains, id{&x.CombinedBy}, &x.Combined, id{&x.PreviousEvent}, &x.ChainPosition, also{&x})
	x.Accounting.Unit, x.Onhand.Unit = unit, unit
	return x, err
}

// also reads and writes what few records say, in one column.
type also struct{ r *Resource }

// alsoSaid is that column.
type alsoSaid struct {
	Image                   string        `json:"image,omitempty"`
	ImageList               []string      `json:"imageList,omitempty"`
	CurrentVirtualLocation  string        `json:"currentVirtualLocation,omitempty"`
	CurrentCurrencyLocation string        `json:"currentCurrencyLocation,omitempty"`
	UnitOfEffort            quantity.Unit `json:"unitOfEffort,omitempty"`
	ListedIn                []store.ID    `json:"listedIn,omitempty"`
	ListedBy                []store.ID    `json:"listedBy,omitempty"`
}

// Scan implements sql.Scanner.
func (a also) Scan(v any) error {
	var n sql.NullString
	if err := n.Scan(v); err != nil || !n.Valid {
		return err
	}
	var s alsoSaid
	err := json.Unmarshal([]byte(n.String), &s)
	a.r.Image, a.r.ImageList, a.r.CurrentVirtualLocation, a.r.CurrentCurrencyLocation, a.r.UnitOfEffort = s.Image, s.ImageList, s.CurrentVirtualLocation, s.CurrentCurrencyLocation, s.UnitOfEffort
	a.r.ListedIn, a.r.ListedBy = s.ListedIn, s.ListedBy
	return err
}

func resourceMore(r *Resource) any {
	if r.Image == "" && len(r.ImageList) == 0 && r.CurrentVirtualLocation == "" && r.CurrentCurrencyLocation == "" && r.UnitOfEffort == "" && len(r.ListedIn) == 0 {
		return nil
	}
	b, _ := json.Marshal(alsoSaid{r.Image, r.ImageList, r.CurrentVirtualLocation, r.CurrentCurrencyLocation, r.UnitOfEffort, r.ListedIn, r.ListedBy}) // texts always marshal
	return string(b)
}

// records holds the records that acts read and write again and again, such as
// accounts, in memory; 100,000 of them take about 50 MB.
var records = store.NewRows(store.Into("vf_resource", "id", "name", "folded", "note", "specification_id", "classes", "tracking", "lot", "accountable", "custodian", "unit",
	"accounting", "onhand", "location", "stage", "state", "contained_in", "contains", "combined_by", "combined", "previous_event", "chain_position", "more"),
	resourcesByID, scanResource, func(r *Resource) store.ID { return r.ID }, resourceRow, 100_000)

func resourceRow(r *Resource) []any {
	return []any{r.ID, r.Name, fold(r.Name), r.Note, r.ConformsTo, list(r.ClassifiedAs), r.TrackingIdentifier, r.OfBatchLot,
		r.PrimaryAccountable, r.Custodian, string(r.Accounting.Unit), r.Accounting.Micros, r.Onhand.Micros, r.CurrentLocation,
		r.Stage, r.State, r.ContainedIn, r.Contains, r.CombinedBy, r.Combined, r.PreviousEvent, r.ChainPosition, resourceMore(r)}
}

const flowColumns = "process_id, resource_id, action, event_id, by_agent, micros, container, combined"

func scanFlow(r store.Scanner) (w Flow, err error) {
	err = r.Scan(id{&w.Process}, id{&w.Resource}, &w.Action, id{&w.Event}, id{&w.By}, &w.Micros, id{&w.Container}, &w.Combined)
	return w, err
}

var writeFlow = upserts("vf_flow", "process_id, resource_id, action", flowColumns)

func flowRow(w *Flow) []any {
	return []any{w.Process, w.Resource, string(w.Action), w.Event, w.By, w.Micros, w.Container, w.Combined}
}

// sized is a statement for n rows.
type sized struct {
	n         int
	statement *store.Statement
}

// upserts declares statements that add rows or replace them by their key, for
// one row and for many.
func upserts(table, key, columns string) []sized {
	names := strings.Split(columns, ", ")
	var set []string
	for _, c := range names {
		if !strings.Contains(", "+key+", ", ", "+c+", ") {
			set = append(set, c+" = excluded."+c)
		}
	}
	var all []sized
	for _, rows := range [...]int{1, 20} {
		var values []string
		for n := range rows {
			marks := make([]string, len(names))
			for i := range marks {
				marks[i] = "$" + strconv.Itoa(2+n*len(names)+i)
			}
			values = append(values, "($1, "+strings.Join(marks, ", ")+")")
		}
		all = append(all, sized{rows, store.SQL("INSERT INTO " + table + " (commons_id, " + columns + ") VALUES " + strings.Join(values, ", ") +
			" ON CONFLICT (commons_id, " + key + ") DO UPDATE SET " + strings.Join(set, ", "))})
	}
	return all
}

// write adds or replaces the rows, 20 a statement.
func write[T any](tx *store.Tx, statements []sized, row func(T) []any, list []T) error {
	for len(list) > 0 {
		s := statements[0]
		if many := statements[1]; len(list) >= many.n {
			s = many
		}
		var args []any
		for _, x := range list[:s.n] {
			args = append(args, row(x)...)
		}
		if _, err := tx.Exec(s.statement, args...); err != nil {
			return err
		}
		list = list[s.n:]
	}
	return nil
}
