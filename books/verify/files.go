package verify

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Open opens an archive by its path, a folder or a zip file. Names in it cannot
// lead out of it. Close it after use.
func Open(path string) (fsys fs.FS, closer io.Closer, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, nil, err
		}
		return root.FS(), root, nil
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, nil, in(path, "books.not_an_archive", "this is neither a folder nor a zip file", "", err.Error())
	}
	return z, z, nil
}

// open opens a file of the archive, but no pipe or device in its place.
func open(fsys fs.FS, file string) (fs.File, error) {
	info, err := fs.Stat(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, in(file, "books.file_missing", "the archive lacks this file", "", "")
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("it is no plain file but %s", info.Mode())
	}
	if err != nil {
		return nil, unreadable(file, err)
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, unreadable(file, err)
	}
	return f, nil
}

// unreadable is the breach of a file that breaks off, such as a damaged zip member.
func unreadable(file string, err error) error {
	return in(file, "books.file_unreadable", "the file cannot be read", "", err.Error())
}

// small reads a file of at most limit bytes.
func small(fsys fs.FS, file string, limit int64) ([]byte, error) {
	f, err := open(fsys, file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, unreadable(file, err)
	}
	if int64(len(b)) > limit {
		return nil, in(file, "books.file_too_large", "the file is too large", fmt.Sprintf("at most %d bytes", limit), "more")
	}
	return b, nil
}

// lines reads a file line by line, each of a bounded length and ended by a line feed.
type lines struct {
	file  string
	limit int   // of a line, without the line feed
	n     int64 // lines read
	f     fs.File
	r     *bufio.Reader
	long  []byte // a line longer than the buffer of r
}

// openLines opens a file; limit is the length of its longest line without the line feed.
func openLines(fsys fs.FS, file string, limit int) (*lines, error) {
	f, err := open(fsys, file)
	if err != nil {
		return nil, err
	}
	return &lines{file: file, limit: limit, f: f, r: bufio.NewReaderSize(f, 1<<16)}, nil
}

func (l *lines) close() { l.f.Close() }

// next returns the next line, good until the one after, or io.EOF after the last.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	for l.long = l.long[:0]; errors.Is(err, bufio.ErrBufferFull) && len(l.long) <= l.limit; {
		l.long = append(l.long, line...)
		line, err = l.r.ReadSlice('\n')
	}
	if len(l.long) > 0 {
		l.long = append(l.long, line...)
		line = l.long
	}
	switch {
	case len(line) > l.limit+1 || len(line) > l.limit && err != nil:
		return nil, l.breach("books.line_too_long", "the line is too long", fmt.Sprintf("at most %d bytes", l.limit), "more")
	case err == nil:
		l.n++
		return line[:len(line)-1], nil
	case errors.Is(err, io.EOF) && len(line) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		return nil, l.breach("books.broken_line", "the last line has no end", "a line feed", "the end of the file")
	}
	return nil, unreadable(l.file, err)
}

// breach is about the line after those read; in entries.jsonl that is an entry.
func (l *lines) breach(code, message, expected, found string) error {
	b := in(l.file, code, message, expected, found)
	if l.file == FileEntries || l.file == FileLeaves {
		b.Seq = l.n
	} else {
		b.Message = fmt.Sprintf("line %d: %s", l.n+1, message)
	}
	return b
}
