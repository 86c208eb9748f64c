package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// RestoreCommand puts a backup back.
type RestoreCommand struct {
	Folder string `arg:"" help:"Folder that backup wrote." type:"existingdir"`
}

// Help implements kong.HelpProvider.
func (c *RestoreCommand) Help() string {
	return `Restores into --data, which may hold neither a database nor a key, and for PostgreSQL into --database, which must be empty. Afterwards the log of every commons is exported and verified as an outsider would: the tree, the signature, every balance and every distribution. The command fails when one does not verify; what was restored then stays for you to look at.

PostgreSQL needs pg_restore (Debian: postgresql-client).` + exitStatuses
}

// checkedLog is what the check of one commons says.
type checkedLog struct {
	Commons string `json:"commons"`
	Entries int64  `json:"entries"`
	Root    string `json:"root"`
}

// Run implements the command.
func (c *RestoreCommand) Run(g *Globals) error {
	a, err := c.about()
	if err != nil {
		return err
	}
	if err := c.place(g, a); err != nil {
		return err
	}
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	all, err := h.Directory.All(g.ctx)
	if err != nil {
		return err
	}
	var checked []checkedLog
	var text strings.Builder
	for _, of := range all {
		one, err := c.check(g, h, of)
		if err != nil {
			return fmt.Errorf("the log of %s: %w", of.Slug, err)
		}
		checked = append(checked, one)
		fmt.Fprintf(&text, "\n%s: %d entries, verified", one.Commons, one.Entries)
	}
	return g.answer(map[string]any{"data": g.Data, "backup": a, "logs": checked}, "Restored the backup of %s.%s", a.At.Format("2006-01-02 15:04 MST"), text.String())
}

// about reads what the backup holds.
func (c *RestoreCommand) about() (a about, err error) {
	text, err := os.ReadFile(filepath.Join(c.Folder, backupAbout))
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil || a.Engine != store.SQLite && a.Engine != store.Postgres {
		return a, fault.Invalidf("commonweal.not_a_backup", "folder", "%s is not a backup: its %s cannot be read", c.Folder, backupAbout)
	}
	return a, nil
}

// place copies the files of the backup to where the host keeps them.
func (c *RestoreCommand) place(g *Globals, a about) error {
	if (a.Engine == store.Postgres) != (g.Database != "") {
		return fault.Invalidf("commonweal.backup_engine", "database", "this is the backup of a database in %s; with PostgreSQL give --database, with SQLite leave it out", a.Engine)
	}
	if err := os.MkdirAll(g.Data, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"commonweal.db", "signing.key"} {
		if _, err := os.Lstat(filepath.Join(g.Data, name)); !errors.Is(err, fs.ErrNotExist) {
			return fault.Conflictf("commonweal.restore_exists", "data", "%s holds a %s already; choose an empty folder with --data", g.Data, name)
		}
	}
	var err error
	if a.Engine == store.Postgres {
		err = pgRestore(g.ctx, g.Database, filepath.Join(c.Folder, backupPostgres))
	} else {
		err = store.Copy(g.ctx, filepath.Join(c.Folder, backupSQLite), filepath.Join(g.Data, "commonweal.db"), nil)
	}
	if err != nil {
		return err
	}
	return copyKey(filepath.Join(c.Folder, backupKey), filepath.Join(g.Data, "signing.key"))
}

// pgRestore fills an empty database, whole or not at all.
func pgRestore(ctx context.Context, address, dump string) error {
	program, err := exec.LookPath("pg_restore")
	if err != nil {
		return fault.New(fault.Unavailable, "commonweal.no_pg_restore", "", "pg_restore is not installed here; install the PostgreSQL client programs (Debian: postgresql-client)")
	}
	u, err := url.Parse(address)
	if err != nil {
		return fault.Invalidf("commonweal.database", "database", "the address of the database cannot be read")
	}
	cmd := exec.CommandContext(ctx, program, "--no-owner", "--exit-on-error", "--single-transaction", "--no-password")
	if password, set := u.User.Password(); set { // arguments show in the list of processes
		cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	cmd.Args = append(cmd.Args, "--dbname="+u.String(), dump)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fault.New(fault.Conflict, "commonweal.pg_restore", "database", "pg_restore refused: %s", firstLine(string(out)))
	}
	return nil
}

// firstLine is what a program complains about, without the statement behind it.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// check exports the log of a commons and verifies it as an outsider would.
func (c *RestoreCommand) check(g *Globals, h *House, of commons.Commons) (checkedLog, error) {
	folder, err := os.MkdirTemp("", "commonweal-restore-*")
	if err != nil {
		return checkedLog{}, err
	}
	defer os.RemoveAll(folder)
	archive := filepath.Join(folder, "log")
	bar := g.progress("Reading " + of.Slug)
	exported, err := books.ExportLog(g.ctx, books.LogExport{Store: h.Store, Log: h.Log, Key: h.Key, Commons: of.ID, Progress: bar.report}, archive)
	bar.end()
	if err != nil {
		return checkedLog{}, err
	}
	bar = g.progress("Checking " + of.Slug)
	defer bar.end()
	_, err = verify.Path(g.ctx, archive, verify.Options{Keys: []string{h.Key.Verifier(of.ID)}, Rules: replayRules(), Progress: bar.report})
	return checkedLog{of.Slug, exported.Size, exported.Root}, err
}
