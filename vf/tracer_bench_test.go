package vf

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"testing/fstest"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/vf/trace"
)

var traceEvents = flag.Int("trace-events", 50_000, "how many events BenchmarkTrace records, two edges each; performance.md is about 1,600,000")

// edges is what a database would need to answer a trace by itself: every edge
// of the graph, by the node it leads to.
var edges = store.Schema{Room: "edges", Files: fstest.MapFS{"schema/0001_edges.sql": {Data: []byte(`CREATE TABLE edges_edge (
	commons_id UUID NOT NULL, child BIGINT NOT NULL, parent BIGINT NOT NULL, PRIMARY KEY (commons_id, child, parent)) STRICT;`)}}}

var (
	insertEdge     = store.Into("edges_edge", "child", "parent")
	recursiveTrace = store.SQL(`WITH RECURSIVE back(n) AS (SELECT CAST($2 AS BIGINT) UNION
		SELECT e.parent FROM back b CROSS JOIN edges_edge e WHERE e.commons_id = $1 AND e.child = b.n) SELECT count(*) FROM back`)
)

// BenchmarkTrace records a life of small makings: each draws from three of the
// bins in which what was made is kept, takes an hour of work, and puts one into
// a bin. It traces a bin to the beginning: in memory, and by a recursive
// statement over a table of the same edges.
func BenchmarkTrace(b *testing.B) {
	config := func() store.Config { return store.Config{Schemas: []store.Schema{Schema, edges}} }
	storetest.EachBench(b, config, func(b *testing.B, s *store.Store) {
		m := &makings{b: b, store: s, commons: store.NewID(), draw: rand.New(rand.NewPCG(1, 2)), tracer: NewTracer()}
		m.record(*traceEvents)
		everything := TraceAsk{Resources: []store.ID{m.bins[(m.made-1)%len(m.bins)]}, MaxNodes: 100_000_000, Reach: true}
		hundred, amounts := everything, everything
		hundred.MaxNodes = 100
		amounts.MaxNodes, amounts.Reach = 100_000, false
		b.Run("load", m.benchLoad)
		all := m.walk(b, everything)
		m.keep(all)
		b.Run("first hundred", func(b *testing.B) { m.benchWalk(b, hundred) })
		b.Run("with amounts", func(b *testing.B) { m.benchWalk(b, amounts) })
		b.Run("everything listed", func(b *testing.B) { m.benchWalk(b, everything) })
		var memory, statement float64
		b.Run("everything", func(b *testing.B) {
			memory = m.benchCount(b, all, func(r *store.Snapshot) (int, error) {
				n, err := m.tracer.Reach(b.Context(), r, everything)
				return n.Nodes(), err
			})
		})
		b.Run("everything by statement", func(b *testing.B) {
			statement = m.benchCount(b, all, func(r *store.Snapshot) (int, error) {
				n, err := count(r, recursiveTrace, 0)
				return int(n), err
			})
			b.ReportMetric(statement/memory, "times-as-long")
		})
		b.Run("first hundred after each making", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				m.record(1)
				b.StartTimer()
				m.walk(b, hundred)
			}
		})
	})
}

// makings is what the benchmark records, and the tracer that reads it.
type makings struct {
	b       *testing.B
	store   *store.Store
	commons store.ID
	draw    *rand.Rand
	ann     Agent
	spec    ResourceSpecification
	bins    []store.ID
	made    int // makings so far
	events  int
	tracer  *Tracer
}

// benchLoad has a new tracer read everything and make its edges.
func (m *makings) benchLoad(b *testing.B) {
	var before, after runtime.MemStats
	m.tracer = nil
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		m.tracer = NewTracer()
		m.walk(b, TraceAsk{Resources: m.bins[:1], MaxNodes: 1})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(m.events), "events")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(m.events), "bytes/event")
}

func (m *makings) walk(b *testing.B, ask TraceAsk) (a *trace.Answer) {
	read(b, m.store, m.commons, func(r *store.Snapshot) (err error) {
		a, err = m.tracer.Trace(b.Context(), r, ask)
		return err
	})
	return a
}

func (m *makings) benchWalk(b *testing.B, ask TraceAsk) {
	var a *trace.Answer
	for b.Loop() {
		a = m.walk(b, ask)
	}
	b.ReportMetric(float64(len(a.Nodes)), "nodes")
	b.ReportMetric(float64(len(a.Edges)), "edges")
}

// benchCount counts the nodes of an answer in another way, and returns how many seconds that takes.
func (m *makings) benchCount(b *testing.B, all *trace.Answer, of func(*store.Snapshot) (int, error)) float64 {
	for b.Loop() {
		read(b, m.store, m.commons, func(r *store.Snapshot) error {
			n, err := of(r)
			if err == nil && n != len(all.Nodes) {
				b.Fatalf("%d nodes instead of %d", n, len(all.Nodes))
			}
			return err
		})
	}
	b.ReportMetric(float64(len(all.Nodes)), "nodes")
	b.ReportMetric(float64(len(all.Edges)), "edges")
	return b.Elapsed().Seconds() / float64(b.N)
}

// bins is how many bins there are.
const bins = 2000

// record records about so many events, a thousand an act.
func (m *makings) record(events int) {
	if m.ann.ID == "" {
		mustAct(m.b, m.store, m.commons, func(l *Ledger) (_ int, err error) {
			if m.ann, err = l.AddAgent(Agent{Kind: Person, Name: "Ann"}); err != nil {
				return 0, err
			}
			m.spec, err = l.AddSpecification(ResourceSpecification{Name: "Part", Policy: Policy{NegativeBalance: Allow}})
			return 0, err
		})
	}
	for until := m.events + events; m.events < until; {
		mustAct(m.b, m.store, m.commons, func(l *Ledger) (int, error) {
			var list []Event
			var created []Resource
			for len(list) < min(until-m.events, 1000) {
				made, bin, err := m.making(l)
				if err != nil {
					return 0, err
				}
				list, created = append(list, made...), append(created, bin...)
			}
			out, err := l.RecordAllNew(list, created)
			m.events += len(out)
			return len(out), err
		})
	}
}

// making makes one thing, into a new bin as long as there are too few.
func (m *makings) making(l *Ledger) (list []Event, bin []Resource, err error) {
	p, err := l.AddProcess(Process{Name: "Make"})
	if err != nil {
		return nil, nil, err
	}
	for range min(3, len(m.bins)) {
		list = append(list, Event{Action: Consume, Provider: m.ann.ID, Receiver: m.ann.ID, InputOf: p.ID,
			ResourceInventoriedAs: m.bins[m.draw.IntN(len(m.bins))], ResourceQuantity: one_("0.25")})
	}
	if len(m.bins) < bins {
		bin = []Resource{{ID: store.NewID(), ConformsTo: m.spec.ID}}
		m.bins = append(m.bins, bin[0].ID)
	}
	m.made++
	return append(list, Event{Action: Work, Provider: m.ann.ID, Receiver: m.ann.ID, InputOf: p.ID, EffortQuantity: in("1", "hour")},
		Event{Action: Produce, Provider: m.ann.ID, Receiver: m.ann.ID, OutputOf: p.ID, ResourceInventoriedAs: m.bins[(m.made-1)%len(m.bins)], ResourceQuantity: one_("1")}), bin, nil
}

// keep writes the edges of an answer into the table.
func (m *makings) keep(a *trace.Answer) {
	for chunk := range slices.Chunk(a.Edges, 100_000) {
		mustAct(m.b, m.store, m.commons, func(l *Ledger) (int, error) {
			for _, e := range chunk {
				if err := l.tx.Append(insertEdge, e.To, e.From); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
	}
}
