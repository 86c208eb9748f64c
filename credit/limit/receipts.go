package limit

import "time"

// Receipts is what an account was paid, by who paid it; what was taken back is
// off. Trade with other members counts, nothing else: no set-off, no gift, no
// payout of a fund, nothing between two accounts of one holder.
type Receipts map[string]Micros

// maxPartners is how many partners are told apart; what others pay does not count.
const maxPartners = 500

// Add counts a receipt of more than nothing.
func (r Receipts) Add(partner string, amount Micros) {
	if _, known := r[partner]; known || len(r) < maxPartners {
		r[partner] = plus(r[partner], amount)
	}
}

// TakeBack takes a receipt off that was taken back, as far as it was counted.
func (r Receipts) TakeBack(partner string, amount Micros) {
	if left := r[partner] - amount; left > 0 {
		r[partner] = left
	} else {
		delete(r, partner)
	}
}

// Counted adds receipts up, each partner to at most the cap.
func (r Receipts) Counted(partner Micros) (sum Micros) {
	for _, amount := range r {
		sum = plus(sum, min(amount, partner))
	}
	return sum
}

// Counted is what receipts of the last full months come to for the policy.
func (t Turnover) Counted(r Receipts) Micros {
	return r.Counted(Fraction{int64(t.Months), 1}.times(t.Partner, 1))
}

// Window returns the last full months before a moment, in a zone: from the first
// moment of the first month to the first moment after the last.
func Window(at time.Time, months int, zone *time.Location) (from, to time.Time) {
	y, m, _ := at.In(zone).Date()
	return time.Date(y, m-time.Month(months), 1, 0, 0, 0, 0, zone), time.Date(y, m, 1, 0, 0, 0, 0, zone)
}
