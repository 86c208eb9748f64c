package pool

import (
	"strconv"
	"time"

	"commonweal/platform/fault"
)

// Turn is one round, meeting or month to come, or that has been.
type Turn struct {
	N      int    `json:"n"` // from 1
	Day    string `json:"day,omitempty"`
	Who    string `json:"who,omitempty"` // who receives
	Amount Micros `json:"amount,omitempty"`
	Done   bool   `json:"done,omitempty"`
	Now    bool   `json:"now,omitempty"` // it is the round that is running
	// Open says that who receives may still change: by need.
	Open bool `json:"open,omitempty"`
}

// Schedule is what is planned: the rounds of a rotating pool, the meetings of an
// association, nothing for the others.
func (p *Pool) Schedule() (list []Turn) {
	switch {
	case p.Rosca != nil:
		sum := Micros(len(p.Rosca.Order)) * p.Rules.Rosca.Contribution
		for i, who := range p.Rosca.Order {
			t := Turn{N: i + 1, Who: who, Amount: sum, Done: i < p.Rosca.Round, Now: i == p.Rosca.Round}
			if t.Now {
				t.Who = p.Next()
			}
			t.Open = p.Rules.Rosca.Order == ByNeed && i >= p.Rosca.Round
			if t.Open && !t.Now {
				t.Who = ""
			}
			list = append(list, t)
		}
	case p.Vsla != nil:
		for i := range p.Rules.Vsla.Meetings {
			list = append(list, Turn{N: i + 1, Done: i < p.Vsla.Meeting, Now: i+1 == p.Vsla.Meeting})
		}
	}
	for i := range list {
		list[i].Day = p.Rules.day(i)
	}
	return list
}

// Installments are the monthly payments of a member's loan from savings, as planned.
func (p *Pool) Installments(who string) []Micros {
	if p.Points == nil || p.Points.Loans[who].Amount == 0 {
		return nil
	}
	return p.Points.Loans[who].installments(p.Rules.Step)
}

// day is the day of the round with an index from 0. A month that has no such
// day takes its last.
func (r Rules) day(i int) string {
	begin, err := time.Parse(time.DateOnly, r.Begins)
	if err != nil {
		return ""
	}
	if r.Every == "week" {
		return begin.AddDate(0, 0, 7*i).Format(time.DateOnly)
	}
	first := time.Date(begin.Year(), begin.Month()+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(begin.Day(), last)-1).Format(time.DateOnly)
}

func checkRhythm(begins, every string) error {
	if begins == "" && every == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, begins); err != nil || every != "week" && every != "month" {
		return fault.Invalidf("pool.rhythm", "begins", "a pool begins on a day such as 2026-05-01 and goes on every week or month, not on %.20q every %.20q", begins, every)
	}
	return nil
}

// lot is the name of the division number n, for what is left over.
func lot(what string, n int) string { return what + " " + strconv.Itoa(n) }
