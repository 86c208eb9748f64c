package upload

import (
	"bytes"
	"context"
	"embed"
	"io"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the tables of files that wait.
var Schema = store.Schema{Room: "upload", Files: files}

// Most bounds a file in bytes, where a Box says nothing else.
const Most = 250 << 20

const (
	pieceSize = 512 << 10
	keep      = 7 * 24 * time.Hour
)

// Box keeps the files of one room.
type Box struct {
	DB    *store.Store
	Room  string          // its word
	Needs auth.Capability // of whoever brings, changes or drops a file
	Most  int64           // bytes of one file; 0 means Most
}

// File is a file that waits.
type File struct {
	ID      store.ID
	Content string // what the room keeps of it: JSON
	Size    int64  // in bytes; 0 for what is no file of its own
	By      store.ID
	At      time.Time
}

var (
	upsertFile = store.SQL(`INSERT INTO upload_file (commons_id, id, room, at, by, size, content, leaves) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (commons_id, id) DO UPDATE SET size = excluded.size, content = excluded.content`)
	selectFile   = store.SQL(`SELECT id, at, by, size, content FROM upload_file WHERE commons_id = $1 AND id = $2 AND room = $3`)
	insertPiece  = store.Into("upload_piece", "upload", "n", "data")
	selectPiece  = store.SQL(`SELECT data FROM upload_piece WHERE commons_id = $1 AND upload = $2 AND n = $3`)
	deletePieces = store.SQL(`DELETE FROM upload_piece WHERE commons_id = $1 AND upload = $2`)
	deleteFile   = store.SQL(`DELETE FROM upload_file WHERE commons_id = $1 AND id = $2`)
	oldFiles     = store.SQL(`SELECT id FROM upload_file WHERE commons_id = $1 AND at < $2 ORDER BY id LIMIT 100`)
)

// Limit is the bound of a file in bytes.
func (b Box) Limit() int64 {
	if b.Most > 0 {
		return b.Most
	}
	return Most
}

// Keep stores a file, piece by piece, with the content that f has. Its
// identifier is made here.
//
// Faults: upload.size.
func (b Box) Keep(ctx context.Context, who auth.Identity, f File, from io.Reader) (File, error) {
	f.ID = store.NewID()
	if err := b.dropOld(ctx, who); err != nil {
		return f, err
	}
	piece := make([]byte, pieceSize)
	for n := int64(0); ; n++ {
		got, err := io.ReadFull(from, piece)
		if err == io.EOF {
			break
		}
		if err != nil && err != io.ErrUnexpectedEOF {
			return f, b.forget(ctx, who, f.ID, err)
		}
		if f.Size += int64(got); f.Size > b.Limit() {
			return f, b.forget(ctx, who, f.ID, fault.Invalidf("upload.size", "file", "the file has more than %d MB; split it, or import it from the command line", b.Limit()>>20))
		}
		if err := b.write(ctx, who, func(tx *store.Tx) error {
			return tx.Append(insertPiece, f.ID, n, bytes.Clone(piece[:got]))
		}); err != nil {
			return f, b.forget(ctx, who, f.ID, err)
		}
	}
	if f.Size == 0 {
		return f, fault.Invalidf("upload.size", "file", "the file is empty")
	}
	return f, b.Save(ctx, who, f)
}

// write is an act of somebody who may bring files.
func (b Box) write(ctx context.Context, who auth.Identity, act func(tx *store.Tx) error) error {
	if err := who.Must(b.Needs); err != nil {
		return err
	}
	_, err := store.Write(ctx, b.DB, store.Command{Commons: who.Commons}, func(tx *store.Tx) (struct{}, error) {
		if err := who.In(tx); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, act(tx)
	})
	return err
}

// forget deletes a file that failed, and returns why it did.
func (b Box) forget(ctx context.Context, who auth.Identity, id store.ID, why error) error {
	if err := b.Drop(context.WithoutCancel(ctx), who, id); err != nil {
		return err
	}
	return why
}

// Save keeps what the room says of a file now.
func (b Box) Save(ctx context.Context, who auth.Identity, f File) error {
	return b.write(ctx, who, func(tx *store.Tx) error { return b.SaveIn(tx, who, f) })
}

// SaveIn is Save inside an act.
func (b Box) SaveIn(tx *store.Tx, who auth.Identity, f File) error {
	_, err := tx.Exec(upsertFile, f.ID, b.Room, store.Micros(tx.Now()), who.Agent, f.Size, f.Content, false)
	return err
}

func scan(row store.Scanner) (f File, err error) {
	var at int64
	err = row.Scan(&f.ID, &at, &f.By, &f.Size, &f.Content)
	f.At = store.Time(at)
	return f, err
}

// Get returns a file that waits.
//
// Faults: upload.unknown.
func (b Box) Get(r store.Reader, id store.ID) (File, error) {
	f, found, err := store.One(r, scan, selectFile, id, b.Room)
	if err == nil && !found {
		err = fault.NotFoundf("upload.unknown", "file", "this file is not here any more; bring it again")
	}
	return f, err
}

// Drop deletes a file that waited.
func (b Box) Drop(ctx context.Context, who auth.Identity, id store.ID) error {
	return b.write(ctx, who, func(tx *store.Tx) error { return DropIn(tx, id) })
}

// DropIn is Drop inside an act.
func DropIn(tx *store.Tx, id store.ID) error {
	_, err := tx.Exec(deletePieces, id)
	if err == nil {
		_, err = tx.Exec(deleteFile, id)
	}
	return err
}

// dropOld deletes files that nobody used within a week, of whatever room.
func (b Box) dropOld(ctx context.Context, who auth.Identity) error {
	var old []store.ID
	err := b.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		old, err = store.All(r, func(row store.Scanner) (id store.ID, err error) { return id, row.Scan(&id) }, oldFiles, store.Micros(r.Now().Add(-keep)))
		return err
	})
	if err != nil || len(old) == 0 {
		return err
	}
	return b.write(ctx, who, func(tx *store.Tx) error {
		for _, id := range old { // a few at most
			if err := DropIn(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}
