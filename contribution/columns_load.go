package contribution

import (
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

var (
	decisionsAfter = store.SQL(`SELECT seq, n, entry_seq, entry_n, state FROM contribution_decision
		WHERE commons_id = $1 AND (seq, n) > ($2, $3) ORDER BY seq, n`)
	ratingsAfter = store.SQL(`SELECT seq, n, entry_seq, entry_n, num, den FROM contribution_rating
		WHERE commons_id = $1 AND (seq, n) > ($2, $3) ORDER BY seq, n`)
)

// loadPage is how many contributions one query reads.
const loadPage = 50_000

// rowTypes is what a row needs to know beyond its entry.
type rowTypes struct {
	process, resource string
	currency          quantity.Unit
}

// catchUp extends the columns by what was logged, decided and rated since.
func (c *Columns) catchUp(r *store.Snapshot) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	if len(c.no) == 0 {
		if err := c.loadBlocks(r); err != nil {
			return err
		}
	}
	for {
		page, err := store.All(r, scanEntry, entriesAfter, c.entry.Seq, c.entry.N, loadPage)
		if err != nil {
			return err
		}
		if err := c.add(r, s, page); err != nil {
			return err
		}
		if len(page) < loadPage {
			break
		}
	}
	if err := c.decide(r); err != nil {
		return err
	}
	return c.rate(r)
}

// add appends entries as rows.
func (c *Columns) add(r store.Reader, s *Settings, page []Entry) error {
	if len(page) == 0 {
		return nil
	}
	types, err := processTypes(r, page)
	if err != nil {
		return err
	}
	for _, e := range page {
		e.Stream = s.Kinds[e.Kind].Stream
		row, err := contributionOf(e, dayIn(e.At, s.Zone), rowTypes{
			process: types[e.Process], resource: string(s.Kinds[e.Kind].Specification), currency: s.Currency,
		})
		if err != nil {
			return err
		}
		if _, err := c.Ledger.Append(row); err != nil {
			return err
		}
		c.no = append(c.no, e.No)
		c.entry = e.No
	}
	return nil
}

// processTypes returns the specification that each entry's process is based on.
func processTypes(r store.Reader, page []Entry) (map[store.ID]string, error) {
	seen := map[store.ID]bool{}
	var ids []store.ID
	for _, e := range page {
		if e.Process != "" && !seen[e.Process] {
			seen[e.Process] = true
			ids = append(ids, e.Process)
		}
	}
	types := map[store.ID]string{}
	processes, err := vf.GetProcesses(r, ids)
	for id, p := range processes {
		types[id] = string(p.BasedOn)
	}
	return types, err
}

// decide applies the decisions made since to the flags of their rows.
func (c *Columns) decide(r store.Reader) error {
	rows, err := r.Query(decisionsAfter, c.decision.Seq, c.decision.N)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var at, of EntryNo
		var state State
		if err := rows.Scan(&at.Seq, &at.N, &of.Seq, &of.N, &state); err != nil {
			return err
		}
		if i := c.Row(of); i >= 0 {
			c.decided = append(c.decided, undoFlags{at.Seq, int32(i), c.Ledger.Flags[i]})
			c.Ledger.Flags[i] = c.Ledger.Flags[i]&^allStates | stateFlags[state]
		}
		c.decision = at
	}
	return rows.Err()
}

// rate applies the ratings that evaluation rounds gave since.
func (c *Columns) rate(r store.Reader) error {
	rows, err := r.Query(ratingsAfter, c.rating.Seq, c.rating.N)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var at, of EntryNo
		var num, den int32
		if err := rows.Scan(&at.Seq, &at.N, &of.Seq, &of.N, &num, &den); err != nil {
			return err
		}
		if i := c.Row(of); i >= 0 {
			c.rated = append(c.rated, undoRating{at.Seq, int32(i), c.Ledger.RatingNum[i], c.Ledger.RatingDen[i]})
			c.Ledger.RatingNum[i], c.Ledger.RatingDen[i] = num, den
		}
		c.rating = at
	}
	return rows.Err()
}

// utc counts the days of what has no place of its own.
var utc = time.UTC

// dayIn returns the calendar day of a moment in a zone, in days since 1970-01-01.
func dayIn(at time.Time, zone *time.Location) int32 {
	y, m, d := at.In(zone).Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// monthOf returns the first moment of the month of a time, in UTC.
func monthOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// cutDeliverable splits "order:A-17".
func cutDeliverable(text string) (kind, id string, ok bool) {
	kind, id, ok = strings.Cut(text, ":")
	return kind, id, ok
}
