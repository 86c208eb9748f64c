package rollup

import "commonweal/platform/fault"

// find returns the number of a node whose value can be told.
func (g *Graph) find(n Node) (int32, error) {
	v, ok := g.nodeAt[n]
	if !ok {
		return none, unknown(n.Resource)
	}
	return v, g.refuseCycle(v)
}

func unknown(id string) error {
	return fault.NotFoundf("rollup.unknown", "", "no event names %q at that stage; choose one that was made, bought or given", id)
}
