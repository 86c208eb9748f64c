package activitypub

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

const here = "https://here.example"

var now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// keys are made once: RSA is slow.
var testKeys = sync.OnceValue(func() (keys [2]*Key) {
	for i, actor := range []string{"https://there.example/actor", "https://evil.example/actor"} {
		text, err := NewPrivateKey()
		if err != nil {
			panic(err)
		}
		if keys[i], err = OpenKey(actor, text); err != nil {
			panic(err)
		}
	}
	return keys
})

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// forms are the two ways to sign.
var forms = map[string]func(*Key, *http.Request, []byte, time.Time) error{"draft": (*Key).Sign, "rfc9421": (*Key).SignMessage}

// delivery is a signed POST as its receiver sees it.
func delivery(t testing.TB, form string, body []byte) *http.Request {
	out, err := http.NewRequest(http.MethodPost, here+"/federation/1/inbox", nil)
	must(t, err)
	out.Header.Set("Content-Type", MediaTypeLD)
	must(t, forms[form](testKeys()[0], out, body, now))
	in := httptest.NewRequest(http.MethodPost, "/federation/1/inbox", bytes.NewReader(body))
	in.Host, in.Header = "here.example", out.Header
	return in
}

func verify(r *http.Request, body []byte, at time.Time, k *Key) error {
	s, err := ReadSignature(r, body, here, at)
	if err == nil {
		err = s.Verify(&k.private.PublicKey)
	}
	return err
}

func TestSignaturesOfBothForms(t *testing.T) {
	body := []byte(`{"type":"Follow"}`)
	for form := range forms {
		t.Run(form, func(t *testing.T) {
			must(t, verify(delivery(t, form, body), body, now, testKeys()[0]))
			for name, c := range map[string]struct {
				spoil func(r *http.Request) ([]byte, time.Time, *Key)
				code  string
			}{
				"another key":  {func(*http.Request) ([]byte, time.Time, *Key) { return body, now, testKeys()[1] }, "activitypub.forged"},
				"another body": {func(*http.Request) ([]byte, time.Time, *Key) { return []byte(`{"type":"Undo"}`), now, testKeys()[0] }, "activitypub.digest"},
				"another path": {func(r *http.Request) ([]byte, time.Time, *Key) {
					r.URL.Path = "/federation/2/inbox"
					return body, now, testKeys()[0]
				}, "activitypub.forged"},
				"another verb": {func(r *http.Request) ([]byte, time.Time, *Key) { r.Method = "PUT"; return body, now, testKeys()[0] }, "activitypub.forged"},
				"another host": {func(r *http.Request) ([]byte, time.Time, *Key) {
					r.Host = "other.example"
					return body, now, testKeys()[0]
				}, "activitypub.other_host"},
				"an hour late": {func(*http.Request) ([]byte, time.Time, *Key) {
					return body, now.Add(Window + time.Second), testKeys()[0]
				}, "activitypub.old"},
				"from tomorrow": {func(*http.Request) ([]byte, time.Time, *Key) {
					return body, now.Add(-Skew - time.Second), testKeys()[0]
				}, "activitypub.old"},
				"unsigned": {func(r *http.Request) ([]byte, time.Time, *Key) {
					r.Header.Del("Signature")
					r.Header.Del("Signature-Input")
					return body, now, testKeys()[0]
				}, "activitypub.unsigned"},
			} {
				r := delivery(t, form, body)
				b, at, k := c.spoil(r)
				if err := verify(r, b, at, k); fault.CodeOf(err) != c.code {
					t.Errorf("%s: %v, want %s", name, err, c.code)
				}
			}
		})
	}
}

// Whatever bit of what is covered changes, the signature does not hold.
func TestInvariant1EveryByteIsCovered(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		form := rapid.SampledFrom([]string{"draft", "rfc9421"}).Draw(rt, "form")
		body := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(rt, "body")
		r := delivery(t, form, body)
		if err := verify(r, body, now, testKeys()[0]); err != nil {
			rt.Fatal(err)
		}
		i := rapid.IntRange(0, len(body)-1).Draw(rt, "at")
		spoiled := bytes.Clone(body)
		spoiled[i] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if err := verify(r, spoiled, now, testKeys()[0]); fault.KindOf(err) != fault.Unauthenticated {
			rt.Fatalf("a changed body passes: %v", err)
		}
	})
}

func TestWhatASignatureMustCover(t *testing.T) {
	body := []byte(`{}`)
	good := delivery(t, "draft", body).Header.Get("Signature")
	for name, c := range map[string]struct{ old, new, code string }{
		"no target":         {"(request-target) ", "", "activitypub.not_covered"},
		"no host":           {" host", "", "activitypub.not_covered"},
		"no date":           {" date", "", "activitypub.not_covered"},
		"no digest":         {" digest", "", "activitypub.not_covered"},
		"something missing": {"content-type", "x-none", "activitypub.signature_malformed"},
		"something twice":   {"content-type", "host", "activitypub.signature_malformed"},
		"another algorithm": {"rsa-sha256", "hmac-sha256", "activitypub.algorithm"},
		"no key":            {"keyId", "keyid", "activitypub.signature_malformed"},
		"no base64":         {`signature="`, `signature="!`, "activitypub.signature_malformed"},
		"a key twice":       {`keyId="`, `keyId="a",keyId="`, "activitypub.signature_malformed"},
	} {
		r := delivery(t, "draft", body)
		r.Header.Set("Signature", strings.Replace(good, c.old, c.new, 1))
		if _, err := ReadSignature(r, body, here, now); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	input := delivery(t, "rfc9421", body).Header.Get("Signature-Input")
	for name, c := range map[string]struct{ old, new, code string }{
		"no method":    {`"@method" `, "", "activitypub.not_covered"},
		"no target":    {`"@target-uri" `, "", "activitypub.not_covered"},
		"no digest":    {`"content-digest" `, "", "activitypub.not_covered"},
		"no moment":    {"created=", "expires=", "activitypub.not_covered"},
		"a shared key": {"rsa-v1_5-sha256", "hmac-sha256", "activitypub.algorithm"},
		"parameters":   {`"content-digest"`, `"content-digest";bs`, "activitypub.signature_malformed"},
		"no address":   {"https://there.example", "mine", "activitypub.signature_malformed"},
		"no list":      {"sig1=(", "sig1=((", "activitypub.signature_malformed"},
		"a missing":    {`"content-type"`, `"x-none"`, "activitypub.signature_malformed"},
	} {
		r := delivery(t, "rfc9421", body)
		r.Header.Set("Signature-Input", strings.Replace(input, c.old, c.new, 1))
		if _, err := ReadSignature(r, body, here, now); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func FuzzSignatureHeader(f *testing.F) {
	body := []byte(`{}`)
	r := delivery(f, "draft", body)
	m := delivery(f, "rfc9421", body)
	f.Add(r.Header.Get("Signature"), "")
	f.Add(m.Header.Get("Signature"), m.Header.Get("Signature-Input"))
	f.Add(`keyId="a",headers="(created)",created=1,signature="aa=="`, `sig1=("@method";req);created=1;keyid="a"`)
	f.Fuzz(func(t *testing.T, signature, input string) {
		r := httptest.NewRequest(http.MethodPost, "/federation/1/inbox", nil)
		r.Host = "here.example"
		r.Header = http.Header{"Signature": {signature}, "Date": {now.Format(http.TimeFormat)}}
		if input != "" {
			r.Header.Set("Signature-Input", input)
		}
		s, err := ReadSignature(r, body, here, now)
		if err != nil && fault.KindOf(err) != fault.Unauthenticated {
			t.Fatalf("%v", err)
		}
		if err == nil && s.Verify(&testKeys()[1].private.PublicKey) == nil {
			t.Fatal("a strange key verifies")
		}
	})
}
