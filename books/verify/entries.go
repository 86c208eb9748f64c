package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/journal"
)

// entries checks each entry in order: what it is, then what it says.
//
// Breaches, besides those of journal.Parse and of the rules: books.sequence,
// books.other_commons, books.time, books.entry_differs, books.truncated,
// books.too_many, books.file_missing (an attachment), books.attachment_differs,
// books.changes_malformed, and those of private.jsonl.
func (v *verification) entries(ctx context.Context) error {
	var err error
	if v.Mirror {
		v.books = noBalances()
	} else if v.books, err = openBalances(v.fsys, v.head.Size); err != nil {
		return err
	}
	if v.private, err = openPrivate(v.fsys); err != nil {
		return err
	}
	f, err := openLines(v.fsys, FileEntries, journal.MaxEntry)
	if err != nil {
		return err
	}
	defer f.close()
	if err := v.books.reach(0, &v.report); err != nil {
		return err
	}
	if err := stream(ctx, v.fsys, f, v.head.Size, v.entry); err != nil {
		return err
	}
	if v.next < v.head.Size {
		return at(v.next, "", "books.truncated", "the entries end here", fmt.Sprintf("%d entries", v.head.Size), fmt.Sprint(v.next))
	}
	if root := v.tree.root(); root != v.head.Root { // only when leaves.txt changed while it was read
		return in(FileEntries, "books.root", "the entries do not have the root that was signed", v.head.Root.String(), root.String())
	}
	return nil
}

// progressEvery is how many entries pass between two reports of progress.
const progressEvery = 4096

func (v *verification) entry(e *Entry) error {
	if err := v.form(e); err != nil {
		return wrap(err, FileEntries, v.next, e.Act)
	}
	if err := v.content(e); err != nil {
		return wrap(err, FileEntries, v.next, e.Act)
	}
	v.next++
	*e = Entry{} // an attachment may be large, and its batch lives on
	if v.Progress != nil && (v.next%progressEvery == 0 || v.next == v.head.Size) {
		v.Progress(v.next, v.head.Size)
	}
	return nil
}

// form checks that the entry is the one that belongs here.
func (v *verification) form(e *Entry) error {
	if v.next >= v.head.Size {
		return at(v.next, e.Act, "books.too_many", "the archive has entries beyond its checkpoint", fmt.Sprintf("%d entries", v.head.Size), "more")
	}
	leaf, err := nextLeaf(v.leafFile)
	if err != nil {
		return err
	}
	if err := misplaced(e, v.next, leaf); err != nil {
		return err
	}
	switch {
	case e.Commons != v.report.Commons:
		return at(v.next, e.Act, "books.other_commons", "the entry belongs to another commons", string(v.report.Commons), string(e.Commons))
	case e.At < v.last: // the format sorts as the time does
		return at(v.next, e.Act, "books.time", "time runs back", "no earlier than "+v.last, e.At)
	}
	v.last = e.At
	v.tree.add(e.leaf)
	return nil
}

// misplaced says what is wrong with an entry that stands at seq and should have the hash.
func misplaced(e *Entry, seq int64, leaf tlog.Hash) error {
	switch {
	case e.err != nil:
		return wrap(e.err, FileEntries, seq, e.Act)
	case e.Seq != seq:
		return at(seq, e.Act, "books.sequence", "another entry stands here", fmt.Sprintf("entry %d", seq), fmt.Sprintf("entry %d", e.Seq))
	case e.leaf != leaf:
		return at(seq, e.Act, "books.entry_differs", "the entry does not have the hash in leaves.txt", leaf.String(), e.leaf.String())
	}
	return nil
}

// content checks what the entry says and what hangs on it.
func (v *verification) content(e *Entry) error {
	v.count(e)
	if err := v.announced(e); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attached)) {
		if err := v.blobs.check(v.fsys, e.Attached[name], name); err != nil {
			return ofEntry(err, e)
		}
	}
	if err := v.private.check(e, &v.report); err != nil {
		return err
	}
	if err := e.attachedChanges(); err != nil {
		return ofEntry(err, e)
	}
	if e.Changes != nil {
		v.report.Events += int64(len(e.Changes.Events))
		if err := v.books.replay.Apply(*e.Changes); err != nil {
			return err
		}
	}
	for _, r := range v.Rules {
		if err := r.Entry(e); err != nil {
			return err
		}
	}
	return v.books.reach(v.next+1, &v.report)
}

// maxActs bounds the acts that a report counts apart; honest programs have far fewer.
const maxActs = 1000

func (v *verification) count(e *Entry) {
	if v.report.First == "" {
		v.report.First = e.At
	}
	v.report.Last = e.At
	if _, known := v.report.Acts[e.Act]; known || len(v.report.Acts) < maxActs {
		v.report.Acts[e.Act]++
	}
	v.report.Attachments += int64(len(e.Attached))
}

// blame names the entry at fault when the leaves do not have the signed root.
// Where the entries do have it, leaves.txt itself was changed; else the first
// entry that is no entry, or differs from its leaf, is the best that can be said.
func (v *verification) blame(ctx context.Context, expected, found string) error {
	v.Rules = nil
	leafFile, err := openLines(v.fsys, FileLeaves, leafLine)
	if err != nil {
		return err
	}
	defer leafFile.close()
	f, err := openLines(v.fsys, FileEntries, journal.MaxEntry)
	if err != nil {
		return err
	}
	defer f.close()
	var t tree
	var first error // the first line that is no entry or not that of its leaf
	err = stream(ctx, v.fsys, f, v.head.Size, func(e *Entry) error {
		if first == nil {
			first = suspicious(e, t.size, leafFile)
		}
		t.add(e.leaf)
		return nil
	})
	if first != nil && t.size == v.head.Size && t.root() == v.head.Root {
		return in(FileLeaves, "books.leaves_differ", "the entries are those that were signed, but their hashes are not here as they should be: "+first.Error(), expected, found)
	}
	if err != nil {
		return err
	}
	if first != nil {
		return first
	}
	return in(FileLeaves, "books.leaves_differ", "the hashes do not have the root that was signed, and the entries agree with them: the log was rewritten as a whole or from some entry on", expected, found)
}

// suspicious returns what is wrong with an entry that stands at seq, if anything.
func suspicious(e *Entry, seq int64, leafFile *lines) error {
	leaf, err := nextLeaf(leafFile)
	if errors.Is(err, io.EOF) {
		err = at(seq, e.Act, "books.leaves_differ", "leaves.txt ends before this entry", "a hash", "the end of the file")
	}
	if err != nil {
		return err
	}
	return misplaced(e, seq, leaf)
}
