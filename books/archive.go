package books

import (
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"commonweal/platform/fault"
)

// archive is where the files of an export go, one after the other. Nothing is
// at the destination before commit.
type archive interface {
	// create begins a file and ends the one before; names use slashes.
	create(name string) (io.Writer, error)
	commit() error
	// abandon removes what was written; after commit it does nothing.
	abandon()
}

// newArchive begins an archive beside its destination. A private one can be
// read by its owner alone.
func newArchive(dest string, private bool) (archive, error) {
	mode, err := checkDestination(dest, private)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(dest), ".zip") {
		return newZip(dest, mode)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dest), ".export-*")
	if err != nil {
		return nil, err
	}
	return &folder{dest: dest, temp: temp, mode: mode}, nil
}

// checkDestination refuses a destination where something is, or that has no
// folder, and returns the mode of its files.
func checkDestination(dest string, private bool) (fs.FileMode, error) {
	if _, err := os.Lstat(dest); err == nil {
		return 0, fault.Conflictf("books.destination_exists", "destination", "%s exists already; name a folder or a .zip file that does not", dest)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	parent := filepath.Dir(dest)
	if info, err := os.Stat(parent); err != nil || !info.IsDir() {
		return 0, fault.Invalidf("books.destination", "destination", "there is no folder %s; create it first", parent)
	}
	mode := fs.FileMode(0o644)
	if private {
		mode = 0o600
	}
	return mode, nil
}

// folder is an archive of plain files.
type folder struct {
	dest, temp string
	mode       fs.FileMode
	file       *os.File
	buffer     *bufio.Writer
}

func (a *folder) create(name string) (io.Writer, error) {
	if err := a.end(); err != nil {
		return nil, err
	}
	path := filepath.Join(a.temp, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), folderMode(a.mode)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, a.mode)
	if err != nil {
		return nil, err
	}
	a.file, a.buffer = f, bufio.NewWriterSize(f, 1<<16)
	return a.buffer, nil
}

// end makes the file that was created last durable.
func (a *folder) end() error {
	if a.file == nil {
		return nil
	}
	f := a.file
	a.file = nil
	return errors.Join(a.buffer.Flush(), f.Sync(), f.Close())
}

func (a *folder) commit() error {
	if err := a.end(); err != nil {
		return err
	}
	if err := os.Chmod(a.temp, folderMode(a.mode)); err != nil {
		return err
	}
	return os.Rename(a.temp, a.dest)
}

func (a *folder) abandon() {
	a.end()
	os.RemoveAll(a.temp)
}

// folderMode is the mode of a folder whose files have the mode: who may read may enter.
func folderMode(mode fs.FileMode) fs.FileMode { return mode | mode&0o444>>2 }

// zipped is an archive in one file.
type zipped struct {
	dest   string
	mode   fs.FileMode
	file   *os.File
	buffer *bufio.Writer
	zip    *zip.Writer
}

func newZip(dest string, mode fs.FileMode) (*zipped, error) {
	f, err := os.CreateTemp(filepath.Dir(dest), ".export-*")
	if err != nil {
		return nil, err
	}
	a := &zipped{dest: dest, mode: mode, file: f, buffer: bufio.NewWriterSize(f, 1<<16)}
	a.zip = zip.NewWriter(a.buffer)
	return a, nil
}

// create leaves the time out, so that equal content gives equal bytes.
func (a *zipped) create(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
}

func (a *zipped) commit() error {
	err := errors.Join(a.zip.Close(), a.buffer.Flush(), a.file.Chmod(a.mode), a.file.Sync(), a.file.Close())
	if err != nil {
		return err
	}
	return os.Rename(a.file.Name(), a.dest)
}

func (a *zipped) abandon() {
	a.file.Close()
	os.Remove(a.file.Name())
}
