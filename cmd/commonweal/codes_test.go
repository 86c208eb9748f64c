package main

import (
	"cmp"
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
	codes := sourceCodes(t)
	var b strings.Builder
	b.WriteString(errorsHead)
	for _, k := range kindMeanings {
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", k.kind, k.kind.HTTPStatus(), k.kind.ExitStatus(), k.meaning)
	}
	b.WriteString("\n| code | kind | message |\n|---|---|---|\n")
	list := make([]string, 0, len(codes))
	for code, line := range codes {
		list = append(list, fmt.Sprintf("| %s | %s | %s |", code, cmp.Or(line.kind, "invalid"), line.message))
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

// sourceCodes reads every code of the tree from its source.
func sourceCodes(t *testing.T) map[string]codeLine {
	t.Helper()
	codes := map[string]codeLine{}
	eachCall(t, func(path string, call *ast.CallExpr) { readCode(path, call, codes) })
	return codes
}

// eachCall visits every call in the source of the program, without its tests.
func eachCall(t *testing.T, visit func(path string, call *ast.CallExpr)) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				visit(path, call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var codeForm = regexp.MustCompile(`^[a-z_]+\.[a-z0-9_]+$`)

// codeLine is what the source says of a code.
type codeLine struct {
	kind, message string
	wordings      []string // every wording in the source, as it is spelled there
}

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

// readCode takes up the fault that a call makes with its code spelled out.
func readCode(path string, call *ast.CallExpr, into map[string]codeLine) {
	code, kind, wording := refusal(path, call)
	if code == "" {
		return
	}
	line := codeLine{kind, blanks(wording), nil}
	had := into[code]
	if line.message == "" || had.message != "" && (had.message <= line.message || line.kind == "") && had.kind != "" {
		line.kind, line.message = had.kind, had.message
	}
	line.wordings = had.wordings
	if wording != "" && !slices.Contains(had.wordings, wording) {
		line.wordings = append(line.wordings, wording)
	}
	into[code] = line
}

// helpers make the faults of one folder, by "folder/function": the code is at a
// place among the arguments behind a prefix, or fixed.
var helpers = map[string]struct {
	prefix       string
	code, format int // code -1: the prefix is all of it
}{
	"formula/fail": {"formula.", 1, 2}, "equation/fail": {"equation.", 1, 2}, "piechart/fail": {"piechart.", 0, 2},
	"contribution/bad": {"contribution.kind", -1, 1}, "auth/refuse": {"auth.password", -1, 0}, "contribution/breach": {"contribution.replay", -1, 1},
	"ballotfile/malformed": {"ballotfile.malformed", -1, 2}, "sheets/wrong": {"", 0, 2},
}

// refusal is what a call makes: the code, kind and words of a fault; no code
// when it makes none, or one whose code is not spelled out.
func refusal(path string, call *ast.CallExpr) (code, kind, wording string) {
	at := func(i int) string {
		if i < 0 || i >= len(call.Args) {
			return ""
		}
		if s, literal := text(call.Args[i]); literal {
			return s
		}
		return ""
	}
	name, of := "", ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok {
			of = x.Name
		}
	}
	c, isFault := constructors[name]
	h, isHelper := helpers[filepath.Base(filepath.Dir(path))+"/"+name]
	switch {
	case isFault && of == "fault":
		if kind = c.kind; kind == "" && len(call.Args) > 0 {
			if k, ok := call.Args[0].(*ast.SelectorExpr); ok {
				kind = kindNames[k.Sel.Name].String()
			}
		}
		return at(c.code), kind, at(c.format)
	case isHelper && at(h.format) != "" && (h.code < 0 || at(h.code) != ""):
		return h.prefix + at(h.code), "invalid", at(h.format)
	case name == "Fail" && len(call.Args) >= 3: // a page's form; what an act says of the same code comes first
		return at(1), "", at(2)
	}
	return "", "", ""
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
