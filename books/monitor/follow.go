package monitor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
)

// Follower follows one log. Its fields are set before the first look.
type Follower struct {
	URL    string // of the commons, or of the files of the log
	Folder string // what was seen is kept here; it is made when it is not there
	// Keys are the vkeys that the reader trusts. Without any, and without a policy
	// that names logs, the key of the first look is kept and believed from then on.
	Keys   []string
	Policy *witness.Policy // which cosignatures each head must have; nil for none
	// Mirror keeps every entry and attachment; Replay checks them by the rules
	// after each change, with Rules of rooms besides. Replay needs Mirror.
	Mirror, Replay bool
	Rules          func() []verify.Rule
	Token          string       // for a commons with closed books
	HTTP           *http.Client // nil: one with a timeout
}

// Sight is what a look saw.
type Sight struct {
	URL          string                `json:"url"`
	Origin       string                `json:"origin"`
	Size         int64                 `json:"size"`
	Root         string                `json:"root"`
	Key          string                `json:"key"`
	Was          int64                 `json:"was"`   // entries at the look before
	First        bool                  `json:"first"` // there was none
	Cosignatures []journal.Cosignature `json:"cosignatures,omitempty"`
	Replayed     bool                  `json:"replayed"` // every entry obeys the rules
}

// Look reads the head of the log, checks that it continues what was seen, and
// keeps it. The error is an alarm, or says why nothing could be seen; then what is
// kept stays as it is.
func (f *Follower) Look(ctx context.Context) (Sight, error) {
	base, err := address(f.URL)
	if err != nil {
		return Sight{}, err
	}
	l := &look{Follower: f, ctx: ctx, remote: &remote{base, f.HTTP, f.Token}, sight: Sight{URL: f.URL}}
	if l.remote.client == nil {
		l.remote.client = defaultClient
	}
	l.tiles = &tiles{ctx: ctx, remote: l.remote, upper: map[string][]byte{}}
	if err := os.MkdirAll(f.Folder, 0o755); err != nil {
		return l.sight, err
	}
	for _, step := range []func() error{l.recall, l.read, l.compare, l.copy, l.keep, l.replay} {
		if err := step(); err != nil {
			return l.sight, err
		}
	}
	return l.sight, nil
}

// look is one look at a log.
type look struct {
	*Follower
	ctx    context.Context
	remote *remote
	tiles  *tiles
	before journal.Checkpoint // what was kept; the zero value at the first look
	signed string             // the head that is seen now
	now    journal.Checkpoint
	sight  Sight
}

func (l *look) path(file string) string { return filepath.Join(l.Folder, file) }

// recall reads what was kept.
func (l *look) recall() error {
	signed, err := os.ReadFile(l.path(verify.FileCheckpoint))
	if errors.Is(err, os.ErrNotExist) {
		l.sight.First = true
		l.before.Root = journal.EmptyRoot
		return nil
	}
	if err != nil {
		return err
	}
	l.before, err = journal.ParseCheckpoint(journal.Body(string(signed)))
	l.sight.Was = l.before.Size
	return err
}

// keys returns the keys that may sign: those given, else the one that was kept, else
// the one the log shows.
func (l *look) keys() ([]string, error) {
	keys := l.Keys
	if l.Policy != nil {
		keys = append(l.Policy.LogKeys(), keys...)
	}
	if len(keys) > 0 {
		return keys, nil
	}
	kept, err := os.ReadFile(l.path(verify.FileKey))
	if errors.Is(err, os.ErrNotExist) {
		kept, err = l.remote.get(l.ctx, "key", 4096)
	}
	return []string{strings.TrimSpace(string(kept))}, err
}

// read reads the head and checks its signatures.
func (l *look) read() error {
	keys, err := l.keys()
	if err != nil {
		return err
	}
	signed, err := l.remote.get(l.ctx, "checkpoint", maxCheckpoint)
	if err != nil {
		return err
	}
	l.signed = string(signed)
	if l.now, l.sight.Key, err = journal.OpenCheckpoint(l.signed, keys...); err != nil {
		if fault.CodeOf(err) == "journal.signature" {
			err = fault.Invalidf("monitor.key", "key", "the head of the log is not signed by the key that is trusted, %.120s: %v; if the log announced a new key, look at it and give it with --key", keys[0], err)
		}
		return err
	}
	l.sight.Origin, l.sight.Size, l.sight.Root = l.now.Origin, l.now.Size, l.now.Root.String()
	if l.Policy != nil {
		l.sight.Cosignatures, err = l.Policy.Check(l.signed)
	}
	return err
}

// compare checks that the head continues the one that was kept.
func (l *look) compare() error {
	switch {
	case l.sight.First:
		return nil
	case l.now.Origin != l.before.Origin:
		return l.alarm("monitor.key", "this is the log %.120q; %.120q was here before", l.now.Origin, l.before.Origin)
	case l.now.Size < l.before.Size:
		return l.alarm("monitor.shorter", "the log has %d entries; it had %d before: entries were cut off", l.now.Size, l.before.Size)
	}
	proof := tlog.TreeProof{}
	var err error
	if l.before.Size > 0 && l.now.Size > l.before.Size {
		proof, err = tlog.ProveTree(l.now.Size, l.before.Size, l.tiles.hashes(l.now.Head))
	}
	if l.tiles.failed != nil {
		return l.tiles.failed
	}
	if err != nil {
		return l.alarm("monitor.tiles", "the tiles of the log do not have the root that it signed: %v", err)
	}
	if journal.CheckConsistency(proof, l.before.Head, l.now.Head) == nil {
		return nil
	}
	return l.fork()
}

// fork is the alarm about another history, with the first entry that differs
// when there is a mirror to compare with.
func (l *look) fork() error {
	where := fmt.Sprintf("one of the first %d entries differs", l.before.Size)
	seq, err := l.firstDifference()
	if err != nil {
		return err
	}
	if seq >= 0 {
		where = fmt.Sprintf("entry %d is the first that differs", seq)
	}
	err = l.alarm("monitor.fork", "the log of %d entries does not continue the one of %d entries that was seen before: %s", l.now.Size, l.before.Size, where)
	if e := fault.As(err); e != nil && seq >= 0 {
		return e.AtLine(int(seq) + 1)
	}
	return err
}

// alarm keeps the head that is at fault beside the one that it contradicts, as
// evidence, and returns the fault.
func (l *look) alarm(code, format string, args ...any) error {
	name := fmt.Sprintf("contradiction-%d-%.8x", l.now.Size, l.now.Root[:4])
	if err := writeFile(l.path(name), l.signed); err != nil {
		return err
	}
	return fault.Invalidf(code, "", "%s", fmt.Sprintf(format, args...))
}

// keep replaces what was kept by what was seen.
func (l *look) keep() error {
	if err := writeFile(l.path(verify.FileKey), l.sight.Key+"\n"); err != nil {
		return err
	}
	return writeFile(l.path(verify.FileCheckpoint), l.signed)
}

// writeFile replaces a file as a whole, durably.
func writeFile(path, content string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".writing-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(content)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// replay checks the mirror by the rules.
func (l *look) replay() error {
	if !l.Replay {
		return nil
	}
	o := verify.Options{Keys: []string{l.sight.Key}, Mirror: true}
	if l.Rules != nil {
		o.Rules = l.Rules()
	}
	_, err := verify.Path(l.ctx, l.Folder, o)
	l.sight.Replayed = err == nil
	return err
}
