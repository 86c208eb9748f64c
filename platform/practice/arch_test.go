package practice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the prefix of our own import paths.
const module = "commonweal/"

// pkg is what the checker needs of "go list -json".
type pkg struct {
	ImportPath, Name, Dir              string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

// folder is the package's path below the module.
func (p pkg) folder() string { return strings.TrimPrefix(p.ImportPath, module) }

func TestHouse(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, complaint := range violations(list(t, root)) {
		t.Error(complaint)
	}
	for _, complaint := range longFiles(t, os.DirFS(root)) {
		t.Error(complaint)
	}
}

// list asks the go command for every package below root.
func list(t *testing.T, root string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Name,Dir,GoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, errOut.String())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// violations lists what breaks the rules of the house, one line each.
func violations(all []pkg) []string {
	var out []string
	complain := func(p pkg, format string, args ...any) {
		out = append(out, p.folder()+": "+fmt.Sprintf(format, args...))
	}
	for _, p := range all {
		if slices.Contains(banned, p.Name) || slices.Contains(banned, filepath.Base(p.folder())) {
			complain(p, "the name %q says nothing about what it holds", p.Name)
		}
		if len(p.GoFiles) > 0 && !slices.Contains(p.GoFiles, "doc.go") {
			complain(p, "has no doc.go")
		}
		for _, i := range p.Imports {
			if why := mayNot(p.folder(), i); why != "" {
				complain(p, "imports %s: %s", i, why)
			}
		}
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			if strings.HasPrefix(i, module) || !thirdParty(i) || under(i, forTests) {
				continue // tests may reach further inside the house than code
			}
			if why := mayNot(p.folder(), i); why != "" {
				complain(p, "tests import %s: %s", i, why)
			}
		}
	}
	return out
}

// mayNot says why a folder's code may not import a path; "" when it may.
func mayNot(folder, path string) string {
	if !strings.HasPrefix(path, module) {
		return mayNotModule(folder, path)
	}
	to := strings.TrimPrefix(path, module)
	from := layerOf(folder)
	switch {
	case slices.Contains(pure, to):
		if own := strings.Split(to, "/")[0]; from.rank == rankPractice && slices.Contains(practices, own) && own != from.room {
			return "a practice keeps its rules to itself; ask through a socket"
		}
		return ""
	case slices.Contains(pure, folder):
		return "a pure package imports only the standard library, quantity, fault and other pure ones"
	case layerOf(to).rank > from.rank:
		return fmt.Sprintf("nothing points up: %s leans on %s, not the other way", layerOf(to).name, from.name)
	case from.rank == rankPractice && layerOf(to).rank == rankPractice && layerOf(to).room != from.room:
		return "rooms do not import each other; ask through a socket"
	}
	return ""
}

// layer is a floor of the house.
type layer struct {
	name string
	rank int
	room string // the first part of the folder
}

// The floors, bottom up.
const (
	rankGround = iota
	rankPlatform
	rankCore
	rankPractice
	rankTop
)

// layerOf says on which floor a folder is.
func layerOf(folder string) layer {
	room := strings.Split(folder, "/")[0]
	switch {
	case slices.Contains(pure, folder), room == "assets":
		return layer{"the ground", rankGround, room}
	case room == "platform":
		return layer{"platform", rankPlatform, room}
	case room == "vf":
		return layer{"vf", rankCore, room}
	case room == "books" || room == "federation" || slices.Contains(practices, room):
		return layer{"a practice", rankPractice, room}
	}
	return layer{"cmd", rankTop, room}
}

func thirdParty(path string) bool {
	return strings.Contains(strings.Split(path, "/")[0], ".")
}

func mayNotModule(folder, path string) string {
	if !thirdParty(path) {
		return ""
	}
	for m, folders := range modules {
		if under(path, []string{m}) {
			if under(folder, folders) {
				return ""
			}
			return "this module may appear only in " + strings.Join(folders, ", ")
		}
	}
	return "this module is in no folder's list"
}

// under reports whether a path is one of the roots or below one.
func under(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(r string) bool { return path == r || strings.HasPrefix(path, r+"/") })
}

// longFiles lists files of ours that are longer than a reader's patience; nobody
// reads what is generated.
func longFiles(t *testing.T, root fs.FS) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (slices.Contains([]string{"node_modules", "dist", "generated", "testdata", "bin"}, d.Name()) || len(d.Name()) > 1 && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		if !slices.Contains([]string{".go", ".html", ".ts", ".css", ".mjs"}, filepath.Ext(path)) {
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone since the folder was read
		}
		if n := bytes.Count(text, []byte("\n")); n > linesAtMost && !bytes.HasPrefix(text, []byte("// Code generated")) {
			out = append(out, fmt.Sprintf("%s has %d lines; at most %d fit in a head", path, n, linesAtMost))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
