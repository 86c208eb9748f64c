// Package shapley divides what a group made together by what each person adds
// to the others: the value that Lloyd Shapley gave to a game of n players ("A
// Value for n-Person Games", 1953).
//
// A game says what every group of players (a coalition) is worth by itself.
// Let the players arrive one after the other, in every order there is; each
// brings the group that is already there from one worth to another. What a
// player brings on average over all orders is the player's value.
//
//	g := shapley.Game{Players: []string{"Ada", "Bas"}, Groups: []shapley.Group{{0b01, 30}, {0b10, 20}, {0b11, 80}}}
//	values, err := g.Values(shapley.Sampling{}) // Ada 45, Bas 35
//
// Up to MaxExact players the value is exact. Above, orders are drawn by lot
// and the mean over them is taken ("Polynomial calculation of the Shapley
// value based on sampling", Castro, Gómez and Tejada, 2009), with a bound on the
// error that follows from Hoeffding's inequality (1963). The lots follow from a
// seed, so that anybody can draw them again.
//
// Everything is exact arithmetic on integers and rationals; whoever pays by
// these values rounds once, at the end (quantity.Apportion).
//
// # Invariants
//
//  1. Efficiency: the values add up to the worth of everybody together, drawn
//     by lot or not.
//  2. Symmetry: players who bring the same to every group have the same value.
//  3. Null player: who brings nothing to any group has the value zero.
//  4. Additivity: the values of the sum of two games are the sums of the values.
//  5. The order in which players are listed decides nothing.
//  6. The values of a Game are zero or more: nobody is worth less with more people.
//  7. A drawn value is within its stated error of the exact one, except for one
//     game in twenty at most.
//  8. Reading back what Text wrote gives the same game.
package shapley
