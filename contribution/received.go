package contribution

import (
	"strconv"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

var (
	linesTo = store.SQL(`SELECT l.distribution, l.bucket, l.at, l.amount, l.unit, d.state
		FROM contribution_line l JOIN contribution_distribution d ON d.commons_id = l.commons_id AND d.id = l.distribution
		WHERE l.commons_id = $1 AND l.receiver = $2 ORDER BY l.at DESC, l.distribution, l.bucket, l.kind LIMIT $3`)
	lastKarma = store.SQL(`SELECT seq FROM contribution_karma WHERE commons_id = $1 ORDER BY seq DESC, n DESC LIMIT 1`)
)

// owedTo returns what the commons owes an agent in its currency: the balance
// of the agent's account.
func owedTo(r store.Reader, s *Settings, agent store.ID) (quantity.Amount, error) {
	resource, found, err := store.One(r, func(row store.Scanner) (id store.ID, err error) {
		err = row.Scan(&id)
		return id, err
	}, selectAccount, agent, string(s.Currency))
	if err != nil || !found {
		return s.money(0), err
	}
	account, _, err := vf.GetResource(r, resource)
	return s.money(account.Accounting.Micros), err
}

// workReceived lists what distributions paid to the reader lately.
func (p *Practice) workReceived(q *web.Request, r *store.Snapshot, page *workPage) (err error) {
	page.Received, err = store.All(r, func(row store.Scanner) (v receipt, err error) {
		var distribution, unit, state string
		var at int64
		var bucket int
		err = row.Scan(&distribution, &bucket, &at, &v.Amount.Micros, &unit, &state)
		v.At, v.Amount.Unit, v.Reversed = store.Time(at), quantity.Unit(unit), state == string(Reversed)
		v.Why = q.Path("contribution", "distributions", distribution, "lines", strconv.Itoa(bucket), string(q.Who.Agent))
		return v, err
	}, linesTo, q.Who.Agent, 8)
	return err
}

// karmaOf returns what is left of a person's karma in the whole commons now.
// The grants are read again only when there are new ones.
func (p *Practice) karmaOf(r *store.Snapshot, person store.ID) (quantity.Amount, error) {
	last, _, err := store.One(r, scanInt64, lastKarma)
	if err != nil {
		return quantity.Amount{}, err
	}
	epoch, _ := r.Epoch()
	held := p.everyday.karmaOf(r.Commons())
	if held.record == nil || held.last != last || held.epoch != epoch {
		held.last, held.epoch = last, epoch
		if held.record, err = KarmaRecord(r, previewNo); err != nil {
			return quantity.Amount{}, err
		}
		p.everyday.keepKarma(r.Commons(), held)
	}
	return held.record.At(string(person), "", r.Now())
}

// missing is an amount that a row of the columns may not have.
func missing(micros int64) int64 {
	if micros == equation.Missing {
		return 0
	}
	return micros
}
