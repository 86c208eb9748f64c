// Package federation lets a commons trade and plan with others on other servers,
// whatever program runs those: it is an actor of ActivityPub.
//
// A commons that takes part is found by WebFinger (its address @ the host), follows
// and is followed, publishes its offers and requests (FEP-0837), receives offers
// that answer them, accepts or rejects those, and answers the proposals of others.
// It reads the work plans of others (FEP-3264), accepts or declines tasks in them, and
// asks neighbors for what its own plans lack. Of what was promised each side tells the
// other what was done, for the other to confirm or to dispute, and what it lets go.
// What a peer says never moves our own records: an agreement enters the books by
// an act of somebody of ours or by a rule that they set, and events by nothing but our
// own recording.
//
//	GET  /.well-known/webfinger?resource=acct:SLUG@HOST
//	GET  /federation/{actor}                  the actor
//	POST /federation/{actor}/inbox            signed activities
//	GET  /federation/{actor}/outbox, /followers
//	GET  /federation/{actor}/proposals/{id}, /agreements/{id}, /events/{id}, /activities/{id}
//
// The rules are those of ActivityPub (W3C), of FEP-0837 "Federated Marketplace", of
// FEP-3264 "Federated Work Coordination" and of the packages activitypub, market and workplan.
//
// # Invariants
//
//  1. An activity counts once, however often, in whatever order and by whatever
//     signatures it arrives; an activity that changed under its identifier is refused.
//  2. An activity counts only for what its signer may say: about itself, its own
//     proposals, and the offers between it and us.
//  3. An offer moves from open to accepted or rejected, from accepted to completed or
//     canceled, and never back.
//  4. Each offer that was accepted stands in the books of the one who accepted it, as
//     one agreement with the commitments that the acceptance states.
//  5. What we decide is sent exactly if it is durable, and tried again until it is
//     delivered, refused for good, or too old.
//  6. A host that is blocked is neither heard nor asked.
//  7. What a peer tells of is recorded once somebody of ours confirms it, as one event,
//     and never otherwise; each side of a confirmed pair knows what the other calls it.
//  8. What is let go takes nothing of a proposal or a plan any more.
package federation
