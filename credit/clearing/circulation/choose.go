package circulation

// Choose is the rule for a component of so many nodes and arcs.
func Choose(nodes, arcs int) Method {
	return Scaling
}
