package contribution

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Run imports a source as the plan says. progress is told how many records of
// how many are done. What was imported before is not imported again, so a run
// that was stopped, by whatever, is run again with the same batch and goes on.
//
// It refuses, before anything is changed, a source with bad lines that the plan
// does not skip, and people, projects and kinds that the plan neither names nor
// lets be made. Marks of a past evaluation become an evaluation round in the end.
func (m *Importer) Run(ctx context.Context, who auth.Identity, src ImportSource, plan ImportPlan, progress func(done, total int)) (ImportResult, error) {
	begun := m.DB.Now()
	report, err := m.Survey(ctx, who, src, plan)
	if err != nil {
		return ImportResult{Batch: src.Batch}, err
	}
	if err := report.refuse(&plan); err != nil {
		return ImportResult{Batch: src.Batch}, err
	}
	if err := m.prepare(ctx, who, report, &plan); err != nil {
		return ImportResult{Batch: src.Batch}, err
	}
	v, err := m.resolver(ctx, who, src, plan)
	if err != nil {
		return ImportResult{Batch: src.Batch}, err
	}
	run := &importRun{m: m, who: who, v: v, imported: NewImportedKeys(), total: report.Rows, progress: progress, result: ImportResult{Batch: src.Batch}}
	if run.result.Resumed, err = m.resumed(ctx, who, src.Batch.ID); err != nil {
		return run.result, err
	}
	err = run.do(ctx)
	if err == nil && v.marks != nil {
		run.result.Round, err = m.countImported(ctx, who, &plan)
	}
	run.result.Repeated = max(0, run.result.Repeated-run.result.Resumed)
	run.result.Took = m.DB.Now().Sub(begun)
	return run.result, err
}

// whole imports a file that waits, and drops it.
func (m *Importer) whole(ctx context.Context, who auth.Identity, u Upload) (ImportResult, error) {
	src, done, err := m.Source(ctx, who, u)
	if err != nil {
		return ImportResult{}, err
	}
	defer done()
	result, err := m.Run(ctx, who, src, u.Plan, nil)
	if err != nil {
		return result, err
	}
	return result, m.DropUpload(ctx, who, u.ID)
}

// resumed returns how many records an earlier run of the batch brought in.
func (m *Importer) resumed(ctx context.Context, who auth.Identity, batch store.ID) (int, error) {
	var b ImportedBatch
	err := m.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		b, _, err = store.One(r, scanBatch, selectBatch, batch)
		return err
	})
	return int(b.Rows), err
}

// importRun is one import under way: chunks are built while the one before is
// in its lane.
type importRun struct {
	m        *Importer
	who      auth.Identity
	v        *resolver
	imported *ImportedKeys // those of the log, and those of the chunks built so far
	late     *ImportedKeys // what other imports brought meanwhile; nil for none
	seen     int64
	total    int
	progress func(done, total int)
	result   ImportResult
}

func (run *importRun) do(ctx context.Context) error {
	if err := run.m.DB.Read(ctx, run.who.Commons, run.imported.CatchUp); err != nil {
		return err
	}
	run.seen = run.imported.Seen
	chunks, spare := make(chan *ImportAsk), make(chan *ImportAsk, 2)
	spare <- &ImportAsk{}
	spare <- &ImportAsk{}
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		defer close(chunks)
		return run.build(ctx, chunks, spare)
	})
	both.Go(func() error {
		for chunk := range chunks {
			if err := run.send(ctx, chunk); err != nil {
				return err
			}
			spare <- chunk
		}
		return nil
	})
	return both.Wait()
}

// mostNotes bounds the free text of a chunk in bytes, which the journal seals as one.
const mostNotes = 4 << 20

// build reads the source into chunks. spare are chunks whose room is used again.
func (run *importRun) build(ctx context.Context, chunks chan<- *ImportAsk, spare <-chan *ImportAsk) error {
	chunk, err := run.next(ctx, spare)
	if err != nil {
		return err
	}
	text := 0
	for r, err := range run.v.src.Records(ctx) {
		if err == nil {
			var n int
			n, err = run.one(chunk, r)
			text += n
		}
		if err != nil {
			if f := fault.As(err); f == nil || f.Line == 0 {
				return err
			}
			run.result.BadLines++
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if chunk.Records() < ImportChunk && text < mostNotes {
			continue
		}
		if chunk, err = run.pass(ctx, chunk, chunks, spare); err != nil {
			return err
		}
		text = 0
	}
	if chunk.Records() > 0 {
		_, err = run.pass(ctx, chunk, chunks, spare)
	}
	return err
}

// pass hands a chunk over and returns an empty one.
func (run *importRun) pass(ctx context.Context, full *ImportAsk, chunks chan<- *ImportAsk, spare <-chan *ImportAsk) (*ImportAsk, error) {
	select {
	case chunks <- full:
		return run.next(ctx, spare)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// next returns an empty chunk.
func (run *importRun) next(ctx context.Context, spare <-chan *ImportAsk) (*ImportAsk, error) {
	select {
	case c := <-spare:
		*c = ImportAsk{Batch: run.result.Batch, Keys: c.Keys[:0], Logs: c.Logs[:0], Origins: c.Origins[:0], Money: c.Money[:0], Kept: c.Kept[:0]}
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// one adds a record to the chunk, unless it was imported before or is left
// out, and returns the length of its free text.
func (run *importRun) one(chunk *ImportAsk, r intake.Record) (text int, err error) {
	key := ImportKeyOf(r.DedupeKey())
	if run.imported.Has(key) {
		run.result.Repeated++
		return 0, nil
	}
	in, err := run.v.add(chunk, key, r)
	if err != nil {
		return 0, atOrigin(err, r.Origin())
	}
	if !in {
		run.result.LeftOut++
		return 0, nil
	}
	run.imported.Add(key)
	switch r := r.(type) {
	case intake.Draft:
		text = len(r.Note) + len(r.Process)
	case intake.Money:
		text = len(r.Note)
	}
	return text, nil
}

// send imports a chunk. When another import came between, what that brought is
// taken out of the chunk and it is sent again.
func (run *importRun) send(ctx context.Context, chunk *ImportAsk) error {
	for {
		if run.late != nil {
			run.result.Repeated += chunk.drop(run.late)
		}
		if chunk.Records() == 0 {
			return nil
		}
		chunk.Seen = run.seen
		seq, err := ImportContributions(ctx, run.m.DB, run.who, *chunk)
		if err == nil {
			run.seen = seq
			break
		}
		if fault.CodeOf(err) != "contribution.import_raced" {
			return err
		}
		if err := run.catchUp(ctx); err != nil {
			return err
		}
	}
	run.count(chunk)
	if run.progress != nil {
		run.progress(run.result.Resumed+run.result.Records(), run.result.Resumed+run.total)
	}
	return nil
}

// catchUp learns what other imports brought since the last chunk.
func (run *importRun) catchUp(ctx context.Context) error {
	if run.late == nil {
		run.late = NewImportedKeys()
	}
	run.late.Seen = run.seen
	err := run.m.DB.Read(ctx, run.who.Commons, run.late.CatchUp)
	run.seen = run.late.Seen
	return err
}

func (run *importRun) count(chunk *ImportAsk) {
	run.result.Contributions += len(chunk.Logs)
	run.result.Kept += len(chunk.Kept)
	for i := range chunk.Money {
		if chunk.Money[i].RefundOf != "" {
			run.result.Refunds++
		} else {
			run.result.Incomes++
		}
	}
}

// drop takes the records out whose keys are in the set, and says how many.
func (ask *ImportAsk) drop(set *ImportedKeys) (dropped int) {
	before, kept := ask.Records(), 0
	for i := range ask.Keys {
		if !set.Has(ask.Keys[i]) {
			ask.Keys[kept], ask.Logs[kept], ask.Origins[kept] = ask.Keys[i], ask.Logs[i], ask.Origins[i]
			kept++
		}
	}
	ask.Keys, ask.Logs, ask.Origins = ask.Keys[:kept], ask.Logs[:kept], ask.Origins[:kept]
	ask.Money = slices.DeleteFunc(ask.Money, func(m MoneyAsk) bool { return set.Has(m.Key) })
	ask.Kept = slices.DeleteFunc(ask.Kept, func(k KeptAsk) bool { return set.Has(k.Key) })
	return before - ask.Records()
}
