// Package commonweal is a client for the routes of a commons that are no
// GraphQL: it sends events in bulk and checks the webhooks that it gets.
//
//	c := commonweal.Client{URL: "https://commons.example/c/garden", Token: token}
//	sum, err := c.Record(ctx, "meters-2026-03", events, func(r commonweal.Refused) { log.Println(r) })
//
// It needs the standard library only, so that other programs can copy it.
package commonweal
