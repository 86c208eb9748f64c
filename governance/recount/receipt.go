package recount

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"commonweal/platform/fault"
)

// nonceSize is the least number of random bytes that each side draws.
const nonceSize = 16

// Token is what the voter of a secret ballot keeps, and nobody else: a hash of a
// nonce that their device drew and one that the server drew. The device's keeps
// the server from knowing it beforehand; the server's keeps two voters from being
// given the same one, which would hide that a ballot is missing.
func Token(device, server []byte) (string, error) {
	if len(device) < nonceSize || len(server) < nonceSize {
		return "", fault.Invalidf("recount.nonce", "nonce", "a nonce of %d bytes can be guessed; draw %d or more on each side", min(len(device), len(server)), nonceSize)
	}
	h := sha256.New()
	for _, nonce := range [][]byte{device, server} {
		sum := sha256.Sum256(nonce) // of one length, so that nothing can be shifted between the two
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Receipt marks the line of a ballot on the tally sheet of an election, by its id:
// the HMAC-SHA-256 of the id under the token. Who has the token finds the line;
// the line does not give the token away, nor another election's line.
func Receipt(token, election string) string {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte(election))
	return hex.EncodeToString(h.Sum(nil))
}

// Sealed is what a log takes when a ballot is cast: the SHA-256 hash of the ballot
// as it is written, without its receipt, and the token. It says nothing of the
// ballot, and the voter can show later that it was counted as cast.
func Sealed(b Ballot, token string) (string, error) {
	b.Receipt = ""
	w := &writer{}
	w.value(b)
	sum := sha256.Sum256(append(append(w.Bytes(), 0), token...))
	return hex.EncodeToString(sum[:]), w.err
}

// Find is the ballot of whoever has the token.
func (p Package) Find(token string) (Ballot, error) {
	receipt := Receipt(token, p.ID)
	for _, b := range p.Ballots {
		if b.Receipt == receipt {
			return b, nil
		}
	}
	return Ballot{}, fault.NotFoundf("recount.no_line", "token", "no ballot of this election has the receipt of this token; it was not counted, or the token is another's")
}

// checkReceipts refuses receipts that are not one for each ballot of one voter.
func (p Package) checkReceipts() error {
	seen := map[string]bool{}
	for i, b := range p.Ballots {
		if (b.Receipt == "") != (p.Ballots[0].Receipt == "") {
			return fault.Invalidf("recount.receipts", "ballots", "ballot %d has no receipt, or is the only kind to have one; all have one, or none has", i+1)
		}
		if b.Receipt == "" {
			continue
		}
		if raw, err := hex.DecodeString(b.Receipt); err != nil || len(raw) != sha256.Size || !bytes.Equal([]byte(hex.EncodeToString(raw)), []byte(b.Receipt)) || b.Voters != 1 || b.Voter != "" {
			return fault.Invalidf("recount.receipt", "ballots", "ballot %d has a receipt that is none, or is not of one voter without a name", i+1)
		}
		if seen[b.Receipt] {
			return fault.Conflictf("recount.receipt_twice", "ballots", "two ballots have the receipt %.16s…", b.Receipt)
		}
		seen[b.Receipt] = true
	}
	return nil
}
