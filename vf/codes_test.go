package vf

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Codes travel in answers of the API and in translations: none may change or
// disappear.
func TestCodesAreStable(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "act") && name != "actions.go" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(vf\.[a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
			codes = append(codes, m[1])
		}
		for _, m := range regexp.MustCompile(`unknown\("([a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
			codes = append(codes, "vf.unknown_"+m[1])
		}
	}
	for _, called := range words {
		codes = append(codes, "vf.unknown_"+called)
	}
	slices.Sort(codes)
	got := strings.Join(slices.DeleteFunc(slices.Compact(codes), func(c string) bool { return c == "vf.unknown_" }), "\n") + "\n"
	const golden = "testdata/codes.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the codes are now:\n%s", got)
	}
}
