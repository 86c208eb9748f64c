package vf

import (
	"sync"

	"commonweal/platform/store"
)

// facts remembers what acts have seen of a commons that never changes within
// an epoch: that an agent exists, what a process is based on, a specification
// with its policy. It is filled by durable acts only and never says that
// something does not exist, so it holds across processes and rollbacks.
type facts struct {
	mu        sync.RWMutex
	size      int
	agents    map[store.ID]bool
	specs     map[store.ID]*ResourceSpecification
	stages    map[store.ID]bool
	processes map[store.ID]*Process
}

// maxFacts bounds what one commons may hold in memory; past it, it starts anew.
const maxFacts = 200_000

func newFacts() *facts {
	return &facts{agents: map[store.ID]bool{}, specs: map[store.ID]*ResourceSpecification{}, stages: map[store.ID]bool{}, processes: map[store.ID]*Process{}}
}

// known gives every epoch of a commons facts of its own; they guard themselves.
var known = store.NewMemo(func(store.Reader) (*facts, error) { return newFacts(), nil })

// learn adds what an act saw, once it is durable.
func (f *facts) learn(seen *facts) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.size += seen.count(); f.size > maxFacts {
		fresh := newFacts()
		f.agents, f.specs, f.stages, f.processes, f.size = fresh.agents, fresh.specs, fresh.stages, fresh.processes, seen.count()
	}
	for k, v := range seen.agents {
		f.agents[k] = v
	}
	for k, v := range seen.specs {
		f.specs[k] = v
	}
	for k, v := range seen.stages {
		f.stages[k] = v
	}
	for k, v := range seen.processes {
		f.processes[k] = v
	}
}

func (f *facts) count() int { return len(f.agents) + len(f.specs) + len(f.stages) + len(f.processes) }

// seen collects what this act read; it becomes known when the act is durable.
func (l *Ledger) seen() *facts {
	if l.learned == nil {
		l.learned = newFacts()
		learned, all := l.learned, l.known
		l.tx.AfterCommit(func() { all.learn(learned) })
	}
	return l.learned
}
