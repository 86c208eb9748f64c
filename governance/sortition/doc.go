// Package sortition draws panels by lot: juries, councils, working groups that
// are to mirror the members. Quotas say how many of each kind a panel has.
//
//	panel, err := sortition.Draw(seed, people, sortition.Rule{Size: 12, Quotas: []sortition.Quota{
//		{Attribute: "class", Value: "labor", Min: 6, Max: 12}, {Attribute: "region", Value: "north", Min: 3, Max: 5}}})
//
// People who have the same attributes have the same chance, so a panel is drawn
// in two steps: first how many of each kind, then who of them. The chance of
// everybody is worked out before the draw, exactly, and published.
//
//   - Uniform: every panel that meets the quotas is as likely as every other.
//     Who is rare in the pool and wanted by a quota is then drawn more often.
//   - MaxMin: the smallest chance of anybody is as large as the quotas allow
//     (maximin, as in Flanigan, Gölz, Gupta, Hennig and Procaccia, Fair
//     algorithms for selecting citizens' assemblies, 2021), solved exactly.
//
// Where quotas can be met in too many ways to count them out (about four
// attributes and more), panels are drawn until one meets them, which makes every
// panel as likely all the same; chances are then estimated, and say from how many
// panels. MaxMin is refused there.
//
// The seed must be fixed before anybody knows it, from contributions of several
// people that were committed to, and after the pool is settled. Whoever must not
// be drawn (served lately, refused, has a conflict) is left out of the pool.
//
// # Invariants
//
//  1. A panel has its size, nobody twice, and meets every quota.
//  2. The same seed and pool give the same panel, in whatever order people and
//     quotas are listed.
//  3. Chances add up to the size; people with the same attributes have the same.
//  4. Uniform chances, where they are not estimated, are those of counting every
//     panel that meets the quotas.
//  5. No mixture of panels has a larger smallest chance than MaxMin.
//  6. Over many seeds people are drawn as often as their chance says.
//  7. When no panel meets the quotas, those named contradict each other, and any
//     of them fewer does not.
package sortition
