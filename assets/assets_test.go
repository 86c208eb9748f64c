package assets

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// built is a small bundle as build.mjs writes it.
var built = fstest.MapFS{
	"manifest.json":        {Data: []byte(`{"app.css": "app.css-4F2A0B7C.css", "draw-1.js": "draw-1.js"}`)},
	"app.css-4F2A0B7C.css": {Data: []byte(strings.Repeat("body { margin: 0 }\n", 100))},
	"draw-1.js":            {Data: []byte("export {}")},
	"secret.txt":           {Data: []byte("not in the manifest")},
	".gitkeep":             {},
}

func get(b Bundle, path, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func TestInvariant1NamesChangeWithContent(t *testing.T) {
	b := From(built)
	if p := b.Path("app.css"); p != "/assets/app.css-4F2A0B7C.css" {
		t.Errorf("app.css is at %s", p)
	}
	w := get(b, b.Path("app.css"), "")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	z := get(b, b.Path("app.css"), "gzip, deflate, br")
	r, err := gzip.NewReader(z.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != w.Body.String() || z.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("compressed: %v, %d bytes", err, len(text))
	}
	for _, path := range []string{"/assets/app.css", "/assets/manifest.json", "/assets/secret.txt", "/assets/.gitkeep", "/assets/../assets.go", "/assets/"} {
		if w := get(b, path, ""); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestInvariant3WithoutABuild(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"fresh clone": {".gitkeep": {}},
		"torn build":  {"manifest.json": {Data: []byte(`{"app.css": `)}},
	} {
		b := From(files)
		if !b.Missing() || b.IsZero() || get(b, b.Path("app.css"), "").Code != 404 {
			t.Errorf("%s: missing %v", name, b.Missing())
		}
	}
	if !(Bundle{}).IsZero() || From(built).Missing() {
		t.Error("zero and built bundles are mixed up")
	}
}

// The lock file names no registry, so that any mirror serves.
func TestLockFileNamesNoHost(t *testing.T) {
	text, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Resolved, Integrity string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		if p.Resolved != "" || (name != "" && p.Integrity == "") {
			t.Errorf("%s: resolved %q, integrity %q", name, p.Resolved, p.Integrity)
		}
	}
	if len(lock.Packages) < 5 {
		t.Errorf("only %d packages are locked", len(lock.Packages))
	}
}

func TestIconsAreNamedOnce(t *testing.T) {
	names := Icons()
	slices.Sort(names)
	if len(names) < 50 || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%d names, some twice", len(names))
	}
}
