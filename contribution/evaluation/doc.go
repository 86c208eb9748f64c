// Package evaluation is how peers judge contributions, and what karma they
// leave: pure rules, values in and values out.
//
// A round has one of three modes.
//
//   - Scores: panels drawn by lot (Draw) give marks on a scale; the score of an
//     item is the exact trimmed mean (Scores, SecondPanel). The way of Praise.
//   - Give: each member gives whole units away from a budget; what counts is
//     what was received (Give, Giving.Shares). The way of Coordinape.
//   - Points: deliverables have points on a fixed scale, multiplied by
//     participation (CountPoints). The way of Thinklab.
//
// Every result holds its whole trace: each rater's answer, what it was worth,
// by which factor, and whether it was kept, dropped or missing, and why.
//
// Karma is a list of grants with a cause each. It fades by half in a stated
// time and is never stored faded: a Record works out what is left at the
// instant somebody asks, exactly, and lists where it comes from (Audit).
//
//	panels, _ := evaluation.Draw(seed, evaluation.PraisePanels, items, raters, nil, nil)
//	result, _ := evaluation.Scores(evaluation.PraiseRules(), items, panels, nil, answers)
//
// # Invariants
//
//  1. Nobody judges what he made, shares a claim on, or has a declared
//     conflict about; an answer from outside the panel is refused.
//  2. Panels depend on the seed and on who and what there is, never on order.
//     Each has between the least and the wanted number of different raters,
//     and nobody judges more items than the rule allows. A panel that could be
//     filled is filled.
//  3. Missing is not zero: a rater who does not answer changes no score.
//  4. The trim bound: with at most t dishonest raters among 2t + 1 or more, a
//     score stays within the range of the honest marks.
//  5. Influence is bounded: no rater counts more than the cap, and the order
//     of answers never matters.
//  6. A duplicate is worth its part of the same rater's mark of the first
//     original; circles are refused.
//  7. Normalized marks stay on the scale, and what a rater ranked below
//     something else does not come out above it.
//  8. Give: what counts and what is burned add up to the budgets; with spread,
//     nothing is burned while two can receive, and GiversEach withholds
//     nothing. Shares add up.
//  9. The ring bound: with damping M, a gift counts for no more than its
//     amount, and of a pair's mutual mass less than M counts each way.
//  10. Two half-lives leave a quarter; whole half-lives are exact.
//  11. Karma of a sum is the sum of karmas; each age is evaluated once, so the
//     result does not depend on how often it is looked at, nor on splitting a
//     period of one half-life in two.
//  12. Karma counts in its domain and all above it, and nowhere else.
//  13. Karma rises only by a grant and falls only by time and sanctions; no
//     operation moves it.
package evaluation
