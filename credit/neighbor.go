package credit

import (
	"net/url"
	"strings"

	"commonweal/credit/relay"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Neighbor is a community that the commons trades with. It has an ordinary
// account here, and we have one there: its band is how far the trade may lean to
// either side. Below zero they owe us, above zero we owe them.
type Neighbor struct {
	ID       store.ID   `json:"id"`
	Address  string     `json:"address"` // of its relay: https://commons.example/credit/relay/ID
	Name     string     `json:"name"`
	Unit     string     `json:"unit"`     // of its currency, in its own words
	Key      string     `json:"key"`      // that both stewards compared
	Currency store.ID   `json:"currency"` // of ours
	Account  store.ID   `json:"account"`
	Agent    store.ID   `json:"agent"`
	Rate     relay.Rate `json:"rate"`
	// Fee is what we take of payments of theirs that we pass on to others.
	Fee relay.Fee `json:"fee"`
	// Stewards alone pay over it; else every member does.
	Stewards bool `json:"stewards,omitempty"`
}

// Outside is what a currency has for trade with other communities.
type Outside struct {
	relay.Caps          // of all neighbors together, in millionths
	Transit    store.ID `json:"transit"`  // what we vouched for and were not given yet
	Rounding   store.ID `json:"rounding"` // what is left of charging whole steps
}

// check says what is wrong with the terms of a neighbor.
func (n Neighbor) check() error {
	if err := n.Rate.Check(); err != nil {
		return err
	}
	if err := n.Fee.Check(); err != nil {
		return err
	}
	if _, err := relay.ParseKey(n.Key); err != nil {
		return err
	}
	if strings.TrimSpace(n.Name) == "" || len(n.Name) > 120 {
		return fault.Invalidf("credit.neighbor_name", "name", "a neighbor has a name of 1 to 120 bytes, not %d", len(n.Name))
	}
	if n.Unit == "" || len(n.Unit) > 24 {
		return fault.Invalidf("credit.neighbor_unit", "unit", "%.40q is no unit of a neighbor; it has 1 to 24 bytes", n.Unit)
	}
	_, err := parseRelay(n.Address)
	return err
}

// relayPath begins the path of the relay of a commons, on every host.
const relayPath = "/credit/relay/"

// parseRelay reads the address of a relay and returns it as it is written.
func parseRelay(text string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		rest, is := strings.CutPrefix(u.Path, relayPath)
		if id, ok := store.ParseID(rest); is && ok {
			return u.Scheme + "://" + strings.ToLower(u.Host) + relayPath + string(id), nil
		}
	}
	return "", fault.Invalidf("credit.relay_address", "address", "%.200q is no address of another community; it looks like https://commons.example/credit/relay/01900000-0000-7000-8000-000000000000", text)
}

// ParsePayee reads the address of an account in another community: that of its
// relay, a slash, and the account.
func ParsePayee(text string) (community, account string, err error) {
	text = strings.TrimSpace(text)
	i := strings.LastIndexByte(text, '/')
	if i > 0 {
		community, err = parseRelay(text[:i])
		if id, ok := store.ParseID(text[i+1:]); ok && err == nil {
			return community, string(id), nil
		}
	}
	return "", "", fault.Invalidf("credit.payee_address", "to", "%.200q is no account in another community; who is to be paid finds the address on their page of accounts", text)
}

// outside reports whether an account is one of those that only acts between
// communities move: they would differ from what the neighbor has.
func (a Account) outside() bool { return a.Role == OfNeighbor || a.Role == Transit }

func notBetween() error {
	return fault.Forbiddenf("credit.neighbor_account", "accounts of neighbors move by payments between communities alone; pay somebody there instead")
}
