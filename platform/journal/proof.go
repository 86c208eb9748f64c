package journal

import (
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Root returns the root of the tree over the first size entries. A size the
// log has not reached is NotFound, journal.no_entry.
func (l *Log) Root(r store.Reader, size int64) (tlog.Hash, error) {
	h, err := l.readerAt(r, size)
	if err != nil {
		return tlog.Hash{}, err
	}
	return tlog.TreeHash(size, h)
}

// ProveInclusion returns the proof that entry seq is leaf seq of the tree over
// the first size entries (RFC 6962, section 2.1.1). Check it with tlog.CheckRecord.
func (l *Log) ProveInclusion(r store.Reader, seq, size int64) (tlog.RecordProof, error) {
	if seq < 0 || seq >= size {
		return nil, noEntry(seq)
	}
	h, err := l.readerAt(r, size)
	if err != nil {
		return nil, err
	}
	return tlog.ProveRecord(size, seq, h)
}

// ProveConsistency returns the proof that the tree over the first old entries
// is the beginning of the tree over the first size entries (RFC 6962, section
// 2.1.2). Every tree begins with the empty one: that proof is empty. Check it
// with CheckConsistency.
func (l *Log) ProveConsistency(r store.Reader, old, size int64) (tlog.TreeProof, error) {
	if old < 0 || old > size {
		return nil, fault.Invalidf("journal.tree_sizes", "old", "a tree of %d entries cannot be the beginning of a tree of %d", old, size)
	}
	h, err := l.readerAt(r, size)
	if err != nil || old == 0 {
		return tlog.TreeProof{}, err
	}
	return tlog.ProveTree(size, old, h)
}

// CheckConsistency returns nil when the proof shows that the old tree is the
// beginning of the other, else an Invalid fault, journal.inconsistent. Unlike
// tlog.CheckTree it knows the empty tree.
func CheckConsistency(p tlog.TreeProof, old, tree Head) error {
	ok := false
	switch {
	case old.Size == 0:
		ok = len(p) == 0 && old.Root == EmptyRoot && tree.Size >= 0 && (tree.Size > 0 || tree.Root == EmptyRoot)
	default:
		ok = tlog.CheckTree(p, tree.Size, tree.Root, old.Size, old.Root) == nil
	}
	if !ok {
		return fault.Invalidf("journal.inconsistent", "", "the tree of size %d with root %s is not the beginning of the tree of size %d with root %s",
			old.Size, old.Root, tree.Size, tree.Root)
	}
	return nil
}

// readerAt returns the reader of hashes when the log has size entries.
func (l *Log) readerAt(r store.Reader, size int64) (*hashReader, error) {
	h, err := l.reader(r)
	if err == nil && (size < 0 || size > h.edge.size) {
		err = noEntry(size - 1)
	}
	return h, err
}
