package main

import (
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// exports measures the files that the books of the large commons leave in: how
// long each takes, and what the process grows by meanwhile, beyond the accounts
// that the pages keep in memory anyway.
func (b *bench) exports() error {
	if err := b.needLarge(); err != nil {
		return err
	}
	watch := watchMemory()
	begin := time.Now()
	entries := 0
	if err := b.h.Books.Read(b.g.ctx, b.large.commons.ID, func(v *books.View) error { entries = v.Ledger.Len(); return nil }); err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	live, _ := watch.stop()
	b.say("read the books from the log", seconds, "s", fmt.Sprintf("%d entries; %.0f MB live at most", entries, live))
	for _, format := range books.Formats {
		if format == books.PieChartFormat {
			continue // a few lines
		}
		if err := b.export(format); err != nil {
			return fmt.Errorf("%s: %w", format, err)
		}
	}
	return nil
}

// export measures one format.
func (b *bench) export(format books.Format) error {
	dest := filepath.Join(b.folder, "export-"+string(format)+"."+format.Extension())
	watch, begin := watchMemory(), time.Now()
	if _, err := b.h.Books.Export(b.g.ctx, books.Export{Commons: b.large.commons.ID, Format: format}, dest); err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	live, resident := watch.stop()
	size, err := sizeOf(dest)
	if err != nil {
		return err
	}
	b.say("export "+string(format), seconds, "s", fmt.Sprintf("%.0f MB written; live memory grew by %.0f MB at most, the process by %.0f MB", size, live, resident))
	return nil
}

// verification measures the offline check of a log of single acts: every entry
// an event that somebody recorded, with its signature, tree and replay.
func (b *bench) verification() error {
	archive := filepath.Join(b.folder, "bench-log")
	exported, err := b.logOfActs(archive)
	if err != nil {
		return err
	}
	watch, begin := watchMemory(), time.Now()
	report, err := verify.Path(b.g.ctx, archive, verify.Options{Rules: replayRules()})
	if err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	live, resident := watch.stop()
	if report.Size != exported.Size {
		return fmt.Errorf("checked %d entries of %d", report.Size, exported.Size)
	}
	b.say(fmt.Sprintf("verify a log of %d entries", report.Size), seconds, "s",
		fmt.Sprintf("%.0f entries/s; live memory grew by %.0f MB at most, the process by %.0f MB", float64(report.Size)/seconds, live, resident))
	return nil
}

// logOfActs has members record as many hours of work as there are rows, each
// an act of its own, and exports the log.
func (b *bench) logOfActs(archive string) (books.Exported, error) {
	c, people, project, err := b.found("bench-log", b.Clients)
	if err != nil {
		return books.Exported{}, err
	}
	process := store.NewID()
	if _, err := b.h.Core.Do(b.g.ctx, people[0], "", vf.Adding{Thing: vf.Process{ID: process, Name: "Work", InScopeOf: project.ID}}); err != nil {
		return books.Exported{}, err
	}
	begin, work := time.Now(), errgroup.Group{}
	for i, who := range people {
		rows := b.Rows / len(people)
		if i < b.Rows%len(people) {
			rows++
		}
		work.Go(func() error { return b.recordHours(who, c.Agent, process, rows) })
	}
	if err := work.Wait(); err != nil {
		return books.Exported{}, err
	}
	b.say(fmt.Sprintf("record %d events, an act each", b.Rows), float64(b.Rows)/time.Since(begin).Seconds(), "acts/s", fmt.Sprintf("%d at a time, without HTTP", len(people)))
	begin = time.Now()
	done, err := books.ExportLog(b.g.ctx, books.LogExport{Store: b.h.Store, Log: b.h.Log, Key: b.h.Key, Commons: c.ID}, archive)
	b.say("export that log", time.Since(begin).Seconds(), "s", fmt.Sprintf("%d entries, into a folder", done.Size))
	return done, err
}

// recordHours records hours of work one after the other.
func (b *bench) recordHours(who auth.Identity, commons, process store.ID, rows int) error {
	quarter := quantity.Micros(quantity.Scale/4, quantity.Hour)
	for range rows {
		_, err := b.h.Core.Do(b.g.ctx, who, "", vf.Recording{Event: vf.Event{Action: vf.Work, Provider: who.Agent, Receiver: commons, InputOf: process,
			EffortQuantity: &quarter, HasPointInTime: time.Now().UTC()}})
		if err != nil {
			return err
		}
	}
	return nil
}
