package contribution

import (
	"context"
	"encoding/json"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Preview computes what a distribution would pay if it were opened now. Its
// ties are broken by a number that a real one will not have, so a line may
// differ by one rounding step from the real one.
func (p *Practice) Preview(r *store.Snapshot, ask OpenAsk) (Distribution, *equation.Result, error) {
	v, err := AdoptedVersion(r, ask.Equation)
	if err != nil {
		return Distribution{}, nil, err
	}
	d := Distribution{No: previewNo, At: r.Now(), Equation: v.ID, Version: v.Version, Hash: v.Hash, Project: store.ID(v.Text.Project), Deliverable: ask.Deliverable}
	if err := d.take(r, v.Text.Unit, ask.Incomes); err != nil {
		return d, nil, err
	}
	result, err := p.compute(r, d, v.Text)
	return d, result, err
}

// previewNo stands for "now" in a preview: after every journal entry.
const previewNo = int64(1) << 62

// compute runs an equation on the log as it stood when d was opened.
func (p *Practice) compute(r *store.Snapshot, d Distribution, text equation.Equation) (*equation.Result, error) {
	program, err := equation.Compile(text)
	if err != nil {
		return nil, err
	}
	in, err := p.basis(r, d)
	if err != nil {
		return nil, err
	}
	return program.Run(in)
}

// Outcome computes an opened distribution again, from the log as it stood at
// the opening: the same lines, however much has happened since.
func (p *Practice) Outcome(r *store.Snapshot, d Distribution) (*equation.Result, error) {
	v, err := GetVersion(r, d.Equation, d.Version)
	if err != nil {
		return nil, err
	}
	return p.compute(r, d, v.Text)
}

// Distribute runs an opened distribution: it computes the lines outside the
// lane, so that nobody waits, and books them in one act. Nothing can have come
// between that changes them: the log as of the opening is what it is, and no
// other distribution runs while this one is open.
func (p *Practice) Distribute(ctx context.Context, who auth.Identity, key string, id store.ID) (d Distribution, err error) {
	if err := who.Must(Run); err != nil {
		return d, err
	}
	var result *equation.Result
	err = p.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if d, err = GetDistribution(r, id); err != nil || d.State != Opened {
			return err // the act finds the replay of a repeated key, or refuses
		}
		result, err = p.Outcome(r, d)
		return err
	})
	if err != nil {
		return d, err
	}
	return auth.Perform(ctx, p.DB, who, key, Run, id, func(tx *store.Tx, who auth.Identity, id store.ID) (Distribution, error) {
		return book(tx, who, id, result)
	})
}

// book records what a distribution pays: one transfer to each receiver's
// account, the lines, what each claim got, and the use of the income.
func book(tx *store.Tx, who auth.Identity, id store.ID, result *equation.Result) (Distribution, error) {
	d, err := GetDistribution(tx, id)
	if err != nil {
		return d, err
	}
	if d.State != Opened || result == nil {
		return d, fault.Conflictf("contribution.distribution_state", "state", "this distribution is %s; it cannot run again", d.State)
	}
	ledger := vf.Open(tx)
	events, err := transfer(tx, ledger, d, result)
	if err != nil {
		return d, err
	}
	if err := d.settle(tx, result); err != nil {
		return d, err
	}
	record, err := distributeRecord(who, d, result, ledger.Changes())
	if err != nil {
		return d, err
	}
	if d.RanAt, err = journal.Append(tx, record); err != nil {
		return d, err
	}
	if err := saveLines(tx, d, result, events); err != nil {
		return d, err
	}
	return d, saveDistribution(tx, d)
}

// settle takes what the lines add up to off the incomes, oldest first.
func (d *Distribution) settle(tx *store.Tx, result *equation.Result) error {
	var paid int64
	for _, l := range result.Lines {
		paid += l.Amount
	}
	left := paid
	for i := range d.Incomes {
		use := min(left, d.Incomes[i].Amount.Micros)
		d.Incomes[i].Amount.Micros = use
		left -= use
		if _, err := tx.Exec(useIncome, d.Incomes[i].Income, use); err != nil {
			return err
		}
	}
	d.State, d.Paid.Micros, d.Residue.Micros = Done, paid, d.Pot.Micros-paid
	for _, b := range result.Buckets {
		d.BucketKeys = append(d.BucketKeys, b.Key)
	}
	for _, p := range result.Payouts {
		if p.CarryOut != 0 {
			d.Carries = append(d.Carries, equation.Carry{Receiver: p.Receiver, Amount: p.CarryOut})
		}
	}
	outline := *result
	outline.Lines, outline.Payouts = nil, nil
	d.Result = &outline
	return nil
}

// distributeRecord is the journal record of a run. Lines and events of many
// people do not fit into an entry: they are attached by hash.
func distributeRecord(who auth.Identity, d Distribution, result *equation.Result, changes vf.Changes) (journal.Record, error) {
	outcome, err := json.Marshal(result)
	if err != nil {
		return journal.Record{}, err
	}
	core, err := json.Marshal(changes)
	if err != nil {
		return journal.Record{}, err
	}
	d.Result, d.Carries = nil, nil // in the attachment
	return journal.Record{Act: "contribution.distribute", By: who.Agent, Public: map[string]any{"distribution": d},
		Attached: map[string][]byte{"result": outcome, "vf": core}}, nil
}

// transfer records one transfer from the pot to each receiver who is paid now.
// It returns the events by receiver.
func transfer(tx *store.Tx, ledger *vf.Ledger, d Distribution, result *equation.Result) (map[string]store.ID, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	held, err := openAccounts(tx, ledger, d.Pot.Unit)
	if err != nil {
		return nil, err
	}
	var receivers []store.ID
	for _, p := range result.Payouts {
		if p.Paid > 0 {
			receivers = append(receivers, store.ID(p.Receiver))
		}
	}
	if err := held.open(append(receivers, s.Agent)); err != nil {
		return nil, err
	}
	events := make([]vf.Event, 0, len(receivers))
	for _, p := range result.Payouts {
		if p.Paid == 0 || store.ID(p.Receiver) == s.Agent { // what the commons keeps stays in its pot
			continue
		}
		amount := quantity.Micros(p.Paid, d.Pot.Unit)
		events = append(events, vf.Event{Action: "transfer", Provider: s.Agent, Receiver: store.ID(p.Receiver),
			ResourceInventoriedAs: held.known[s.Agent], ToResourceInventoriedAs: held.known[store.ID(p.Receiver)], ResourceConformsTo: held.spec,
			ResourceQuantity: &amount, HasPointInTime: d.At, InScopeOf: d.Project, ClassifiedAs: []string{"cw:distribution-number/" + numberText(d.No), "cw:distribution/" + string(d.ID)}})
	}
	recorded, err := ledger.RecordAll(events)
	if err != nil {
		return nil, err
	}
	by := make(map[string]store.ID, len(recorded))
	for _, e := range recorded {
		by[string(e.Receiver)] = e.ID
	}
	return by, nil
}

var (
	insertLine    = store.Into("contribution_line", "distribution", "bucket", "receiver", "kind", "at", "amount", "unit", "event")
	insertPayment = store.Into("contribution_payment", "distribution", "n", "data")
)

// saveLines stores the lines and, in blocks, what each claim got.
func saveLines(tx *store.Tx, d Distribution, result *equation.Result, events map[string]store.ID) error {
	for _, l := range result.Lines {
		err := tx.Append(insertLine, d.ID, int64(l.Bucket), l.Receiver, string(l.Kind), store.Micros(d.At), l.Amount, string(d.Pot.Unit), orNull(string(events[l.Receiver])))
		if err != nil {
			return err
		}
	}
	payments, err := result.Payments()
	if err != nil {
		return err
	}
	for n, block := range payments.Encode() {
		if err := tx.Append(insertPayment, d.ID, int64(n), block); err != nil {
			return err
		}
	}
	return nil
}
