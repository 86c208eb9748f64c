// Package neighbors lets hosts witness each other's logs (C2SP tlog-witness).
//
// A Witness cosigns the heads of logs that an administrator of the host chose to
// watch; it answers POST /witness/add-checkpoint. An Asker asks the neighbors of a
// commons to cosign its own log, again and again in the background, and keeps what
// they answer; Receipt and Cosigned give it to readers.
//
// # Invariants
//
//  1. Of all heads of a log that a witness cosigned one is the beginning of the
//     next, also across restarts, under parallel requests and with several processes.
//  2. What a witness cosigned is durable before it signs.
//  3. Only cosignatures that were verified are kept.
//  4. Nobody can make this host send a request into its own network: addresses
//     that are not public are refused when the connection is made, and no
//     redirect is followed.
package neighbors
