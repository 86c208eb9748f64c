// Package activitypub speaks the server-to-server part of ActivityPub: actors
// and how they are found, signed messages, and documents of other servers.
// It knows no network but through the client it is given, no database and no
// economy: what an activity means is for the room that receives it.
//
// The rules are those of ActivityPub and ActivityStreams 2.0 (W3C), WebFinger
// (RFC 7033), HTTP signatures as the fediverse writes them
// (draft-cavage-http-signatures-12) and as the standard does (RFC 9421), and
// Content-Digest (RFC 9530).
//
//	signed, err := activitypub.ReadSignature(r, body, origin, now)
//	key, err := …of signed.KeyID…
//	err = signed.Verify(key)
//	activity, err := activitypub.Decode(body)
//
// # Invariants
//
//  1. A message counts only when its signature covers the method, the path, the
//     host, the moment and, through a digest, every byte of the body.
//  2. A signature counts for Window after it was made, and for nobody but the
//     host that it names.
//  3. Documents are read in bounds: so many bytes, so deep, each name once. A
//     remote context is never fetched; it changes nothing about how terms are read.
//  4. A document counts for the host that it was fetched from, and for no other.
package activitypub
