package e2e_test

import (
	"context"
	_ "embed" // page.js
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A visitor is a person at a browser of their own. What they do fails the test
// when the page does not let them.
type visitor struct {
	t        *testing.T
	host     *host
	ctx      context.Context
	scripts  bool
	pictures string // how the names of this visitor's pictures start; empty for none
	taken    int

	mu         sync.Mutex
	complaints []string // of the browser, since the last look
}

// A screen is what a visitor looks at.
type screen struct {
	name          string
	width, height int64
	scripts       bool
}

var (
	desktop = screen{"desktop", 1280, 900, true}
	phone   = screen{"phone", 360, 740, true}
	plain   = screen{"plain", 1280, 900, false} // JavaScript is off
)

// visit lets a person sit down at a browser that has never been here.
func (h *host) visit(t *testing.T, s screen, who string) *visitor {
	t.Helper()
	v := &visitor{t: t, host: h, ctx: tab(t), scripts: s.scripts, pictures: s.name + "-" + who}
	v.do(chromedp.EmulateViewport(s.width, s.height))
	v.do(step(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !s.scripts}))
	v.do(step(log.Enable, cdp.Empty{}))
	v.theme("light")
	if err := chromedp.Listen(v.ctx, v.overhear); err != nil {
		t.Fatal(err)
	}
	return v
}

// overhear notes what the browser complains about: scripts that break, content
// that the security policy refuses, files that are not there.
func (v *visitor) overhear(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			text = e.Entry.Text + " " + e.Entry.URL
		}
	case *page.EventJavascriptDialogOpening:
		go chromedp.Call(v.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
	}
	if text != "" {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.complaints = append(v.complaints, text)
	}
}

// open goes to an address of the host.
func (v *visitor) open(path string) {
	v.t.Helper()
	if !strings.Contains(path, "://") {
		path = v.host.origin + path
	}
	v.do(chromedp.Navigate(path))
	v.arrive()
}

// fill types into the field of that name: text, or the label or value of a choice.
func (v *visitor) fill(name, text string) {
	v.t.Helper()
	kind := ask[string](v, "fill", name, text)
	if kind == "type" { // what a keyboard does
		v.do(step(input.InsertText, input.InsertTextParams{Text: text}))
	}
}

// tick chooses the box or radio button of that name and value.
func (v *visitor) tick(name, value string) {
	v.t.Helper()
	ask[bool](v, "tick", name, value)
}

// press clicks a button or link and waits for the page that it leads to.
func (v *visitor) press(text string) {
	v.t.Helper()
	v.tap(text)
	v.arrive()
}

// pressIn is press for a button that the page has several of: the one in the
// smallest part of the page that also shows the other text.
func (v *visitor) pressIn(part, text string) {
	v.t.Helper()
	v.click(text, part)
	v.arrive()
}

// tapIn is to tap as pressIn is to press.
func (v *visitor) tapIn(part, text string) {
	v.t.Helper()
	v.click(text, part)
}

// tap clicks a button or link that stays on the page.
func (v *visitor) tap(text string) {
	v.t.Helper()
	v.click(text, "")
}

func (v *visitor) click(text, part string) {
	v.t.Helper()
	var at struct{ X, Y float64 }
	v.until(fmt.Sprintf("a button or link %q to press", text), func() bool {
		found := ask[*struct{ X, Y float64 }](v, "find", text, part)
		if found == nil {
			return false
		}
		at = *found
		return true
	})
	v.do(chromedp.MouseClickXY(at.X, at.Y))
}

// sees waits until the page shows the text.
func (v *visitor) sees(texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		v.until(fmt.Sprintf("%q on the page", text), func() bool { return strings.Contains(v.text(), text) })
	}
}

// misses waits until the page no longer shows the text.
func (v *visitor) misses(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("%q to go", text), func() bool { return !strings.Contains(v.text(), text) })
}

// text is what the page shows, with its spaces made one.
func (v *visitor) text() string {
	v.t.Helper()
	return ask[string](v, "text")
}

// address is where the visitor is, below the origin.
func (v *visitor) address() string {
	v.t.Helper()
	return strings.TrimPrefix(ask[string](v, "address"), v.host.origin)
}

// arrive waits until the page that was left has made place for another.
func (v *visitor) arrive() {
	v.t.Helper()
	v.until("the next page", func() bool { return ask[bool](v, "arrived") })
}

// until waits until it is so, and otherwise tells and shows what there is.
func (v *visitor) until(what string, so func() bool) {
	v.t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			v.picture("stuck")
			v.t.Fatalf("waited %s in vain for %s, at %s:\n%s", patience, what, v.address(), v.text())
		}
	}
}

// picture keeps what the whole page looks like.
func (v *visitor) picture(name string) {
	v.t.Helper()
	ask[bool](v, "top")
	png, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		v.taken++
		err = os.WriteFile(filepath.Join(out, fmt.Sprintf("%s-%02d-%s.png", v.pictures, v.taken, name)), png, 0o644)
	}
	if err != nil {
		v.t.Error(err)
	}
}

func (v *visitor) do(step chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, step); err != nil {
		v.t.Fatal(err)
	}
}

//go:embed page.js
var pageScript string

// ask calls a function of page.js in the page. A page that is being left
// cannot answer: the next one is asked.
func ask[T any](v *visitor, function string, args ...any) (answer T) {
	v.t.Helper()
	list, err := json.Marshal(append([]any{}, args...))
	if err != nil {
		v.t.Fatal(err)
	}
	expression := fmt.Sprintf("(() => { %s; return %s(...%s); })()", pageScript, function, list)
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		answer, err = chromedp.Run(v.ctx, chromedp.Evaluate[T](expression))
		if err == nil {
			return answer
		}
		if time.Now().After(end) || isException(err) {
			v.picture("stuck")
			v.t.Fatalf("%s(%s): %v", function, list, err)
		}
	}
}
