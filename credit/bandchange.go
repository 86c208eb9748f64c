package credit

import (
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/store"
)

// BandChange is one change of the band of an account, with all that explains it.
type BandChange struct {
	Account store.ID  `json:"account"`
	At      time.Time `json:"at"`
	From    Band      `json:"from"`
	To      Band      `json:"to"`
	// Policy is the rule that made the band: opening, fixed, turnover, growth or committee.
	Policy string   `json:"policy"`
	By     store.ID `json:"by,omitempty"` // empty: it followed from figures
	Reason string   `json:"reason,omitempty"`
	// Until is when a decision ends; zero: never by itself.
	Until time.Time `json:"until,omitzero"`
	// Group, Basis and Parts are what a policy computed it from, and how: whoever has
	// them and the policy comes to the same band.
	Group string       `json:"group,omitempty"`
	Basis *limit.Basis `json:"basis,omitempty"`
	Parts []limit.Part `json:"parts,omitempty"`
}
