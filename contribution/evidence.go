package contribution

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Files that people bring as evidence lie in a table of their own, under the
// SHA-256 of their bytes: the same file is kept once, a backup of the database
// has them all, and the hash in the log proves that nobody exchanged one.

// MostFile bounds one file of evidence, in bytes.
const MostFile = 5 << 20

// mostFilesOf bounds what one person may bring in a day, in bytes.
const mostFilesOf = 100 << 20

// StoredFile is a file of evidence.
type StoredFile struct {
	Hash string // SHA-256, hex
	Name string // as it was first called
	Type string // as its own bytes say
	Data []byte
}

var (
	insertFile = store.SQL(`INSERT INTO contribution_file (commons_id, hash, name, type, size, person, at, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (commons_id, hash) DO NOTHING`)
	selectFile = store.SQL(`SELECT hash, name, type, data FROM contribution_file WHERE commons_id = $1 AND hash = $2`)
	filesOf    = store.SQL(`SELECT CAST(COALESCE(sum(size), 0) AS BIGINT) FROM contribution_file WHERE commons_id = $1 AND person = $2 AND at > $3`)
)

// KeepFile stores a file of evidence and returns what an entry names it by. It
// is not journaled: the log holds the hash once a contribution names it.
//
// Faults: contribution.file_size, .file_day.
func KeepFile(ctx context.Context, db *store.Store, who auth.Identity, name string, from io.Reader) (Evidence, error) {
	data, err := io.ReadAll(io.LimitReader(from, MostFile+1))
	if err != nil {
		return Evidence{}, err
	}
	if len(data) == 0 || len(data) > MostFile {
		return Evidence{}, fault.Invalidf("contribution.file_size", "file", "the file has %d bytes; 1 to %d are kept, put a larger one behind a link", len(data), MostFile)
	}
	sum := sha256.Sum256(data)
	ev := Evidence{File: hex.EncodeToString(sum[:]), Name: fileName(name)}
	_, err = auth.Perform(ctx, db, who, "", Log, ev, func(tx *store.Tx, who auth.Identity, ev Evidence) (Evidence, error) {
		day := store.Micros(tx.Now().AddDate(0, 0, -1))
		if used, _, err := store.One(tx, scanInt64, filesOf, who.Agent, day); err != nil || used+int64(len(data)) > mostFilesOf {
			if err == nil {
				err = fault.Conflictf("contribution.file_day", "file", "you brought files of %d MB today; at most %d MB are kept a day", used>>20, mostFilesOf>>20)
			}
			return ev, err
		}
		_, err := tx.Exec(insertFile, ev.File, ev.Name, mediaType(data), int64(len(data)), who.Agent, store.Micros(tx.Now()), data)
		return ev, err
	})
	return ev, err
}

// GetFile returns a file of evidence by its hash.
func GetFile(r store.Reader, hash string) (StoredFile, error) {
	f, found, err := store.One(r, func(row store.Scanner) (f StoredFile, err error) {
		err = row.Scan(&f.Hash, &f.Name, &f.Type, &f.Data)
		return f, err
	}, selectFile, strings.ToLower(hash))
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_file", "file", "there is no such file in this commons")
	}
	return f, err
}

// fileName keeps the last part of a name, as text that can be shown.
func fileName(name string) string {
	name = intake.Clean(path.Base(strings.ReplaceAll(name, `\`, "/")), 120)
	if name == "" || name == "." || name == "/" || !utf8.ValidString(name) {
		return "file"
	}
	return name
}

// shownTypes are the types that programs show and never run. Everything else is
// bytes, whatever its name says.
var shownTypes = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "application/pdf": true}

// mediaType says what a file is by its own first bytes.
func mediaType(data []byte) string {
	if t := http.DetectContentType(data); shownTypes[t] {
		return t
	}
	return "application/octet-stream"
}
