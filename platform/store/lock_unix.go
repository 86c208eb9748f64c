//go:build unix

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"commonweal/platform/fault"
)

// fileLock keeps other processes away from a database file. The kernel drops
// it when the process ends, however it ends.
type fileLock struct{ f *os.File }

// lockFile locks the file beside a database and writes the process number into it.
func lockFile(database string) (*fileLock, error) {
	if err := localDisk(database); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(database+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("store: locking %s: %w", f.Name(), err)
		}
		pid, _ := io.ReadAll(io.LimitReader(f, 32))
		return nil, fault.New(fault.Unavailable, "store.in_use", "", "the database %s is in use by process %s; stop it first, or use PostgreSQL for several processes", database, strings.TrimSpace(string(pid)))
	}
	if err := f.Truncate(0); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := fmt.Fprintln(f, os.Getpid()); err != nil {
		f.Close()
		return nil, err
	}
	return &fileLock{f}, nil
}

// release lets others in. The file stays: removing it would let two processes
// lock two files of one name.
func (l *fileLock) release() error { return l.f.Close() }
