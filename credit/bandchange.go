package credit

import (
	"time"

	"commonweal/platform/store"
)

// BandChange is one change of the band of an account, with all that explains it.
type BandChange struct {
	Account store.ID  `json:"account"`
	At      time.Time `json:"at"`
	From    Band      `json:"from"`
	To      Band      `json:"to"`
	Policy  string    `json:"policy"` // fixed, turnover, growth, committee
	By      store.ID  `json:"by,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	// Inputs are the figures that the policy computed it from.
	Inputs map[string]string `json:"inputs,omitempty"`
}
