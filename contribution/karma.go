package contribution

import (
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
)

// Karma is granted by evaluation rounds, in the domain of the project that was
// contributed to; the whole commons is the domain "". It fades by the
// half-lives that the commons decided, and nothing moves it between people.
//
// A row of contribution_karma is a grant when its amount is above zero and a
// sanction when it is below; its cause is "round:ID/ENTRY" or "decision:TEXT".
// Rows are only ever added.

var (
	karmaBefore = store.SQL(`SELECT seq, n, person, domain, amount, at, cause FROM contribution_karma WHERE commons_id = $1 AND seq < $2 ORDER BY seq, n`)
	insertKarma = store.Into("contribution_karma", "seq", "n", "person", "domain", "amount", "at", "cause")
)

// DefaultHalfLife is what a commons starts with until it decides otherwise.
var DefaultHalfLife = evaluation.Schedule{{From: time.Unix(0, 0).UTC(), Value: evaluation.ColonyHalfLife}}

func scanGrant(row store.Scanner) (g evaluation.Grant, err error) {
	var no EntryNo
	var at int64
	err = row.Scan(&no.Seq, &no.N, &g.Agent, &g.Domain, &g.Amount.Micros, &at, &g.Cause)
	g.ID, g.Amount.Unit, g.At = no.String(), evaluation.Karma, store.Time(at)
	return g, err
}

// KarmaRecord returns what was granted and lost before a journal entry.
func KarmaRecord(r store.Reader, asOf int64) (*evaluation.Record, error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	rows, err := store.All(r, scanGrant, karmaBefore, asOf)
	if err != nil {
		return nil, err
	}
	domains := evaluation.Domains{}
	for id := range s.Projects {
		domains[string(id)] = ""
	}
	var grants []evaluation.Grant
	var sanctions []evaluation.Sanction
	for _, g := range rows {
		if g.Amount.Sign() > 0 {
			grants = append(grants, g)
			continue
		}
		g.Amount.Micros = -g.Amount.Micros
		sanctions = append(sanctions, evaluation.Sanction{ID: g.ID, Agent: g.Agent, Domain: g.Domain, Amount: g.Amount, Decision: g.Cause, At: g.At})
	}
	return evaluation.NewRecord(s.HalfLives, domains, grants, sanctions)
}

// karmaColumns returns the karma of the ledger's people as of a distribution:
// in the whole commons, and in the project that the equation is of.
func karmaColumns(r store.Reader, l *equation.Ledger, d Distribution) ([]equation.KarmaColumn, error) {
	record, err := KarmaRecord(r, d.No)
	if err != nil {
		return nil, err
	}
	domains := []string{""}
	if d.Project != "" {
		domains = append(domains, string(d.Project))
	}
	var out []equation.KarmaColumn
	for _, domain := range domains {
		held, err := record.AllAt(domain, d.At)
		if err != nil {
			return nil, err
		}
		column := equation.KarmaColumn{Domain: domain, Micros: make([]int64, len(l.People))}
		for i, id := range l.People {
			column.Micros[i] = held[id].Micros // nobody is refused for a karma of zero
		}
		out = append(out, column)
	}
	return out, nil
}
