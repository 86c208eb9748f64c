package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"commonweal/platform/fault"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// golden compares a text with a file of the tree, or writes it there.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the program says; look at the difference and write it anew with: go test ./cmd/commonweal -run %s -update\n%s", path, t.Name(), firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, %d now", len(w), len(g))
}

// errorsHead begins docs/errors.md.
const errorsHead = `# Every refusal, by its code

Programs may rely on codes: they never change their meaning and never disappear. A message says what was wrong, with which value, and what
would be right; the blanks are shown as …. The kind decides the HTTP status of pages and API and the exit status of commands.

| kind | HTTP | exit | meaning |
|---|---|---|---|
`

var kindMeanings = []struct {
	kind    fault.Kind
	meaning string
}{
	{fault.Invalid, "the input is wrong: mend it and try again"}, {fault.Unauthenticated, "sign in first"}, {fault.Forbidden, "you may not"},
	{fault.NotFound, "there is no such thing, or not for you"}, {fault.Conflict, "the state of the books forbids it: look again, then decide"},
	{fault.TooMany, "too often or too much: wait, or ask for less"}, {fault.Unavailable, "not now: try again later"},
	{fault.Internal, "our mistake: it is logged under the number you see"},
}

// docs/errors.md lists every code that the tree gives, with its kind and
// message; the list is read from the source.
func TestErrorCodes(t *testing.T) {
	codes := map[string]codeLine{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "testdata") {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest") {
			return nil
		}
		return readCodes(path, codes)
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(errorsHead)
	for _, k := range kindMeanings {
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", k.kind, k.kind.HTTPStatus(), k.kind.ExitStatus(), k.meaning)
	}
	b.WriteString("\n| code | kind | message |\n|---|---|---|\n")
	list := make([]string, 0, len(codes))
	for code, line := range codes {
		list = append(list, fmt.Sprintf("| %s | %s | %s |", code, line.kind, line.message))
		if !codeForm.MatchString(code) {
			t.Errorf("%q is not a code: room.rule, in lower case", code)
		}
	}
	slices.Sort(list)
	b.WriteString(strings.Join(list, "\n") + "\n")
	golden(t, "../../docs/errors.md", b.String())
	if len(codes) < 200 {
		t.Errorf("only %d codes were found; the search is broken", len(codes))
	}
}

var codeForm = regexp.MustCompile(`^[a-z_]+\.[a-z0-9_]+$`)

// codeLine is what the source says of a code.
type codeLine struct{ kind, message string }

// constructors of faults, with the kind and the places of code and format.
var constructors = map[string]struct {
	kind         string
	code, format int
}{
	"Invalidf": {"invalid", 0, 2}, "NotFoundf": {"not_found", 0, 2}, "Conflictf": {"conflict", 0, 2}, "Forbiddenf": {"forbidden", 0, 1}, "New": {"", 1, 3},
}

// kindNames are the kinds as the source spells them.
var kindNames = map[string]fault.Kind{"Invalid": fault.Invalid, "Unauthenticated": fault.Unauthenticated, "Forbidden": fault.Forbidden,
	"NotFound": fault.NotFound, "Conflict": fault.Conflict, "TooMany": fault.TooMany, "Unavailable": fault.Unavailable, "Internal": fault.Internal}

// readCodes collects the faults that a file makes with a code spelled out.
func readCodes(path string, into map[string]codeLine) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := name.X.(*ast.Ident); !ok || of.Name != "fault" {
			return true
		}
		c, known := constructors[name.Sel.Name]
		if !known || len(call.Args) <= c.code {
			return true
		}
		code, literal := text(call.Args[c.code])
		if !literal {
			return true
		}
		if c.kind == "" {
			if of, ok := call.Args[0].(*ast.SelectorExpr); ok {
				c.kind = kindNames[of.Sel.Name].String()
			}
		}
		message := ""
		if len(call.Args) > c.format {
			message, _ = text(call.Args[c.format])
		}
		line := codeLine{c.kind, blanks(message)}
		if had, twice := into[code]; !twice || len(line.message) > 0 && (had.message == "" || line.message < had.message) {
			into[code] = line
		}
		return true
	})
	return nil
}

// text is a string literal, or several added up.
func text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.BinaryExpr:
		x, okX := text(e.X)
		y, okY := text(e.Y)
		return x + y, okX && okY
	}
	return "", false
}

var verb = regexp.MustCompile(`%(\.?\d+)?[a-zA-Z]`)

// blanks shows the values in a message as …
func blanks(format string) string {
	s := strings.ReplaceAll(verb.ReplaceAllString(format, "…"), "%%", "%")
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(s)
}
