package neighbors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
)

// askTimeout bounds one question to a neighbor; maxAnswer is the size of an answer that is read.
const (
	askTimeout = 15 * time.Second
	maxAnswer  = 16 << 10
)

// NewClient returns a client that reaches public addresses only, unless private is
// true, and follows no redirect. The address is checked when the connection is made,
// after the name was looked up, so that a name cannot change its meaning in between.
func NewClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: askTimeout}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !public(to.Addr()) {
				return errPrivate
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       askTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 2,
			IdleConnTimeout: 2 * time.Minute, TLSHandshakeTimeout: askTimeout, MaxResponseHeaderBytes: 64 << 10},
	}
}

// errPrivate tells no more than it must of the network that this host stands in.
var errPrivate = errors.New("its name does not lead to a public address")

// closed are ranges that lead into networks of somebody's own though they are
// neither loopback nor private by their class: shared (RFC 6598), benchmarks,
// IPv4 in IPv6 by translation (RFC 6052, 8215), 6to4, Teredo, "this network", reserved.
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("fec0::/10"),
}

// public reports whether an address leads to the open internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range closed {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// conflict says that a witness holds a head of another size.
type conflict struct{ size int64 }

func (c conflict) Error() string { return fmt.Sprintf("it holds a head of size %d", c.size) }

// submit asks a witness at its submission prefix and returns its cosignature, checked
// by its key. A conflict says which size it holds; any other error, in plain
// words, why it did not cosign.
func submit(ctx context.Context, client *http.Client, w witness.Witness, ask witness.Request) (journal.Cosignature, error) {
	var none journal.Cosignature
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.URL, "/")+"/add-checkpoint", bytes.NewReader(ask.Text()))
	if err != nil {
		return none, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	req.Header.Set("User-Agent", "commonweal")
	resp, err := client.Do(req)
	if err != nil {
		return none, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return none, err
	}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err != nil || size < 0 {
			return none, fmt.Errorf("it answered 409 without the size that it holds")
		}
		return none, conflict{size}
	default:
		return none, fmt.Errorf("it answered %d: %.200q", resp.StatusCode, body)
	}
	for line := range strings.Lines(string(body)) { // nothing that could pass for another text
		if !strings.HasPrefix(line, "— ") {
			return none, fmt.Errorf("it answered %.60q, which is no signature", line)
		}
	}
	found, err := journal.Cosignatures(ask.Checkpoint+string(body), w.Key)
	if err != nil {
		return none, err
	}
	if len(found) == 0 {
		return none, fmt.Errorf("its answer holds no cosignature by the key %.60s…", w.Key)
	}
	return found[0], nil
}
