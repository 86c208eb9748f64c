// Package commonweal is a client for a commons: it asks and acts in GraphQL
// with typed operations, sends events in bulk, listens to what happens, and
// checks the webhooks that it gets.
//
//	c := commonweal.Client{URL: "https://commons.example/c/garden", Token: token}
//	there, err := commonweal.Resources(ctx, c.GraphQL(), nil, nil)
//	sum, err := c.Record(ctx, "meters-2026-03", events, func(r commonweal.Refused) { log.Println(r) })
//	for h, err := range c.Happened(ctx, -1, "contribution") { ... }
//
// generated.go is made from clients/operations and the schema that hosts serve.
// Operations of your own are generated the same way, with genqlient and the
// schema that any host tells by introspection.
package commonweal
