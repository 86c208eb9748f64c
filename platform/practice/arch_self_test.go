package practice

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// planted is a package with a doc.go and the imports.
func planted(folder string, imports ...string) pkg {
	parts := strings.Split(folder, "/")
	return pkg{ImportPath: module + folder, Name: parts[len(parts)-1], GoFiles: []string{"doc.go"}, Imports: imports}
}

// The checker finds what is planted, and only that.
func TestCheckerFindsPlantedViolations(t *testing.T) {
	bad := map[string]pkg{
		"nothing points up":                    planted("platform/store", module+"vf"),
		"nothing points up: a practice":        planted("vf", module+"credit"),
		"nothing points up: cmd leans on":      planted("credit", module+"cmd/commonweal"),
		"rooms do not import each other":       planted("credit", module+"sharing"),
		"rooms do not import each other; ask":  planted("books", module+"contribution"),
		"a practice keeps its rules":           planted("credit", module+"contribution/equation"),
		"a pure package imports only":          planted("contribution/rollup", module+"platform/store"),
		"a pure package imports only the":      planted("quantity", module+"vf"),
		"only in platform/store":               planted("contribution", "modernc.org/sqlite"),
		"is in no folder's list":               planted("vf", "github.com/somebody/something"),
		`the name "util" says nothing`:         planted("platform/util"),
		`the name "types" says nothing`:        planted("credit/types"),
		"has no doc.go":                        {ImportPath: module + "vf", Name: "vf", GoFiles: []string{"vf.go"}},
		"tests import github.com/x/mock":       {ImportPath: module + "vf", Name: "vf", GoFiles: []string{"doc.go"}, TestImports: []string{"github.com/x/mock"}},
		"tests import github.com/jackc/pgx/v5": {ImportPath: module + "vf", Name: "vf", GoFiles: []string{"doc.go"}, XTestImports: []string{"github.com/jackc/pgx/v5"}},
	}
	for want, p := range bad {
		got := violations([]pkg{p})
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("want one complaint %q about %s %v, got %q", want, p.ImportPath, p.Imports, got)
		}
	}
	good := []pkg{
		planted("cmd/commonweal", module+"credit", module+"contribution", module+"books", module+"vf", module+"platform/web", "github.com/alecthomas/kong"),
		planted("contribution", module+"vf", module+"platform/store", module+"quantity", module+"platform/fault", module+"contribution/equation", "net/http"),
		planted("contribution/equation/formula", "cel.dev/cel-go/cel", module+"quantity"),
		planted("contribution/rollup", module+"contribution/equation", module+"platform/fault"),
		planted("platform/web", module+"assets", module+"platform/auth", module+"quantity", "golang.org/x/text/language"),
		planted("vf", module+"quantity", module+"platform/journal"),
		{ImportPath: module + "e2e", Name: "e2e", XTestImports: []string{module + "credit", "github.com/chromedp/chromedp"}},
	}
	if got := violations(good); len(got) > 0 {
		t.Errorf("complaints about good packages: %q", got)
	}
}

func TestCheckerFindsLongFiles(t *testing.T) {
	long := &fstest.MapFile{Data: []byte(strings.Repeat("line\n", linesAtMost+1))}
	fits := &fstest.MapFile{Data: []byte(strings.Repeat("line\n", linesAtMost))}
	got := longFiles(t, fstest.MapFS{
		"a/long.go": long, "a/long.html": long, "a/long.css": long, "a/long.ts": long, "a/fits.go": fits, "a/long.txt": long,
		"assets/node_modules/x/long.ts": long, "a/testdata/long.go": long, ".git/long.go": long,
	})
	slices.Sort(got)
	if len(got) != 4 || !strings.HasPrefix(got[0], "a/long.css has 601 lines") {
		t.Errorf("found %q", got)
	}
}

// Every name in the tables is used consistently: a pure package of a practice
// belongs to one of the ten, and every module's folders exist in the plan.
func TestTablesNameRoomsOfTheHouse(t *testing.T) {
	rooms := append(slices.Clone(practices), "quantity", "platform", "vf", "books", "cmd", "assets", "docs", "e2e", "clients")
	for _, p := range pure {
		if !slices.Contains(rooms, strings.Split(p, "/")[0]) {
			t.Errorf("pure package %s is in no room", p)
		}
	}
	for m, folders := range modules {
		for _, f := range folders {
			if !slices.Contains(rooms, strings.Split(f, "/")[0]) {
				t.Errorf("module %s is allowed in %s, which is no room", m, f)
			}
		}
	}
}
