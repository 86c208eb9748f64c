package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever is sent, a form is read or refused field by field, and what it
// gives is text that every database takes.
func FuzzForm(f *testing.F) {
	s := newShell(f)
	f.Add("application/x-www-form-urlencoded", "x=2%2C5&_key=k")
	f.Add("application/x-www-form-urlencoded", "x=%00%ff;&%zz")
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"x\"; filename=\"a\"\r\n\r\n1\r\n--b--\r\n")
	f.Add("text/plain", "x")
	f.Fuzz(func(t *testing.T, media, body string) {
		r := httptest.NewRequest("POST", "/?x=query", strings.NewReader(body))
		r.Header.Set("Content-Type", media)
		q := &Request{R: r, shell: s, Lang: Languages[0], Zone: zoneOf(t, "Europe/Amsterdam")}
		form := q.Form()
		text := form.Text("x", Max(50))
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > 50 {
			t.Errorf("text %q", text)
		}
		form.Amount("x", "hour")
		form.Int("x", -5, 5)
		form.Date("x")
		form.Time("x")
		form.ID("x")
		form.IDs("x")
		form.Choice("x", []string{"a"})
		form.File("x", 10)
		if len(q.Idempotency()) > 200 {
			t.Error("the key is too long for the store")
		}
		if form.OK() != (form.Err() == nil) || len(form.Errors()) != len(form.Faults()) {
			t.Error("the form contradicts itself")
		}
	})
}
