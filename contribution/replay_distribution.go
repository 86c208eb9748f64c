package contribution

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"commonweal/contribution/equation"
	"commonweal/contribution/equation/recompute"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// replayedRun is a distribution and what later ones need of it.
type replayedRun struct {
	Distribution
	// The ledger as it stood at the opening; nil once it ran.
	view     *equation.Ledger
	payments [][]byte // blocks of equation.Payments
	lines    []equation.Line
	events   []store.ID // its transfers
}

// Recomputation is what computing a distribution again came to.
type Recomputation struct {
	Distribution
	Contributions int `json:"contributions"` // that the log knew when it was opened
	// Independent is true when package recompute computed it as well, not only
	// the engine that booked it.
	Independent bool                   `json:"independent"`
	Lines       []RecomputedLine       `json:"lines"`
	Differences []recompute.Difference `json:"differences"`
}

// RecomputedLine is a line as booked and as computed again, in millionths.
type RecomputedLine struct {
	Bucket   string            `json:"bucket"`
	Receiver store.ID          `json:"receiver"`
	Kind     equation.LineKind `json:"kind"`
	Booked   int64             `json:"booked"`
	Found    int64             `json:"found"`
}

// opened checks what a distribution takes up, and keeps the ledger as it stands.
func (r *Replay) opened(e Recorded, b replayedBody) error {
	d, err := readDistribution(b)
	if err != nil {
		return err
	}
	d.No = e.Seq
	if r.open() != nil {
		return breach("distribution", "another distribution is open")
	}
	v := r.versions[versionKey{d.Equation, d.Version}]
	switch at, err := e.Time(); {
	case err != nil:
		return err
	case v == nil || v.State != Adopted || v.Hash != d.Hash:
		return breach("distribution", "version %d of the value equation %s was not in force", d.Version, d.Equation)
	case !at.Equal(d.At) || d.State != Opened || string(d.Project) != v.Text.Project || d.Pot.Unit != v.Text.Unit:
		return breach("distribution", "it does not belong to its entry or to its equation")
	}
	if err := r.takesUp(d); err != nil {
		return err
	}
	r.runs = append(r.runs, &replayedRun{Distribution: d, view: r.view()})
	return nil
}

// view is the ledger as it stands, to be kept.
func (r *Replay) view() *equation.Ledger {
	view := r.ledger.Prefix(r.ledger.Len())
	view.Flags, view.RatingNum, view.RatingDen = slices.Clone(view.Flags), slices.Clone(view.RatingNum), slices.Clone(view.RatingDen)
	return view
}

func readDistribution(b replayedBody) (d Distribution, err error) {
	if len(b.Distribution) == 0 {
		return d, lacks("distribution")
	}
	if err := json.Unmarshal(b.Distribution, &d); err != nil {
		return d, fault.Invalidf("contribution.replay", "distribution", "the distribution cannot be read: %v", err)
	}
	return d, nil
}

// takesUp checks that the pot is what was left of its incomes.
func (r *Replay) takesUp(d Distribution) error {
	pot := quantity.Amount{Unit: d.Pot.Unit}
	for _, use := range d.Incomes {
		in := r.incomes[use.Income]
		if in == nil || in.Left() != use.Amount || use.Amount.Sign() <= 0 {
			return breach("income", "the distribution takes %s of the income %s, which is not what was left of it", use.Amount, use.Income)
		}
		var err error
		if pot, err = pot.Add(use.Amount); err != nil {
			return err
		}
	}
	if pot != d.Pot {
		return breach("pot", "its incomes come to %s, its pot is %s", pot, d.Pot)
	}
	return nil
}

// open returns the distribution that was opened and did not run.
func (r *Replay) open() *replayedRun {
	if n := len(r.runs); n > 0 && r.runs[n-1].State == Opened {
		return r.runs[n-1]
	}
	return nil
}

func (r *Replay) canceled(_ Recorded, b replayedBody) error {
	d, err := readDistribution(b)
	if err != nil {
		return err
	}
	run := r.open()
	if run == nil || run.ID != d.ID {
		return breach("distribution", "the distribution %s is not open", d.ID)
	}
	run.State, run.view = Canceled, nil
	return nil
}

// distributed computes a distribution again and compares.
func (r *Replay) distributed(e Recorded, b replayedBody) error {
	d, err := readDistribution(b)
	if err != nil {
		return err
	}
	run := r.open()
	if run == nil || run.ID != d.ID || d.No != run.No || d.Hash != run.Hash || d.Pot != run.Pot {
		return breach("distribution", "the distribution %s is not the one that was opened", d.ID)
	}
	var booked equation.Result
	if e.Attached["result"] == "" {
		return lacks("result")
	}
	if err := r.attached(e, "result", &booked); err != nil {
		return err
	}
	if err := r.recompute(run, &booked); err != nil {
		return err
	}
	if err := r.transferred(e, run, &booked); err != nil {
		return err
	}
	if err := r.settle(run, d, &booked); err != nil {
		return err
	}
	run.RanAt, run.lines, run.view = e.Seq, booked.Lines, nil
	return nil
}

// recomputable bounds what package recompute is asked to do: it is slow on
// purpose, and looks through all earlier claims for each contribution.
const recomputable = 20_000_000

// recompute runs the engine, and the independent program beside it when there
// is not too much to do, and compares both with what was booked.
func (r *Replay) recompute(run *replayedRun, booked *equation.Result) error {
	in, err := r.input(run)
	if err != nil {
		return err
	}
	text := r.versions[versionKey{run.Equation, run.Version}].Text
	program, err := equation.Compile(text)
	if err != nil {
		return err
	}
	again, err := program.Run(in)
	if err != nil {
		return err
	}
	payments, err := again.Payments()
	if err != nil {
		return err
	}
	out := Recomputation{Distribution: run.Distribution, Contributions: in.Ledger.Len(), Lines: compareLines(booked, again)}
	out.Independent = in.Ledger.Len()*(1+in.Prior.Len()) <= recomputable
	if out.Independent {
		out.Differences, err = recompute.Verify(text, in, booked, payments)
		if err != nil {
			return err
		}
	}
	out.Differences = append(out.Differences, unlike(booked, again)...)
	if r.Recomputed != nil {
		r.Recomputed(out)
	}
	if len(out.Differences) > 0 {
		return breach("recomputed", "distribution %d, computed again, differs in %d places; the first: %s", run.No, len(out.Differences), out.Differences[0])
	}
	run.payments = payments.Encode()
	return nil
}

// compareLines puts booked lines beside those computed again.
func compareLines(booked, again *equation.Result) (out []RecomputedLine) {
	type at struct {
		bucket   int
		receiver string
		kind     equation.LineKind
	}
	place := map[at]int{}
	put := func(r *equation.Result, set func(*RecomputedLine, int64)) {
		for _, l := range r.Lines {
			k := at{l.Bucket, l.Receiver, l.Kind}
			i, known := place[k]
			if !known {
				i = len(out)
				place[k] = i
				key := fmt.Sprint(l.Bucket)
				if l.Bucket >= 0 && l.Bucket < len(r.Buckets) {
					key = r.Buckets[l.Bucket].Key
				}
				out = append(out, RecomputedLine{Bucket: key, Receiver: store.ID(l.Receiver), Kind: l.Kind})
			}
			set(&out[i], l.Amount)
		}
	}
	put(booked, func(l *RecomputedLine, n int64) { l.Booked += n })
	put(again, func(l *RecomputedLine, n int64) { l.Found += n })
	return out
}

// unlike lists where the result of the engine differs from what was booked.
func unlike(booked, again *equation.Result) (out []recompute.Difference) {
	differ := func(what, where string, stated, found int64) {
		if stated != found {
			out = append(out, recompute.Difference{What: what, Where: where, Stated: stated, Found: found})
		}
	}
	for _, l := range compareLines(booked, again) {
		differ("line", fmt.Sprintf("bucket %s, %s, %s", l.Bucket, l.Receiver, l.Kind), l.Booked, l.Found)
	}
	sum := func(r *equation.Result) (n int64) {
		for _, x := range r.Residue {
			n += x.Amount
		}
		return n
	}
	differ("pot", "", booked.Pot, again.Pot)
	differ("residue", "", sum(booked), sum(again))
	paid := map[string][2]int64{}
	for _, p := range booked.Payouts {
		paid[p.Receiver] = [2]int64{p.Paid, p.CarryOut}
	}
	for _, p := range again.Payouts {
		differ("payout", p.Receiver, paid[p.Receiver][0], p.Paid)
		differ("carry", p.Receiver, paid[p.Receiver][1], p.CarryOut)
		delete(paid, p.Receiver)
	}
	for receiver, p := range paid {
		differ("payout", receiver, p[0], 0)
		differ("carry", receiver, p[1], 0)
	}
	slices.SortFunc(out, func(a, b recompute.Difference) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Where, b.Where))
	})
	return out
}

// input is everything the distribution was computed from, as the log stood at
// its opening.
func (r *Replay) input(run *replayedRun) (equation.Input, error) {
	d, l := run.Distribution, run.view
	in := equation.Input{Distribution: d.key(), Pot: d.Pot.Micros, AsOf: d.At, Deliverable: d.deliverable(), Ledger: l,
		Prior: &equation.Claims{}, History: &equation.History{}}
	people := map[string]int32{}
	for i, id := range l.People {
		people[id] = int32(i)
	}
	var last *replayedRun
	for _, earlier := range r.runs {
		if earlier.Pot.Unit != d.Pot.Unit || earlier.State != Done {
			continue
		}
		last = earlier
		in.Carries = earlier.Carries
		if err := earlier.addTo(&in, people); err != nil {
			return in, err
		}
	}
	latest := int64(0)
	for _, pay := range r.before {
		if person, known := people[string(pay.person)]; known && pay.amount.Unit == d.Pot.Unit && pay.stood(d.No) {
			in.History.Pay(equation.PaidBefore, person, dayIn(pay.at, utc), pay.amount.Micros)
		}
	}
	if last != nil {
		latest = last.No
		r.markLate(l, last.Distribution)
	}
	exitsFor(&in, r.exits, d, latest)
	var err error
	if in.Walks, err = r.walks(l, d); err != nil {
		return in, err
	}
	in.Facts = equation.Facts{SeniorityMonths: seniority(l, dayIn(d.At, utc))}
	in.Facts.Karma, err = r.karma(l, d)
	return in, err
}

// addTo adds what an earlier distribution paid.
func (run *replayedRun) addTo(in *equation.Input, people map[string]int32) error {
	for _, block := range run.payments {
		p, err := equation.DecodePayments(block)
		if err != nil {
			return err
		}
		if err := in.Prior.AddPayments(p, run.deliverable()); err != nil {
			return err
		}
	}
	day := dayIn(run.At, utc)
	for _, l := range run.lines {
		if person, known := people[l.Receiver]; known && l.Kind == equation.LineShare {
			in.History.Pay(run.BucketKeys[l.Bucket], person, day, l.Amount)
		}
	}
	return nil
}

// markLate flags what was logged after the last distribution for a day that it covered.
func (r *Replay) markLate(l *equation.Ledger, last Distribution) {
	covered := dayIn(last.At, utc)
	for i := range l.Len() {
		if r.no[i].Seq >= last.No && l.Day[i] < covered {
			l.Flags[i] |= equation.Late
		}
	}
}

// transferred checks that the act moved exactly what was paid.
func (r *Replay) transferred(e Recorded, run *replayedRun, booked *equation.Result) error {
	if e.Changes == nil {
		return lacks("vf")
	}
	class := "cw:distribution/" + string(run.ID)
	got := map[store.ID]int64{}
	for _, v := range e.Changes.Events {
		if v.Action == vf.Raise && v.ResourceQuantity != nil && v.ResourceQuantity.IsZero() {
			continue // an account is opened
		}
		if v.Action != vf.Transfer || v.Provider != r.s.Agent || v.ResourceQuantity == nil || v.ResourceQuantity.Unit != run.Pot.Unit ||
			v.Corrects != "" || !slices.Contains(v.ClassifiedAs, class) {
			return breach("event", "the event %s is no transfer of this distribution", v.ID)
		}
		got[v.Receiver] += v.ResourceQuantity.Micros
		run.events = append(run.events, v.ID)
	}
	for _, p := range booked.Payouts {
		want := p.Paid
		if store.ID(p.Receiver) == r.s.Agent {
			want = 0 // what the commons keeps stays in its pot
		}
		if got[store.ID(p.Receiver)] != want {
			return breach("event", "%s is paid %s; the transfers come to %s", p.Receiver, quantity.Micros(want, run.Pot.Unit), quantity.Micros(got[store.ID(p.Receiver)], run.Pot.Unit))
		}
		delete(got, store.ID(p.Receiver))
	}
	for receiver := range got {
		return breach("event", "a transfer goes to %s, who is paid nothing", receiver)
	}
	return nil
}

// settle takes what the lines add up to off the incomes, oldest first, as they
// stand in the record.
func (r *Replay) settle(run *replayedRun, d Distribution, booked *equation.Result) error {
	var paid int64
	for _, l := range booked.Lines {
		if l.Bucket < 0 || l.Bucket >= len(booked.Buckets) {
			return breach("line", "a line belongs to bucket %d, which does not exist", l.Bucket)
		}
		paid += l.Amount
	}
	if d.Paid.Micros != paid || d.Residue.Micros != d.Pot.Micros-paid || len(d.Incomes) != len(run.Incomes) {
		return breach("pot", "the lines come to %d millionths of the pot of %s; the record says %s and a residue of %s", paid, d.Pot, d.Paid, d.Residue)
	}
	left := paid
	for i, use := range run.Incomes {
		took := min(left, use.Amount.Micros)
		left -= took
		if d.Incomes[i].Income != use.Income || d.Incomes[i].Amount.Micros != took {
			return breach("income", "the distribution used %d millionths of the income %s; the record says %s", took, use.Income, d.Incomes[i].Amount)
		}
		in := r.incomes[use.Income]
		if in == nil || in.Used.Micros+took > in.Net.Micros {
			return breach("income", "more is used of the income %s than came in", use.Income)
		}
		in.Used.Micros += took
	}
	run.State, run.Paid, run.Residue, run.Incomes = Done, d.Paid, d.Residue, d.Incomes
	for _, b := range booked.Buckets {
		run.BucketKeys = append(run.BucketKeys, b.Key)
	}
	for _, p := range booked.Payouts {
		if p.CarryOut != 0 {
			run.Carries = append(run.Carries, equation.Carry{Receiver: p.Receiver, Amount: p.CarryOut})
		}
	}
	return nil
}

// reversed checks that a distribution is taken back whole.
func (r *Replay) reversed(e Recorded, b replayedBody) error {
	var id store.ID
	if err := json.Unmarshal(b.Distribution, &id); err != nil {
		return lacks("distribution")
	}
	at := slices.IndexFunc(r.runs, func(run *replayedRun) bool { return run.ID == id })
	if at < 0 || r.runs[at].State != Done || r.open() != nil {
		return breach("distribution", "the distribution %s did not run, was reversed before, or another one is open", id)
	}
	run := r.runs[at]
	for _, later := range r.runs[at+1:] {
		if later.State == Done && later.Pot.Unit == run.Pot.Unit {
			return breach("distribution", "distribution %d stands on the claims that distribution %d left", later.No, run.No)
		}
	}
	if e.Sealed["reason"] == "" {
		return breach("reason", "the reversal gives no reason")
	}
	for _, event := range run.events {
		if err := r.undone(e, event); err != nil {
			return err
		}
	}
	for _, use := range run.Incomes {
		r.incomes[use.Income].Used.Micros -= use.Amount.Micros
	}
	run.State, run.payments, run.lines = Reversed, nil, nil
	return nil
}
