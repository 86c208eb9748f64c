package circulation

// smallPart is the size up to which the simplex method is the faster one: the
// tables of scaling cost more than its pivots.
const smallPart = 32

// Choose is the rule for a component of so many nodes. Above a few dozen nodes
// cost scaling is faster on every shape that was measured, networks in which
// everybody is joined to one hub included. Where what passes one node may not fit
// 62 bits the simplex method is taken, which adds no amounts up.
func Choose(nodes int) Method {
	if nodes <= smallPart {
		return Simplex
	}
	return Scaling
}
