package contribution

import (
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// replayedGrant is karma that was granted, or lost when its amount is below zero.
type replayedGrant struct {
	seq int64
	evaluation.Grant
}

func (r *Replay) grant(seq, n int64, g evaluation.Grant) {
	g.ID = EntryNo{seq, n}.String()
	r.grants = append(r.grants, replayedGrant{seq, g})
}

func (r *Replay) sanctioned(e Recorded, b replayedBody) error {
	if b.Sanction == nil {
		return lacks("sanction")
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	s := *b.Sanction
	s.Amount.Micros = -s.Amount.Micros
	r.grant(e.Seq, 0, evaluation.Grant{Agent: string(s.Person), Domain: string(s.Domain), Amount: s.Amount, Cause: "decision:" + s.Decision, At: at})
	return nil
}

// halfLife changes how karma fades from a moment on.
func (r *Replay) halfLife(_ Recorded, b replayedBody) error {
	if b.HalfLife == nil {
		return lacks("halfLife")
	}
	var kept evaluation.Schedule
	for _, h := range r.s.HalfLives {
		if h.From.Before(b.HalfLife.From) {
			kept = append(kept, h)
		}
	}
	r.s.HalfLives = append(kept, evaluation.HalfLife{From: b.HalfLife.From, Value: time.Duration(b.HalfLife.Days) * 24 * time.Hour})
	return nil
}

// karma returns the karma of the ledger's people as of a distribution.
func (r *Replay) karma(l *equation.Ledger, d Distribution) ([]equation.KarmaColumn, error) {
	domains := evaluation.Domains{}
	for id := range r.s.Projects {
		domains[string(id)] = ""
	}
	var grants []evaluation.Grant
	var sanctions []evaluation.Sanction
	for _, g := range r.grants {
		switch {
		case g.seq >= d.No:
		case g.Amount.Sign() > 0:
			grants = append(grants, g.Grant)
		default:
			lost := quantity.Micros(-g.Amount.Micros, g.Amount.Unit)
			sanctions = append(sanctions, evaluation.Sanction{ID: g.ID, Agent: g.Agent, Domain: g.Domain, Amount: lost, Decision: g.Cause, At: g.At})
		}
	}
	record, err := evaluation.NewRecord(r.s.HalfLives, domains, grants, sanctions)
	if err != nil {
		return nil, err
	}
	of := []store.ID{""}
	if d.Project != "" {
		of = append(of, d.Project)
	}
	var out []equation.KarmaColumn
	for _, domain := range of {
		held, err := record.AllAt(string(domain), d.At)
		if err != nil {
			return nil, err
		}
		column := equation.KarmaColumn{Domain: string(domain), Micros: make([]int64, len(l.People))}
		for i, id := range l.People {
			column.Micros[i] = held[id].Micros
		}
		out = append(out, column)
	}
	return out, nil
}
