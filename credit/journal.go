package credit

import (
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// body is the public part of the practice's journal records: each act fills in
// what it made. Replay reads nothing else.
type body struct {
	Currency *Currency    `json:"currency,omitempty"`
	Accounts []Account    `json:"accounts,omitempty"` // opened, or with other terms or standing, as they are now
	Bands    []BandChange `json:"bands,omitempty"`
	// Grown are bands that followed from what the act posted, after it.
	Grown    []BandChange `json:"grown,omitempty"`
	Groups   []InGroup    `json:"groups,omitempty"`   // accounts that were put into groups
	Warned   []Warning    `json:"warned,omitempty"`   // accounts that left their soft band
	Payments []Payment    `json:"payments,omitempty"` // made
	Moves    []Moved      `json:"moves,omitempty"`    // of payments that waited
	// Neighbors that were introduced, or have other terms, as they are now.
	Neighbors []Neighbor  `json:"neighbors,omitempty"`
	Relayed   *Relayed    `json:"relayed,omitempty"`
	Reason    string      `json:"reason,omitempty"` // of a standing
	Batch     *BatchStep  `json:"batch,omitempty"`  // whose payments are attached as "payments"
	Pool      *PoolChange `json:"pool,omitempty"`
	registered
	VF *vf.Changes `json:"vf,omitempty"`
}

// Moved is what became of a payment that waited.
type Moved struct {
	Payment store.ID `json:"payment"`
	To      State    `json:"to"`
	// Legs are those that were posted, where it was completed.
	Legs []Leg `json:"legs,omitempty"`
	// Rule is by which terms of the payer it was completed; empty where somebody did it.
	// To pending says that it was not, when its time came.
	Rule Acceptance `json:"rule,omitempty"`
}

// record journals an act together with what it did to the ledger, keeps the
// bands it gave, and returns the number of the entry.
func record(tx *store.Tx, act string, who auth.Identity, b body, sealed map[string]string, ledger *vf.Ledger) (seq int64, err error) {
	if ledger != nil {
		changes := ledger.Changes()
		b.VF = &changes
		for name, text := range ledger.Sealed() {
			if sealed == nil {
				sealed = map[string]string{}
			}
			sealed[name] = text
		}
	}
	seq, err = journal.Append(tx, journal.Record{Act: act, By: who.Agent, Public: b, Sealed: sealed})
	if err != nil {
		return 0, err
	}
	return seq, keepBands(tx, seq, b)
}

// keepBands keeps the bands and the warnings of an entry.
func keepBands(tx *store.Tx, seq int64, b body) error {
	for _, c := range slices.Concat(b.Bands, b.Grown) {
		if err := tx.Append(insertBand, c.Account, seq, store.Micros(c.At), int64(c.To.Floor), nullable(c.To.Ceiling), encoded(c)); err != nil {
			return err
		}
	}
	for _, w := range b.Warned {
		if err := tx.Append(insertWarning, w.Account, seq, string(w.Side), store.Micros(tx.Now())); err != nil {
			return err
		}
	}
	return nil
}
