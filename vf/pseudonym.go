package vf

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"commonweal/platform/store"
)

// Pseudonym is the code that stands for an agent where names of people are
// private ("3F2A90C1"): the same on every page and in every export, and it does
// not tell who it is. It follows from the identifier, which the public log
// holds anyway. Eight digits, because two members with one code would be
// read as one person.
func Pseudonym(id store.ID) string {
	sum := sha256.Sum256([]byte(id))
	return strings.ToUpper(hex.EncodeToString(sum[:4]))
}
