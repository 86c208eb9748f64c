package tally

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/BurntSushi/toml"
)

// catalog reads a catalog as keys with their words.
func catalog(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(prefix string, tree map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for key, v := range tree {
			switch v := v.(type) {
			case string:
				out[prefix+key] = v
			case map[string]any:
				walk(prefix+key+".", v)
			}
		}
	}
	walk("", tree["count"].(map[string]any))
	return out
}

// Every language says everything that a result can say, with the same blanks.
func TestWordsInEveryLanguage(t *testing.T) {
	blanks := func(s string) []string {
		all := regexp.MustCompile(`\{\w+\}`).FindAllString(s, -1)
		slices.Sort(all)
		return all
	}
	files, err := filepath.Glob("../messages/count.*.toml")
	if err != nil || len(files) != 5 {
		t.Fatalf("%v: catalogs %v, want five", err, files)
	}
	if words := catalog(t, "../messages/count.en.toml"); !maps.Equal(words, english) {
		t.Errorf("the English catalog says something else than the command line: %v", words)
	}
	for _, path := range files {
		words := catalog(t, path)
		for _, key := range Keys() {
			if words[key] == "" || !slices.Equal(blanks(words[key]), blanks(english[key])) {
				t.Errorf("%s: %s is %q, in English %q", path, key, words[key], english[key])
			}
		}
		if len(words) != len(Keys()) {
			t.Errorf("%s has %d keys, and there are %d", path, len(words), len(Keys()))
		}
	}
	for _, m := range Methods() {
		if !slices.Contains(Keys(), "method."+m) {
			t.Errorf("the method %s has no name", m)
		}
	}
}
