package journal

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Key signs the heads of all logs of a host. It has a name, which is part of the
// origin of each log and outlives the key: a new key of the host keeps the name.
type Key struct {
	name string
	seed ed25519.PrivateKey
}

// NewKey returns a fresh key. An empty name means a random one. A name holds no
// space and no plus sign.
func NewKey(name string) (*Key, error) {
	_, seed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = fmt.Sprintf("commonweal-%x", seed.Public().(ed25519.PublicKey)[:5])
	}
	return newKey(name, seed)
}

func newKey(name string, seed ed25519.PrivateKey) (*Key, error) {
	if !validName(name) {
		return nil, fault.Invalidf("journal.key_name", "name", "%.60q cannot name a key; leave out spaces and plus signs", name)
	}
	return &Key{name, seed}, nil
}

// validName reports whether a name can stand in a key and in a signature line.
func validName(name string) bool {
	return name != "" && len(name) <= 200 && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsSpace) && !strings.Contains(name, "+")
}

// keyFilePrefix begins the text of a private key, as package note writes it.
const keyFilePrefix = "PRIVATE+KEY+"

// OpenKey reads the key from a file; when there is none it makes a key of the
// given name and writes it there, readable by the owner alone. The file is one line
// in the form of golang.org/x/mod/sumdb/note. A file that others may read is
// refused: Conflict, journal.key_exposed.
func OpenKey(path, name string) (*Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		k, err := NewKey(name)
		if err != nil {
			return nil, err
		}
		if err := k.save(path); !errors.Is(err, fs.ErrExist) {
			return k, err
		}
		text, err = os.ReadFile(path) // another process was quicker: its key counts
		if err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.Conflictf("journal.key_exposed", "", "the key file %s may be read by others (mode %04o); make it 0600, or make a new key if somebody may have read it", path, info.Mode().Perm())
	}
	return ParseKey(string(text))
}

// save writes the key to a new file, whole or not at all.
func (k *Key) save(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(k.private() + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// RotateKey replaces the key in the file by a fresh one of the same name, so that
// the logs keep their origin, and keeps the old one beside it as "retired-…". The
// next checkpoint of each log is preceded by an entry that announces the new key.
// Restart the host, and publish the new public key where readers got the old one.
func RotateKey(path string) (*Key, error) {
	old, err := OpenKey(path, "")
	if err != nil {
		return nil, err
	}
	k, err := NewKey(old.name)
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	retired := filepath.Join(folder, fmt.Sprintf("retired-%x-%s", keyHash(old.name, algorithmEd25519, old.public()), filepath.Base(path)))
	if err := os.Link(path, retired); err != nil {
		return nil, err
	}
	fresh := filepath.Join(folder, fmt.Sprintf("fresh-%x-%s", keyHash(k.name, algorithmEd25519, k.public()), filepath.Base(path)))
	if err := k.save(fresh); err != nil {
		return nil, err
	}
	return k, os.Rename(fresh, path)
}

// ParseKey reads the text of a key file.
func ParseKey(text string) (*Key, error) {
	malformed := fault.Invalidf("journal.key_malformed", "", "this is not a private key; it begins with %s", keyFilePrefix)
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), keyFilePrefix)
	name, rest, ok2 := strings.Cut(rest, "+")
	_, data, ok3 := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(data)
	if !ok || !ok2 || !ok3 || err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != algorithmEd25519 {
		return nil, malformed
	}
	k, err := newKey(name, ed25519.NewKeyFromSeed(raw[1:]))
	if err == nil && k.private() != strings.TrimSpace(text) {
		err = malformed
	}
	return k, err
}

// algorithmEd25519 is the type of a note key (package note).
const algorithmEd25519 = 1

// private returns the private key in the form of package note.
func (k *Key) private() string { return k.privateAs(k.name) }

func (k *Key) privateAs(name string) string {
	return fmt.Sprintf("%s%s+%08x+%s", keyFilePrefix, name, keyHash(name, algorithmEd25519, k.public()),
		base64.StdEncoding.EncodeToString(append([]byte{algorithmEd25519}, k.seed.Seed()...)))
}

func (k *Key) public() ed25519.PublicKey { return k.seed.Public().(ed25519.PublicKey) }

// keyHash is the key identifier of a note signature: the first four bytes of
// SHA-256(name || "\n" || algorithm || public key).
func keyHash(name string, algorithm byte, public ed25519.PublicKey) []byte {
	sum := sha256.Sum256(append(append([]byte(name+"\n"), algorithm), public...))
	return sum[:4]
}

// Name returns the stable name of the host in the origins of its logs.
func (k *Key) Name() string { return k.name }

// Origin names the log of a commons, whatever host serves it: the first line of
// its checkpoints, and the name of the key in their signatures.
func (k *Key) Origin(commons store.ID) string { return k.name + "/c/" + string(commons) }

// Verifier returns the public key for the log of a commons, as text to publish
// (a vkey of package note).
func (k *Key) Verifier(commons store.ID) string {
	vkey, err := note.NewEd25519VerifierKey(k.Origin(commons), k.public())
	if err != nil {
		panic(err) // only for a key of the wrong length
	}
	return vkey
}

// sign returns the checkpoint as a signed note.
func (k *Key) sign(c Checkpoint) (string, error) {
	signer, err := note.NewSigner(k.privateAs(c.Origin))
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, signer)
	return string(signed), err
}
