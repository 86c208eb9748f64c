package outbound

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestInvariant1PublicAddressesOnly(t *testing.T) {
	for _, text := range strings.Fields("127.0.0.1 ::1 10.1.2.3 192.168.0.1 172.16.0.9 169.254.169.254 fe80::1 fc00::1 0.0.0.0 100.64.0.1 198.18.0.1 " +
		"::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 224.0.0.1 255.255.255.255 240.0.0.1 ::") {
		if Public(netip.MustParseAddr(text)) {
			t.Errorf("%s passes as public", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "2606:4700::1111"} {
		if !Public(netip.MustParseAddr(text)) {
			t.Errorf("%s does not pass as public", text)
		}
	}
	server := httptest.NewServer(http.RedirectHandler("http://example.org/", http.StatusFound))
	defer server.Close()
	named := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, url := range []string{server.URL, named} {
		if _, err := NewClient(false).Get(url); !errors.Is(err, ErrPrivate) {
			t.Errorf("asking %s: %v", url, err)
		}
	}
	resp, err := NewClient(true).Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusFound { // invariant 2
		t.Errorf("followed a redirect: %s", resp.Status)
	}
}
