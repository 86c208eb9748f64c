package credit

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/upload"
	"commonweal/quantity"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var ctx = context.Background()

// village is a commons with a currency of hours, in a fresh database: Ada the
// steward, Bas, Cleo and Dirk the members, each with an account that goes from
// -20 to 40 hours.
type village struct {
	t                    testing.TB
	db                   *store.Store
	gate                 *auth.Gate
	commons              commons.Commons
	hours                Currency
	ada, bas, cleo, dirk auth.Identity
}

// ahead is how much later it is in the village than the clock says, in nanoseconds.
var ahead atomic.Int64

func config() store.Config {
	return store.Config{
		Clock:   func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
		Schemas: []store.Schema{journal.Schema, auth.Schema, commons.Schema, job.Schema, upload.Schema, vf.Schema, Schema},
		Sealer:  &journal.Log{},
	}
}

// each runs a test in a village on either engine.
func each(t *testing.T, body func(*testing.T, *village)) {
	storetest.Each(t, config, func(t *testing.T, db *store.Store) { body(t, settle(t, db)) })
}

func settle(t testing.TB, db *store.Store) *village { return settleAs(t, db, "village") }

// settleAs settles a village under an address of its own.
func settleAs(t testing.TB, db *store.Store, slug string) *village {
	t.Helper()
	gate, err := auth.New(auth.Config{Store: db, Table: auth.NewTable(append(append(append([]auth.Grant{}, auth.Grants...), commons.Grants...), Grants...)...),
		Origin: "http://localhost", Admitted: []auth.MemberHook{func(tx *store.Tx, m auth.Membership, trace *auth.Trace) error {
			ledger := vf.Open(tx)
			if _, err := ledger.AddAgent(vf.Agent{ID: m.Agent, Kind: vf.Person, Name: m.Name}); err != nil {
				return err
			}
			admitted, err := Admit(tx, ledger, m.Agent)
			trace.Public = map[string]any{"vf": ledger.Changes(), "credit": admitted}
			return err
		}}})
	must(t, err)
	directory := commons.NewDirectory(commons.Config{Store: db, Gate: gate, Practices: []string{"credit"},
		Founded: []commons.Hook{func(tx *store.Tx, c commons.Commons, trace *auth.Trace) error {
			ledger := vf.Open(tx)
			_, err := ledger.AddAgent(vf.Agent{ID: c.Agent, Kind: vf.Organization, Name: c.Name})
			trace.Public["vf"] = ledger.Changes()
			return err
		}}})
	ahead.Store(0)
	v := &village{t: t, db: db, gate: gate}
	v.commons, err = directory.Found(ctx, gate.Operator(store.Host), commons.Ask{Slug: slug, Currency: "EUR",
		Settings: commons.Settings{Name: "Village", Language: "en", Zone: "Europe/Amsterdam", Practices: []string{"credit"}}})
	must(t, err)
	v.ada = v.enroll("Ada", auth.Steward)
	v.hours, err = FoundCurrency(ctx, db, v.ada, "", CurrencyAsk{Unit: quantity.Hour, Name: "Village hours", Decimals: 2, ForAll: true})
	must(t, err)
	v.bas, v.cleo, v.dirk = v.enroll("Bas", auth.Member), v.enroll("Cleo", auth.Member), v.enroll("Dirk", auth.Member)
	return v
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails the test unless the error is a refusal with the code.
func refused(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("it ended with %v, want the refusal %s", err, code)
	}
}

func (v *village) enroll(name string, role auth.Role) auth.Identity {
	v.t.Helper()
	m, err := v.gate.Enroll(ctx, v.gate.Operator(v.commons.ID), []auth.Person{{Name: name}}, role)
	must(v.t, err)
	return v.gate.Table().As(auth.Identity{Commons: v.commons.ID, Agent: m[0].Agent, Account: m[0].Account, Name: name, Role: role})
}

func h(n string) quantity.Amount { return quantity.MustParse(n, quantity.Hour) }

// pays makes a payment at once and returns its error.
func (v *village) pays(from, to auth.Identity, hours string) error {
	_, err := MakePayment(ctx, v.db, from, "", PayAsk{Legs: []AskedLeg{{From: from.Agent, To: to.Agent, Amount: h(hours)}}})
	return err
}

// account is the first account of somebody, and what stands in it.
func (v *village) account(who auth.Identity) (a Account, balance Micros) {
	v.t.Helper()
	err := v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		held, err := store.All(r, scanAccount, accountsOfAgent, who.Agent, v.hours.ID)
		if err != nil || len(held) == 0 {
			return fmt.Errorf("%s has no account: %w", who.Name, err)
		}
		a = held[0]
		records, err := vf.GetResources(r, []store.ID{a.ID})
		balance = Micros(records[a.ID].Accounting.Micros)
		return err
	})
	must(v.t, err)
	return a, balance
}

// stands holds a balance in hours against what it should be.
func (v *village) stands(who auth.Identity, want string) {
	v.t.Helper()
	if _, got := v.account(who); got != Micros(h(want).Micros) {
		v.t.Errorf("%s stands at %s, want %s", who.Name, got.of(quantity.Hour), want)
	}
}
