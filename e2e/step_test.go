package e2e_test

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// step makes an action of a command of the browser whose answer nobody needs.
func step[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (done chromedp.Void, err error) {
		_, err = cdp.Call(ctx, t, command, params)
		return done, err
	}
}

// isException reports whether a script in the page threw.
func isException(err error) bool {
	var thrown *chromedp.ExceptionError
	return errors.As(err, &thrown)
}
