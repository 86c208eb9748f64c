// Package clearing sets debts off against each other in circles: the optimal
// multilateral set-off of a register of obligations, with the proof that no
// other clears more.
//
// An obligation is an arc from debtor to creditor that carries its open amount.
// A set-off is a circulation: as much leaves each member as arrives, so what
// everybody owes or is owed on the whole stays as it was. Of all circulations
// the one of greatest worth is found (package circulation); by default every
// unit set off is worth the same, weights make urgent debts worth more.
//
//	p := clearing.Problem{Members: []string{"Ada", "Bas", "Cleo"}, Obligations: []clearing.Obligation{
//		{ID: "1", Debtor: 0, Creditor: 1, Amount: 100}, // Ada owes Bas 100
//		{ID: "2", Debtor: 1, Creditor: 2, Amount: 80},
//		{ID: "3", Debtor: 2, Creditor: 0, Amount: 50}}}
//	r, err := clearing.Solve(ctx, p, clearing.Options{}) // r.SetOff is 50, 50, 50
//	err = clearing.Check(p, r)                           // anybody can
//
// Lines of mutual credit close chains that end at a member: each circuit is a
// hub, which a member may be paid by as far as the balance and the overdraft
// reach, and may pay into as far as there is room. First as much as possible is
// cleared, then as little overdraft as possible drawn, then as little credit
// as possible moved.
//
// Set-off in circles is public practice in Slovenia; it was described for trade
// credit by Fleischman, Dini and Littera ("Liquidity-saving through
// obligation-clearing and mutual credit", 2020).
//
// # Invariants
//
//  1. Bounds: nothing negative is set off, and no more than is open; no line of
//     credit is used beyond its balance, overdraft or room.
//  2. Conservation: what is set off of a member's debts, and received of
//     credit, equals what is set off of the member's claims, and paid. Without
//     lines of credit every net position stays as it was.
//  3. Optimum: no other set-off has a greater worth. What remains holds no circle.
//  4. Credit: of the optimal set-offs none draws less overdraft, and of those
//     none moves less credit.
//  5. Order: the same problem gives the same set-off of every obligation and
//     the same prices, in whatever order members and obligations are listed and
//     whatever the number of workers.
//  6. Proof: Check accepts what Solve answers, in one pass without a solver,
//     and refuses an answer that breaks 1, 2, 3 or 4.
//  7. Within equal debts between two members the oldest is set off first, then
//     by id. Between others the oldest come first where that is asked for
//     (OldestFirst): no set-off of the same worth takes away more debt times age.
//  8. Amounts are 64 bits and exact, sums 128 bits.
//  9. The circles that an answer is taken apart into add up to it.
package clearing
