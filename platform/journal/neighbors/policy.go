package neighbors

import (
	"net/netip"
	"net/url"

	"commonweal/platform/fault"
	"commonweal/platform/journal/witness"
	"commonweal/platform/outbound"
	"commonweal/platform/store"
)

var (
	selectPolicy = store.SQL(`SELECT policy FROM neighbors_policy WHERE commons_id = $1`)
	upsertPolicy = store.SQL(`INSERT INTO neighbors_policy (commons_id, policy) VALUES ($1, $2)
		ON CONFLICT (commons_id) DO UPDATE SET policy = excluded.policy`)
)

// maxNeighbors leaves room for them all in a note, which has at most 100 signatures.
const maxNeighbors = 32

// ReadPolicy returns who cosigns the log of the reader's commons, and how many are
// enough; without any neighbor the quorum is witness.NoQuorum.
func ReadPolicy(r store.Reader) (witness.Policy, error) {
	text, found, err := store.One(r, func(s store.Scanner) (t string, err error) { return t, s.Scan(&t) }, selectPolicy)
	if err != nil || !found {
		return witness.Policy{Quorum: witness.NoQuorum}, err
	}
	return witness.ParsePolicy(text)
}

// WritePolicy replaces the policy of the commons, inside the act that records it.
// private allows neighbors at addresses that are not public. Faults: those
// of witness.ParsePolicy, neighbors.url, neighbors.log and neighbors.too_many.
func WritePolicy(tx *store.Tx, p witness.Policy, private bool) error {
	if len(p.Logs) > 0 {
		return fault.Invalidf("neighbors.log", "policy", "these are the neighbors of one log; leave out the lines that begin with log")
	}
	if len(p.Witnesses) > maxNeighbors {
		return fault.Invalidf("neighbors.too_many", "policy", "a log has at most %d neighbors, not %d", maxNeighbors, len(p.Witnesses))
	}
	for _, w := range p.Witnesses {
		if w.URL == "" {
			continue
		}
		if err := CheckURL(w.URL, private); err != nil {
			return err
		}
	}
	if _, err := witness.ParsePolicy(p.String()); err != nil { // a policy made by hand obeys the same rules
		return err
	}
	_, err := tx.Exec(upsertPolicy, p.String())
	return err
}

// CheckURL refuses an address at which no neighbor may be asked: Invalid, neighbors.url.
// A name that leads to a private address is found out when it is asked.
func CheckURL(address string, private bool) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" || u.Scheme != "https" && (u.Scheme != "http" || !private) {
		return fault.Invalidf("neighbors.url", "url", "%.120q is no address of a neighbor; it looks like https://commons.example/witness", address)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !private && !outbound.Public(ip) {
		return fault.Invalidf("neighbors.url", "url", "%.120q lies in a private network; the operator of this host can allow that (--private-neighbors)", address)
	}
	return nil
}
