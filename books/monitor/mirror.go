package monitor

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// leafLine is the length of a line of leaves.txt with its line feed.
const leafLine = 2*tlog.HashSize + 1

// copy extends the mirror to the head. Entries are compared with the hashes under
// the signed root before they are written.
func (l *look) copy() error {
	if !l.Mirror {
		return nil
	}
	m, err := openMirror(l.Folder, l.before.Size)
	if err != nil {
		return err
	}
	defer m.close()
	hashes := l.tiles.hashes(l.now.Head)
	for start := m.size &^ 255; start < l.now.Size; start += 256 {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		entries, err := l.remote.bundle(l.ctx, start, l.now.Size)
		if err != nil {
			return err
		}
		end := start + int64(len(entries))
		leaves, err := hashes.ReadHashes(leafIndexes(m.size, end))
		if l.tiles.failed != nil {
			return l.tiles.failed
		}
		if err != nil {
			return l.alarm("monitor.tiles", "the tiles of the log do not have the root that it signed: %v", err)
		}
		for _, leaf := range leaves {
			if err := l.add(m, m.size, entries[m.size-start], leaf); err != nil {
				return err
			}
		}
	}
	return m.sync()
}

// leafIndexes are the places of the leaves [from, to) among all hashes of a tree.
func leafIndexes(from, to int64) (list []int64) {
	for n := from; n < to; n++ {
		list = append(list, tlog.StoredHashIndex(0, n))
	}
	return list
}

// add writes one entry and what hangs on it.
func (l *look) add(m *mirror, seq int64, entry []byte, leaf tlog.Hash) error {
	if tlog.RecordHash(entry) != leaf {
		return l.alarm("monitor.entry", "entry %d is not the one that was signed: its hash is another", seq)
	}
	e, err := journal.Parse(entry)
	if err != nil {
		return l.alarm("monitor.entry", "entry %d cannot be read: %v", seq, err)
	}
	for _, digest := range slices.Sorted(maps.Values(e.Attached)) {
		if err := l.attachment(digest, seq); err != nil {
			return err
		}
	}
	return m.add(entry, leaf)
}

// attachment copies an attachment that the mirror does not have.
func (l *look) attachment(digest string, seq int64) error {
	path := l.path(filepath.Join(verify.FolderBlobs, digest)) // hexadecimal: Parse has checked it
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	content, err := l.remote.get(l.ctx, verify.FolderBlobs+"/"+digest, journal.MaxBlob)
	if err != nil {
		return err
	}
	if journal.Digest(content) != digest {
		return l.alarm("monitor.entry", "an attachment of entry %d is not the one that was attached", seq)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeFile(path, string(content))
}

// mirror is the files that grow with the log.
type mirror struct {
	size            int64 // entries in both files
	leaves, entries *os.File
	leafBuf, buf    *bufio.Writer
}

// openMirror opens the files of a mirror and cuts off what goes beyond the kept head: a
// look that was interrupted wrote it. A mirror that has less than the kept head, because
// it was begun later, starts from nothing.
func openMirror(folder string, size int64) (*mirror, error) {
	m := &mirror{size: size}
	var err error
	if m.leaves, err = os.OpenFile(filepath.Join(folder, verify.FileLeaves), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	if m.entries, err = os.OpenFile(filepath.Join(folder, verify.FileEntries), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		m.leaves.Close()
		return nil, err
	}
	end, err := endOfLine(m.entries, size)
	info, err2 := m.leaves.Stat()
	if err = errors.Join(err, err2); err != nil {
		m.close()
		return nil, err
	}
	if end < 0 || info.Size() < size*leafLine {
		m.size, end = 0, 0
	}
	err = errors.Join(m.leaves.Truncate(m.size*leafLine), m.entries.Truncate(end))
	for _, f := range []*os.File{m.leaves, m.entries} {
		_, seek := f.Seek(0, io.SeekEnd)
		err = errors.Join(err, seek)
	}
	m.leafBuf, m.buf = bufio.NewWriter(m.leaves), bufio.NewWriterSize(m.entries, 1<<16)
	if err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

// endOfLine returns where line n of a file ends, -1 when it has fewer.
func endOfLine(f *os.File, n int64) (end int64, err error) {
	buf := make([]byte, 1<<16)
	for n > 0 {
		read, err := f.Read(buf)
		for b := buf[:read]; n > 0; n-- {
			i := bytes.IndexByte(b, '\n')
			if i < 0 {
				end += int64(len(b))
				break
			}
			end += int64(i) + 1
			b = b[i+1:]
		}
		if errors.Is(err, io.EOF) {
			if n > 0 {
				return -1, nil
			}
			return end, nil
		}
		if err != nil {
			return end, err
		}
	}
	return end, nil
}

func (m *mirror) add(entry []byte, leaf tlog.Hash) error {
	m.size++
	_, err := m.leafBuf.WriteString(hex.EncodeToString(leaf[:]) + "\n")
	_, err2 := m.buf.Write(append(entry[:len(entry):len(entry)], '\n'))
	return errors.Join(err, err2)
}

// sync makes the files durable.
func (m *mirror) sync() error {
	return errors.Join(m.leafBuf.Flush(), m.buf.Flush(), m.leaves.Sync(), m.entries.Sync())
}

func (m *mirror) close() {
	m.leaves.Close()
	m.entries.Close()
}

// firstDifference compares the leaves of the mirror with those under the signed
// root of the log now, and returns the first entry that differs; -1 without a mirror.
func (l *look) firstDifference() (int64, error) {
	f, err := os.Open(l.path(verify.FileLeaves))
	if errors.Is(err, os.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	defer f.Close()
	hashes, lines := l.tiles.hashes(l.now.Head), bufio.NewScanner(f)
	most := min(l.before.Size, l.now.Size)
	for start := int64(0); start < most; start += 256 {
		leaves, err := hashes.ReadHashes(leafIndexes(start, min(start+256, most)))
		if l.tiles.failed != nil {
			return -1, l.tiles.failed
		}
		if err != nil {
			return -1, fault.Invalidf("monitor.tiles", "", "the tiles of the log do not have the root that it signed: %v", err)
		}
		for i, leaf := range leaves {
			if !lines.Scan() {
				return -1, lines.Err()
			}
			if lines.Text() != fmt.Sprintf("%x", leaf[:]) {
				return start + int64(i), nil
			}
		}
	}
	return -1, nil
}
