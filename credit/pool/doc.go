// Package pool has the rules of pools of capital without interest: what members
// put together, lend each other and take back, with nothing that grows with time.
// It is pure: a pool is Rules, and a state that follows from recorded steps.
//
//	p, err := pool.Found(pool.Rules{Kind: pool.RoscaKind, Step: pool.Unit / 100, Members: []string{"ada", "bas", "cleo"},
//		Rosca: &pool.RoscaRules{Contribution: 50 * pool.Unit, Order: pool.ByLot, Seed: "drawn on the square, 1 May"}})
//	moves, err := p.Take(pool.Step{Act: "pay", Who: "ada"}) // 50 from ada to the pot
//
// The kinds:
//
//   - rosca: everybody pays the same each round, and each round somebody receives the whole pot, once.
//   - vsla: shares bought at meetings, loans from the pot, a social fund apart, and a share-out at the end.
//   - points: saving earns points, and a loan spends them (JAK, Sweden, since 1965).
//   - surplus: a loan repaid from surplus only, after costs and fair pay (the rule of Seed Commons).
//   - revenue: a share of revenue until a cap is reached, or an end.
//   - commitment: vouchers for one's own goods or work, swapped through a common vault.
//   - budget: members decide together what a common sum is spent on (Cobudget).
//
// A pool keeps a Book of what moved between its own places and its members. A
// step that is refused changes nothing. Nobody's money moves but by their own
// step, or as they offered before; what somebody misses becomes a Debt of that
// amount, which does not grow.
//
// # Invariants
//
//  1. Principal is conserved: all places of a book add up to zero, and no place of the pool is below zero.
//  2. A step that is refused changes nothing; the same steps give the same pool, to the byte.
//  3. ROSCA: everybody receives once, and ends at zero when debts are paid; nobody gains from their turn.
//  4. ROSCA: the order by lot follows from the published seed, in whatever order members are listed.
//  5. VSLA: the pot is shares and fees less loans out; the share-out takes all of it, to the smallest
//     amount, and nothing of the social fund.
//  6. Points: what was earned is held or was spent; deposits come back in full.
//  7. Surplus: a period without surplus costs nothing; a payment is never more than its share of the
//     surplus, and all of them never more than principal and contribution.
//  8. Revenue: all payments together stop exactly at the cap, the last cut to the smallest amount.
//  9. Commitment: for each voucher, minted is burned plus outstanding; the vault holds no more than its
//     cap; a swap gives out no more value than it takes in.
//  10. Budget: allocated, returned and left is what was given; refunds are exact, and each donor's own.
//  11. No interest: rules in which something grows with time, or with who borrows, are refused.
//  12. Money leaves a member's hand only by a step of that member, or as that member offered before.
package pool
