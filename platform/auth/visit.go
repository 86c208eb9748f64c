package auth

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/mileusna/useragent"
)

// Visit is where a request comes from. The address is used to slow down
// guessing and is never stored.
type Visit struct {
	Address string // IPv4 address, or IPv6 network of 64 bits
	Device  string // "Firefox, Linux"
}

// Visit reads where a request comes from, believing X-Forwarded-For only as
// far as the configured proxies wrote it.
func (g *Gate) Visit(r *http.Request) Visit {
	return Visit{Address: network(g.client(r)), Device: device(r.UserAgent())}
}

func (g *Gate) client(r *http.Request) netip.Addr {
	addr := loopback // a proxy on this machine that came by a socket without an address
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		addr = peer.Addr().Unmap()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.isProxy(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	return addr
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

func (g *Gate) isProxy(a netip.Addr) bool {
	if g.config.Proxies == nil {
		return a.IsLoopback()
	}
	for _, p := range g.config.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// network is what one subscriber usually has: an IPv4 address or an IPv6 /64.
func network(a netip.Addr) string {
	if a.Is6() {
		p, err := a.WithZone("").Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}

// device names a browser in a few words; it keeps nothing that tells one
// reader from another.
func device(userAgent string) string {
	ua := useragent.Parse(userAgent[:min(len(userAgent), 512)])
	var parts []string
	for _, p := range []string{ua.Name, ua.OS} {
		if p != "" && len(p) <= 40 && printable(p) {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}
