// Package auth knows people: accounts, passwords, passkeys, sessions, tokens,
// memberships, and who may do what.
//
// An act is done by an Identity: somebody (or nobody: an outsider) as seen by
// one commons. What an identity may do is a Capability, granted by the least
// role that has it; the whole table is a golden file in the tests. Governance
// will replace how roles are granted; the capabilities stay.
package auth
