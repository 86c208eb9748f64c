package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"

	jsonv2 "github.com/go-json-experiment/json"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// announced follows the keys that the log itself names.
func (v *verification) announced(e *Entry) error {
	if e.Act != journal.ActKey {
		return nil
	}
	var body struct {
		Key string `json:"key"`
	}
	if err := jsonv2.Unmarshal(e.Body, &body, jsonv2.RejectUnknownMembers(true)); err != nil {
		return fault.Invalidf("books.key_malformed", "", "this entry does not announce a key: %v", err)
	}
	v.keys = append(v.keys, body.Key)
	return nil
}

// blobs remembers which attachments were checked already.
type blobs struct{ seen map[string]bool }

// check compares an attachment with its digest.
func (b *blobs) check(fsys fs.FS, digest, name string) error {
	if b.seen[digest] {
		return nil
	}
	h := sha256.New()
	if err := eachBlob(fsys, digest, h); err != nil {
		return err
	}
	if err := sameDigest(digest, hex.EncodeToString(h.Sum(nil)), name); err != nil {
		return err
	}
	if b.seen == nil {
		b.seen = map[string]bool{}
	}
	b.seen[digest] = true
	return nil
}

// eachBlob copies an attachment of bounded size.
func eachBlob(fsys fs.FS, digest string, w io.Writer) error {
	file := FolderBlobs + "/" + digest
	f, err := open(fsys, file)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(w, io.LimitReader(f, journal.MaxBlob+1))
	if err != nil {
		return unreadable(file, err)
	}
	if n > journal.MaxBlob {
		return in(file, "books.file_too_large", "the attachment is too large", fmt.Sprintf("at most %d bytes", journal.MaxBlob), "more")
	}
	return nil
}

// readBlob returns an attachment after comparing it with its digest.
func readBlob(fsys fs.FS, digest, name string) ([]byte, error) {
	if digest == "" {
		return nil, fault.Invalidf("books.attachment_unknown", name, "the entry has no such attachment")
	}
	var b bytes.Buffer
	if err := eachBlob(fsys, digest, &b); err != nil {
		return nil, err
	}
	return b.Bytes(), sameDigest(digest, journal.Digest(b.Bytes()), name)
}

func sameDigest(want, found, name string) error {
	if want == found {
		return nil
	}
	return fault.Invalidf("books.attachment_differs", name, "the attachment is not the one that was attached; expected SHA-256 %s, found %s", want, found)
}
