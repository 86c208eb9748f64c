package books

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"commonweal/books/ledger"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
)

// A large download is written by a job into a file that lies in the folder
// Downloads for a day. Whoever reads the books may ask for one, also a visitor
// without an account: so each may keep a few files only, and what is there
// already is not written again.

const (
	downloadJob = "books.download"
	// largeAt is how many entries make a download large: about a second of work.
	largeAt = 25_000
	// keepFor is how long a file is kept once it is written.
	keepFor = 24 * time.Hour
	// keepAtMost is how many files one account, or all visitors of a commons
	// together, may have at a time.
	keepAtMost = 8
	// mostRuns is how many runs are looked through for a file.
	mostRuns = 500
)

// wanted is what a large download holds, and where its page is.
type wanted struct {
	Format  Format        `json:"format"`
	Filter  ledger.Filter `json:"filter"` // knows the log as it stood when somebody asked
	Private bool          `json:"private,omitempty"`
	Page    string        `json:"page"` // the address below which its page lies
}

// DownloadJobs are the kinds of long work of the books. A download that a
// crash cut off is written again from its beginning.
func (b *Books) DownloadJobs() []job.Kind {
	return []job.Kind{{Name: downloadJob, Title: "books.file.job", Resumes: true, AtOnce: downloadsAtOnce, Run: b.writeDownload}}
}

// isLarge reports whether a download is written by a job.
func (b *Books) isLarge(v *View, f Format) bool {
	most := b.Large
	if most == 0 {
		most = largeAt
	}
	return b.Jobs != nil && f != PieChartFormat && max(v.Head.Size, int64(v.Ledger.Len())) > most
}

// askDownload starts the job of a large download, or finds one that holds the
// same: it returns the run. Faults: books.downloads_kept.
func (b *Books) askDownload(ctx context.Context, commons store.ID, who auth.Identity, key string, w wanted) (store.ID, error) {
	return store.Write(ctx, b.Store, store.Command{Commons: commons, Key: key, Ask: w}, func(tx *store.Tx) (store.ID, error) {
		runs, err := job.ListKind(tx, downloadJob, tx.Now().Add(-2*keepFor), mostRuns)
		if err != nil {
			return "", err
		}
		by, kept := who.Account, 0
		if by == "" {
			by = store.Host
		}
		for _, run := range runs {
			d, err := b.downloadOf(run)
			if err != nil {
				return "", err
			}
			mine := run.StartedBy == by
			if d.wanted == w && (d.Ready(tx.Now()) && !w.Private || mine && by != store.Host && (d.Ready(tx.Now()) || !run.State.Final())) {
				return run.ID, nil
			}
			if mine && (d.Ready(tx.Now()) || !run.State.Final()) {
				kept++
			}
		}
		if kept >= keepAtMost {
			return "", fault.New(fault.TooMany, "books.downloads_kept", "", "%d large files were asked for today and are kept; take one of those, or come back tomorrow", kept)
		}
		return b.Jobs.Start(tx, who, downloadJob, w)
	})
}

// prepared is a large download as its run stands.
type prepared struct {
	wanted
	Run   job.Run
	Bytes int64 // of the file; 0 when there is none
	path  string
}

// downloadOf reads what a run is about and whether its file is there.
func (b *Books) downloadOf(run job.Run) (d prepared, err error) {
	d.Run = run
	if err := (&job.Task{Run: run}).Args(&d.wanted); err != nil {
		return d, err
	}
	d.path = filepath.Join(b.Downloads, string(run.Commons), string(run.ID)+"."+d.Format.Extension())
	if run.State != job.Done {
		return d, nil
	}
	info, err := os.Stat(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err == nil {
		d.Bytes = info.Size()
	}
	return d, err
}

// Until is when the file is taken away.
func (d prepared) Until() time.Time { return d.Run.Finished.Add(keepFor) }

// Ready reports whether the file can be had now.
func (d prepared) Ready(now time.Time) bool {
	return d.Run.State == job.Done && !d.Run.Canceling && d.Bytes > 0 && now.Before(d.Until())
}

// writeDownload is the job.
func (b *Books) writeDownload(ctx context.Context, t *job.Task) (report job.Report, err error) {
	d, err := b.downloadOf(t.Run)
	if err != nil {
		return report, err
	}
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return report, err
	}
	if err := os.Remove(d.path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a life before a crash
		return report, err
	}
	x := Export{Commons: t.Run.Commons, Format: d.Format, Filter: d.Filter, Private: d.Private, Progress: func(done, total int64) { t.Progress(done, total, "") }}
	if _, err = b.Export(ctx, x, d.path); err != nil {
		return report, err
	}
	return job.Report{Path: d.Page + "/" + string(t.Run.ID)}, nil
}

// ForgetDownloads withdraws every private download of the commons, in an act that
// erases somebody: they tell of everybody. Those under way stop; the files go
// once the act is durable, and with the next sweep where a crash prevented that.
func (b *Books) ForgetDownloads(tx *store.Tx) error {
	runs, err := job.ListKind(tx, downloadJob, tx.Now().Add(-2*keepFor), mostRuns)
	if err != nil {
		return err
	}
	for _, run := range runs {
		d, err := b.downloadOf(run)
		if err != nil {
			return err
		}
		if !d.Private {
			continue
		}
		if !run.State.Final() {
			if err := b.Jobs.Cancel(tx, run.ID); err != nil {
				return err
			}
		}
		if err := job.Withdraw(tx, run.ID); err != nil {
			return err
		}
		tx.AfterCommit(func() { _ = os.Remove(d.path) }) // else the sweep finds it
	}
	return nil
}

// SweepDownloads takes away the files of a commons that are kept no longer, those
// that were withdrawn, and what crashes left half written.
func (b *Books) SweepDownloads(ctx context.Context, commons store.ID) error {
	folder := filepath.Join(b.Downloads, string(commons))
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || len(files) == 0 {
		return err
	}
	withdrawn := map[string]bool{} // by the identifier of the run
	err = b.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		runs, err := job.ListKind(r, downloadJob, r.Now().Add(-2*keepFor), mostRuns)
		for _, run := range runs {
			withdrawn[string(run.ID)] = run.Canceling && run.State.Final()
		}
		return err
	})
	for _, f := range files {
		id, _, _ := strings.Cut(f.Name(), ".")
		info, gone := f.Info()
		if gone == nil && (withdrawn[id] || info.ModTime().Add(keepFor).Before(b.Store.Now())) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(folder, f.Name())))
		}
	}
	return err
}
