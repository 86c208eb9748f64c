package ledger

import (
	"bytes"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

const self = store.ID("00000000-0000-7000-8000-00000000c0de")

// world draws the log of a commons: income, fees, distributions, payouts,
// contributions, stock, corrections of any of them, under any texts.
type world struct {
	t        *rapid.T
	ledger   *Ledger
	log      int64
	next     int
	spec     map[quantity.Unit]store.ID
	accounts map[holder]store.ID
	piles    map[holder]store.ID // stock
	agents   []store.ID
	events   []vf.Event
	names    map[store.ID]string
	held     map[store.ID]int64 // what the events add to each money resource
	made     vf.Changes
}

type holder struct {
	agent store.ID
	unit  quantity.Unit
}

func (w *world) id() store.ID {
	w.next++
	return store.ID(fmt.Sprintf("0198aaaa-0000-7000-8000-%012x", w.next))
}

// hostile texts are what somebody might call themselves.
var hostile = []string{"Bakery", "", ";", "a | b", `quote " me`, "two  spaces", "line\nbreak", "\u202eevil\u202c", "🦀🦀", "= 5 EUR", "(code) x", "* !", "tag:, x", `back\slash`, "%2C", "2026-01-01 open"}

func newWorld(t *rapid.T) *world {
	w := &world{t: t, ledger: New(self, time.FixedZone("test", 2*3600)), spec: map[quantity.Unit]store.ID{}, accounts: map[holder]store.ID{}, piles: map[holder]store.ID{}, names: map[store.ID]string{}, held: map[store.ID]int64{}}
	w.made.Agents = append(w.made.Agents, vf.Agent{ID: self, Kind: vf.Organization, Name: "Commons"})
	for i := range rapid.IntRange(1, 5).Draw(t, "agents") {
		a := vf.Agent{ID: w.id(), Kind: vf.Person}
		if i%2 == 1 {
			a.Kind, a.Name = vf.Organization, w.text()
		}
		if i%4 == 3 {
			a.ClassifiedAs = []string{vf.ClassProject}
		}
		w.names[a.ID] = w.text()
		w.agents = append(w.agents, a.ID)
		w.made.Agents = append(w.made.Agents, a)
	}
	for _, u := range []quantity.Unit{"EUR", "JPY", "crédit,2", "credit2", "CHF"} {
		id := w.id()
		w.spec[u] = id
		w.made.ResourceSpecifications = append(w.made.ResourceSpecifications, vf.ResourceSpecification{ID: id, Name: w.text(), MediumOfExchange: true, DefaultUnitOfResource: u})
	}
	w.act()
	for range rapid.IntRange(0, 25).Draw(t, "acts") {
		for range rapid.IntRange(0, 3).Draw(t, "events") {
			w.event()
		}
		w.act()
	}
	w.ledger.Sort()
	return w
}

func (w *world) text() string {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()).Draw(w.t, "text")
}

// act hands the changes to the ledger, as the entry of a log would.
func (w *world) act() {
	changes := w.made
	w.made = vf.Changes{}
	at := time.Date(2026, 1, 1, 12, 0, 0, int(w.log)*1000, time.UTC).AddDate(0, 0, int(w.log))
	if err := w.ledger.Add(Act{Log: w.log, At: at, Changes: &changes}); err != nil {
		w.t.Fatal(err)
	}
	w.log++
}

func (w *world) account(agent store.ID, unit quantity.Unit) store.ID {
	at := holder{agent, unit}
	if id := w.accounts[at]; id != "" {
		return id
	}
	r := vf.Resource{ID: w.id(), ConformsTo: w.spec[unit]}
	w.accounts[at] = r.ID
	w.made.Resources = append(w.made.Resources, r)
	w.record(vf.Event{Action: vf.Raise, Provider: agent, Receiver: agent, ResourceInventoriedAs: r.ID, ResourceQuantity: &vf.Amount{Unit: unit}})
	return r.ID
}

func (w *world) record(e vf.Event) {
	e.ID = w.id()
	e.HasPointInTime = time.Date(2026, 1, rapid.IntRange(1, 400).Draw(w.t, "day"), rapid.IntRange(0, 23).Draw(w.t, "hour"), 0, 0, 0, time.UTC)
	for _, p := range e.Postings() {
		w.held[p.Resource] += p.Accounting
	}
	w.events = append(w.events, e)
	w.made.Events = append(w.made.Events, e)
}

func (w *world) event() {
	t := w.t
	unit := rapid.SampledFrom([]quantity.Unit{"EUR", "EUR", "JPY", "crédit,2", "credit2"}).Draw(t, "unit")
	who := rapid.SampledFrom(w.agents).Draw(t, "who")
	q := quantity.Micros(rapid.OneOf(rapid.Int64Range(0, 1_000_000), rapid.Map(rapid.Int64Range(1, 1_000_000), func(n int64) int64 { return n * 10_000 })).Draw(t, "micros"), unit)
	e := vf.Event{ResourceQuantity: &q, InScopeOf: rapid.SampledFrom(append(w.agents, "")).Draw(t, "project")}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		e.Action, e.Provider, e.Receiver, e.ToResourceInventoriedAs = vf.Transfer, who, self, w.account(self, unit)
		e.ClassifiedAs = []string{"cw:income/" + rapid.SampledFrom([]string{"sale", "grant", "Ünusual, kind", "sa|le"}).Draw(t, "income")}
	case 1:
		e.Action, e.Provider, e.Receiver, e.ResourceInventoriedAs = vf.Transfer, self, who, w.account(self, unit)
		e.ClassifiedAs = []string{"cw:deduction/" + rapid.SampledFrom([]string{"processor", "tax", "x"}).Draw(t, "deduction")}
	case 2:
		e.Action, e.Provider, e.Receiver, e.ResourceInventoriedAs, e.ToResourceInventoriedAs = vf.Transfer, self, who, w.account(self, unit), w.account(who, unit)
		d := rapid.IntRange(1, 3).Draw(t, "distribution")
		e.ClassifiedAs = []string{fmt.Sprintf("cw:distribution-number/%d", d), fmt.Sprintf("cw:distribution/0198bbbb-0000-7000-8000-%012x", d)}
	case 3:
		e.Action, e.Provider, e.Receiver, e.ResourceInventoriedAs, e.ClassifiedAs = vf.Lower, who, who, w.account(who, unit), []string{"cw:payout"}
	case 4:
		hours := quantity.Micros(q.Micros, rapid.SampledFrom([]quantity.Unit{quantity.Hour, quantity.CareHour, quantity.LoveHour}).Draw(t, "hours"))
		e.Action, e.Provider, e.Receiver, e.ResourceQuantity, e.EffortQuantity, e.ClassifiedAs = vf.Work, who, self, nil, &hours, []string{"cw:contribution/work"}
	case 5:
		e.Action, e.Provider, e.Receiver, e.ClassifiedAs = vf.Transfer, who, self, []string{"cw:contribution/purchase"}
	case 6:
		other := rapid.SampledFrom(w.agents).Draw(t, "other")
		e.Action, e.Provider, e.Receiver, e.ResourceInventoriedAs, e.ToResourceInventoriedAs = vf.Transfer, who, other, w.account(who, unit), w.account(other, unit)
		w.whole(&e, unit)
	case 7:
		if len(w.events) == 0 {
			return
		}
		w.correct(rapid.SampledFrom(w.events).Draw(t, "original"), rapid.Int64Range(0, 3).Draw(t, "part"))
		return
	case 8:
		w.stock(who)
		return
	case 9:
		w.exchange(who, unit)
		return
	}
	w.record(e)
}

// stock draws what happens to a thing of the commons or of somebody: made,
// used up, passed on from record to record or, whole, on one record.
func (w *world) stock(who store.ID) {
	t := w.t
	owners := append([]store.ID{self}, w.agents...)
	q := quantity.Micros(rapid.Int64Range(1, 1_000_000).Draw(t, "kilograms"), "kilogram")
	e := vf.Event{ResourceQuantity: &q, Provider: rapid.SampledFrom(owners).Draw(t, "from"), Receiver: who}
	from, to := w.pile(e.Provider), w.pile(e.Receiver)
	e.Action = rapid.SampledFrom([]vf.Action{vf.Raise, vf.Produce, vf.Consume, vf.Lower, vf.Transfer, vf.TransferAllRights, vf.TransferCustody, vf.Move}).Draw(t, "action")
	switch e.Action {
	case vf.Raise, vf.Lower:
		e.Receiver, e.ResourceInventoriedAs = e.Provider, from
	case vf.Move:
		e.Receiver, e.ResourceInventoriedAs, e.ToResourceInventoriedAs = e.Provider, from, w.pile(e.Provider)
	default:
		e.ResourceInventoriedAs, e.ToResourceInventoriedAs = from, to
		w.whole(&e, "kilogram")
	}
	w.record(e)
}

// whole makes of an event, half the time, one by which the record itself
// changes hands with all it holds.
func (w *world) whole(e *vf.Event, unit quantity.Unit) {
	from := e.ResourceInventoriedAs
	if held := w.held[from]; held > 0 && rapid.Bool().Draw(w.t, "whole") {
		e.ResourceQuantity, e.ToResourceInventoriedAs = &quantity.Amount{Micros: held, Unit: unit}, from
	}
}

// pile returns a record of somebody's stock.
func (w *world) pile(agent store.ID) store.ID {
	at := holder{agent, quantity.Unit("kilogram" + rapid.SampledFrom([]string{"", "2"}).Draw(w.t, "pile"))}
	if id := w.piles[at]; id != "" {
		return id
	}
	r := vf.Resource{ID: w.id(), Name: w.text()}
	w.piles[at] = r.ID
	w.made.Resources = append(w.made.Resources, r)
	w.record(vf.Event{Action: vf.Raise, Provider: agent, Receiver: agent, ResourceInventoriedAs: r.ID, ResourceQuantity: &vf.Amount{Unit: "kilogram"}})
	return r.ID
}

// exchange records money of one unit that is changed into another.
func (w *world) exchange(who store.ID, unit quantity.Unit) {
	agreement := w.id()
	q := func(unit quantity.Unit) *vf.Amount {
		a := quantity.Micros(rapid.Int64Range(1, 1_000_000).Draw(w.t, "exchanged"), unit)
		return &a
	}
	w.record(vf.Event{Action: vf.Transfer, Provider: self, Receiver: who, ResourceInventoriedAs: w.account(self, unit), ResourceQuantity: q(unit), RealizationOf: agreement})
	w.record(vf.Event{Action: vf.Transfer, Provider: who, Receiver: self, ToResourceInventoriedAs: w.account(self, "CHF"), ResourceQuantity: q("CHF"), ReciprocalRealizationOf: agreement})
}

// correct records a correction of a part of an event: all of it when part is 0.
func (w *world) correct(o vf.Event, part int64) {
	if o.Corrects != "" {
		return
	}
	c := o
	c.Corrects, c.ClassifiedAs = o.ID, nil
	share := func(a *vf.Amount) *vf.Amount {
		if a == nil {
			return nil
		}
		n := -a.Micros
		if part > 0 {
			n = -a.Micros / (part + 1)
		}
		return &vf.Amount{Micros: n, Unit: a.Unit}
	}
	c.ResourceQuantity, c.EffortQuantity = share(o.ResourceQuantity), share(o.EffortQuantity)
	w.record(c)
}

func (w *world) head() Head {
	return Head{Commons: "Test ; commons | \"x\"\n", Origin: "river.example/c/" + string(self), Size: w.ledger.Size(), Root: "AAAA", Names: func(id store.ID) string { return w.names[id] }}
}

// filter draws a filter.
func (w *world) filter() Filter {
	f := Filter{}
	day := func(name string) string {
		return time.Date(2026, 1, rapid.IntRange(-20, 420).Draw(w.t, name), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	if rapid.Bool().Draw(w.t, "from?") {
		f.From = day("from")
	}
	if rapid.Bool().Draw(w.t, "to?") {
		f.To = day("to")
	}
	if f.From != "" && f.To != "" && f.To < f.From {
		f.From, f.To = f.To, f.From
	}
	if rapid.Bool().Draw(w.t, "size?") {
		f.Size = rapid.Int64Range(1, w.ledger.Size()).Draw(w.t, "size")
	}
	if rapid.IntRange(0, 3).Draw(w.t, "unit?") == 0 {
		f.Unit = "EUR"
	}
	if rapid.IntRange(0, 3).Draw(w.t, "by?") == 0 {
		f.By = Recorded
	}
	if rapid.IntRange(0, 3).Draw(w.t, "account?") == 0 {
		f.Account = rapid.SampledFrom([]Account{Bank, Income, Liabilities, "Expenses:Fees"}).Draw(w.t, "account")
	}
	switch rapid.IntRange(0, 7).Draw(w.t, "whose?") {
	case 0:
		f.Project = rapid.SampledFrom(w.agents).Draw(w.t, "of project")
	case 1:
		f.Agent = rapid.SampledFrom(w.agents).Draw(w.t, "of agent")
	}
	return f
}

func (w *world) statement(f Filter) *Statement {
	s, err := w.ledger.Statement(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func written(t fataler, write func(*bytes.Buffer) error) []byte {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type fataler interface{ Fatal(...any) }
