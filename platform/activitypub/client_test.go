package activitypub

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/outbound"
)

// serverOf answers every request by f.
func serverOf(t *testing.T, f http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s
}

func TestGetAnswersInBounds(t *testing.T) {
	other := serverOf(t, func(w http.ResponseWriter, r *http.Request) { t.Error("the other host was asked") })
	var url string
	good := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", MediaType)
		_, _ = io.WriteString(w, `{"id":"`+url+`/a"}`)
	}
	s := serverOf(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a":
			good(w)
		case "/moved":
			http.Redirect(w, r, "/a", http.StatusMovedPermanently)
		case "/away":
			http.Redirect(w, r, other.URL+"/a", http.StatusFound)
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		case "/page":
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `{"id":"`+url+`/a"}`)
		case "/large":
			w.Header().Set("Content-Type", MediaType)
			_, _ = io.WriteString(w, `{"a":"`+strings.Repeat("x", MaxDocument)+`"}`)
		case "/other":
			w.Header().Set("Content-Type", MediaTypeLD)
			_, _ = io.WriteString(w, `{"id":"`+other.URL+`/a"}`)
		default:
			http.NotFound(w, r)
		}
	})
	url = s.URL
	c := &Client{HTTP: outbound.NewClient(true), Plain: true}
	for _, path := range []string{"/a", "/a#key", "/moved"} {
		if _, err := c.Get(t.Context(), url+path, testKeys()[0], now); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, code := range map[string]string{"/away": "activitypub.redirect", "/circle": "activitypub.redirect", "/page": "activitypub.media_type",
		"/large": "activitypub.too_large", "/other": "activitypub.other_document", "/none": "activitypub.status"} {
		if _, err := c.Get(t.Context(), url+path, nil, now); fault.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", path, err, code)
		}
	}
}

func TestAddressesThatAreNeverAsked(t *testing.T) {
	asked := serverOf(t, func(http.ResponseWriter, *http.Request) { t.Error("was asked") })
	strict := &Client{HTTP: outbound.NewClient(false)}
	for _, address := range []string{"", "a", "http://commons.example/a", "ftp://commons.example", "https://", "https://user:pw@commons.example/", "https:commons.example", "file:///etc/passwd", "https://" + strings.Repeat("a", 2100)} {
		if _, err := strict.Get(t.Context(), address, nil, now); fault.CodeOf(err) != "activitypub.address" {
			t.Errorf("%q: %v", address, err)
		}
	}
	inside := &Client{HTTP: outbound.NewClient(false), Plain: true}
	for _, address := range []string{asked.URL + "/a", strings.Replace(asked.URL, "127.0.0.1", "localhost", 1), strings.Replace(asked.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), strings.Replace(asked.URL, "127.0.0.1", "2130706433", 1)} {
		if _, err := inside.Get(t.Context(), address, nil, now); fault.CodeOf(err) != "activitypub.unreachable" || strings.Contains(err.Error(), "dial") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// A server that reads one form of signatures only is told in that form.
func TestPostInTheFormThatIsRead(t *testing.T) {
	for _, form := range []string{"draft", "rfc9421"} {
		var origin string
		taken := 0
		s := serverOf(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if (r.Header.Get("Signature-Input") != "") != (form == "rfc9421") {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			sig, err := ReadSignature(r, body, origin, now)
			if err == nil {
				err = sig.Verify(&testKeys()[0].private.PublicKey)
			}
			if err != nil {
				t.Error(err)
			}
			taken++
			w.WriteHeader(http.StatusAccepted)
		})
		origin = s.URL
		c := &Client{HTTP: outbound.NewClient(true), Plain: true}
		if err := c.Post(t.Context(), s.URL+"/inbox", []byte(`{}`), testKeys()[0], now); err != nil || taken != 1 {
			t.Errorf("%s: %v, taken %d times", form, err, taken)
		}
	}
}
