package bank

import (
	"context"
	"io"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// Result is what bringing a file did.
type Result struct {
	Batch   store.ID `json:"batch"`
	Brought int      `json:"brought"` // lines or entries that are new
	Resumed int      `json:"resumed"` // of this file, brought by a run that was stopped
	Known   int      `json:"known"`   // here before
}

// Run brings the lines of a file that are not here yet, act by act. A run that
// was stopped, by whatever, is run again with the same batch and goes on.
// progress is told how many lines of how many are done.
//
// Faults: those of Reading.Statements; then nothing was changed.
func (b *Bank) Run(ctx context.Context, who auth.Identity, batch Batch, how Reading, file io.Reader, progress func(done, total int)) (Result, error) {
	out := Result{Batch: batch.ID}
	if err := who.Must(Reconcile); err != nil {
		return out, err
	}
	if how.Format.IsJournal() {
		return b.carryAll(ctx, who, batch, how, file, progress)
	}
	statements, err := how.Statements(file)
	if err != nil {
		return out, err
	}
	if out.Resumed, err = b.resumed(ctx, who, batch.ID); err != nil {
		return out, err
	}
	if how.Opening {
		if err := b.bookOpenings(ctx, who, batch, statements); err != nil {
			return out, err
		}
	}
	lines := linesOf(statements)
	done := 0
	for _, chunk := range chunks(lines) {
		brought, err := b.take(ctx, who, batch, chunk)
		if err != nil {
			return out, err
		}
		out.Brought += brought
		if done += len(chunk); progress != nil {
			progress(done, len(lines))
		}
	}
	out.Known = len(lines) - out.Brought - out.Resumed
	return out, b.closed(ctx, who, statements)
}

// resumed returns how many records an earlier run of the batch brought.
func (b *Bank) resumed(ctx context.Context, who auth.Identity, batch store.ID) (n int, err error) {
	err = b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		here, _, err := store.One(r, scanBatch, selectBatch, batch)
		n = int(here.Records)
		return err
	})
	return n, err
}
