// Package delegation settles who votes for whom, on a frozen roll: delegation
// that is passed on, by area, topic or proposal, and proxies, which are not. The
// rules are those of LiquidFeedback, with caps and with choices in reserve.
//
//	settled, err := delegation.Settle(roll, voted, trusts, delegation.Rule{At: closing})
//	ballots := settled.Ballots(cast)
//
// The narrowest scope that somebody set counts; an empty one switches wider ones
// off. Who votes is not represented, whatever they set. A chain that ends in a
// circle, or with somebody who does not vote, is not cast, and is listed as such.
// A holder who may carry no more passes the latest over, who fall back on their
// next choice.
//
// # Invariants
//
//  1. The people and votes that are cast and those that are not add up to the
//     roll.
//  2. Who votes is represented by nobody else.
//  3. Settling twice, or with roll and trusts in another order, gives the same.
//  4. No holder carries more people than the cap.
//  5. With single choices and no cap, everybody is represented by where the chain
//     of pointers leads, if that is somebody who votes.
//  6. A proxy goes one step.
//  7. Everybody's vote counts in their own classes, with their own weight.
package delegation
