package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// eventsQuery is what a client of the API asks most: a page of events, with
// who gave and got what.
const eventsQuery = `query($agent: ID) { economicEvents(first: 100, filter: {agent: $agent}) { nodes { id action hasPointInTime
	resourceQuantity { hasNumericalValue hasUnit { label } } provider { id name } receiver { id name }
	resourceInventoriedAs { id name } resourceConformsTo { id name } } pageInfo { hasNextPage endCursor } } }`

// api measures pages of 100 events with agents, resources and specifications
// over HTTP: every client asks for another agent's, in a closed loop; then the
// same while contributions are logged beside it.
func (b *bench) api() error {
	c, people, project, err := b.found("bench-api", b.Clients)
	if err != nil {
		return err
	}
	if err := b.bake(people); err != nil {
		return err
	}
	requests := make([]string, b.Clients)
	for i, who := range people {
		if requests[i], err = b.question(c, who); err != nil {
			return err
		}
	}
	address, stop, err := b.listen()
	if err != nil {
		return err
	}
	defer stop()
	if err := b.pagesOfEvents(address, requests, ""); err != nil {
		return err
	}
	ctx, done := context.WithCancel(b.g.ctx)
	failed := make(chan error, 1)
	go func() { failed <- b.logBeside(ctx, people[0], project) }()
	err = b.pagesOfEvents(address, requests, " while 20 contributions a second are logged")
	done()
	if err == nil {
		err = <-failed
	}
	return err
}

// pagesOfEvents has all clients ask, and says how fast they are answered.
func (b *bench) pagesOfEvents(address string, requests []string, while string) error {
	times, elapsed, err := hammer(b.g.ctx, address, requests, b.For)
	if err != nil {
		return err
	}
	slices.Sort(times)
	b.say("pages of 100 events over the API"+while, float64(len(times))/elapsed.Seconds(), "pages/s", fmt.Sprintf("%d clients on the same machine", b.Clients))
	b.say("  half answered within", times[len(times)/2].Seconds()*1000, "ms", "")
	b.say("  99 of 100 answered within", times[len(times)*99/100].Seconds()*1000, "ms", "")
	return nil
}

// bake fills the commons: each member makes ten kinds of loaves and passes
// them on, 200 events each.
func (b *bench) bake(people []auth.Identity) error {
	var specs []store.ID
	var steps []vf.Step
	for i := range 10 {
		specs = append(specs, store.NewID())
		steps = append(steps, vf.Adding{Thing: vf.ResourceSpecification{ID: specs[i], Name: fmt.Sprintf("Bread %d", i+1)}})
	}
	pieces := func(n int64) *vf.Amount { return &vf.Amount{Micros: n * quantity.Scale, Unit: "one"} }
	for i, who := range people {
		next := people[(i+1)%len(people)].Agent
		for n := range 200 {
			spec := specs[n%len(specs)]
			if n < 20 {
				steps = append(steps, vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: who.Agent, Receiver: who.Agent, ResourceQuantity: pieces(100), ResourceConformsTo: spec},
					New: &vf.Resource{Name: fmt.Sprintf("Loaves %d of baker %d", n+1, i+1)}})
				continue
			}
			steps = append(steps, vf.Recording{Event: vf.Event{Action: vf.Transfer, Provider: who.Agent, Receiver: next, ResourceQuantity: pieces(1), ResourceConformsTo: spec}})
		}
	}
	for chunk := range slices.Chunk(steps, 500) {
		if _, err := b.h.Core.Do(b.g.ctx, people[0], "", chunk...); err != nil {
			return err
		}
	}
	return nil
}

// question is the request of a client who asks for their own events.
func (b *bench) question(c commons.Commons, who auth.Identity) (string, error) {
	secret, _, err := b.h.Gate.IssueTokenFor(b.g.ctx, b.h.Gate.Operator(c.ID), who.Agent, auth.TokenAsk{Label: "bench", Life: time.Hour})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]any{"query": eventsQuery, "variables": map[string]any{"agent": who.Agent}})
	return fmt.Sprintf("POST /c/%s/graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		c.Slug, secret, len(body), body), err
}

// logBeside logs a contribution every fiftieth of a second: after each, what
// events name is read from the database once more.
func (b *bench) logBeside(ctx context.Context, who auth.Identity, project contribution.Project) error {
	tick := time.NewTicker(time.Second / 20)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			ask := contribution.LogAsk{Kind: "work", Person: who.Agent, Project: project.ID, Quant: quantity.Of(1, "hour"), From: time.Now().UTC(), Note: "beside"}
			if _, err := contribution.LogContribution(b.g.ctx, b.h.Store, who, "", ask); err != nil {
				return err
			}
		}
	}
}
