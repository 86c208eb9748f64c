package equation

// run is what a Result remembers to explain itself.
type run struct{}
