package upload

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const bring auth.Capability = "desk.bring"

var grants = []auth.Grant{{Capability: bring, Least: auth.Steward, Meaning: "bring files"}}

var ctx = context.Background()

// each runs a test on either engine, with a box of at most two megabytes.
func each(t *testing.T, f func(t *testing.T, b Box, who auth.Identity)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, db *store.Store) {
		who := auth.NewTable(grants...).As(auth.Identity{Account: store.NewID(), Commons: store.NewID(), Agent: store.NewID(), Role: auth.Steward})
		f(t, Box{DB: db, Room: "desk", Needs: bring, Most: 2 << 20}, who)
	})
}

var countPieces = store.SQL(`SELECT count(*) FROM upload_piece WHERE commons_id = $1`)

func pieceCount(t *testing.T, b Box, commons store.ID) (n int64) {
	t.Helper()
	if err := b.DB.Read(ctx, commons, func(r *store.Snapshot) (err error) {
		n, _, err = store.One(r, func(row store.Scanner) (n int64, err error) { return n, row.Scan(&n) }, countPieces)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInvariant1NothingStaysOfAFileThatFails(t *testing.T) {
	each(t, func(t *testing.T, b Box, who auth.Identity) {
		if _, err := b.Keep(ctx, who, File{}, bytes.NewReader(make([]byte, 2<<20+1))); fault.CodeOf(err) != "upload.size" {
			t.Errorf("a file beyond the bound: %v", err)
		}
		broken := io.MultiReader(bytes.NewReader(make([]byte, pieceSize+1)), iotest.ErrReader(io.ErrClosedPipe))
		if _, err := b.Keep(ctx, who, File{}, broken); err != io.ErrClosedPipe {
			t.Errorf("a sender that went away: %v", err)
		}
		if _, err := b.Keep(ctx, who, File{}, bytes.NewReader(nil)); fault.CodeOf(err) != "upload.size" {
			t.Errorf("an empty file: %v", err)
		}
		member := who
		member.Role = auth.Member
		if _, err := b.Keep(ctx, member, File{}, bytes.NewReader([]byte("x"))); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody who may not: %v", err)
		}
		if n := pieceCount(t, b, who.Commons); n != 0 {
			t.Errorf("%d pieces stay", n)
		}
	})
}

func TestInvariants2And3WhatWasSentIsReadByItsRoomOnly(t *testing.T) {
	each(t, func(t *testing.T, b Box, who auth.Identity) {
		sent := make([]byte, 3*pieceSize+17)
		rand.Read(sent)
		f, err := b.Keep(ctx, who, File{Content: `{"name":"a"}`}, bytes.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := io.ReadAll(b.Open(ctx, who.Commons, f.ID)); err != nil || !bytes.Equal(got, sent) {
				t.Errorf("%d bytes are read, %v; %d were sent", len(got), err, len(sent))
			}
		}
		err = b.DB.Read(ctx, who.Commons, func(r *store.Snapshot) error {
			got, err := b.Get(r, f.ID)
			if err != nil || got.Size != int64(len(sent)) || got.By != who.Agent || got.Content != f.Content {
				t.Errorf("kept as %+v, %v", got, err)
			}
			other := b
			other.Room = "shed"
			if _, err := other.Get(r, f.ID); fault.CodeOf(err) != "upload.unknown" {
				t.Errorf("another room: %v", err)
			}
			return nil
		})
		if err == nil {
			err = b.Drop(ctx, who, f.ID)
		}
		if err != nil || pieceCount(t, b, who.Commons) != 0 {
			t.Errorf("after it was dropped: %v", err)
		}
	})
}

func TestInvariant5NoFileTellsOfWhoIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, b Box, who auth.Identity) {
		gone := who
		gone.Agent = store.NewID()
		waiting, read, failed, own := b.keep(t, who), b.keep(t, who), b.keep(t, who), b.keep(t, gone)
		running, over := store.NewID(), store.NewID()
		act := func(f func(tx *store.Tx) error) {
			t.Helper()
			if err := b.write(ctx, who, f); err != nil {
				t.Fatal(err)
			}
		}
		act(func(tx *store.Tx) error {
			return errors.Join(HoldIn(tx, read, running), HoldIn(tx, own, running), HoldIn(tx, failed, over))
		})
		act(func(tx *store.Tx) error { return Release(tx, running) })
		b.has(t, who, waiting, read, failed, own) // nobody was forgotten: a file can be tried again
		act(func(tx *store.Tx) error { return Forget(tx, gone.Agent, []store.ID{running}) })
		b.has(t, who, read)
		later := b.keep(t, who)
		act(func(tx *store.Tx) error { return errors.Join(HoldIn(tx, later, running), Release(tx, over)) })
		b.has(t, who, read, later)
		act(func(tx *store.Tx) error { return Release(tx, running) })
		b.has(t, who, later) // it came after
	})
}

func (b Box) keep(t *testing.T, who auth.Identity) store.ID {
	t.Helper()
	f, err := b.Keep(ctx, who, File{Content: "{}"}, bytes.NewReader([]byte("somebody")))
	if err != nil {
		t.Fatal(err)
	}
	return f.ID
}

// has expects these files, of one piece each, and no others.
func (b Box) has(t *testing.T, who auth.Identity, want ...store.ID) {
	t.Helper()
	err := b.DB.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		for _, id := range want {
			if _, err := b.Get(r, id); err != nil {
				return err
			}
		}
		return nil
	})
	if n := pieceCount(t, b, who.Commons); err != nil || n != int64(len(want)) {
		t.Errorf("%d pieces are left of %d files, %v", n, len(want), err)
	}
}
