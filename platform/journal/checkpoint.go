package journal

import (
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Checkpoint is a head of a named log, as it is signed (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Head
}

// Text returns the body of the note: origin, size and base64 root, one a line.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// ParseCheckpoint reads the body of a note. Lines after the root are extensions
// of others; they are allowed and ignored.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	malformed := fault.Invalidf("journal.checkpoint_malformed", "checkpoint", "a checkpoint has an origin, a size and a root, one a line")
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" || lines[3] != "" && !strings.HasSuffix(lines[3], "\n") {
		return c, malformed
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return c, malformed
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return c, malformed
	}
	c = Checkpoint{Origin: lines[0], Head: Head{Size: size}}
	copy(c.Root[:], root)
	return c, nil
}

// OpenCheckpoint reads a signed checkpoint and checks its signature by one of the
// keys (vkey texts), which must be named like the origin. It returns the key
// that signed. Faults: journal.checkpoint_malformed, journal.key_malformed, journal.signature.
func OpenCheckpoint(signed string, vkeys ...string) (c Checkpoint, vkey string, err error) {
	var verifiers []note.Verifier
	for _, k := range vkeys {
		v, err := parseKey(k)
		if err != nil {
			return c, "", err
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(verifiers...))
	if err != nil {
		return c, "", fault.Invalidf("journal.signature", "checkpoint", "the checkpoint is not signed by the key: %v", err)
	}
	if c, err = ParseCheckpoint(n.Text); err != nil {
		return c, "", err
	}
	for i, v := range verifiers {
		if v.Name() == c.Origin && v.KeyHash() == n.Sigs[0].Hash && v.Name() == n.Sigs[0].Name {
			return c, strings.TrimSpace(vkeys[i]), nil
		}
	}
	return c, "", fault.Invalidf("journal.signature", "checkpoint", "the checkpoint of %.120q is signed under another name, %.120q", c.Origin, n.Sigs[0].Name)
}

func parseKey(vkey string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(vkey))
	if err != nil {
		return nil, fault.Invalidf("journal.key_malformed", "key", "%.120q is not a public key: %v", vkey, err)
	}
	return v, nil
}

// KeyName returns the name in a public key: the origin of the log it signs.
func KeyName(vkey string) string {
	name, _, _ := strings.Cut(vkey, "+")
	return name
}

// Body returns what the signatures of a note sign: its text with the last line feed.
func Body(signed string) string { return signed[:strings.LastIndex(signed, "\n\n")+1] }

// CheckKey returns nil for the public key of a log, else Invalid, journal.key_malformed.
func CheckKey(vkey string) error {
	_, err := parseKey(vkey)
	return err
}

// signedHead is the row of the last signed checkpoint.
type signedHead struct {
	Head
	vkey, note string
}

var (
	selectCheckpoint = store.SQL(`SELECT size, root, vkey, note FROM journal_checkpoint WHERE commons_id = $1`)
	upsertCheckpoint = store.SQL(`INSERT INTO journal_checkpoint (commons_id, size, root, vkey, note) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id) DO UPDATE SET size = excluded.size, root = excluded.root, vkey = excluded.vkey, note = excluded.note`)
	selectLastKey = store.SQL(`SELECT vkey FROM journal_key WHERE commons_id = $1 ORDER BY seq DESC LIMIT 1`)
	insertKey     = store.SQL(`INSERT INTO journal_key (commons_id, seq, vkey) VALUES ($1, $2, $3)`)
)

func readSigned(r store.Reader) (s signedHead, err error) {
	s, found, err := store.One(r, func(row store.Scanner) (s signedHead, err error) {
		var root []byte
		if err = row.Scan(&s.Size, &root, &s.vkey, &s.note); err == nil {
			s.Root, err = toHash(root)
		}
		return s, err
	}, selectCheckpoint)
	if err == nil && !found {
		s.Root = EmptyRoot
	}
	return s, err
}
