package vf

import (
	"context"
	"flag"
	"testing"
	"testing/fstest"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/vf/trace"
)

var traceEvents = flag.Int("trace-events", 50_000, "how many events BenchmarkTrace records; performance.md is about 1,000,000")

// edges is what a database would need to answer a trace by itself: every edge
// of the graph, by the node it leads to.
var edges = store.Schema{Room: "edges", Files: fstest.MapFS{"schema/0001_edges.sql": {Data: []byte(`CREATE TABLE edges_edge (
	commons_id UUID NOT NULL, child BIGINT NOT NULL, parent BIGINT NOT NULL, PRIMARY KEY (commons_id, child, parent)) STRICT;`)}}}

var (
	insertEdge     = store.Into("edges_edge", "child", "parent")
	recursiveTrace = store.SQL(`WITH RECURSIVE back(n) AS (SELECT CAST($2 AS BIGINT) UNION
		SELECT e.parent FROM back b CROSS JOIN edges_edge e WHERE e.commons_id = $1 AND e.child = b.n) SELECT count(*) FROM back`)
)

// BenchmarkTrace records a life of many small makings (three inputs of what
// was made before, an hour of work, one output), and traces the last thing
// made: in memory, and by a recursive statement over a table of all edges.
func BenchmarkTrace(b *testing.B) {
	config := func() store.Config { return store.Config{Schemas: []store.Schema{Schema, edges}} }
	storetest.EachBench(b, config, func(b *testing.B, s *store.Store) {
		commons := store.NewID()
		last, node := makings(b, s, commons, *traceEvents)
		tracer := NewTracer()
		begin := time.Now()
		read(b, s, commons, tracer.Warm)
		b.Logf("loaded %d events in %v", *traceEvents, time.Since(begin))
		ask := TraceAsk{Resources: []store.ID{last}, MaxNodes: 100_000}
		walk := func(b *testing.B, ask TraceAsk) (a *trace.Answer) {
			read(b, s, commons, func(r *store.Snapshot) (err error) {
				a, err = tracer.Trace(context.Background(), r, ask)
				return err
			})
			return a
		}
		b.Run("first hundred", func(b *testing.B) {
			few := ask
			few.MaxNodes = 100
			for b.Loop() {
				walk(b, few)
			}
		})
		b.Run("with amounts", func(b *testing.B) {
			var a *trace.Answer
			for b.Loop() {
				a = walk(b, ask)
			}
			b.ReportMetric(float64(len(a.Nodes)), "nodes")
			b.ReportMetric(float64(len(a.Edges)), "edges")
		})
		everything := ask
		everything.MaxNodes, everything.Reach = 10_000_000, true
		b.Run("everything", func(b *testing.B) {
			var a *trace.Answer
			for b.Loop() {
				a = walk(b, everything)
			}
			b.ReportMetric(float64(len(a.Nodes)), "nodes")
		})
		b.Run("everything by statement", func(b *testing.B) {
			var n int64
			for b.Loop() {
				read(b, s, commons, func(r *store.Snapshot) (err error) {
					n, err = count(r, recursiveTrace, node)
					return err
				})
			}
			b.ReportMetric(float64(n), "nodes")
		})
	})
}

// makings records the events and their edges, and returns the last thing made
// and its number among the nodes.
func makings(b *testing.B, s *store.Store, commons store.ID, events int) (last store.ID, number int64) {
	type made struct {
		id     store.ID
		number int64
	}
	var ann Agent
	var spec ResourceSpecification
	mustAct(b, s, commons, func(l *Ledger) (_ int, err error) {
		if ann, err = l.AddAgent(Agent{Kind: Person, Name: "Ann"}); err != nil {
			return 0, err
		}
		spec, err = l.AddSpecification(ResourceSpecification{Name: "Part", Policy: Policy{NegativeBalance: Allow}})
		return 0, err
	})
	var things []made
	var n int64
	next := func() int64 { n++; return n }
	for done := 0; done < events; {
		mustAct(b, s, commons, func(l *Ledger) (int, error) {
			var list []Event
			var created []Resource
			edge := func(child, parent int64) error { return l.tx.Append(insertEdge, child, parent) }
			for range 200 {
				p, err := l.AddProcess(Process{Name: "Make"})
				if err != nil {
					return 0, err
				}
				process := next()
				for i := range min(3, len(things)) {
					from := things[len(things)-1-(i*i*37+int(n))%min(len(things), 2000)]
					e := next()
					list = append(list, Event{Action: Consume, Provider: ann.ID, Receiver: ann.ID, InputOf: p.ID, ResourceInventoriedAs: from.id, ResourceQuantity: one_("0.25")})
					if err := edge(e, from.number); err != nil {
						return 0, err
					}
					if err := edge(process, e); err != nil {
						return 0, err
					}
				}
				work, out, thing := next(), next(), made{store.NewID(), next()}
				list = append(list, Event{Action: Work, Provider: ann.ID, Receiver: ann.ID, InputOf: p.ID, EffortQuantity: in("1", "hour")},
					Event{Action: Produce, Provider: ann.ID, Receiver: ann.ID, OutputOf: p.ID, ResourceInventoriedAs: thing.id, ResourceQuantity: one_("1")})
				created = append(created, Resource{ID: thing.id, ConformsTo: spec.ID})
				for _, x := range [...][2]int64{{process, work}, {out, process}, {thing.number, out}} {
					if err := edge(x[0], x[1]); err != nil {
						return 0, err
					}
				}
				things = append(things, thing)
			}
			out, err := l.RecordAllNew(list, created)
			done += len(out)
			return len(out), err
		})
	}
	end := things[len(things)-1]
	return end.id, end.number
}
