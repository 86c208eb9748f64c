package books

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// file is an archive of a single file, which has no name inside.
type file struct {
	dest   string
	mode   fs.FileMode
	file   *os.File
	buffer *bufio.Writer
}

func newFile(dest string, private bool) (archive, error) {
	mode, err := checkDestination(dest, private)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(dest), ".export-*")
	if err != nil {
		return nil, err
	}
	return &file{dest, mode, f, bufio.NewWriterSize(f, 1<<16)}, nil
}

func (a *file) create(string) (io.Writer, error) { return a.buffer, nil }

func (a *file) commit() error {
	err := errors.Join(a.buffer.Flush(), a.file.Chmod(a.mode), a.file.Sync(), a.file.Close())
	if err != nil {
		return err
	}
	return os.Rename(a.file.Name(), a.dest)
}

func (a *file) abandon() {
	a.file.Close()
	os.Remove(a.file.Name())
}
