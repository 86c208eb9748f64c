// Package assets embeds what the browser gets: scripts and styles, bundled
// from src by esbuild (npm ci && npm run build) into dist.
//
// Invariants
//
//  1. Every file but the manifest carries a hash of its content in its name,
//     so it may be cached for ever.
//  2. Nothing is fetched from another host at run time.
//  3. A build without npm compiles; Built then says how to build the assets.
package assets
