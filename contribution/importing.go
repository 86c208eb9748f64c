package contribution

import (
	"context"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// An import has three steps. The dry run (Survey) reads the whole source and
// says what would happen, line by line. Stewards then decide who its
// identities are, which projects its names mean, and whether bad lines are left
// out: an ImportPlan. Run makes what the plan allows to be made (people,
// projects, kinds) and brings the records in, chunk by chunk. A run that was
// stopped is simply run again: what is in already is recognized by its key.

// ImportSource is where records come from. Records may be read more than once
// and yields the same ones each time.
type ImportSource struct {
	Batch   Batch
	Records func(ctx context.Context) intake.Records
}

// What a plan may say of an identity or a project instead of naming one.
const (
	LeaveOut store.ID = ""    // of an identity: its records are not imported
	MakeNew  store.ID = "new" // a member, or a project, is made
)

// ImportPlan is what stewards decided about an import.
type ImportPlan struct {
	// Project takes the records that name none.
	Project store.ID `json:"project,omitempty"`
	// People says who an identity of the source is: an agent, LeaveOut or MakeNew.
	People map[string]store.ID `json:"people,omitempty"`
	// AllToProject: whatever a record names, it goes to Project.
	AllToProject bool `json:"allToProject,omitempty"`
	// Projects says which project a name of the source means: an agent or MakeNew.
	Projects map[string]store.ID `json:"projects,omitempty"`
	// Kinds says which kind of this commons a word of the source means, where it
	// is not the kind of the same name.
	Kinds map[string]string `json:"kinds,omitempty"`
	// Make everything that is missing: members for identities that People does
	// not name, projects for names that no project has, kinds for records that
	// have none here.
	MakePeople   bool `json:"makePeople,omitempty"`
	MakeProjects bool `json:"makeProjects,omitempty"`
	MakeKinds    bool `json:"makeKinds,omitempty"`
	// SkipBad leaves bad lines out; otherwise one bad line refuses the whole file.
	SkipBad bool `json:"skipBad,omitempty"`
	// Link is put before the identifier of a record (a commit) to make the
	// address of its evidence.
	Link string `json:"link,omitempty"`
	// Of marks of a past evaluation: what each point of a score grants in karma,
	// 0.1 when nil, and to how many decimals scores are rounded, for communities
	// that did; nil keeps them exact.
	Karma    *quantity.Amount `json:"karma,omitempty"`
	Decimals *int             `json:"decimals,omitempty"`
}

// Importer brings sources in.
type Importer struct {
	DB *store.Store
	// Enroll makes members without a password of a commons, and calls also in
	// each act that makes some, of whom the first is people[first]. It is given at
	// the assembly: this practice knows nothing of accounts.
	Enroll func(ctx context.Context, commons store.ID, people []auth.Person, also func(tx *store.Tx, first int, made []auth.Membership) error) error
	// Actor resolves who a job acts as: a member of the commons by their account,
	// with the rights they have now.
	Actor func(ctx context.Context, commons, account store.ID) (auth.Identity, error)
	// Folder holds the repositories that stewards may import by name; empty: none.
	Folder string
	// Most bounds an uploaded file in bytes; 0 means upload.Most.
	Most int64
}

// ImportReport is what a dry run found.
type ImportReport struct {
	*intake.Report
	Rows     int      // records that would be new
	Projects []string // names of the source that no project here has
	Kinds    []Kind   // kinds that the records need and this commons does not have
	Payers   []intake.Identity
	New      []intake.Identity // of whom the plan says that members are made
	Sample   []SampleRow       // the first records, as they were understood
}

// Ready reports whether the plan needs no more decisions.
func (r *ImportReport) Ready(plan *ImportPlan) bool {
	return r.Stopped == nil && (r.BadLines == 0 || plan.SkipBad) && (len(r.Unknown) == 0 || plan.MakePeople) &&
		(len(r.Projects) == 0 || plan.MakeProjects) && (len(r.Kinds) == 0 || plan.MakeKinds)
}

// refuse says why an import cannot begin; nil when it can.
func (r *ImportReport) refuse(plan *ImportPlan) error {
	switch {
	case r.Stopped != nil:
		return r.Stopped
	case r.BadLines > 0 && !plan.SkipBad:
		return r.Bad[:min(len(r.Bad), mostTold)]
	case len(r.Unknown) > 0 && !plan.MakePeople:
		u := r.Unknown[0]
		return fault.Invalidf("contribution.import_people", "people", "%d people of the file are not known here, among them %q (%s); say who they are, leave them out, or make them members", len(r.Unknown), u.Name, u.ID)
	case len(r.Projects) > 0 && !plan.MakeProjects:
		return fault.Invalidf("contribution.import_projects", "projects", "%d projects of the file are not known here, among them %q; say which they are, or let them be opened", len(r.Projects), r.Projects[0])
	case len(r.Kinds) > 0 && !plan.MakeKinds:
		return fault.Invalidf("contribution.import_kinds", "kinds", "this commons has no kind of contribution for %s; let it be added, or name another kind", r.Kinds[0].Name)
	}
	return nil
}

// mostTold is how many bad lines the report of a refused import lists; the dry
// run lists all.
const mostTold = 1000

// Survey is the dry run of an import: it changes nothing.
func (m *Importer) Survey(ctx context.Context, who auth.Identity, src ImportSource, plan ImportPlan) (report *ImportReport, err error) {
	if err := who.Must(Import); err != nil {
		return nil, err
	}
	if err := plan.checkOptions(); err != nil {
		return nil, err
	}
	v, err := m.resolver(ctx, who, src, plan)
	if err != nil {
		return nil, err
	}
	imported := NewImportedKeys()
	if err := m.DB.Read(ctx, who.Commons, imported.CatchUp); err != nil {
		return nil, err
	}
	return v.survey(ctx, imported)
}

// resolver prepares the translation of records into what is imported.
func (m *Importer) resolver(ctx context.Context, who auth.Identity, src ImportSource, plan ImportPlan) (v *resolver, err error) {
	err = m.DB.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		if err := who.In(r); err != nil {
			return err
		}
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		known, err := knownIdentities(r)
		if err != nil {
			return err
		}
		people, err := membersHere(r)
		v = newResolver(s, who, src, plan, known, people, r.Now())
		if err == nil && src.Batch.Source == string(FormatPraiseScores) {
			v.marks, err = openMarkBook(r)
		}
		return err
	})
	return v, err
}

// ImportResult is what an import did.
type ImportResult struct {
	Batch         Batch         `json:"batch"`
	Contributions int           `json:"contributions"`
	Incomes       int           `json:"incomes,omitempty"`
	Refunds       int           `json:"refunds,omitempty"`
	Kept          int           `json:"kept,omitempty"`
	Resumed       int           `json:"resumed,omitempty"` // brought by an earlier run of the batch, which was interrupted
	Repeated      int           `json:"repeated"`          // imported before
	Round         store.ID      `json:"round,omitempty"`   // the evaluation round that was made of marks
	LeftOut       int           `json:"leftOut"`           // of identities that are left out
	BadLines      int           `json:"badLines"`
	Took          time.Duration `json:"took"`
}

// Records returns how many records are new.
func (r ImportResult) Records() int { return r.Contributions + r.Incomes + r.Refunds + r.Kept }
