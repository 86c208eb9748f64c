package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

func main() {
	base, user, dir := os.Args[1], os.Args[2], os.Args[3]
	width, _ := strconv.Atoi(os.Args[4])
	theme := os.Args[5]
	paths := os.Args[6:]
	tmp, _ := os.MkdirTemp("", "shot")
	defer os.RemoveAll(tmp)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.UserDataDir(tmp), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-gpu", true))
	ctx, c1 := chromedp.NewExecAllocator(context.Background(), opts...)
	defer c1()
	ctx, c2 := chromedp.NewContext(ctx)
	defer c2()
	ctx, c3 := context.WithTimeout(ctx, 180*time.Second)
	defer c3()
	must := func(err error) {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	must(chromedp.Run(ctx, network.Enable(), emulation.SetDeviceMetricsOverride(int64(width), 900, 1, width < 600),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}})))
	if user != "-" {
		must(chromedp.Run(ctx, chromedp.Navigate(base+"/sign-in"), chromedp.WaitVisible(`input[name=password]`),
			chromedp.SendKeys(`input[autocomplete^=username]`, user), chromedp.SendKeys(`input[name=password]`, "open books for everyone"),
			chromedp.Submit(`input[name=password]`), chromedp.Sleep(1500*time.Millisecond)))
	}
	for _, p := range paths {
		p, click, _ := strings.Cut(p, "@")
		p, eval, _ := strings.Cut(p, "!")
		var buf []byte
		actions := []chromedp.Action{chromedp.Navigate(base + p), chromedp.Sleep(700 * time.Millisecond)}
		if eval != "" {
			var out any
			actions = append(actions, chromedp.Evaluate(eval, &out), chromedp.Sleep(700*time.Millisecond))
		}
		if click != "" {
			actions = append(actions, chromedp.Click(click, chromedp.ByQuery), chromedp.Sleep(900*time.Millisecond))
		}
		actions = append(actions, chromedp.FullScreenshot(&buf, 90))
		must(chromedp.Run(ctx, actions...))
		name := strings.Trim(strings.NewReplacer("/", "_", "?", "_").Replace(p), "_") + fmt.Sprintf("-%d-%s.jpg", width, theme)
		must(os.WriteFile(dir+"/"+name, buf, 0o644))
		var over int
		_ = chromedp.Run(ctx, chromedp.Evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`, &over))
		fmt.Println(name, "overflow", over)
	}
}
