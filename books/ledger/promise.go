package ledger

import (
	"cmp"
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Promise is what is still open of a commitment or a claim: a payable of who
// provides, a receivable of who receives.
type Promise struct {
	ID        store.ID        `json:"id"`
	Claim     bool            `json:"claim,omitempty"` // it comes from what was done already
	Action    vf.Action       `json:"action"`
	Name      string          `json:"name,omitempty"` // of the promise, or of what is promised
	Provider  store.ID        `json:"provider,omitempty"`
	Receiver  store.ID        `json:"receiver,omitempty"`
	Agreement store.ID        `json:"agreement,omitempty"`
	Asked     quantity.Amount `json:"asked"`
	Open      quantity.Amount `json:"open"`
	Made      string          `json:"made"`          // the day it was written down
	Due       string          `json:"due,omitempty"` // the day
}

// promised is the history of one commitment or claim.
type promised struct {
	id       store.ID
	versions []version // as written, oldest first
	met      []met
}

// version is what a promise said from an entry of the log on.
type version struct {
	log                int64
	known              int32
	gone               bool // deleted, or finished: what is open is waived
	promise            Promise
	resources, efforts *quantity.Amount // asked for
}

// met is what one event met of a promise.
type met struct {
	log        int64
	day, known int32
	resources  int64
	efforts    int64
}

// promise takes up what an act writes of commitments and claims.
func (l *Ledger) promise(w vf.Written, a Act) {
	if w.Type != vf.KindCommitment && w.Type != vf.KindClaim {
		return
	}
	v := version{log: a.Log, known: dayIn(a.At, l.zone), gone: w.Deleted != ""}
	id := w.Deleted
	if !v.gone {
		e, err := vf.DecodeEntity(w.Type, w.Value)
		if err != nil {
			return // the core wrote none of this; the verifier names it
		}
		v.promise, v.resources, v.efforts = l.promiseOf(e)
		_, _, v.gone = vf.Asked(e)
		id = v.promise.ID
	}
	p := l.promises[id]
	if p == nil {
		p = &promised{id: id}
		l.promises[id] = p
	}
	p.versions = append(p.versions, v)
}

// promiseOf is what a commitment or a claim says.
func (l *Ledger) promiseOf(e vf.Entity) (p Promise, resources, efforts *quantity.Amount) {
	var due time.Time
	var spec, record store.ID
	switch x := e.(type) {
	case *vf.Commitment:
		p = Promise{Action: x.Action, Provider: x.Provider, Receiver: x.Receiver, Agreement: cmp.Or(x.ClauseOf, x.ReciprocalClauseOf)}
		due, spec, record = x.Due, x.ResourceConformsTo, x.ResourceInventoriedAs
		if due.IsZero() {
			due = x.HasPointInTime
		}
	case *vf.Claim:
		p = Promise{Claim: true, Action: x.Action, Provider: x.Provider, Receiver: x.Receiver, Agreement: x.ClaimUnder}
		due, spec = x.Due, x.ResourceConformsTo
	}
	about := vf.Head(e)
	p.ID, p.Name = about.ID, cmp.Or(about.Name, l.resources[record].name, l.specs[spec])
	p.Made = dayText(dayIn(about.Created, l.zone))
	if !due.IsZero() {
		p.Due = dayText(dayIn(due, l.zone))
	}
	resources, efforts, _ = vf.Asked(e)
	return p, resources, efforts
}

// meet takes up what an event does to promises.
func (l *Ledger) meet(e *vf.Event, a Act) {
	for _, x := range slices.Concat(e.Fulfills, e.Settles) {
		p := l.promises[x.Target]
		if p == nil {
			continue
		}
		m := met{log: a.Log, day: l.day(e, a.At), known: dayIn(a.At, l.zone)}
		if x.ResourceQuantity != nil {
			m.resources = x.ResourceQuantity.Micros
		}
		if x.EffortQuantity != nil {
			m.efforts = x.EffortQuantity.Micros
		}
		p.met = append(p.met, m)
	}
}

// Promises returns what was open at the end of the period of a filter, in the
// order of the days it is due, then of making; what has no day comes last. An
// agent or a project of the filter is on one of the sides. Promises stand on no
// account: a filter for one has none.
func (l *Ledger) Promises(f Filter) (out []Promise, err error) {
	s, _, err := l.selection(f)
	if err != nil || f.Account != "" {
		return nil, err
	}
	for _, p := range l.promises {
		v := p.at(s)
		if v == nil || v.gone || f.Agent != "" && !v.promise.of(f.Agent) || f.Project != "" && !v.promise.of(f.Project) {
			continue
		}
		var resources, efforts int64
		for _, m := range p.met {
			if day := m.day; m.log < s.size && (s.recorded && m.known <= s.to || !s.recorded && day <= s.to) {
				resources += m.resources // bounded by the core
				efforts += m.efforts
			}
		}
		out = v.open(out, v.resources, resources, f.Unit)
		out = v.open(out, v.efforts, efforts, f.Unit)
	}
	slices.SortFunc(out, func(a, b Promise) int {
		return cmp.Or(cmp.Compare(cmp.Or(a.Due, "9"), cmp.Or(b.Due, "9")), cmp.Compare(a.Made, b.Made), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Open.Unit, b.Open.Unit))
	})
	return out, nil
}

// at returns what a promise said at the end of a selection; nil when it was
// not made yet.
func (p *promised) at(s selection) *version {
	for i := len(p.versions) - 1; i >= 0; i-- {
		if v := &p.versions[i]; v.log < s.size && v.known <= s.to {
			return v
		}
	}
	return nil
}

// open appends what is left of one quantity of a promise, if anything is.
func (v *version) open(out []Promise, asked *quantity.Amount, met int64, unit quantity.Unit) []Promise {
	left, _, _ := vf.Remaining(asked, met, false)
	if left.Micros == 0 || unit != "" && left.Unit != unit {
		return out
	}
	p := v.promise
	p.Asked, p.Open = *asked, left
	return append(out, p)
}

// of reports whether somebody is on one of the sides.
func (p *Promise) of(agent store.ID) bool { return p.Provider == agent || p.Receiver == agent }

// Payable reports whether the commons or a project owes it to somebody else.
func (l *Ledger) Payable(p Promise) bool { return l.ours(p.Provider) && !l.ours(p.Receiver) }

// Receivable reports whether somebody else owes it to the commons or a project.
func (l *Ledger) Receivable(p Promise) bool { return l.ours(p.Receiver) && !l.ours(p.Provider) }
