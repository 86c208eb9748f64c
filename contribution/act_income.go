package contribution

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// IncomeAsk is money that came in.
type IncomeAsk struct {
	Kind      IncomeKind      `json:"kind"`
	Project   store.ID        `json:"project"`
	Payer     store.ID        `json:"payer,omitempty"`     // an agent that is known here …
	PayerName string          `json:"payerName,omitempty"` // … or the name of a new organization
	Reference string          `json:"reference,omitempty"`
	At        time.Time       `json:"at"`
	Gross     quantity.Amount `json:"gross"`
	Note      string          `json:"note,omitempty"`
	// Deductions by kind; To may be empty and ToName name a new organization.
	Deductions []DeductionAsk `json:"deductions,omitempty"`
}

// DeductionAsk is one line taken off before any split.
type DeductionAsk struct {
	Kind   string          `json:"kind"`
	To     store.ID        `json:"to,omitempty"`
	ToName string          `json:"toName,omitempty"`
	Amount quantity.Amount `json:"amount"`
}

// RecordIncome records money that came in as a transfer into the pot of the
// commons, and each deduction as a transfer out of it, in one act.
func RecordIncome(ctx context.Context, db *store.Store, who auth.Identity, key string, ask IncomeAsk) (Income, error) {
	return auth.Perform(ctx, db, who, key, Receive, ask, recordIncome)
}

func recordIncome(tx *store.Tx, who auth.Identity, ask IncomeAsk) (Income, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Income{}, err
	}
	if err := ask.check(s, tx.Now()); err != nil {
		return Income{}, err
	}
	if ask, err = ask.recognize(tx); err != nil {
		return Income{}, err
	}
	ledger := vf.Open(tx)
	t, err := openTill(tx, ledger, s, ask.Gross.Unit)
	if err != nil {
		return Income{}, err
	}
	in, err := t.take(ask)
	if err != nil {
		return Income{}, err
	}
	_, err = journal.Append(tx, journal.Record{Act: "contribution.income", By: who.Agent,
		Public: map[string]any{"income": in, "vf": ledger.Changes()}, Sealed: sealedNote(in.Note)})
	if err != nil {
		return Income{}, err
	}
	return in, saveIncome(tx, in)
}

// mostKnown is how many organizations are known by name, in the order of
// their names.
const mostKnown = 500

// recognize takes a name that is typed again for the organization that has it,
// so that a shop does not become another one with every sale.
func (ask IncomeAsk) recognize(r store.Reader) (IncomeAsk, error) {
	known, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Organization, Limit: mostKnown})
	if err != nil {
		return ask, err
	}
	byName := make(map[string]store.ID, len(known))
	for _, a := range known {
		byName[strings.ToLower(a.Name)] = a.ID
	}
	find := func(id *store.ID, name *string) {
		if have, again := byName[strings.ToLower(*name)]; again && *id == "" {
			*id, *name = have, ""
		}
	}
	find(&ask.Payer, &ask.PayerName)
	ask.Deductions = slices.Clone(ask.Deductions)
	for i := range ask.Deductions {
		find(&ask.Deductions[i].To, &ask.Deductions[i].ToName)
	}
	return ask, nil
}

// till takes money in one currency into the pot of the commons, within one act.
type till struct {
	tx     *store.Tx
	ledger *vf.Ledger
	s      *Settings
	held   *accounts
	pot    store.ID // the account of the commons itself
}

func openTill(tx *store.Tx, ledger *vf.Ledger, s *Settings, unit quantity.Unit) (*till, error) {
	held, err := openAccounts(tx, ledger, unit)
	if err != nil {
		return nil, err
	}
	pot, err := held.of(s.Agent)
	return &till{tx, ledger, s, held, pot}, err
}

// take records the transfers of one income that was checked.
func (t *till) take(ask IncomeAsk) (in Income, err error) {
	in = Income{ID: t.tx.NewID(), Kind: ask.Kind, Project: ask.Project, Reference: ask.Reference, At: ask.At.UTC(), Gross: ask.Gross,
		Used: quantity.Amount{Unit: ask.Gross.Unit}, Note: ask.Note}
	if in.Payer, err = party(t.ledger, ask.Payer, ask.PayerName, "payer"); err != nil {
		return Income{}, err
	}
	event, err := t.ledger.Record(vf.Event{
		Action: "transfer", Provider: in.Payer, Receiver: t.s.Agent, ToResourceInventoriedAs: t.pot, ResourceConformsTo: t.held.spec,
		ResourceQuantity: &in.Gross, HasPointInTime: in.At, InScopeOf: in.Project, ClassifiedAs: []string{"cw:income/" + string(in.Kind)}, Note: in.Note,
	})
	if err != nil {
		return Income{}, err
	}
	in.Event = event.ID
	return in, t.deduct(&in, ask.Deductions)
}

// check refuses an ask before anything is written.
func (ask IncomeAsk) check(s *Settings, now time.Time) error {
	switch ask.Kind {
	case Sale, GrantIn, Donation, FeeIn:
	default:
		return fault.Invalidf("contribution.income_kind", "kind", "%q is not a kind of income; choose sale, grant, donation or fee", ask.Kind)
	}
	if _, known := s.Projects[ask.Project]; !known {
		return fault.NotFoundf("contribution.unknown_project", "project", "there is no such project in this commons")
	}
	if ask.Gross.Sign() <= 0 {
		return fault.Invalidf("contribution.income_amount", "gross", "%s is not more than nothing; to give income back, reverse it", ask.Gross)
	}
	if err := inCoins("gross", ask.Gross); err != nil {
		return err
	}
	for _, d := range ask.Deductions {
		if err := inCoins("deductions", d.Amount); err != nil {
			return err
		}
	}
	if ask.At.IsZero() || ask.At.Year() < 1970 || ask.At.After(now.Add(24*time.Hour)) {
		return fault.Invalidf("contribution.income_date", "at", "%s is not a day on which money came in", ask.At.Format(time.DateOnly))
	}
	if len(ask.Reference) > 200 || len(ask.Note) > maxNote {
		return fault.Invalidf("contribution.note", "reference", "the reference keeps 200 bytes, the note %d", maxNote)
	}
	return nil
}

// inCoins refuses an amount that nobody can pay: less than the smallest coin, or
// so much and a part of one.
func inCoins(field string, a quantity.Amount) error {
	if step := a.Unit.Step(); a.Micros%step != 0 {
		return fault.Invalidf("contribution.income_coin", field, "%s cannot be paid: it is no whole number of the smallest coin, %s", a, quantity.Micros(step, a.Unit))
	}
	return nil
}

// deduct records every deduction as its own line and event.
func (t *till) deduct(in *Income, list []DeductionAsk) (err error) {
	for _, ask := range list {
		in.Deductions = append(in.Deductions, Deduction{Kind: ask.Kind, Amount: ask.Amount})
	}
	if in.Net, err = net(in.Gross, in.Deductions); err != nil {
		return err
	}
	for i, ask := range list {
		d := &in.Deductions[i]
		if d.To, err = party(t.ledger, ask.To, ask.ToName, "deductions"); err != nil {
			return err
		}
		event, err := t.ledger.Record(vf.Event{
			Action: "transfer", Provider: t.s.Agent, Receiver: d.To, ResourceInventoriedAs: t.pot, ResourceConformsTo: t.held.spec,
			ResourceQuantity: &d.Amount, HasPointInTime: in.At, InScopeOf: in.Project, ClassifiedAs: []string{"cw:deduction/" + d.Kind},
		})
		if err != nil {
			return err
		}
		d.Event = event.ID
	}
	return nil
}

// party returns a known agent, or makes an organization of the name.
func party(ledger *vf.Ledger, known store.ID, name, field string) (store.ID, error) {
	if known != "" {
		return known, nil
	}
	if name == "" || len(name) > 120 {
		return "", fault.Invalidf("contribution.party", field, "say who: choose somebody known here, or give a name of 1 to 120 characters")
	}
	a, err := ledger.AddAgent(vf.Agent{Kind: vf.Organization, Name: name})
	return a.ID, err
}

var (
	insertIncome = store.Into("contribution_income", "id", "event", "kind", "project", "reference", "at", "unit", "gross", "net", "used", "content")
	incomeByID   = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND id = $2`)
	incomesByID  = store.ByIDs(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND id IN (*)`)
	incomePage   = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4`)
	incomeLeft   = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND used < net AND unit = $2 ORDER BY at, id`)
	useIncome    = store.SQL(`UPDATE contribution_income SET used = used + $3 WHERE commons_id = $1 AND id = $2`)
)

func saveIncome(tx *store.Tx, in Income) error {
	content, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return tx.Append(insertIncome, in.ID, in.Event, string(in.Kind), in.Project, orNull(in.Reference), store.Micros(in.At),
		string(in.Gross.Unit), in.Gross.Micros, in.Net.Micros, int64(0), string(content))
}

func scanIncome(row store.Scanner) (in Income, err error) {
	var content string
	var used int64
	if err := row.Scan(&content, &used); err != nil {
		return in, err
	}
	err = json.Unmarshal([]byte(content), &in)
	in.Used.Micros = used
	return in, err
}

// GetIncome returns one income.
func GetIncome(r store.Reader, id store.ID) (Income, error) {
	in, found, err := store.One(r, scanIncome, incomeByID, id)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_income", "income", "there is no such income in this commons")
	}
	return in, err
}

// getIncomes returns incomes by identifier, those that there are.
func getIncomes(r store.Reader, ids []store.ID) (map[store.ID]Income, error) {
	list, err := store.AllOf(r, scanIncome, incomesByID, ids)
	out := make(map[store.ID]Income, len(list))
	for _, in := range list {
		out[in.ID] = in
	}
	return out, err
}

// IncomeLeft returns the income in a unit that is not yet wholly distributed, oldest first.
func IncomeLeft(r store.Reader, unit quantity.Unit) ([]Income, error) {
	return store.All(r, scanIncome, incomeLeft, string(unit))
}

// IncomePage returns income before a place in time, newest first.
func IncomePage(r store.Reader, beforeAt time.Time, beforeID store.ID, limit int) ([]Income, error) {
	return store.All(r, scanIncome, incomePage, store.Micros(beforeAt), beforeID, limit)
}
