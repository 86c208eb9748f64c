package main

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/Khan/genqlient/generate"
	"github.com/vektah/gqlparser/v2/formatter"
)

// servedSchema writes the schema of the API to a file and returns its path.
func servedSchema(t *testing.T) string {
	t.Helper()
	h, err := Open(t.Context(), Place{Data: t.TempDir(), Origin: "http://localhost:8080", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	schema, err := h.schema()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	formatter.NewFormatter(&text).FormatSchema(schema.AST())
	path := filepath.Join(t.TempDir(), "schema.graphql")
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// The types of the Go client are those that its operations have in the schema
// as it is served.
func TestGoClientFollowsTheSchema(t *testing.T) {
	client := filepath.Join("..", "..", "clients", "go")
	config, err := generate.ReadAndValidateConfig(filepath.Join(client, "genqlient.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	config.Schema = generate.StringList{servedSchema(t)}
	made, err := generate.Generate(config)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range made {
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not made from the schema that is served (%v); make it anew with: go test ./cmd/commonweal -run TestGoClientFollowsTheSchema -update", name, err)
		}
	}
}

// The TypeScript client is what npm run build makes of its sources, the schema
// that is served, and the description of the routes.
func TestTypeScriptClientFollowsTheSchema(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	client, copied := filepath.Join(root, "clients", "typescript"), t.TempDir()
	if _, err := os.Stat(filepath.Join(client, "node_modules")); err != nil {
		t.Fatal("the tools are missing; install them with: cd clients/typescript && npm ci")
	}
	in := filepath.Join(copied, "clients", "typescript")
	for _, folder := range []string{"clients/operations", "platform/openapi", "clients/typescript/src"} {
		if err := os.CopyFS(filepath.Join(copied, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"package.json", "tsconfig.json", "codegen.mjs", "example.mjs", "node_modules"} {
		if err := os.Symlink(filepath.Join(client, file), filepath.Join(in, file)); err != nil {
			t.Fatal(err)
		}
	}
	for _, script := range []string{"build", "check"} {
		npm := exec.CommandContext(t.Context(), "npm", "run", "--silent", script)
		npm.Dir = in
		npm.Env = append(os.Environ(), "COMMONWEAL_SCHEMA="+servedSchema(t))
		if out, err := npm.CombinedOutput(); err != nil {
			t.Fatalf("npm run %s: %v\n%s", script, err, out)
		}
	}
	for _, folder := range []string{"dist", "src/generated"} {
		sameFiles(t, filepath.Join(in, folder), filepath.Join(client, folder))
	}
}

// sameFiles holds what was made in a folder against what is kept in another.
func sameFiles(t *testing.T, made, kept string) {
	t.Helper()
	if *update {
		if err := errors.Join(os.RemoveAll(kept), os.CopyFS(kept, os.DirFS(made))); err != nil {
			t.Fatal(err)
		}
	}
	texts := func(folder string) map[string]string {
		out := map[string]string{}
		err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(filepath.Join(folder, path))
			out[path] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if !maps.Equal(texts(made), texts(kept)) {
		t.Errorf("%s is not what npm run build makes; make it anew with: go test ./cmd/commonweal -run TestTypeScriptClientFollowsTheSchema -update", kept)
	}
}
