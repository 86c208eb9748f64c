// Package auth knows people: accounts, passwords, passkeys, sessions, tokens,
// memberships, and who may do what.
//
// An act is done by an Identity: somebody (or nobody: an outsider) as seen by
// one commons. What an identity may do is a Capability, granted by the least
// role that has it; the whole table is a golden file in the tests. Governance
// will replace how roles are granted; the capabilities stay.
//
// Accounts, sessions, tokens and passkeys live in the lane of the host and are
// not journaled. A membership lives in the lane of its commons, where every
// act on it is journaled without the person's name; the host keeps a seat for
// it, which says where to look and nothing more.
//
// Passwords are hashed with argon2id (RFC 9106) outside the lanes, a few at a
// time. Passkeys follow W3C Web Authentication Level 3, discoverable and with
// user verification. Password rules follow NIST SP 800-63B, hashing parameters
// and session handling the OWASP cheat sheets.
//
//	gate, err := auth.New(auth.Config{Store: db, Table: table, Origin: "https://commons.example"})
//	go gate.Run(ctx)
//	who, err := gate.Identity(request, commonsID, openBooks)
//	err = who.Must("contribution.log")
//
// Invariants
//
//  1. No secret is stored that could be used: of sessions, tokens, links and
//     ceremonies the database holds the SHA-256, of passwords the argon2id
//     hash. A secret is shown once.
//  2. Whoever asks cannot find out whether an account exists: signing in
//     answers a wrong password, an unknown name and an account without a
//     password alike and does the same number of hashes; links that are used
//     up, expired, withdrawn or invented answer alike.
//  3. A session begins with a new secret, never with one the browser brought.
//  4. A token never does what its scopes leave out, nor what its member may
//     not do, nor anything on an account, nor anything in another commons.
//  5. What is withdrawn stops working at once in this process, and within
//     hot.Fresh in every other.
//  6. An identity of one commons is refused in every other.
//  7. A failed attempt to sign in makes the next one wait ever longer; an
//     attempt counts as failed until it has succeeded, so that parallel
//     guesses gain nothing.
//  8. A link that works once works once, however many try at the same time.
//  9. A commons with other members never loses its last steward, the host
//     never its last administrator.
//  10. After an erasure nothing of the person is left but the agent without a
//     name that the books refer to.
//  11. When nothing has changed for a moment, knowing who asks costs no query.
package auth
