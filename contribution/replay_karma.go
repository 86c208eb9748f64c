package contribution

import (
	"math"
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

// rated takes up the ratings and the karma that a round gave. They are in the
// entry, or attached when there are many.
func (r *Replay) rated(e Recorded, b replayedBody) error {
	if b.Round == nil {
		return lacks("round")
	}
	if err := r.attached(e, "ratings", &b.Ratings); err != nil {
		return err
	}
	if err := r.attached(e, "karma", &b.Karma); err != nil {
		return err
	}
	for _, v := range b.Ratings {
		row := r.row(v.Entry)
		if row < 0 || v.Den <= 0 || v.Den > math.MaxInt32 || v.Num < math.MinInt32 || v.Num > math.MaxInt32 {
			return breach("rating", "the rating %d/%d of contribution %s cannot be", v.Num, v.Den, v.Entry)
		}
		r.ledger.RatingNum[row], r.ledger.RatingDen[row] = int32(v.Num), int32(v.Den)
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	for n, g := range b.Karma {
		cause := "round:" + string(b.Round.ID)
		if g.Entry != nil {
			cause += "/" + g.Entry.String()
		}
		r.grant(e.Seq, int64(n), evaluation.Grant{Agent: string(g.Person), Domain: string(g.Domain), Amount: g.Amount, Cause: cause, At: at})
	}
	return nil
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
