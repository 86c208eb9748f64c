package sortition

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"commonweal/platform/fault"
)

func contribution(person, secret string) Contribution {
	sum := sha256.Sum256([]byte(secret))
	return Contribution{person, hex.EncodeToString(sum[:]), secret}
}

// A seed follows from all contributions and the checkpoint, in whatever order they
// come, and from nothing that can be shifted from one to another.
func TestSeed(t *testing.T) {
	ada, ben := contribution("ada", "heads"), contribution("ben", "tails")
	seed := func(checkpoint string, all ...Contribution) string {
		t.Helper()
		s, err := Seed(all, checkpoint)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	base := seed("head 41", ada, ben)
	if seed("head 41", ben, ada) != base {
		t.Error("the order of contributions changes the seed")
	}
	others := []string{seed("head 42", ada, ben), seed("head 41", ada), seed("head 41", ada, contribution("ben", "tails!")), seed("head 41", contribution("ad", "aheads"), ben), seed("head 41ada", ben)}
	if all := append(others, base); len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Errorf("different contributions give the same seed: %v", all)
	}
	for code, all := range map[string][]Contribution{
		"sortition.contribution_twice": {ada, ada},
		"sortition.contribution":       {ada, {Person: "ben", Commitment: ben.Commitment, Secret: "heads"}},
	} {
		if _, err := Seed(all, ""); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := Seed([]Contribution{{Person: "ben", Commitment: ben.Commitment}}, ""); fault.CodeOf(err) != "sortition.contribution" {
		t.Errorf("a secret that is withheld: %v", err)
	}
}
