package outbound

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Timeout bounds one question, from the connection to the last byte of the answer.
const Timeout = 15 * time.Second

// NewClient returns a client that reaches public addresses only, unless private is
// true, and follows no redirect.
func NewClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: Timeout}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !Public(to.Addr()) {
				return ErrPrivate
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 2,
			IdleConnTimeout: 2 * time.Minute, TLSHandshakeTimeout: Timeout, MaxResponseHeaderBytes: 64 << 10},
	}
}

// ErrPrivate tells no more than it must of the network that this host stands in.
var ErrPrivate = errors.New("its name does not lead to a public address")

// closed are ranges that lead into networks of somebody's own though they are
// neither loopback nor private by their class: shared (RFC 6598), benchmarks,
// IPv4 in IPv6 by translation (RFC 6052, 8215), 6to4, Teredo, "this network", reserved.
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("fec0::/10"),
}

// Public reports whether an address leads to the open internet.
func Public(ip netip.Addr) bool {
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
