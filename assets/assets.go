package assets

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

//go:embed icons.json
var icons []byte

// Icons lists the names of the icons in the sprite, built or not.
func Icons() []string {
	var names []string
	if err := json.Unmarshal(icons, &names); err != nil {
		panic(err) // embedded: the test reads it
	}
	return names
}

// Bundle is a set of built files with their manifest.
type Bundle struct {
	files  fs.FS
	names  map[string]string // "app.css" to "app-4F2A....css"
	served map[string]bool   // the hashed names
	packed *sync.Map         // hashed name to gzip bytes
}

// Built returns the bundle embedded in the binary. It is empty, but usable,
// when the assets have not been built.
var Built = sync.OnceValue(func() Bundle {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a constant, valid path
	}
	return From(sub)
})

// From returns the bundle of a folder with manifest.json; without one the
// bundle is Missing.
func From(files fs.FS) Bundle {
	b := Bundle{files: files, names: map[string]string{}, served: map[string]bool{}, packed: &sync.Map{}}
	text, err := fs.ReadFile(files, "manifest.json")
	if err == nil && json.Unmarshal(text, &b.names) != nil {
		b.names = nil // a torn build is no build
	}
	for _, hashed := range b.names {
		b.served[hashed] = true
	}
	return b
}

// IsZero reports whether b is the zero Bundle.
func (b Bundle) IsZero() bool { return b.files == nil }

// Missing reports that the assets were not built: run npm ci and npm run build in assets.
func (b Bundle) Missing() bool { return len(b.names) == 0 }

// Path returns the address of a file by its plain name, such as "app.css";
// an unknown name gives an address that answers 404.
func (b Bundle) Path(name string) string {
	if hashed, ok := b.names[name]; ok {
		return "/assets/" + hashed
	}
	return "/assets/" + name
}

// ServeHTTP serves /assets/{file}, compressed, cacheable for ever. Only files
// of the manifest are served: their names change with their content.
func (b Bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/assets/")
	if !b.served[name] {
		http.NotFound(w, r)
		return
	}
	body, err := fs.ReadFile(b.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaType(name))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if compressible(name) {
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = b.pack(name, body)
		}
	}
	_, _ = io.Copy(w, bytes.NewReader(body)) // a reader who left is nobody's fault
}

// pack compresses a file once, as small as it goes.
func (b Bundle) pack(name string, body []byte) []byte {
	if p, ok := b.packed.Load(name); ok {
		return p.([]byte)
	}
	var buf bytes.Buffer
	z, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression) // the level is valid
	z.Write(body)
	z.Close()
	p, _ := b.packed.LoadOrStore(name, buf.Bytes())
	return p.([]byte)
}

func compressible(name string) bool {
	switch path.Ext(name) {
	case ".js", ".css", ".svg", ".json", ".webmanifest", ".map", ".txt":
		return true
	}
	return false
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
