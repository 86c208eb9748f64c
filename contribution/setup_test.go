package contribution

import (
	"context"
	"slices"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/upload"
	"commonweal/quantity"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// workshop is a commons of three people with one project, in a fresh database:
// Ada the steward, Bas and Cleo the members.
type workshop struct {
	t              testing.TB
	db             *store.Store
	practice       *Practice
	gate           *auth.Gate
	commons        commons.Commons
	ada, bas, cleo auth.Identity
	project        Project
}

var ctx = context.Background()

func config() store.Config {
	return store.Config{
		Schemas: []store.Schema{journal.Schema, auth.Schema, commons.Schema, job.Schema, upload.Schema, vf.Schema, Schema},
		Sealer:  &journal.Log{},
	}
}

// each runs a test in a workshop on either engine.
func each(t *testing.T, body func(*testing.T, *workshop)) {
	storetest.Each(t, config, func(t *testing.T, db *store.Store) { body(t, openWorkshop(t, db)) })
}

func openWorkshop(t testing.TB, db *store.Store) *workshop {
	t.Helper()
	gate, err := auth.New(auth.Config{Store: db, Table: auth.NewTable(slices.Concat(auth.Grants, commons.Grants, vf.Grants, Capabilities)...),
		Origin: "http://localhost", Admitted: []auth.MemberHook{func(tx *store.Tx, m auth.Membership, trace *auth.Trace) error {
			ledger := vf.Open(tx)
			_, err := ledger.AddAgent(vf.Agent{ID: m.Agent, Kind: vf.Person, Name: m.Name})
			return err
		}}})
	must(t, err)
	directory := commons.NewDirectory(commons.Config{Store: db, Gate: gate, Practices: []string{"contribution"},
		Founded: []commons.Hook{func(tx *store.Tx, c commons.Commons, trace *auth.Trace) error {
			if _, err := vf.Open(tx).AddAgent(vf.Agent{ID: c.Agent, Kind: vf.Organization, Name: c.Name}); err != nil {
				return err
			}
			kinds, err := SwitchOn(tx, c.Currency)
			trace.Public["kinds"] = kinds
			return err
		}}})
	w := &workshop{t: t, db: db, practice: New(db), gate: gate}
	w.commons, err = directory.Found(ctx, gate.Operator(store.Host), commons.Ask{Slug: "workshop", Currency: "EUR",
		Settings: commons.Settings{Name: "Workshop", Language: "en", Zone: "Europe/Amsterdam", Practices: []string{"contribution"}}})
	must(t, err)
	w.ada, w.bas, w.cleo = w.enroll(gate, "Ada", auth.Steward), w.enroll(gate, "Bas", auth.Member), w.enroll(gate, "Cleo", auth.Member)
	w.project, err = OpenProject(ctx, db, w.ada, "", "Bench")
	must(t, err)
	return w
}

func (w *workshop) enroll(gate *auth.Gate, name string, role auth.Role) auth.Identity {
	w.t.Helper()
	m, err := gate.Enroll(ctx, gate.Operator(w.commons.ID), []auth.Person{{Name: name}}, role)
	must(w.t, err)
	return gate.Table().As(auth.Identity{Commons: w.commons.ID, Agent: m[0].Agent, Account: m[0].Account, Name: name, Role: role})
}

// log logs hours of work and fails the test when it is refused.
func (w *workshop) log(who auth.Identity, hours string) Entry {
	w.t.Helper()
	e, err := LogContribution(ctx, w.db, who, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.MustParse(hours, "hour"), Note: "sanding the frame"})
	must(w.t, err)
	return e
}

// decide gives a verdict and fails the test when it is refused.
func (w *workshop) decide(who auth.Identity, no EntryNo, v Verdict) Decision {
	w.t.Helper()
	d, err := ValidateContribution(ctx, w.db, who, "", ValidateAsk{Entry: no, Verdict: v, Reason: "because"})
	must(w.t, err)
	return d
}

// entry reads a contribution as it stands now.
func (w *workshop) entry(no EntryNo) (e Entry) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		e, err = GetEntry(r, no)
		return err
	}))
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var _ = time.Now
