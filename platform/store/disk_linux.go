package store

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"

	"commonweal/platform/fault"
)

// networked are the kinds of file system on which SQLite's write-ahead log is
// not safe, because their machines do not share memory (sqlite.org/wal.html).
var networked = map[uint32]string{
	unix.NFS_SUPER_MAGIC:  "NFS",
	unix.SMB_SUPER_MAGIC:  "SMB",
	unix.SMB2_SUPER_MAGIC: "SMB",
	unix.CIFS_SUPER_MAGIC: "CIFS",
	unix.AFS_SUPER_MAGIC:  "AFS",
	unix.CODA_SUPER_MAGIC: "Coda",
	unix.CEPH_SUPER_MAGIC: "Ceph",
}

// localDisk refuses a database on a network file system.
func localDisk(database string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(database), &fs); err != nil {
		return fmt.Errorf("store: %s: %w", filepath.Dir(database), err)
	}
	return refuseNetwork(database, uint32(fs.Type))
}

func refuseNetwork(database string, kind uint32) error {
	if name, is := networked[kind]; is {
		return fault.Invalidf("store.network_disk", "database", "%s lies on a network file system (%s), where SQLite loses data; use a local disk, or PostgreSQL", database, name)
	}
	return nil
}
