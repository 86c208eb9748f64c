package activitypub

import (
	"bytes"
	"crypto"
	"net/http/httptest"
	"testing"

	"github.com/dunglas/httpsfv"

	"commonweal/platform/fault"
)

// The example of RFC 9421, B.2.3 (full coverage), by its key of B.1.2.
func TestExampleOfTheStandard(t *testing.T) {
	body := []byte(`{"hello": "world"}`)
	r := httptest.NewRequest("POST", "/foo?param=Value&Pet=dog", bytes.NewReader(body))
	r.Host = "example.com"
	for name, value := range map[string]string{
		"Date":            "Tue, 20 Apr 2021 02:07:55 GMT",
		"Content-Type":    "application/json",
		"Content-Length":  "18",
		"Content-Digest":  "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
		"Signature-Input": `sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"`,
		"Signature":       "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:",
	} {
		r.Header.Set(name, value)
	}
	inputs, err := dictionary(r, "Signature-Input")
	must(t, err)
	signatures, err := dictionary(r, "Signature")
	must(t, err)
	input, _ := inputs.Get("sig-b23")
	value, _ := signatures.Get("sig-b23")
	s, err := messageSignature(r, body, "https://example.com", "test-key-rsa-pss", input.(httpsfv.InnerList), value.(httpsfv.Item).Value.([]byte))
	must(t, err)
	s.hash, s.pss = crypto.SHA512, true // the example leaves the algorithm to the key
	key, err := ParsePublicKey(`-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----`)
	must(t, err)
	must(t, s.Verify(key))
	s.base += " "
	if err := s.Verify(key); fault.CodeOf(err) != "activitypub.forged" {
		t.Errorf("another text passes: %v", err)
	}
}
