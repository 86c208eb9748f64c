package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
)

// picture is one file of the manual. The page is found by the links that lead
// there, as a reader finds it: each step opens the first link that matches.
type picture struct {
	name          string
	path          string
	follow        []link
	width, height int64
}

// link is a selector of links, and a text that the row or item around the
// right one holds; any when empty.
type link struct{ selector, within string }

var pictures = []picture{
	{name: "home", path: "/c/windworks", width: 1280, height: 900},
	{name: "work", path: "/c/windworks/contribution", width: 1280, height: 900},
	{name: "log-on-a-phone", path: "/c/windworks/contribution/log", width: 360, height: 740},
	{name: "validate", path: "/c/windworks/contribution/validate", width: 1280, height: 800},
	{name: "distribution", path: "/c/windworks/contribution/distributions", follow: []link{distribution}, width: 1280, height: 1200},
	{name: "why", path: "/c/windworks/contribution/distributions", follow: []link{distribution, {`main a[href*="/lines/"]`, "Makers"}}, width: 1280, height: 1200},
	{name: "equation", path: "/c/windworks/contribution/equations", follow: []link{{`main a[href*="/contribution/equations/0"]`, "build the turbine"}}, width: 1280, height: 1100},
	{name: "flows", path: "/c/windworks/contribution/projects", follow: []link{{`main a[href*="/contribution/projects/0"]`, "Turbine"}, {`main a[href$="/flows"]`, ""}}, width: 1280, height: 1100},
	{name: "books", path: "/c/windworks/books", width: 1280, height: 1000},
	{name: "credit", path: "/c/garden/credit", width: 1280, height: 800},
	{name: "credit-pay-on-a-phone", path: "/c/garden/credit/people", follow: []link{{`main a[href*="/credit/pay?to="]`, "Pay"}}, width: 360, height: 740},
	{name: "bank", path: "/c/windworks/books/bank", width: 1280, height: 900},
}

// distribution is the link to the latest distribution of the turbine's income.
var distribution = link{`main a[href*="/contribution/distributions/0"]`, "build the turbine"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: screenshots FOLDER")
		os.Exit(64)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	scratch, err := os.MkdirTemp("", "commonweal-screenshots-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	origin, stop, err := demo(scratch)
	if err != nil {
		return err
	}
	defer stop()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	ctx, end := browser(filepath.Join(scratch, "profile"))
	defer end()
	if err := signIn(ctx, origin); err != nil {
		return err
	}
	for _, p := range pictures {
		if err := p.take(ctx, origin, folder); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Println(filepath.Join(folder, p.name+".png"))
	}
	return nil
}

// demo builds the program, fills the demo and serves it at a free port.
func demo(scratch string) (origin string, stop func(), err error) {
	program, data := filepath.Join(scratch, "commonweal"), filepath.Join(scratch, "data")
	for _, command := range [][]string{{"go", "build", "-o", program, "./cmd/commonweal"}, {program, "demo", "--data", data}} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return "", nil, fmt.Errorf("%s: %w\n%s", command[0], err, out)
		}
	}
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return "", nil, err
	}
	at := free.Addr().String()
	free.Close()
	_, port, _ := net.SplitHostPort(at)
	origin = "http://localhost:" + port
	serving := exec.Command(program, "serve", "--data", data, "--listen", at, "--origin", origin)
	serving.Stderr = os.Stderr
	if err := serving.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { _ = serving.Process.Signal(syscall.SIGTERM); _ = serving.Wait() }
	for range 100 {
		if answer, err := http.Get(origin + "/healthz"); err == nil {
			answer.Body.Close()
			return origin, stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("the demo does not answer at %s", origin)
}

func browser(profile string) (context.Context, func()) {
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en"))...)
	ctx, closeTab := chromedp.NewContext(allocator)
	return ctx, func() { closeTab(); stop() }
}

// open loads a page and waits until its figures stand still.
func open(ctx context.Context, address string) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return err
	}
	time.Sleep(2500 * time.Millisecond)
	return nil
}

// ask evaluates an expression in the page.
func ask(ctx context.Context, expression string) (string, error) {
	return chromedp.Run(ctx, chromedp.Evaluate[string](expression))
}

func signIn(ctx context.Context, origin string) error {
	if err := open(ctx, origin+"/sign-in"); err != nil {
		return err
	}
	_, err := ask(ctx, `(() => { const f = document.querySelector('input[name=password]').form;
		f.querySelector('input[name=name]').value = 'noor'; f.querySelector('input[name=password]').value = 'open books for everyone';
		f.requestSubmit(); return '' })()`)
	time.Sleep(2 * time.Second)
	return err
}

func (p picture) take(ctx context.Context, origin, folder string) error {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(p.width, p.height)); err != nil {
		return err
	}
	if err := open(ctx, origin+p.path); err != nil {
		return err
	}
	for _, l := range p.follow {
		to, err := ask(ctx, fmt.Sprintf(`([...document.querySelectorAll(%q)].find(a => (a.closest('tr, li, article') || a).textContent.includes(%q)) || {href: ''}).href`, l.selector, l.within))
		if err != nil {
			return err
		}
		if to == "" {
			return fmt.Errorf("no link %s with %q around it", l.selector, l.within)
		}
		if err := open(ctx, to); err != nil {
			return err
		}
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, p.name+".png"), png, 0o644)
}
