package bank

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/books/intake/banktable"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/table"
	"commonweal/platform/upload"
)

// Upload is a file that waits to be brought, and what was decided about it.
type Upload struct {
	ID      store.ID   `json:"-"`
	Name    string     `json:"name"`
	Reading Reading    `json:"reading"`
	Header  []string   `json:"header,omitempty"` // of a table
	Rows    [][]string `json:"rows,omitempty"`   // of a table, the first ones
	Report  *Report    `json:"report,omitempty"` // of the dry run; nil before it
	Run     store.ID   `json:"run,omitempty"`    // the job that brings it
	// Mapped tells that somebody said what the accounts of the journal are.
	Mapped bool  `json:"mapped,omitempty"`
	Size   int64 `json:"-"`
}

// batch is what the upload becomes.
func (u *Upload) batch() Batch { return Batch{ID: u.ID, Format: u.Reading.Format, File: u.Name} }

// needsColumns reports whether somebody has to say what the columns are.
func (u *Upload) needsColumns() bool {
	return u.Reading.Format == Table && len(u.Reading.Map.Columns) == 0
}

// needsMapping reports whether somebody has to say what the accounts are.
func (u *Upload) needsMapping() bool {
	return u.Reading.Format.IsJournal() && !u.Mapped && u.Report != nil && len(u.Report.Bad) == 0 && u.Report.New() > 0
}

func (u *Upload) file() (upload.File, error) {
	content, err := json.Marshal(u)
	return upload.File{ID: u.ID, Size: u.Size, Content: string(content)}, err
}

func uploadOf(f upload.File) (u Upload, err error) {
	err = json.Unmarshal([]byte(f.Content), &u)
	u.ID, u.Size = f.ID, f.Size
	return u, err
}

// mostRows is how many rows of a table are shown to who says what its columns are.
const mostRows = 5

// KeepUpload stores a file and finds out what it is: its format and, of a
// table, how its columns were read the last time, or by the bank it is of.
func (b *Bank) KeepUpload(ctx context.Context, who auth.Identity, name string, from io.Reader) (Upload, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(from, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Upload{}, err
	}
	head = head[:n]
	u := Upload{Name: intake.Clean(name[strings.LastIndexAny(name, `/\`)+1:], 120), Reading: Reading{Format: Detect(name, head)}}
	if u.Reading.Format == Table {
		if err := b.guess(ctx, who, &u, head); err != nil {
			return u, err
		}
	}
	f, err := u.file()
	if err != nil {
		return u, err
	}
	if f, err = b.box().Keep(ctx, who, f, io.MultiReader(bytes.NewReader(head), from)); err != nil {
		return u, err
	}
	return uploadOf(f)
}

// guess says how the columns of a table are read.
func (b *Bank) guess(ctx context.Context, who auth.Identity, u *Upload, head []byte) error {
	rows, err := table.Open(bytes.NewReader(head), table.Format{})
	if err != nil {
		return nil // the dry run says what is wrong with it
	}
	u.Header = rows.Header
	for len(u.Rows) < mostRows {
		row, err := rows.Next()
		if err != nil {
			break
		}
		u.Rows = append(u.Rows, slices.Clone(row.Cells)) // the reader uses the row again
	}
	if m, ok := banktable.Guess(head); ok {
		u.Reading.Map = m
		return nil
	}
	return b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		m, found, err := store.One(r, scanJSON[banktable.Map], selectHabit, habitOf(u.Header))
		if found {
			u.Reading.Map = m
		}
		return err
	})
}

// habitOf names the columns of a table.
func habitOf(header []string) string {
	return "columns:" + strings.ToLower(strings.Join(header, "\x1f"))
}

var (
	selectHabit = store.SQL(`SELECT content FROM bank_habit WHERE commons_id = $1 AND name = $2`)
	upsertHabit = store.SQL(`INSERT INTO bank_habit (commons_id, name, content) VALUES ($1, $2, $3)
		ON CONFLICT (commons_id, name) DO UPDATE SET content = excluded.content`)
)

// keepHabit remembers how something was read.
func (b *Bank) keepHabit(ctx context.Context, who auth.Identity, name string, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = perform(ctx, b, who, "", nil, func(tx *store.Tx) (int64, error) { return tx.Exec(upsertHabit, name, string(content)) })
	return err
}

// GetUpload returns a file that waits.
func (b *Bank) GetUpload(r store.Reader, id store.ID) (Upload, error) {
	f, err := b.box().Get(r, id)
	if err != nil {
		return Upload{}, err
	}
	return uploadOf(f)
}

// SaveUpload keeps what was decided about a file.
func (b *Bank) SaveUpload(ctx context.Context, who auth.Identity, u Upload) error {
	f, err := u.file()
	if err != nil {
		return err
	}
	return b.box().Save(ctx, who, f)
}

// Check runs the dry run of a file that waits and keeps what it found.
func (b *Bank) Check(ctx context.Context, who auth.Identity, u Upload) (Upload, error) {
	f := b.box().Open(ctx, who.Commons, u.ID)
	defer f.Close()
	var err error
	if u.Report, err = b.Survey(ctx, who, u.Reading, f); err != nil {
		return u, err
	}
	if sheet := u.Report.Journal; sheet != nil && len(u.Reading.Mapping.Accounts) == 0 {
		u.Reading.Mapping = sheet.suggest()
	}
	return u, b.SaveUpload(ctx, who, u)
}

// Bring brings a file that waits, and drops it.
func (b *Bank) Bring(ctx context.Context, who auth.Identity, u Upload, progress func(done, total int)) (Result, error) {
	f := b.box().Open(ctx, who.Commons, u.ID)
	defer f.Close()
	return b.Run(ctx, who, u.batch(), u.Reading, f, progress)
}
