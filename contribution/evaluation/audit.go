package evaluation

import (
	"time"

	"commonweal/quantity"
)

// AuditLine is one grant or sanction and what is left of it.
type AuditLine struct {
	ID        string          `json:"id"`
	Domain    string          `json:"domain"`
	Cause     string          `json:"cause"`
	At        time.Time       `json:"at"`
	Amount    quantity.Amount `json:"amount"`    // negative for a sanction
	HalfLives quantity.Amount `json:"halfLives"` // passed since, in one, cut to millionths
	Remains   quantity.Amount `json:"remains"`   // negative for a sanction
}

// Audit is where somebody's karma comes from.
type Audit struct {
	Agent  string          `json:"agent"`
	Domain string          `json:"domain"`
	Time   time.Time       `json:"time"`
	Lines  []AuditLine     `json:"lines"` // in order of time
	Karma  quantity.Amount `json:"karma"` // what At returns
}

// Audit lists each grant and sanction that counts for the agent in the domain
// at an instant, with its present remainder. Each line is rounded for itself
// and the total once from the exact sum, so the lines can differ from it by
// half a millionth each.
func (r *Record) Audit(agent, domain string, t time.Time) (Audit, error) {
	karma, err := r.At(agent, domain, t)
	if err != nil {
		return Audit{}, err
	}
	a := Audit{Agent: agent, Domain: domain, Time: t, Karma: karma}
	in, c := r.domains.within(domain), r.halfLife.clock(micros(t))
	for _, i := range r.byAgent[agent] {
		if e := r.entries[i]; e.at <= c.until && in[e.domain] {
			a.Lines = append(a.Lines, e.line(c))
		}
	}
	return a, nil
}

func (e entry) line(c clock) AuditLine {
	passed := c.since(e.at)
	sign := int64(1)
	if e.loss {
		sign = -1
	}
	return AuditLine{
		ID: e.id, Domain: e.domain, Cause: e.cause, At: time.UnixMicro(e.at).UTC(),
		Amount:    quantity.Micros(sign*e.amount, Karma),
		HalfLives: passed.amount(),
		Remains:   quantity.Micros(sign*decayed(e.amount, passed).round(), Karma),
	}
}

// amount returns the half-lives in millionths of one, cut.
func (h halves) amount() quantity.Amount {
	const most = 1 << 40 // more half-lives than that leave nothing
	whole := int64(min(h.whole, most)) * quantity.Scale
	millionths := (h.part >> 32) * quantity.Scale >> 32
	return quantity.Micros(whole+int64(millionths), quantity.One)
}
