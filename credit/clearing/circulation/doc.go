// Package circulation finds circulations of greatest worth: integer flows on
// the arcs of a network, within their bounds, of which as much leaves every
// node as arrives, such that the sum of flow times worth is greatest; and
// prices of the nodes that prove it.
//
//	n := circulation.Network{Nodes: 3, Arcs: []circulation.Arc{
//		{Tail: 0, Head: 1, Upper: 100, Worth: 1}, {Tail: 1, Head: 2, Upper: 80, Worth: 1}, {Tail: 2, Head: 0, Upper: 50, Worth: 1}}}
//	s, err := circulation.Maximize(ctx, n, circulation.Options{}) // Flow 50, 50, 50
//
// A network falls into its strongly connected components, which no circle
// leaves; each is solved by itself, by cost scaling or the network simplex
// method, and the prices are put together again.
//
// # Invariants
//
//  1. A flow is between zero and its upper bound, and every node is balanced.
//  2. Prices prove the flow (Proven holds on every arc), whatever the method
//     and the prices begun with.
//  3. The worth is that of any other exact method.
//  4. The same network and options give the same flows and prices, whatever the
//     number of workers.
//  5. Amounts of 63 bits are exact also where their sums need more.
package circulation
