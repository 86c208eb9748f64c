package quantity

import "crypto/sha256"

// TieKey is the lot a receiver draws in one distribution. Where two receivers
// have an equal claim to the last unit, the smaller key, compared as bytes,
// receives it.
type TieKey [sha256.Size]byte

// TieKeyFor returns the receiver's lot: the SHA-256 hash of the bytes
//
//	UTF-8 of distributionID, one zero byte, UTF-8 of receiverID
//
// Anybody can draw the lots again from a published distribution. So that
// nobody can choose an id that favors a friend, the distribution id must be
// fixed, for example by the log's index of the opening act, before the
// weights are final.
func TieKeyFor(distributionID, receiverID string) TieKey {
	var stack [96]byte // enough for two UUIDs without touching the heap
	b := append(stack[:0], distributionID...)
	b = append(b, 0)
	b = append(b, receiverID...)
	return sha256.Sum256(b)
}

// TieKeysFor returns TieKeyFor of each receiver, in their order.
func TieKeysFor(distributionID string, receiverIDs []string) []TieKey {
	keys := make([]TieKey, len(receiverIDs))
	for i, id := range receiverIDs {
		keys[i] = TieKeyFor(distributionID, id)
	}
	return keys
}
