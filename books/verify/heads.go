package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// maxKey and maxCheckpoint are far more than a key and a signed note of 100 lines need.
const maxKey, maxCheckpoint = 4096, 1 << 16

// checkpoint checks the signature.
func (v *verification) checkpoint(context.Context) error {
	vkey, err := small(v.fsys, FileKey, maxKey)
	if err != nil {
		return err
	}
	signed, err := small(v.fsys, FileCheckpoint, maxCheckpoint)
	if err != nil {
		return err
	}
	keys := v.Keys
	if v.Policy != nil {
		keys = append(v.Policy.LogKeys(), keys...)
	}
	v.report.Trusted = len(keys) > 0
	if !v.report.Trusted {
		keys = []string{string(vkey)}
	}
	head, key, err := journal.OpenCheckpoint(string(signed), keys...)
	if err != nil {
		return wrap(err, FileCheckpoint, -1, "")
	}
	if string(vkey) != key+"\n" {
		return in(FileKey, "books.key_differs", "the key of the archive is not the one that signed", key, strings.TrimSpace(string(vkey)))
	}
	commons, ok := store.ParseID(head.Origin[strings.LastIndex(head.Origin, "/")+1:])
	if !ok || !strings.HasSuffix(head.Origin, "/c/"+string(commons)) {
		return in(FileCheckpoint, "books.origin", "the origin does not name a commons", "NAME/c/IDENTIFIER", head.Origin)
	}
	v.head = head
	v.report.Origin, v.report.Commons, v.report.Size, v.report.Root = head.Origin, commons, head.Size, head.Root.String()
	v.report.Key = key
	if v.Policy != nil {
		v.report.Cosignatures, err = v.Policy.Check(string(signed))
	}
	return wrap(err, FileCheckpoint, -1, "")
}

// since reads the checkpoint that the reader kept. Breaches: books.since_malformed,
// books.since_other (of another log) and books.since_longer.
func (v *verification) since(context.Context) error {
	if v.Since == "" {
		return nil
	}
	kept, err := journal.ParseCheckpoint(journal.Body(v.Since))
	if err != nil {
		return in(keptHead, "books.since_malformed", "what was kept is not a signed checkpoint", "origin, size, root and signatures", "something else")
	}
	if kept.Origin != v.head.Origin {
		return in(keptHead, "books.since_other", "the kept checkpoint is of another log", v.head.Origin, fmt.Sprintf("%.200q", kept.Origin))
	}
	if kept.Size > v.head.Size {
		return in(keptHead, "books.since_longer", "the log is shorter than it was: entries were cut off", fmt.Sprintf("%d entries or more", kept.Size), fmt.Sprint(v.head.Size))
	}
	v.kept = &kept
	return nil
}

// keptHead is how breaches call the checkpoint that the reader kept.
const keptHead = "the kept checkpoint"

// continues compares the tree, when it has grown to the size of the kept
// checkpoint, with its root. Breach: books.since.
func (v *verification) continues(t *tree) error {
	if v.kept == nil || v.kept.Size != t.size {
		return nil
	}
	if t.root() != v.kept.Root {
		return in(keptHead, "books.since", fmt.Sprintf("the log does not continue the checkpoint: one of its first %d entries was changed since", t.size), v.kept.Root.String(), t.root().String())
	}
	v.report.Since = &v.kept.Size
	return nil
}

// keptSigned checks, when all keys of the log are known, that one of them signed the
// kept checkpoint: else it would prove nothing. Breach: books.since_unsigned.
func (v *verification) keptSigned() error {
	if v.kept == nil {
		return nil
	}
	keys := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(v.keys), v.Keys...))))
	if _, _, err := journal.OpenCheckpoint(v.Since, keys...); err != nil {
		return in(keptHead, "books.since_unsigned", "no key that the log ever announced signed the kept checkpoint", "", "")
	}
	return nil
}
