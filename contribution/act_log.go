package contribution

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// LogAsk is what somebody says they gave.
type LogAsk struct {
	Kind    string          `json:"kind"`
	Person  store.ID        `json:"person,omitempty"` // empty: oneself
	Project store.ID        `json:"project"`
	Process store.ID        `json:"process,omitempty"` // empty: the project's own
	Quant   quantity.Amount `json:"quantity"`
	// Rate or Value override the kind's rate; zero means the kind's.
	Rate     quantity.Amount `json:"rate,omitzero"`
	Value    quantity.Amount `json:"value,omitzero"`
	From     time.Time       `json:"from"` // when it happened; zero: now
	To       time.Time       `json:"to,omitzero"`
	Note     string          `json:"note,omitempty"`
	Evidence []Evidence      `json:"evidence,omitempty"`
	// Deliverable is the order or shipment it was done for: "order:A-17".
	Deliverable string   `json:"deliverable,omitempty"`
	Corrects    *EntryNo `json:"corrects,omitempty"` // the contribution this one replaces
}

// deliverable is the form of an order or shipment, or nothing.
var deliverable = regexp.MustCompile(`^$|^(order|shipment):[\p{L}\p{N}][\p{L}\p{N} ._/#-]{0,79}$`)

// maxNote bounds the free text of a contribution, in bytes.
const maxNote = 4000

// LogContribution logs what somebody gave. It is a claim until validated,
// unless its kind says that it is valid at once.
//
// Faults: contribution.unknown_kind, .unknown_project, .quantity, .future,
// .rate, .note, .evidence, .maximum, and those of the core ("vf.…").
func LogContribution(ctx context.Context, db *store.Store, who auth.Identity, key string, ask LogAsk) (Entry, error) {
	needs := Log
	if ask.Person != "" && ask.Person != who.Agent {
		needs = LogOther
	}
	return auth.Perform(ctx, db, who, key, needs, ask, logContribution)
}

func logContribution(tx *store.Tx, who auth.Identity, ask LogAsk) (Entry, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Entry{}, err
	}
	e, k, err := draft(s, ask, who, tx.Now())
	if err != nil {
		return Entry{}, err
	}
	if err := processOf(tx, ask); err != nil {
		return Entry{}, err
	}
	p := s.Projects[e.Project]
	rule := s.validation(p, k)
	e.State = rule.initial(e.Quantity)
	if err := withinMaximum(tx, rule, e); err != nil {
		return Entry{}, err
	}
	ledger := vf.Open(tx)
	event, err := ledger.Record(e.event(k, ask))
	if err != nil {
		return Entry{}, err
	}
	e.Event = event.ID
	if ask.Corrects != nil {
		if err := amend(tx, ledger, who, *ask.Corrects, &e); err != nil {
			return Entry{}, err
		}
	}
	e.No.Seq, err = journal.Append(tx, journal.Record{
		Act: "contribution.log", By: who.Agent,
		Public: loggedBody{Entries: []Entry{e}, VF: ledger.Changes()},
		Sealed: sealedNote(e.Note),
	})
	if err != nil {
		return Entry{}, err
	}
	if e.Corrects != nil {
		err := appendDecision(tx, Decision{Entry: *e.Corrects, Verdict: Correct, State: Amended, By: who.Agent, Seq: e.No.Seq})
		if err != nil {
			return Entry{}, err
		}
	}
	return e, appendEntry(tx, e)
}

// loggedBody is the public part of a journal record that logs contributions.
// The number of an entry is that of the record and its place in the list.
type loggedBody struct {
	Entries []Entry    `json:"entries"`
	VF      vf.Changes `json:"vf"`
}

func sealedNote(note string) map[string]string {
	if note == "" {
		return nil
	}
	return map[string]string{"note": note}
}

// draft turns an ask into an entry, or says what is wrong with it.
func draft(s *Settings, ask LogAsk, who auth.Identity, now time.Time) (Entry, Kind, error) {
	k, err := s.kind(ask.Kind)
	if err != nil {
		return Entry{}, k, err
	}
	p, err := s.project(ask.Project)
	if err != nil {
		return Entry{}, k, err
	}
	e := Entry{
		Kind: k.Kind, Stream: k.Stream, Person: ask.Person, Project: p.ID, Process: ask.Process, At: ask.From.UTC(),
		Quantity: ask.Quant, Rate: ask.Rate, Value: ask.Value, LoggedBy: who.Agent,
		Deliverable: ask.Deliverable, Corrects: ask.Corrects, Evidence: ask.Evidence, Note: ask.Note,
	}
	if e.Person == "" {
		e.Person = who.Agent
	}
	if ask.From.IsZero() {
		e.At = now
	}
	if e.Process == "" && k.Action != "transfer" {
		e.Process = p.Process
	}
	if err := checkEntry(e, k, now); err != nil {
		return Entry{}, k, err
	}
	return e, k, e.price(k)
}

// checkEntry refuses what cannot be right whatever the kind.
func checkEntry(e Entry, k Kind, now time.Time) error {
	switch {
	case e.Person == "":
		return fault.Invalidf("contribution.person", "person", "say who contributed")
	case e.Quantity.Unit != k.Unit:
		return fault.Invalidf("contribution.unit", "quantity", "%s is counted in %s, not in %s", k.Name, k.Unit, e.Quantity.Unit)
	case e.Quantity.Sign() <= 0:
		return fault.Invalidf("contribution.quantity", "quantity", "%s is not more than nothing; to take something back, correct the contribution", e.Quantity)
	case e.At.After(now.Add(24 * time.Hour)): // a day of grace for zones and clocks
		return fault.Invalidf("contribution.future", "from", "%s has not happened yet", e.At.Format(time.DateOnly))
	case e.At.Year() < 1970:
		return fault.Invalidf("contribution.past", "from", "%s is before 1970", e.At.Format(time.DateOnly))
	case len(e.Note) > maxNote:
		return fault.Invalidf("contribution.note", "note", "the note has %d bytes; at most %d are kept, put the rest behind a link", len(e.Note), maxNote)
	case !deliverable.MatchString(e.Deliverable):
		return fault.Invalidf("contribution.deliverable", "deliverable", "%.60q is not a deliverable; write order:NUMBER or shipment:NUMBER", e.Deliverable)
	case len(e.Evidence) > 20:
		return fault.Invalidf("contribution.evidence", "evidence", "%d pieces of evidence; at most 20 are kept", len(e.Evidence))
	}
	for _, ev := range e.Evidence {
		if err := ev.check(); err != nil {
			return err
		}
	}
	return nil
}

// check refuses links that a browser would run rather than open.
func (ev Evidence) check() error {
	if ev.Link == "" {
		if len(ev.File) != 64 {
			return fault.Invalidf("contribution.evidence", "evidence", "evidence is a link or an uploaded file")
		}
		return nil
	}
	u, err := url.Parse(ev.Link)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || len(ev.Link) > 2000 {
		return fault.Invalidf("contribution.evidence", "evidence", "%.60q is not a link; write one that begins with https://", ev.Link)
	}
	return nil
}

// price gives the entry its rate and value: what the ask says, else the kind.
func (e *Entry) price(k Kind) error {
	if e.Rate.Sign() < 0 || e.Value.Sign() < 0 {
		return fault.Invalidf("contribution.rate", "rate", "a rate or value below zero; to take something back, correct the contribution")
	}
	switch {
	case k.FaceValue:
		e.Value, e.Rate = e.Quantity, quantity.Amount{}
	case !e.Value.IsZero():
		e.Rate = quantity.Amount{}
	default:
		if e.Rate.IsZero() {
			e.Rate = k.Rate
		}
		if e.Rate.IsZero() {
			e.Value, e.Rate = quantity.Amount{}, quantity.Amount{}
			return nil
		}
		v, err := atRate(e.Quantity, e.Rate)
		if err != nil {
			return fault.As(err).InField("quantity")
		}
		e.Value = v
	}
	return nil
}

// atRate is what a quantity is worth at a rate, in the smallest coin of its
// currency, in which money is counted: 2:10 h at 12 EUR is 26.00 EUR.
func atRate(q, rate quantity.Amount) (quantity.Amount, error) {
	v, err := rate.MulDiv(q.Micros, quantity.Scale, quantity.HalfEven)
	if err != nil {
		return v, err
	}
	return v.RoundTo(v.Unit.Step(), quantity.HalfEven)
}

// initial returns the state a contribution starts in.
func (v Validation) initial(q quantity.Amount) State {
	if v.Validators == 0 || (!v.ValidBelow.IsZero() && q.Unit == v.ValidBelow.Unit && q.Micros <= v.ValidBelow.Micros) {
		return Validated
	}
	return Logged
}

// event is the economic event that the contribution is.
func (e Entry) event(k Kind, ask LogAsk) vf.Event {
	q := e.Quantity
	ev := vf.Event{
		Action: k.Action, Provider: e.Person, Receiver: e.Project, ResourceConformsTo: k.Specification,
		InScopeOf: e.Project, ClassifiedAs: []string{"cw:contribution/" + e.Kind},
	}
	if ask.To.IsZero() {
		ev.HasPointInTime = e.At
	} else {
		ev.HasBeginning, ev.HasEnd = e.At, ask.To.UTC()
	}
	switch k.Action {
	case "work", "use":
		ev.EffortQuantity, ev.InputOf = &q, e.Process
	case "cite":
		ev.ResourceQuantity, ev.InputOf = &q, e.Process
	case "produce":
		ev.ResourceQuantity, ev.OutputOf = &q, e.Process
	default:
		ev.ResourceQuantity = &q
	}
	return ev
}

// evidenceJSON is the stored form of evidence; nil when there is none.
func evidenceJSON(list []Evidence) (any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}
