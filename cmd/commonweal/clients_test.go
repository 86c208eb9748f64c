package main

import (
	"bytes"
	"log/slog"
	"os"
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
