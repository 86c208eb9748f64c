package contribution

import (
	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Why explains what a receiver got from a bucket of a distribution that ran:
// the distribution is computed again from the log as of its opening, and must
// come to the line that was booked.
func (p *Practice) Why(r *store.Snapshot, d Distribution, receiver store.ID, bucket string) (*equation.Derivation, error) {
	result, err := p.again(r, d)
	if err != nil {
		return nil, err
	}
	return result.Derivation(string(receiver), bucket)
}

// WhyNothing explains why somebody got nothing, bucket by bucket.
func (p *Practice) WhyNothing(r *store.Snapshot, d Distribution, person store.ID) ([]equation.Nothing, error) {
	result, err := p.again(r, d)
	if err != nil {
		return nil, err
	}
	return result.WhyNothing(string(person))
}

// WhyHeld lists the contributions that a distribution could not value, with
// the reason, bucket by bucket.
func (p *Practice) WhyHeld(r *store.Snapshot, d Distribution) ([]equation.Nothing, error) {
	result, err := p.again(r, d)
	if err != nil {
		return nil, err
	}
	return result.WhyHeld()
}

// again returns the outcome of a distribution, with everything needed to
// explain it. The last few are kept: readers open one line after the other.
func (p *Practice) again(r *store.Snapshot, d Distribution) (*equation.Result, error) {
	p.mu.Lock()
	for _, held := range p.results {
		if held.Distribution == d.key() && held.commons == r.Commons() {
			p.mu.Unlock()
			return held.Result, nil
		}
	}
	p.mu.Unlock()
	result, err := p.Outcome(r, d)
	if err != nil {
		return nil, err
	}
	if err := agrees(r, d, result); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.results = append([]heldResult{{r.Commons(), result}}, p.results[:min(len(p.results), keptResults-1)]...)
	return result, nil
}

// heldResult is an outcome kept in memory.
type heldResult struct {
	commons store.ID
	*equation.Result
}

// keptResults bounds how many outcomes are kept; one of a million
// contributions takes some hundred megabytes with its claims.
const keptResults = 3

// agrees refuses an outcome that differs from what was booked: then the books
// or the program are wrong, and no explanation may cover it up.
func agrees(r store.Reader, d Distribution, result *equation.Result) error {
	booked, err := Lines(r, d)
	if err != nil {
		return err
	}
	if len(booked) != len(result.Lines) && d.RanAt > 0 {
		return fault.Conflictf("contribution.disagrees", "distribution", "distribution %d was booked with %d lines and comes to %d when computed again; verify the log", d.No, len(booked), len(result.Lines))
	}
	sums := map[Line]int64{}
	for _, l := range booked {
		sums[Line{Bucket: l.Bucket, Receiver: l.Receiver, Kind: l.Kind}] = l.Amount.Micros
	}
	for _, l := range result.Lines {
		key := Line{Bucket: l.Bucket, Receiver: store.ID(l.Receiver), Kind: string(l.Kind)}
		if d.RanAt > 0 && sums[key] != l.Amount {
			return fault.Conflictf("contribution.disagrees", "distribution", "distribution %d booked another amount for %s than it comes to when computed again; verify the log", d.No, l.Receiver)
		}
	}
	return nil
}
