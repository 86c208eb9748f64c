// Package webhook tells other programs what happens in a commons: each entry of
// the log whose act a subscription chose is posted to its address, signed after
// Standard Webhooks (standardwebhooks.com).
//
//	webhook-id         msg_COMMONS_SEQ, the same in every attempt
//	webhook-timestamp  seconds, of the attempt
//	webhook-signature  v1,BASE64(HMAC-SHA256(secret, id "." timestamp "." body))
//
// A subscription is a place in the log that moves on as entries are delivered,
// in order. There is no queue: what could not be delivered stands in the log, and
// is tried again later and later (Schedule). Whoever answers 410, or
// refuses through the whole schedule, is not asked any more until a steward
// says so. What is told is what the public log holds.
//
// # Invariants
//
//  1. Every chosen entry is delivered, in order, at least once; a repeat has the same id.
//  2. An entry behind one that was not delivered waits.
//  3. A delivery is signed by every secret that is good at its time; after a
//     rotation the one before is good for a day.
//  4. No request goes into this host's own network, and no redirect is followed.
//  5. A secret is shown once, and stands in no log.
//  6. Of several processes one works on a subscription at a time.
package webhook
