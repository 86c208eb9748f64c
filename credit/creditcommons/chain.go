package creditcommons

import (
	"crypto/md5" // the protocol has it; see the package comment
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"commonweal/platform/fault"
)

// The headers by which neighbors know each other.
const (
	NodeHeader  = "cc-node"       // the name of who asks
	HashHeader  = "last-hash"     // of the chain between the two
	TraceHeader = "cc-node-trace" // the nodes that a request came through
)

// Last is the hash of the chain with a neighbor after a version of a transaction:
// MD5 over the hash before, the identifier, the state, the rows and the version,
// joined by bars. Entries are those that the neighbor sees, in their order, with
// the amounts of the unit of the side nearer to the trunk.
func Last(before string, t Transaction) string {
	rows := make([]string, len(t.Entries))
	for i, e := range t.Entries {
		q := e.Quant
		if e.TrunkwardQuant != nil {
			q = *e.TrunkwardQuant
		}
		rows[i] = q.String() + "|" + e.Description
	}
	sum := md5.Sum([]byte(strings.Join([]string{before, t.UUID, t.State, strings.Join(rows, "|"), strconv.Itoa(t.Version)}, "|")))
	return hex.EncodeToString(sum[:])
}

// Authenticate holds a request against the last hash of the chain with a neighbor.
//
// Faults: creditcommons.hash_mismatch.
func Authenticate(h http.Header, name, last string) error {
	if h.Get(NodeHeader) != name || subtle.ConstantTimeCompare([]byte(h.Get(HashHeader)), []byte(last)) != 1 {
		return fault.New(fault.Unauthenticated, "creditcommons.hash_mismatch", HashHeader, "the last hash is not that of the chain with %.60q", name)
	}
	return nil
}

// Sign puts the headers of a request of ours to a neighbor.
func Sign(h http.Header, own, last, trace string) {
	h.Set(NodeHeader, own)
	h.Set(HashHeader, last)
	h.Set(TraceHeader, trace+own+">")
}
