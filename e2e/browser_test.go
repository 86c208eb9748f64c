package e2e_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// chromium is the one browser of this test process; each visitor has a profile
// of their own in it.
var chromium struct {
	sync.Once
	ctx   context.Context
	close func()
	err   error
}

func startBrowser() {
	path, err := findBrowser()
	if err != nil {
		chromium.err = err
		return
	}
	profile, err := os.MkdirTemp("", "commonweal-chromium-")
	if err != nil {
		chromium.err = err
		return
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en"),
	)...)
	ctx, closeTab := chromedp.NewContext(allocator)
	chromium.ctx = ctx
	chromium.close = func() {
		closeTab()
		stop()
		os.RemoveAll(profile)
	}
	_, chromium.err = chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
}

// findBrowser finds Chromium, by whichever name it goes.
func findBrowser() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("Chromium is not installed (Debian: apt install chromium)")
}

// closeBrowser ends the browser, if a test started it.
func closeBrowser() {
	if chromium.close != nil {
		chromium.close()
	}
}

// tab opens a tab with a fresh profile: no cookies, nobody signed in.
func tab(t testing.TB) context.Context {
	t.Helper()
	chromium.Do(startBrowser)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	ctx, closeTab := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	return ctx
}
