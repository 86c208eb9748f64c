// Package outbound is how this host asks other hosts: with a client that nobody
// can turn against the network that the host stands in.
//
// # Invariants
//
//  1. Unless private networks are allowed, a connection is made to public
//     addresses only. The address is checked when the connection is made, after
//     the name was looked up, so that a name cannot change its meaning in between.
//  2. No redirect is followed.
package outbound
