package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is the script of axe-core, which the build of the assets fetches.
var axe = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile("../assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", fmt.Errorf("axe-core is not there; run npm ci in assets: %w", err)
	}
	return string(text), nil
})

// look holds the page to what every page must meet, and keeps a picture of it.
func (v *visitor) look(name string) {
	v.t.Helper()
	if v.scripts {
		v.until("the figures to be drawn", func() bool { return ask[bool](v, "drawn") })
	}
	v.picture(name)
	if wide := ask[string](v, "overflow"); wide != "" {
		v.t.Errorf("%s at %s: %s", v.pictures, v.address(), wide)
	}
	if v.scripts {
		v.accessible("light", `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}`)
		v.accessible("dark", `{type: "rule", values: ["color-contrast"]}`) // all that the theme changes
		v.theme("light")
	}
	v.calm()
}

// calm fails on whatever the browser complained about.
func (v *visitor) calm() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range v.complaints {
		v.t.Errorf("%s at %s: the browser says: %s", v.pictures, v.address(), text)
	}
	v.complaints = nil
}

// accessible runs axe over the page in one theme.
func (v *visitor) accessible(theme, rules string) {
	v.t.Helper()
	v.theme(theme)
	script, err := axe()
	if err != nil {
		v.t.Fatal(err)
	}
	answer, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](fmt.Sprintf(
		`(async () => { if (!window.axe) { %s }; return JSON.stringify((await window.axe.run(document, {runOnly: %s, resultTypes: ["violations"]})).violations); })()`, script, rules),
		chromedp.EvalAwaitPromise))
	var violations []struct {
		ID    string
		Help  string
		Nodes []struct {
			HTML           string
			FailureSummary string
		}
	}
	if err == nil {
		err = json.Unmarshal([]byte(answer), &violations)
	}
	if err != nil {
		v.t.Fatalf("axe: %v", err)
	}
	for _, x := range violations {
		for _, node := range x.Nodes {
			v.t.Errorf("%s in %s at %s: %s: %s\n%s\n%s", v.pictures, theme, v.address(), x.ID, x.Help, node.HTML, strings.TrimSpace(node.FailureSummary))
		}
	}
}

// theme makes the browser prefer light or dark.
func (v *visitor) theme(name string) {
	v.t.Helper()
	v.do(step(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}))
	v.until("the colors to settle", func() bool { return ask[bool](v, "still") })
}
