package assets

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are the texts and grounds that meet on a page, with the contrast that
// WCAG 2.2 AA asks of them: 4.5 for text (1.4.3), 3 for what is not (1.4.11).
var pairs = []struct {
	ink, ground string
	least       float64
}{
	{"text", "ground", 4.5}, {"text", "surface", 4.5}, {"text", "raised", 4.5}, {"text", "sunken", 4.5},
	{"text-quiet", "ground", 4.5}, {"text-quiet", "surface", 4.5}, {"text-quiet", "sunken", 4.5},
	{"accent", "ground", 4.5}, {"accent", "surface", 4.5}, {"accent-strong", "accent-soft", 4.5},
	{"on-accent", "accent", 4.5}, {"on-accent", "accent-strong", 4.5},
	{"good", "good-soft", 4.5}, {"warn", "warn-soft", 4.5}, {"bad", "bad-soft", 4.5}, {"bad", "surface", 4.5}, {"bad", "ground", 4.5},
	{"text", "good-soft", 4.5}, {"text", "warn-soft", 4.5}, {"text", "bad-soft", 4.5},
	{"line-strong", "raised", 3}, {"focus", "ground", 3}, {"focus", "surface", 3},
	{"series-1", "surface", 3}, {"series-3", "surface", 3}, {"series-4", "surface", 3}, {"series-6", "surface", 3},
}

var property = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6});`)

// schemes reads the colors of the light scheme, of the dark one that the
// system asks for, and of the dark one chosen by hand.
func schemes(t *testing.T) (light, system, chosen map[string]string) {
	t.Helper()
	text, err := os.ReadFile("src/styles/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), "@media (prefers-color-scheme: dark)")
	mid, tail, ok2 := strings.Cut(rest, `:root[data-theme="dark"]`)
	tail, _, ok3 := strings.Cut(tail, `:root[data-theme="light"]`)
	if !ok || !ok2 || !ok3 {
		t.Fatal("tokens.css has no light, dark and chosen scheme")
	}
	return colors(head), colors(mid), colors(tail)
}

func colors(css string) map[string]string {
	out := map[string]string{}
	for _, m := range property.FindAllStringSubmatch(css, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func TestContrast(t *testing.T) {
	light, system, chosen := schemes(t)
	for name, scheme := range map[string]map[string]string{"light": light, "dark": system} {
		for _, p := range pairs {
			if got := contrast(t, scheme[p.ink], scheme[p.ground]); got < p.least {
				t.Errorf("%s: %s on %s has contrast %.2f, needs %.1f", name, p.ink, p.ground, got, p.least)
			}
		}
	}
	if len(system) < 20 {
		t.Fatalf("only %d dark colors", len(system))
	}
	for name, c := range system {
		if chosen[name] != c {
			t.Errorf("--%s is %s in the system's dark scheme and %s in the chosen one", name, c, chosen[name])
		}
	}
}

var practiceColor = regexp.MustCompile(`\[data-word(="[a-z]+")?\] \{ --practice: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`)

// A practice's accent draws icons and series: 3 to 1 on the surface.
func TestPracticeColorsCanBeSeen(t *testing.T) {
	text, err := os.ReadFile("src/styles/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := schemes(t)
	found := practiceColor.FindAllStringSubmatch(string(text), -1)
	if len(found) != 11 {
		t.Fatalf("%d accents, want one for each of the ten and one for the rest", len(found))
	}
	for _, m := range found {
		if c := contrast(t, m[2], light["surface"]); c < 3 {
			t.Errorf("%s in light: %.2f", m[1], c)
		}
		if c := contrast(t, m[3], dark["surface"]); c < 3 {
			t.Errorf("%s in dark: %.2f", m[1], c)
		}
	}
}

// contrast is the contrast ratio of WCAG 2: (L1 + 0.05) / (L2 + 0.05).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	l, m := luminance(t, a), luminance(t, b)
	return (math.Max(l, m) + 0.05) / (math.Min(l, m) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	h := strings.TrimPrefix(hex, "#")
	if len(h) == 3 {
		h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(h[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("color %q: %v", hex, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
