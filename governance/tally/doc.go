// Package tally counts votes: consent and consensus, majorities by any base and
// class, choices, scores and dots, pairwise and transferable votes. Every figure
// is an integer or a fraction; nothing is rounded but where a rule says so.
//
//	e := tally.Election{
//		Options: []tally.Option{{ID: "a"}, {ID: "b"}, {ID: "c"}},
//		Rule:    tally.Rule{Method: tally.Schulze{}},
//		Ballots: []tally.Ballot{tally.One(1, 2, 3).Times(5), tally.One(3, 1, 2).Times(4)},
//	}
//	result, err := tally.Count(e)
//
// A method is a value whose fields are its settings, and data (Rule). A ballot
// holds a mark for each option; what a mark means is the method's: a rank, a
// stance, a score. A Result explains itself stage by stage with keys and values,
// which pages put in their reader's words (governance/messages/count.*.toml);
// Result.Text puts them in English.
//
// Where the rules come from: Schulze (2011), Tideman (1987), the Debian
// constitution (A.5), the Scottish Local Government Elections Order 2007, the
// reference Meek rule of the Proportional Representation Foundation, the
// FairShares model rules. Who may vote, with which weight and for whom is
// settled before a count: see governance/delegation.
//
// Ties are decided by the stated rules, or reported. The lot is a hash of a seed
// and an option's id; the seed is committed to before the vote opens.
//
// # Invariants
//
//  1. No vote is lost or made: at each stage of a transferable vote, what
//     options hold, what cannot be transferred and what was cut off add up to
//     the valid votes.
//  2. With a lot every seat is filled; without one, or a tie is reported.
//  3. Where no tie is broken, giving the options other places changes nothing
//     but places.
//  4. Neither the order of ballots, nor listing equal ones once or one by one,
//     changes a byte of the result.
//  5. A ballot that says nothing changes the turnout and nothing else.
//  6. Whom every ballot ranks first wins, by every method.
//  7. Schulze's winners are those of the definition over all paths; whoever
//     beats every other wins alone; nobody wins alone both ways round; a twin
//     changes nothing for the others.
//  8. Debian's rule leaves Schulze's winners among the options that reach the
//     quorum and beat the default by their ratio.
//  9. Ranked pairs locks each defeat that stronger ones do not contradict.
//  10. An instant runoff of two is a majority; a Scottish count of one seat
//     elects who wins the instant runoff, when nothing ties.
//  11. Thresholds and quorums are exact on both sides of the boundary.
//  12. Caps are kept exactly, and votes are never scaled up.
//  13. Meek's count is that of every ballot by itself.
//  14. The Scottish count is that of every ballot by itself, in rationals.
//  15. The lot depends on the seed and the ids alone.
//  16. Rules come back from JSON as they were; unknown settings are refused.
//  17. Everything that a result says has words.
//  18. Schulze's method and ranked pairs are monotonic: ranking the winner higher
//     does not make them lose.
//  19. A group of k quotas that ranks the same k options or more above all others
//     elects at least k of them, by either transferable vote.
package tally
