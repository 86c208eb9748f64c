package creditcommons

import (
	"regexp"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Path is the address of an account, from the trunk outwards. Node says that it
// names the node itself: it ends with a slash.
type Path struct {
	Parts []string
	Node  bool
}

var partForm = regexp.MustCompile(`^[A-Za-z0-9._@-]{1,64}$`)

// maxParts bounds a path.
const maxParts = 12

// ParsePath reads an address.
func ParsePath(text string) (p Path, err error) {
	trimmed, node := strings.CutSuffix(text, "/")
	p = Path{Parts: strings.Split(trimmed, "/"), Node: node}
	if len(p.Parts) > maxParts || slices.ContainsFunc(p.Parts, func(s string) bool { return !partForm.MatchString(s) || s == "." || s == ".." }) {
		return Path{}, fault.Invalidf("creditcommons.path", "path", "%.200q is no address of an account, such as trunk/branch/alice", text)
	}
	return p, nil
}

// String is the address as it is written.
func (p Path) String() string {
	text := strings.Join(p.Parts, "/")
	if p.Node {
		text += "/"
	}
	return text
}

// Way is where a node sends what is addressed to a path.
type Way struct {
	Account   string // of its own
	Leaf      string // or the neighbor of this name away from the trunk
	Trunkward bool   // or the one towards it
	Rest      Path   // what the neighbor gets as the address
}

// Resolve finds the way from a node: all up to and including its own name is
// dropped; a first part that is no neighbor of it and no account goes trunkward,
// with the whole path.
func (p Path) Resolve(own string, isLeaf func(string) bool) Way {
	rest := p
	if i := slices.Index(p.Parts, own); i >= 0 {
		rest.Parts = p.Parts[i+1:]
	}
	switch {
	case len(rest.Parts) == 0:
		return Way{Rest: Path{Node: true}}
	case isLeaf(rest.Parts[0]):
		return Way{Leaf: rest.Parts[0], Rest: Path{Parts: rest.Parts[1:], Node: rest.Node}}
	case len(rest.Parts) == 1 && !rest.Node:
		return Way{Account: rest.Parts[0]}
	}
	return Way{Trunkward: true, Rest: p}
}
