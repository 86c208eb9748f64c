package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"commonweal/platform/fault"
)

// backup writes a copy with VACUUM INTO: a read transaction, so acts go on, and
// the copy is whole and without free pages. It gets its name only when it is
// complete and on the disk.
func (e *sqliteEngine) backup(ctx context.Context, path string, progress func(done, total int64)) error {
	return intoFile(path, func(partial string) error {
		c, err := openSession(ctx, e.pool)
		if err != nil {
			return err
		}
		defer c.close()
		var total int64
		if err := c.conn.QueryRowContext(ctx, `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`).Scan(&total); err != nil {
			return err
		}
		defer watch(partial, total, progress)()
		_, err = c.conn.ExecContext(ctx, `VACUUM INTO $1`, partial)
		return err
	})
}

// keep saves the database as it is before a migration, beside itself.
func (e *sqliteEngine) keep(ctx context.Context) error {
	name := e.path + ".before-" + time.Now().UTC().Format("20060102T150405.000000Z")
	return e.backup(ctx, name, func(int64, int64) {})
}

// backup runs pg_dump, which comes with PostgreSQL; pg_restore reads the file.
func (e *postgresEngine) backup(ctx context.Context, path string, progress func(done, total int64)) error {
	program, err := exec.LookPath("pg_dump")
	if err != nil {
		return fault.New(fault.Unavailable, "store.no_pg_dump", "", "pg_dump is not installed here; install the PostgreSQL client programs (Debian: postgresql-client), or run it where it is")
	}
	address, secret, err := withoutPassword(e.url)
	if err != nil {
		return err
	}
	return intoFile(path, func(partial string) error {
		var total int64
		if err := e.reading.QueryRowContext(ctx, `SELECT pg_database_size(current_database())`).Scan(&total); err != nil {
			return err
		}
		defer watch(partial, total, progress)()
		dump := exec.CommandContext(ctx, program, "--format=custom", "--no-password", "--file="+partial, "--dbname="+address)
		dump.Env = append(os.Environ(), secret...)
		if out, err := dump.CombinedOutput(); err != nil {
			return fmt.Errorf("store: pg_dump: %w: %s", err, strings.TrimSpace(string(out)))
		}
		return nil
	})
}

// withoutPassword takes the password out of an address, because arguments show
// in the list of processes, and returns the environment that holds it.
func withoutPassword(address string) (clean string, env []string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", nil, errors.New("store: the address of the database cannot be read")
	}
	if password, set := u.User.Password(); set {
		u.User = url.User(u.User.Username())
		env = []string{"PGPASSWORD=" + password}
	}
	return u.String(), env, nil
}

// intoFile lets write fill a file beside path and gives it the name path once
// it is complete and durable. A file that is already there is never replaced.
func intoFile(path string, write func(partial string) error) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fault.Invalidf("store.backup_exists", "file", "%s is already there; choose another name", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer os.RemoveAll(dir)
	partial := filepath.Join(dir, filepath.Base(path))
	if err := write(partial); err != nil {
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := os.Link(partial, path); err != nil { // unlike Rename, Link never replaces
		if errors.Is(err, fs.ErrExist) {
			return fault.Invalidf("store.backup_exists", "file", "%s is already there; choose another name", path)
		}
		if err := os.Rename(partial, path); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	return syncFile(filepath.Dir(path))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}

// watch reports the size of a growing file until the returned function is called.
func watch(path string, total int64, progress func(done, total int64)) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	report := func() {
		if info, err := os.Stat(path); err == nil {
			progress(info.Size(), max(total, info.Size()))
		}
	}
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				report()
			case <-quit:
				report()
				return
			}
		}
	}()
	return func() { close(quit); <-ended }
}
