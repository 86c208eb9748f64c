package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/vf"
)

// bulk measures events sent one a line over HTTP: every line is answered once
// its event is durable, journaled and hashed.
func (b *bench) bulk() error {
	c, people, project, err := b.found("bench-bulk", 1000)
	if err != nil {
		return err
	}
	stewards, err := b.h.Gate.Enroll(b.g.ctx, b.h.Gate.Operator(c.ID), []auth.Person{{Name: "Steward"}}, auth.Steward)
	if err != nil {
		return err
	}
	secret, _, err := b.h.Gate.IssueTokenFor(b.g.ctx, b.h.Gate.Operator(c.ID), stewards[0].Agent, auth.TokenAsk{Label: "bench", Life: time.Hour})
	if err != nil {
		return err
	}
	process := store.NewID()
	if _, err := b.h.Core.Do(b.g.ctx, people[0], "", vf.Adding{Thing: vf.Process{ID: process, Name: "Work", InScopeOf: project.ID}}); err != nil {
		return err
	}
	address, stop, err := b.listen()
	if err != nil {
		return err
	}
	defer stop()
	body, rows := &bytes.Buffer{}, min(b.Rows, 500_000)
	for i := range rows {
		fmt.Fprintf(body, `{"action":"work","provider":"%s","receiver":"%s","inputOf":"%s","effortQuantity":{"unit":"hour","value":"%d.25"},"hasPointInTime":"2026-03-01T10:00:00Z"}`+"\n",
			people[i%len(people)].Agent, c.Agent, process, i%9)
	}
	request, err := http.NewRequestWithContext(b.g.ctx, http.MethodPost, "http://"+address+"/c/"+c.Slug+"/events", body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	request.Header.Set("Content-Type", "application/x-ndjson")
	begin := time.Now()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	last, err := lastLine(answer.Body)
	if err != nil {
		return err
	}
	if want := fmt.Sprintf(`{"lines":%d,"recorded":%d,"refused":0}`, rows, rows); last != want {
		return fmt.Errorf("answered %d %s; want %s", answer.StatusCode, last, want)
	}
	b.say(fmt.Sprintf("record %d events in bulk over HTTP", rows), float64(rows)/time.Since(begin).Seconds(), "events/s", "one a line, each answered once it is durable and journaled")
	return nil
}

// lastLine reads lines and keeps the last.
func lastLine(r io.Reader) (last string, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		last = lines.Text()
	}
	return last, lines.Err()
}
