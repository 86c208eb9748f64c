package auth

import (
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"
)

func FuzzReadSecret(f *testing.F) {
	good, _ := newSecret(TokenPrefix)
	for _, seed := range []string{"", "cw_", good, good[3:], good + "A", strings.ToUpper(good), "cw_" + strings.Repeat("_", 43), "cw_\x00", "Bearer " + good} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, prefix := range []string{"", TokenPrefix} {
			_, ok := readSecret(prefix, text)
			if !ok {
				continue
			}
			raw, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimPrefix(text, prefix))
			if err != nil || len(raw) != secretBytes || prefix+base64.RawURLEncoding.EncodeToString(raw) != text {
				t.Errorf("%q was accepted as a secret, but newSecret never writes it", text)
			}
		}
		if secret, ok := bearer(text); ok && strings.HasPrefix(secret, " ") {
			t.Errorf("bearer keeps spaces of %q", text)
		}
	})
}

func FuzzVisit(f *testing.F) {
	w := newWorld(f)
	f.Add("192.0.2.1:80", "1.2.3.4, ::1", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
	f.Add("[fe80::1%eth0]:1", "", "")
	f.Add("", ",,,", "\xff\x00")
	f.Fuzz(func(t *testing.T, remote, forwarded, agent string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = remote
		r.Header["X-Forwarded-For"], r.Header["User-Agent"] = []string{forwarded}, []string{agent}
		if v := w.gate.Visit(r); len(v.Device) > 90 || !printable(v.Device) {
			t.Errorf("device %q", v.Device)
		}
	})
}

func FuzzPerson(f *testing.F) {
	f.Add("Robin Vale", "robin", "robin@example.org", "nl", "Europe/Brussels")
	f.Add("a\u202eb", "..", "a@b", "x-klingon", "Local")
	f.Fuzz(func(t *testing.T, name, handle, email, language, zone string) {
		p, err := Person{Name: name, Handle: handle, Email: email, Language: language, Zone: zone}.checked()
		if err != nil {
			return
		}
		again, err := p.checked()
		if err != nil || again != p {
			t.Errorf("%+v is not in its one form: %+v, %v", p, again, err)
		}
	})
}
