package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"

	"commonweal/platform/fault"
)

// Copy writes a copy of an SQLite database to a new file, also while another
// process serves it: it takes no lock but SQLite's own for reading, brings no
// schema up to date and changes nothing. The copy shows one moment, and gets
// its name only when it is complete and on the disk. progress may be nil.
func Copy(ctx context.Context, from, to string, progress func(done, total int64)) error {
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.NotFoundf("store.no_database", "database", "there is no database at %s", from)
	}
	if err != nil {
		return err
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	v := url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)", "temp_store(MEMORY)"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: from}).EscapedPath()+"?"+v.Encode())
	if err != nil {
		return err
	}
	defer db.Close()
	return intoFile(to, func(partial string) error {
		defer watch(partial, info.Size(), progress)()
		_, err := db.ExecContext(ctx, `VACUUM INTO $1`, partial)
		return err
	})
}
