package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
)

// bench holds what the parts of a benchmark share.
type bench struct {
	BenchCommand
	g       *Globals
	h       *House
	engine  string
	folder  string // temporary
	figures []figure
	large   *largeCommons
}

// found makes a commons with n members and one project, and returns the
// identities of the members, the first a steward.
func (b *bench) found(slug string, n int) (commons.Commons, []auth.Identity, contribution.Project, error) {
	var project contribution.Project
	c, err := b.h.Directory.Found(b.g.ctx, b.h.Gate.Operator(store.Host), commons.Ask{Slug: slug, Currency: "EUR",
		Settings: commons.Settings{Name: slug, Language: "en", Zone: "UTC", OpenBooks: true, Practices: []string{"contribution", "credit"}}})
	if err != nil {
		return c, nil, project, err
	}
	names := make([]auth.Person, n)
	for i := range names {
		names[i].Name = fmt.Sprintf("Member %d", i+1)
	}
	members, err := b.h.Gate.Enroll(b.g.ctx, b.h.Gate.Operator(c.ID), names, auth.Member)
	if err != nil {
		return c, nil, project, err
	}
	var people []auth.Identity
	for _, m := range members {
		people = append(people, b.h.as(m))
	}
	people[0].Role = auth.Steward
	project, err = contribution.OpenProject(b.g.ctx, b.h.Store, people[0], "", "Project")
	return c, people, project, err
}

// acts measures single acts over HTTP: every client logs one contribution
// after the other and waits for each answer, which comes once it is durable
// and journaled.
func (b *bench) acts() error {
	c, people, project, err := b.found("bench-acts", b.Clients)
	if err != nil {
		return err
	}
	requests := make([]string, b.Clients)
	for i, who := range people {
		secret, _, err := b.h.Gate.IssueTokenFor(b.g.ctx, b.h.Gate.Operator(c.ID), who.Agent, auth.TokenAsk{Label: "bench", Life: time.Hour})
		if err != nil {
			return err
		}
		body := fmt.Sprintf(`{"kind":"work","project":"%s","quantity":{"unit":"hour","value":"1.5"},"note":"sanding the frame","from":"%s"}`,
			project.ID, time.Now().UTC().Format(time.RFC3339))
		requests[i] = fmt.Sprintf("POST /c/%s/contribution/entries HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			c.Slug, secret, len(body), body)
	}
	address, stop, err := b.listen()
	if err != nil {
		return err
	}
	defer stop()
	times, elapsed, err := hammer(b.g.ctx, address, requests, b.For)
	if err != nil {
		return err
	}
	slices.Sort(times)
	b.say("log a contribution over HTTP", float64(len(times))/elapsed.Seconds(), "acts/s", fmt.Sprintf("%d clients on the same machine", b.Clients))
	b.say("  half answered within", times[len(times)/2].Seconds()*1000, "ms", "")
	b.say("  99 of 100 answered within", times[len(times)*99/100].Seconds()*1000, "ms", "")
	return nil
}

// listen serves the house on a free port.
func (b *bench) listen() (address string, stop func(), err error) {
	shell, err := b.h.Shell(false)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: shell}
	go server.Serve(listener)
	return listener.Addr().String(), func() { server.Close() }, nil
}

// hammer sends each request again and again over a connection of its own, and
// returns how long every answer took.
func hammer(ctx context.Context, address string, requests []string, long time.Duration) ([]time.Duration, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	var mu sync.Mutex
	var all []time.Duration
	var first error
	var wait sync.WaitGroup
	begin := time.Now()
	for _, request := range requests {
		wait.Go(func() {
			times, err := one(ctx, address, request)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, times...)
			if err != nil && first == nil {
				first = err
			}
		})
	}
	wait.Wait()
	if first == nil && len(all) == 0 {
		first = fmt.Errorf("no answer within %s", long)
	}
	return all, time.Since(begin), first
}

// one is a client: as little work as a client can be, for it runs on the same machine.
func one(ctx context.Context, address, request string) (times []time.Duration, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for ctx.Err() == nil {
		begin := time.Now()
		if _, err := conn.Write([]byte(request)); err != nil {
			return times, err
		}
		status, err := answer(in)
		if err != nil {
			return times, err
		}
		if !strings.Contains(status, " 2") {
			return times, fmt.Errorf("answered %s", strings.TrimSpace(status))
		}
		times = append(times, time.Since(begin))
	}
	return times, nil
}

// answer reads one response and returns its status line.
func answer(in *bufio.Reader) (string, error) {
	status, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line == "\r\n" {
			break
		}
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Content-Length") {
			fmt.Sscan(value, &length)
		}
	}
	_, err = in.Discard(length)
	return status, err
}
