package formula

import (
	"strings"
	"testing"
	"time"
)

// TestHostileText keeps nested and unfinished text from costing more than its length.
func TestHostileText(t *testing.T) {
	start := time.Now()
	for _, piece := range []string{"(", "{", "[", "a?", "a.", "a[", "a(", "a{", "{'a':", "a.b{c:", "a(b,", "((1)+", "`", "\"", "1+", "?:", "a ? (", "&&", "cel.bind(x,"} {
		for _, tail := range []string{"", "1", "a" + strings.Repeat(")", 50)} {
			if _, err := Parse(strings.Repeat(piece, 1900/len(piece)) + tail); err == nil {
				t.Errorf("%q repeated is no formula", piece)
			}
		}
	}
	if spent := time.Since(start); spent > 5*time.Second {
		t.Errorf("refusing took %v", spent)
	}
}
