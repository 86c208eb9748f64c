// Package vf is the ValueFlows 1.0 core: agents, units, resource
// specifications, resources, processes and economic events, and what each of
// the 19 actions does to a resource.
//
// The action table is data (Actions); one interpreter, Apply, reads it. The
// event log is the truth: every quantity, place, stage and custodian on a
// resource is a cache that replay rebuilds exactly. Economic facts change only
// by further events; a correction is an event that names what it corrects.
//
// Our own additions (custodian, chain position, pair, policies per
// specification) live beside the vocabulary under the prefix "cw:".
package vf
