package sortition

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Contribution is one person's part of a seed. Commitments are published before
// the pool is settled, secrets after; so nobody can fit theirs to the others', and
// one honest person is enough.
type Contribution struct {
	Person     string `json:"person"`
	Commitment string `json:"commitment"` // SHA-256 of the secret, in hexadecimal digits
	Secret     string `json:"secret"`
}

// Seed makes the seed of a draw from contributions and a later checkpoint of the
// log, which nobody could know before: the SHA-256 hash of the checkpoint and of
// each person and secret, in order of person, each with its length before it.
//
// A secret that is not the one committed to is refused; so is a missing one, lest
// somebody withhold theirs when they see where the others lead.
func Seed(contributions []Contribution, checkpoint string) (string, error) {
	sorted := slices.Clone(contributions)
	slices.SortFunc(sorted, func(a, b Contribution) int { return strings.Compare(a.Person, b.Person) })
	h := sha256.New()
	add := func(s string) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	add(checkpoint)
	for i, c := range sorted {
		if i > 0 && sorted[i-1].Person == c.Person {
			return "", fault.Invalidf("sortition.contribution_twice", "contributions", "%q contributes twice to the seed", c.Person)
		}
		if sum := sha256.Sum256([]byte(c.Secret)); hex.EncodeToString(sum[:]) != c.Commitment {
			return "", fault.Conflictf("sortition.contribution", "contributions", "the secret of %q is missing, or is not the one committed to", c.Person)
		}
		add(c.Person)
		add(c.Secret)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
