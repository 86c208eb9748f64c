package witness

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// Policy says whose heads a reader believes, and how many witnesses, of which
// groups, must have cosigned them (C2SP tlog-policy).
type Policy struct {
	Logs      []Log
	Witnesses []Witness
	Groups    []Group // each after its members
	Quorum    string  // name of a witness or a group; NoQuorum: nobody need cosign
}

// NoQuorum is the quorum that needs no cosignature.
const NoQuorum = "none"

// Log is a log that the reader knows.
type Log struct{ Key, URL string }

// Witness is a witness that the reader knows.
type Witness struct {
	Name string // within the policy
	Key  string // vkey
	URL  string // where it is asked (submission prefix); may be empty
}

// Group has seen a head when at least Least of its members have.
type Group struct {
	Name    string
	Least   int // 1 to len(Members)
	Members []string
}

// String writes the policy as ParsePolicy reads it.
func (p Policy) String() string {
	var b strings.Builder
	for _, l := range p.Logs {
		b.WriteString(strings.TrimSpace("log "+l.Key+" "+l.URL) + "\n")
	}
	for _, w := range p.Witnesses {
		b.WriteString(strings.TrimSpace("witness "+w.Name+" "+w.Key+" "+w.URL) + "\n")
	}
	for _, g := range p.Groups {
		fmt.Fprintf(&b, "group %s %d %s\n", g.Name, g.Least, strings.Join(g.Members, " "))
	}
	fmt.Fprintf(&b, "quorum %s\n", p.Quorum)
	return b.String()
}

// LogKeys returns the vkeys of the logs.
func (p Policy) LogKeys() (keys []string) {
	for _, l := range p.Logs {
		keys = append(keys, l.Key)
	}
	return keys
}

// WitnessKeys returns the vkeys of the witnesses.
func (p Policy) WitnessKeys() (keys []string) {
	for _, w := range p.Witnesses {
		keys = append(keys, w.Key)
	}
	return keys
}

// Satisfied reports whether the witnesses with these vkeys, all of whom cosigned
// a head, are enough.
func (p Policy) Satisfied(vkeys []string) bool {
	seen := map[string]bool{NoQuorum: true}
	for _, w := range p.Witnesses {
		seen[w.Name] = slices.Contains(vkeys, w.Key)
	}
	for _, g := range p.Groups {
		n := 0
		for _, m := range g.Members {
			if seen[m] {
				n++
			}
		}
		seen[g.Name] = n >= g.Least
	}
	return seen[p.Quorum]
}

// Enough returns nil when the cosignatures, which were verified, are enough, else
// Invalid, witness.quorum.
func (p Policy) Enough(found []journal.Cosignature) error {
	keys, names := make([]string, len(found)), make([]string, len(found))
	for i, c := range found {
		keys[i], names[i] = c.Key, c.Witness()
	}
	if p.Satisfied(keys) {
		return nil
	}
	return fault.Invalidf("witness.quorum", "checkpoint", "the checkpoint lacks cosignatures that the policy wants (quorum %q); it has %d of them: %s",
		p.Quorum, len(found), strings.Join(names, ", "))
}

// Check returns the cosignatures that a signed checkpoint has of the policy's
// witnesses when they are enough, else Invalid, witness.quorum or journal.cosignature.
func (p Policy) Check(signed string) ([]journal.Cosignature, error) {
	found, err := journal.Cosignatures(signed, p.WitnessKeys()...)
	if err != nil {
		return nil, err
	}
	return found, p.Enough(found)
}
