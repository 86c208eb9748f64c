package contribution

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// A file that waits to be imported lies in the database in pieces, so that any
// process of the host can import it, no name of a file ever becomes a path, and
// a file of a gigabyte needs the memory of one piece.

// MostUpload bounds a file to be imported, in bytes.
const MostUpload = 250 << 20

const (
	pieceSize  = 512 << 10
	keepUpload = 7 * 24 * time.Hour
)

// Upload is a file that waits to be imported, and what was decided about it.
type Upload struct {
	ID     store.ID    `json:"id"`
	Name   string      `json:"name"` // as it was called, cleaned
	Format Format      `json:"format"`
	Read   ReadOptions `json:"read"`
	Plan   ImportPlan  `json:"plan"`
	// Repository is the folder below the operator's, when it is no upload.
	Repository string    `json:"repository,omitempty"`
	Run        store.ID  `json:"run,omitempty"` // the job that imports it
	Checked    *Checked  `json:"checked,omitempty"`
	Size       int64     `json:"-"`
	By         store.ID  `json:"-"`
	At         time.Time `json:"-"`
}

// Batch is the batch that the upload becomes.
func (u *Upload) Batch() Batch { return Batch{ID: u.ID, Source: string(u.Format), File: u.Name} }

var (
	upsertUpload = store.SQL(`INSERT INTO contribution_upload (commons_id, id, at, by, size, content) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (commons_id, id) DO UPDATE SET size = excluded.size, content = excluded.content`)
	selectUpload = store.SQL(`SELECT at, by, size, content FROM contribution_upload WHERE commons_id = $1 AND id = $2`)
	insertPiece  = store.Into("contribution_piece", "upload", "n", "data")
	selectPiece  = store.SQL(`SELECT data FROM contribution_piece WHERE commons_id = $1 AND upload = $2 AND n = $3`)
	deletePieces = store.SQL(`DELETE FROM contribution_piece WHERE commons_id = $1 AND upload = $2`)
	deleteUpload = store.SQL(`DELETE FROM contribution_upload WHERE commons_id = $1 AND id = $2`)
	oldUploads   = store.SQL(`SELECT id FROM contribution_upload WHERE commons_id = $1 AND at < $2 ORDER BY id LIMIT 100`)
)

// KeepUpload stores a file that waits to be imported, piece by piece. A file
// that comes to nothing on the way leaves nothing behind.
//
// Faults: contribution.upload_size.
func (m *Importer) KeepUpload(ctx context.Context, who auth.Identity, u Upload, from io.Reader) (Upload, error) {
	u.ID, u.Name = store.NewID(), fileName(u.Name)
	most := m.Most
	if most == 0 {
		most = MostUpload
	}
	if err := m.dropOld(ctx, who); err != nil {
		return u, err
	}
	piece := make([]byte, pieceSize)
	for n := int64(0); ; n++ {
		got, err := io.ReadFull(from, piece)
		if err == io.EOF {
			break
		}
		if err != nil && err != io.ErrUnexpectedEOF {
			return u, m.forget(ctx, who, u.ID, err)
		}
		if u.Size += int64(got); u.Size > most {
			return u, m.forget(ctx, who, u.ID, fault.Invalidf("contribution.upload_size", "file", "the file has more than %d MB; split it, or import it from the command line", most>>20))
		}
		if _, err := perform(ctx, m.DB, who, "", Import, n, func(tx *store.Tx, who auth.Identity, n int64) (int64, error) {
			return n, tx.Append(insertPiece, u.ID, n, bytes.Clone(piece[:got]))
		}); err != nil {
			return u, m.forget(ctx, who, u.ID, err)
		}
	}
	if u.Size == 0 && u.Repository == "" {
		return u, fault.Invalidf("contribution.upload_size", "file", "the file is empty")
	}
	return u, m.SaveUpload(ctx, who, u)
}

// forget deletes an upload that failed, and returns why it did.
func (m *Importer) forget(ctx context.Context, who auth.Identity, id store.ID, why error) error {
	if err := m.DropUpload(context.WithoutCancel(ctx), who, id); err != nil {
		return err
	}
	return why
}

// SaveUpload keeps what was decided about an upload.
func (m *Importer) SaveUpload(ctx context.Context, who auth.Identity, u Upload) error {
	_, err := perform(ctx, m.DB, who, "", Import, u, func(tx *store.Tx, who auth.Identity, u Upload) (int64, error) { return saveUpload(tx, who, u) })
	return err
}

func saveUpload(tx *store.Tx, who auth.Identity, u Upload) (int64, error) {
	content, err := json.Marshal(u)
	if err != nil {
		return 0, err
	}
	return tx.Exec(upsertUpload, u.ID, store.Micros(tx.Now()), who.Agent, u.Size, string(content))
}

// GetUpload returns a file that waits to be imported.
func GetUpload(r store.Reader, id store.ID) (Upload, error) {
	u, found, err := store.One(r, func(row store.Scanner) (u Upload, err error) {
		var at, size int64
		var by store.ID
		var content string
		if err := row.Scan(&at, &by, &size, &content); err != nil {
			return u, err
		}
		err = json.Unmarshal([]byte(content), &u)
		u.At, u.By, u.Size = store.Time(at), by, size
		return u, err
	}, selectUpload, id)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_upload", "file", "this file is not here any more; bring it again")
	}
	return u, err
}

// DropUpload deletes a file that waited.
func (m *Importer) DropUpload(ctx context.Context, who auth.Identity, id store.ID) error {
	_, err := perform(ctx, m.DB, who, "", Import, id, dropUpload)
	return err
}

func dropUpload(tx *store.Tx, _ auth.Identity, id store.ID) (int64, error) {
	if _, err := tx.Exec(deletePieces, id); err != nil {
		return 0, err
	}
	return tx.Exec(deleteUpload, id)
}

// dropOld deletes files that nobody imported within a week.
func (m *Importer) dropOld(ctx context.Context, who auth.Identity) error {
	var old []store.ID
	err := m.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		old, err = store.All(r, scanID, oldUploads, store.Micros(r.Now().Add(-keepUpload)))
		return err
	})
	for _, id := range old {
		if err == nil {
			err = m.DropUpload(ctx, who, id)
		}
	}
	return err
}

// open reads an upload from its beginning.
func (m *Importer) open(ctx context.Context, commons, id store.ID) io.ReadCloser {
	return &pieces{ctx: ctx, db: m.DB, commons: commons, id: id}
}

// pieces reads an upload piece by piece.
type pieces struct {
	ctx         context.Context
	db          *store.Store
	commons, id store.ID
	n           int64
	left        []byte
}

// Read implements io.Reader.
func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		err := p.db.Read(p.ctx, p.commons, func(r *store.Snapshot) (err error) {
			p.left, _, err = store.One(r, scanBytes, selectPiece, p.id, p.n)
			return err
		})
		if err != nil {
			return 0, err
		}
		if len(p.left) == 0 {
			return 0, io.EOF
		}
		p.n++
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// Close implements io.Closer.
func (p *pieces) Close() error { return nil }

// Secret is what pseudonyms of this commons are made with. It is drawn the
// first time that it is asked for and never leaves the database.
func (m *Importer) Secret(ctx context.Context, who auth.Identity) ([]byte, error) {
	return perform(ctx, m.DB, who, "", Import, "", func(tx *store.Tx, who auth.Identity, _ string) ([]byte, error) {
		secret, found, err := store.One(tx, scanJSON[[]byte], selectSetting, "import_secret")
		if err != nil || found {
			return secret, err
		}
		secret = make([]byte, 32)
		rand.Read(secret)
		text, err := json.Marshal(secret)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(upsertSetting, "import_secret", string(text))
		return secret, err
	})
}
