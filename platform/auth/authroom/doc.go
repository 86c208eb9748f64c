// Package authroom is the pages of auth: the first-run page, signing in by
// password or passkey, invites, recovery, one's own account, and the people of
// a commons. It is a package of its own because the shell it renders with
// stands on auth.
//
// Invariants
//
//  1. Everything but passkeys, which need the browser's help, works without scripts.
//  2. The secret of a link travels in the query, which the shell does not log,
//     and is shown on a page once, when it is made.
//  3. A page never shows a password again, however the form is refused.
package authroom
