package contribution

import (
	"encoding/json"
	"slices"
	"sort"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// logged checks a contribution that somebody logged.
func (r *Replay) logged(e Recorded, b replayedBody) error {
	if len(b.Entries) != 1 || e.Changes == nil {
		return lacks("entries")
	}
	entry := b.Entries[0]
	if entry.Corrects != nil {
		if err := r.amended(e, entry); err != nil {
			return err
		}
	}
	return r.add(e, EntryNo{Seq: e.Seq}, entry)
}

// attached reads a list that an entry attached, if it did.
func (r *Replay) attached(e Recorded, name string, into any) error {
	if e.Attached[name] == "" {
		return nil
	}
	data, err := e.Attachment(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fault.Invalidf("contribution.replay", name, "the attachment cannot be read: %v", err)
	}
	return nil
}

// add checks one contribution and makes it a row of the ledger.
func (r *Replay) add(e Recorded, no EntryNo, entry Entry) error {
	k, known := r.s.Kinds[entry.Kind]
	p, there := r.s.Projects[entry.Project]
	switch {
	case !known || k.Retired:
		return breach("entry", "contribution %s is of the kind %q, which was not to be logged", no, entry.Kind)
	case !there || p.Closed:
		return breach("entry", "contribution %s goes to the project %s, which was not open", no, entry.Project)
	case entry.LoggedBy != e.By || entry.Stream != k.Stream:
		return breach("entry", "contribution %s was logged by %s in the stream %s; its record says %s and %s", no, e.By, k.Stream, entry.LoggedBy, entry.Stream)
	}
	if err := checkEntry(entry, k, entry.At); err != nil {
		return err
	}
	if err := r.worth(no, entry, k); err != nil {
		return err
	}
	if err := r.isEvent(e, no, entry, k); err != nil {
		return err
	}
	rule := r.s.validation(p, k)
	if state := rule.initial(entry.Quantity); entry.State != state && !(entry.Corrects != nil && entry.State == Logged) {
		return breach("state", "contribution %s begins as %s; by its rule it is %s", no, entry.State, state)
	}
	if e.Act == "contribution.log" {
		if err := r.withinMaximum(rule, no, entry); err != nil {
			return err
		}
	}
	row, err := contributionOf(entry, dayIn(entry.At, r.s.Zone), rowTypes{process: r.types[entry.Process], resource: string(k.Specification), currency: r.s.Currency})
	if err != nil {
		return fault.Invalidf("contribution.replay", "event", "contribution %s: %v", no, err)
	}
	if _, err := r.ledger.Append(row); err != nil {
		return err
	}
	r.no = append(r.no, no)
	r.extra = append(r.extra, replayedRow{loggedBy: r.names.number(entry.LoggedBy)})
	return nil
}

// worth checks the value of a contribution against its rate.
func (r *Replay) worth(no EntryNo, entry Entry, k Kind) error {
	want := entry.Value
	switch {
	case k.FaceValue:
		want = entry.Quantity
	case !entry.Rate.IsZero():
		var err error
		if want, err = atRate(entry.Quantity, entry.Rate); err != nil {
			return err
		}
	}
	if entry.Value != want || entry.Value.Unit != "" && entry.Value.Unit != r.s.Currency {
		return breach("value", "contribution %s is worth %s; its record says %s", no, want, entry.Value)
	}
	return nil
}

// isEvent checks that the economic event of a contribution says the same.
func (r *Replay) isEvent(e Recorded, no EntryNo, entry Entry, k Kind) error {
	if e.Changes == nil {
		return lacks("vf")
	}
	i := int(no.N)
	if i >= len(e.Changes.Events) || e.Changes.Events[i].ID != entry.Event {
		i = slices.IndexFunc(e.Changes.Events, func(v vf.Event) bool { return v.ID == entry.Event })
	}
	if i < 0 {
		return breach("event", "contribution %s names the event %s, which its act did not record", no, entry.Event)
	}
	v := e.Changes.Events[i]
	q := v.EffortQuantity
	if q == nil {
		q = v.ResourceQuantity
	}
	at := v.HasPointInTime
	if at.IsZero() {
		at = v.HasBeginning
	}
	process := v.InputOf
	if process == "" {
		process = v.OutputOf
	}
	if v.Action != k.Action || v.Provider != entry.Person || v.Receiver != entry.Project || q == nil || *q != entry.Quantity ||
		store.Micros(at) != store.Micros(entry.At) || process != entry.Process && k.Action != vf.Transfer || v.Corrects != "" {
		return breach("event", "contribution %s is not what its event %s says: who, to which project, how much, when", no, v.ID)
	}
	return nil
}

// withinMaximum keeps a person within the monthly maximum of a kind.
func (r *Replay) withinMaximum(rule Validation, no EntryNo, entry Entry) error {
	if rule.MonthlyMaximum.IsZero() {
		return nil
	}
	at := tallied{r.names.number(entry.Person), entry.Kind, entry.At.Format("2006-01")}
	total, err := quantity.AddMicros(r.tally[at], entry.Quantity.Micros)
	if err != nil || total > rule.MonthlyMaximum.Micros {
		return breach("maximum", "contribution %s goes beyond the monthly maximum of %s", no, rule.MonthlyMaximum)
	}
	r.tally[at] = total
	return nil
}

// row returns the row of a contribution, or -1.
func (r *Replay) row(no EntryNo) int {
	i := sort.Search(len(r.no), func(i int) bool { return !before(r.no[i], no) })
	if i < len(r.no) && r.no[i] == no {
		return i
	}
	return -1
}

// state returns where a contribution stands.
func (r *Replay) state(row int) State {
	return (&Columns{Ledger: r.ledger}).State(row)
}

func (r *Replay) setState(row int, s State) {
	r.ledger.Flags[row] = r.ledger.Flags[row]&^allStates | stateFlags[s]
}

// amended checks that a correction replaces what it may replace, and that the
// event of the replaced contribution is taken back.
func (r *Replay) amended(e Recorded, entry Entry) error {
	row := r.row(*entry.Corrects)
	switch {
	case row < 0:
		return breach("corrects", "it corrects contribution %s, which was never logged", *entry.Corrects)
	case r.state(row) == Amended:
		return breach("corrects", "contribution %s was corrected before", *entry.Corrects)
	case r.ledger.People[r.ledger.Person[row]] != string(entry.Person):
		return breach("corrects", "contribution %s is of somebody else", *entry.Corrects)
	}
	old := store.ID(r.ledger.ID[row].String())
	if !slices.ContainsFunc(e.Changes.Events, func(v vf.Event) bool { return v.Corrects == old }) {
		return breach("corrects", "the event %s of contribution %s is not taken back", old, *entry.Corrects)
	}
	r.setState(row, Amended)
	return nil
}

// decided checks a verdict: who may give it, and what follows from it.
func (r *Replay) decided(e Recorded, b replayedBody) error {
	if b.Decision == nil {
		return lacks("decision")
	}
	d := *b.Decision
	row := r.row(d.Entry)
	if row < 0 {
		return breach("decision", "it decides about contribution %s, which was never logged", d.Entry)
	}
	if d.By != e.By {
		return breach("decision", "%s decided; the record says %s", e.By, d.By)
	}
	entry := r.ledger.Row(row)
	rule := r.s.validation(r.s.Projects[store.ID(entry.Project)], r.s.Kinds[entry.Kind])
	if err := r.mayDecide(e, rule, d, row, entry); err != nil {
		return err
	}
	var earlier []Decision
	for _, x := range r.extra[row].decisions {
		earlier = append(earlier, Decision{Verdict: x.verdict})
	}
	state, err := next(rule, r.state(row), earlier, d.Verdict)
	if err != nil {
		return err
	}
	if state != d.State {
		return breach("decision", "contribution %s becomes %s by %q; the record says %s", d.Entry, state, d.Verdict, d.State)
	}
	r.setState(row, state)
	r.extra[row].decisions = append(r.extra[row].decisions, replayedDecision{r.names.number(d.By), d.Verdict})
	return nil
}

// mayDecide checks what the log tells of whether somebody could decide.
func (r *Replay) mayDecide(e Recorded, rule Validation, d Decision, row int, entry equation.Contribution) error {
	if d.Verdict == Silent {
		return nil
	}
	by, person := r.names.number(d.By), r.names.number(store.ID(entry.Person))
	own := by == person || by == r.extra[row].loggedBy
	if own != (d.Verdict == Appeal) {
		return breach("own", "who gave or logged contribution %s may appeal and never validate; %s said %q", d.Entry, d.By, d.Verdict)
	}
	for _, x := range r.extra[row].decisions {
		if x.by == by && d.Verdict != Appeal {
			return breach("twice", "%s decided about contribution %s before", d.By, d.Entry)
		}
	}
	if d.Verdict != Accept {
		if e.Sealed["reason"] == "" {
			return breach("reason", "%q about contribution %s gives no reason", d.Verdict, d.Entry)
		}
		return nil
	}
	month := monthOf(store.Time(entry.At)).Unix()
	if rule.NoReturnFavor && r.favors[favor{person, by, month}] > 0 {
		return breach("return_favor", "%s accepted work of %s in the same month", entry.Person, d.By)
	}
	r.favors[favor{by, person, month}]++
	return nil
}
