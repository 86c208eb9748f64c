package contribution

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"time"

	"commonweal/contribution/intake/gitlog"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/upload"
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

// usual fills in how files of a format are read where nobody says otherwise.
func (u *Upload) usual() {
	switch u.Format {
	case FormatGit:
		u.Read.Git = &gitlog.Options{Rules: gitlog.DefaultRules()}
	case FormatOpenCollective:
		u.Plan.AllToProject = u.Plan.Project != ""
	}
}

// box keeps the files of this practice.
func (m *Importer) box() upload.Box {
	return upload.Box{DB: m.DB, Room: "contribution", Needs: Import, Most: m.Most}
}

// file is the upload as its box keeps it.
func (u Upload) file() (upload.File, error) {
	content, err := json.Marshal(u)
	return upload.File{ID: u.ID, Size: u.Size, Content: string(content)}, err
}

// uploadOf reads what the box keeps.
func uploadOf(f upload.File) (u Upload, err error) {
	err = json.Unmarshal([]byte(f.Content), &u)
	u.ID, u.At, u.By, u.Size = f.ID, f.At, f.By, f.Size
	return u, err
}

// KeepUpload stores a file that waits to be imported. One that comes to
// nothing on the way leaves nothing behind.
//
// Faults: upload.size.
func (m *Importer) KeepUpload(ctx context.Context, who auth.Identity, u Upload, from io.Reader) (Upload, error) {
	u.Name = fileName(u.Name)
	if u.Repository != "" {
		u.ID = store.NewID()
		return u, m.SaveUpload(ctx, who, u)
	}
	f, err := u.file()
	if err != nil {
		return u, err
	}
	if f, err = m.box().Keep(ctx, who, f, from); err != nil {
		return u, err
	}
	return uploadOf(f)
}

// SaveUpload keeps what was decided about an upload.
func (m *Importer) SaveUpload(ctx context.Context, who auth.Identity, u Upload) error {
	f, err := u.file()
	if err != nil {
		return err
	}
	return m.box().Save(ctx, who, f)
}

// GetUpload returns a file that waits to be imported.
func (m *Importer) GetUpload(r store.Reader, id store.ID) (Upload, error) {
	f, err := m.box().Get(r, id)
	if err != nil {
		return Upload{}, err
	}
	return uploadOf(f)
}

// DropUpload deletes a file that waited.
func (m *Importer) DropUpload(ctx context.Context, who auth.Identity, id store.ID) error {
	return m.box().Drop(ctx, who, id)
}

// Secret is what pseudonyms of this commons are made with. It is drawn the
// first time that it is asked for and never leaves the database.
func (m *Importer) Secret(ctx context.Context, who auth.Identity) ([]byte, error) {
	return auth.Perform(ctx, m.DB, who, "", Import, "", func(tx *store.Tx, who auth.Identity, _ string) ([]byte, error) {
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
