package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The files of a backup.
const (
	backupSQLite   = "commonweal.db"
	backupPostgres = "commonweal.dump" // pg_dump's custom format
	backupKey      = "signing.key"
	backupAbout    = "backup.json"
)

// BackupCommand copies the database and the signing key.
type BackupCommand struct {
	Folder string `arg:"" help:"Folder to write; nothing may be there yet." type:"path"`
}

// Help implements kong.HelpProvider.
func (c *BackupCommand) Help() string {
	return `The host may run meanwhile: the copy shows one moment. The folder then holds the database (commonweal.db, or commonweal.dump for pg_restore) and signing.key, the key that signs the logs. Who holds both can read everything and sign in the name of this host: keep the folder as safe as the host.

PostgreSQL needs pg_dump of the same version (Debian: postgresql-client).` + exitStatuses
}

// about says what a backup holds.
type about struct {
	Engine  store.Engine `json:"engine"`
	Version string       `json:"version"` // of the program
	At      time.Time    `json:"at"`
	Origin  string       `json:"origin"`
}

// Run implements the command.
func (c *BackupCommand) Run(g *Globals) (err error) {
	if _, err := os.Lstat(c.Folder); !errors.Is(err, fs.ErrNotExist) {
		return fault.Conflictf("commonweal.backup_exists", "folder", "%s is already there; choose another name", c.Folder)
	}
	partial := c.Folder + ".partial"
	if err := os.Mkdir(partial, 0o700); err != nil {
		return fault.Conflictf("commonweal.backup_folder", "folder", "%s cannot be made: %v", partial, errors.Unwrap(err))
	}
	defer os.RemoveAll(partial)
	a := about{Engine: store.SQLite, Version: version, At: time.Now().UTC(), Origin: g.Origin}
	bar := g.progress("Copying")
	if g.Database == "" {
		err = store.Copy(g.ctx, filepath.Join(g.Data, "commonweal.db"), filepath.Join(partial, backupSQLite), bar.report)
	} else {
		a.Engine = store.Postgres
		err = c.dump(g, filepath.Join(partial, backupPostgres), bar.report)
	}
	bar.end()
	if err != nil {
		return err
	}
	if err := copyKey(filepath.Join(g.Data, "signing.key"), filepath.Join(partial, backupKey)); err != nil {
		return err
	}
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(partial, backupAbout), append(text, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Rename(partial, c.Folder); err != nil {
		return err
	}
	trial := ""
	if a.Engine == store.Postgres {
		trial = " --database AN-EMPTY-DATABASE"
	}
	return g.answer(map[string]any{"folder": c.Folder, "about": a}, "Wrote %s. Try it now and then: commonweal restore %s --data AN-EMPTY-FOLDER%s", c.Folder, c.Folder, trial)
}

// dump copies a PostgreSQL database.
func (c *BackupCommand) dump(g *Globals, to string, progress func(done, total int64)) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	return h.Store.Backup(g.ctx, to, progress)
}

// copyKey copies a signing key, readable by its owner alone; nothing may be
// there yet.
func copyKey(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fault.New(fault.NotFound, "commonweal.no_key", "data", "there is no signing key at %s: %v", from, errors.Unwrap(err))
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
