// Package compat serves the published vf-graphql schema, version
// 0.9.0-alpha.10, so that clients written for hREA and its kin work here.
package compat
