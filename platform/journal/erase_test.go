package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/platform/store"
)

// Nothing of an erased text or its salt is left in the database file, also
// where pages were split and cells moved.
func TestInvariant3ErasedFieldsLeaveTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s, _ := open(t, path)
	c := store.NewID()
	const secret = "a diagnosis nobody else should read"
	var salts [][]byte
	for i := range 200 {
		must(t, act(t, s, c, func(tx *store.Tx) error {
			_, err := Append(tx, Record{Act: "a.b", Sealed: map[string]string{"note": secret, "kind": strings.Repeat("kept ", i)}})
			return err
		}))
	}
	for i := range int64(200) {
		salts = append(salts, openings(t, s, c, i)["note"].Salt)
		must(t, act(t, s, c, func(tx *store.Tx) error { _, err := Erase(tx, i, "note"); return err }))
	}
	must(t, s.Close())
	files, err := filepath.Glob(path + "*")
	must(t, err)
	kept := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		must(t, err)
		kept += bytes.Count(content, []byte("kept kept kept"))
		if bytes.Contains(content, []byte(secret)) {
			t.Errorf("%s still holds the erased text", filepath.Base(file))
		}
		left := 0
		for _, salt := range salts {
			left += bytes.Count(content, salt)
		}
		if left > 0 {
			t.Errorf("%s still holds %d of 200 salts", filepath.Base(file), left)
		}
	}
	if kept < 190 {
		t.Errorf("the search finds only %d of the fields that were kept", kept)
	}
}
