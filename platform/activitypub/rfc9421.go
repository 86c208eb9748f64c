package activitypub

import (
	"crypto"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"

	"commonweal/platform/fault"
)

// label is the name under which our own signature stands.
const label = "sig1"

// SignMessage signs a request as RFC 9421 says (rsa-v1_5-sha256).
func (k *Key) SignMessage(r *http.Request, body []byte, now time.Time) error {
	covered := []string{"@method", "@target-uri"}
	if body != nil {
		r.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(digestOf(crypto.SHA256, body))+":")
		covered = append(covered, "content-digest", "content-type")
	}
	input := httpsfv.InnerList{Params: httpsfv.NewParams()}
	for _, c := range covered {
		input.Items = append(input.Items, httpsfv.NewItem(c))
	}
	input.Params.Add("created", now.Unix())
	input.Params.Add("keyid", k.ID)
	input.Params.Add("alg", "rsa-v1_5-sha256")
	base, err := messageBase(r, r.URL.Scheme+"://"+r.URL.Host, input)
	if err != nil {
		return err
	}
	value, err := k.sign(base)
	if err != nil {
		return err
	}
	inputs, signatures := httpsfv.NewDictionary(), httpsfv.NewDictionary()
	inputs.Add(label, input)
	signatures.Add(label, httpsfv.NewItem(value))
	for name, d := range map[string]*httpsfv.Dictionary{"Signature-Input": inputs, "Signature": signatures} {
		text, err := httpsfv.Marshal(d)
		if err != nil {
			return err
		}
		r.Header.Set(name, text)
	}
	return nil
}

// readMessageSignature reads a signature in the form of RFC 9421. A message may
// have several, of other hops: the first whose key is an address counts.
func readMessageSignature(r *http.Request, body []byte, origin string) (*Signed, error) {
	inputs, err := dictionary(r, "Signature-Input")
	if err != nil {
		return nil, err
	}
	signatures, err := dictionary(r, "Signature")
	if err != nil {
		return nil, err
	}
	for _, name := range inputs.Names() {
		m, _ := inputs.Get(name)
		input, ok := m.(httpsfv.InnerList)
		keyID, _ := parameter[string](input.Params, "keyid")
		if !ok || !strings.Contains(keyID, "://") {
			continue
		}
		m, _ = signatures.Get(name)
		item, _ := m.(httpsfv.Item)
		value, ok := item.Value.([]byte)
		if !ok {
			return nil, malformed("the signature %.40q stands in no Signature header", name)
		}
		return messageSignature(r, body, origin, keyID, input, value)
	}
	return nil, malformed("no signature of the message names its key by an address")
}

func dictionary(r *http.Request, header string) (*httpsfv.Dictionary, error) {
	values := r.Header.Values(header)
	if n := len(joined(values)); n > maxHeader {
		return nil, malformed("the %s header has more than %d bytes", header, maxHeader)
	}
	d, err := httpsfv.UnmarshalDictionary(values)
	if err != nil {
		return nil, malformed("the %s header is no dictionary (RFC 9651): %v", header, err)
	}
	return d, nil
}

func parameter[T any](p *httpsfv.Params, name string) (v T, ok bool) {
	if p == nil {
		return v, false
	}
	x, _ := p.Get(name)
	v, ok = x.(T)
	return v, ok
}

// messageSignature holds one signature against the rules.
func messageSignature(r *http.Request, body []byte, origin, keyID string, input httpsfv.InnerList, value []byte) (*Signed, error) {
	s := &Signed{KeyID: keyID, hash: crypto.SHA256, value: value}
	switch alg, _ := parameter[string](input.Params, "alg"); alg {
	case "", "rsa-v1_5-sha256":
	case "rsa-pss-sha512":
		s.hash, s.pss = crypto.SHA512, true
	default:
		return nil, fault.New(fault.Unauthenticated, "activitypub.algorithm", "", "the signature is by %.40q; sign with rsa-v1_5-sha256", alg)
	}
	created, ok := parameter[int64](input.Params, "created")
	if !ok {
		return nil, fault.New(fault.Unauthenticated, "activitypub.not_covered", "", "the signature does not cover %s", "created")
	}
	s.At = time.Unix(created, 0)
	if err := coversMessage(input, body != nil); err != nil {
		return nil, err
	}
	if body != nil {
		if err := checkContentDigest(r, body); err != nil {
			return nil, err
		}
	}
	var err error
	s.base, err = messageBase(r, origin, input)
	return s, err
}

// coversMessage refuses a signature that leaves something open.
func coversMessage(input httpsfv.InnerList, body bool) error {
	var names []string
	for _, i := range input.Items {
		name, ok := i.Value.(string)
		if !ok || i.Params != nil && len(i.Params.Names()) > 0 || slices.Contains(names, name) {
			return malformed("the signature covers %.60q in a way that this host does not read", i.Value)
		}
		names = append(names, name)
	}
	has := func(n string) bool { return slices.Contains(names, n) }
	switch {
	case !has("@method"):
		return fault.New(fault.Unauthenticated, "activitypub.not_covered", "", "the signature does not cover %s", "@method")
	case !has("@target-uri") && !(has("@authority") && (has("@request-target") || has("@path"))): // an inbox has no query
		return fault.New(fault.Unauthenticated, "activitypub.not_covered", "", "the signature does not cover %s", "@target-uri")
	case body && !has("content-digest"):
		return fault.New(fault.Unauthenticated, "activitypub.not_covered", "", "the signature does not cover %s", "content-digest")
	}
	return nil
}

// checkContentDigest holds the body against Content-Digest (RFC 9530).
func checkContentDigest(r *http.Request, body []byte) error {
	d, err := dictionary(r, "Content-Digest")
	if err != nil {
		return err
	}
	found := false
	for name, h := range map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-512": crypto.SHA512} {
		m, there := d.Get(name)
		if !there {
			continue
		}
		item, _ := m.(httpsfv.Item)
		sum, _ := item.Value.([]byte)
		if subtle.ConstantTimeCompare(sum, digestOf(h, body)) != 1 {
			return fault.New(fault.Unauthenticated, "activitypub.digest", "", "the body is not the one that the digest is of")
		}
		found = true
	}
	if !found {
		return fault.New(fault.Unauthenticated, "activitypub.digest", "", "the Content-Digest header has no SHA-256 of the body")
	}
	return nil
}

// messageBase returns what is signed (RFC 9421, section 2.5).
func messageBase(r *http.Request, origin string, input httpsfv.InnerList) (string, error) {
	var b strings.Builder
	for _, i := range input.Items {
		name, _ := i.Value.(string)
		value, err := component(r, origin, name)
		if err != nil {
			return "", err
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	parameters, err := httpsfv.Marshal(httpsfv.List{input})
	if err != nil {
		return "", malformed("the parameters of the signature cannot be written: %v", err)
	}
	b.WriteString(`"@signature-params": ` + parameters)
	return b.String(), nil
}

// component returns the value of a derived component or of a header.
func component(r *http.Request, origin, name string) (string, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return "", err
	}
	switch name {
	case "@method":
		return r.Method, nil
	case "@target-uri":
		return origin + r.URL.RequestURI(), nil
	case "@authority":
		return strings.ToLower(u.Host), nil
	case "@scheme":
		return u.Scheme, nil
	case "@request-target":
		return r.URL.RequestURI(), nil
	case "@path":
		return r.URL.EscapedPath(), nil
	case "@query":
		return "?" + r.URL.RawQuery, nil
	}
	values := r.Header.Values(name)
	if strings.EqualFold(name, "host") {
		values = []string{r.Host}
	}
	if strings.HasPrefix(name, "@") || len(values) == 0 || name != strings.ToLower(name) {
		return "", malformed("the signature covers %.40q, which the message lacks", name)
	}
	return joined(values), nil
}
