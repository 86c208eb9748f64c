package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// page returns the handler of one route: it resolves who asks and which
// commons, refuses before the room's handler runs, and turns an error into a page.
func (s *Shell) page(room Room, rt Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &Request{W: w, R: r, Store: s.config.Store, Zone: time.UTC, Lang: Languages[0], Route: rt.Pattern, shell: s}
		err := s.admit(q, room, rt)
		if err == nil {
			q.openToSites(rt)
			err = rt.Handle(q)
		}
		if err != nil && rt.Refuse != nil {
			err = rt.Refuse(q, err)
		}
		if err != nil {
			q.fail(err)
		}
	})
}

// openToSites lets browsers show an answer to pages of other sites, where the
// route and the books of the commons are open and nobody is signed in: what
// everybody may read. Browsers keep what they asked for with a cookie from such
// pages (the star means no credentials), and ask first before they send a token.
func (q *Request) openToSites(rt Route) {
	if rt.Open && q.R.Method == http.MethodGet && q.Commons.OpenBooks && q.Who.Role == auth.Outsider && q.Who.Account == "" {
		q.W.Header().Set("Access-Control-Allow-Origin", "*")
	}
}

// slugOf returns the address of the commons that a request is for; here says
// that it is for one.
func slugOf(r *http.Request, rt Route) (slug string, here bool) {
	if rt.Commons != nil {
		return rt.Commons(r), true
	}
	slug = r.PathValue("commons")
	return slug, slug != ""
}

// admit fills the request and checks that the asker may have the route.
func (s *Shell) admit(q *Request, room Room, rt Route) error {
	slug, here := slugOf(q.R, rt)
	found, err := s.findCommons(q, slug)
	if err != nil {
		return err
	}
	scope := store.Host
	if found {
		scope = q.Commons.ID
	}
	v, err := s.config.Resolve(q.R, scope)
	if err != nil {
		return s.refused(q, err)
	}
	q.Who = v.Who
	s.prefer(q, v)
	if !here {
		if rt.Needs == "" {
			return nil
		}
		return q.Who.Must(rt.Needs)
	}
	if !found {
		return hidden(q.Who)
	}
	return s.admitToCommons(q, room, rt)
}

// refused is the answer for a credential that is not good here. That of another
// commons must not tell whether this closed one exists: it is answered as where
// there is none.
func (s *Shell) refused(q *Request, err error) error {
	if fault.KindOf(err) != fault.Forbidden || q.Commons.OpenBooks {
		return err
	}
	q.Commons = commons.Commons{}
	v, err := s.config.Resolve(q.R, store.Host)
	if err != nil {
		return err
	}
	q.Who = v.Who
	s.prefer(q, v)
	return nothing()
}

// admitToCommons checks a page of a commons that exists. To an outsider, a
// closed commons looks the same as one that does not exist.
func (s *Shell) admitToCommons(q *Request, room Room, rt Route) error {
	err := q.Who.Must(rt.Needs)
	if err != nil && q.Who.Role == auth.Outsider && !q.Commons.OpenBooks {
		q.Commons = commons.Commons{}
		return hidden(q.Who)
	}
	if err == nil && !q.on(room) {
		return nothing()
	}
	return err
}

// on reports whether the room is open in this commons.
func (q *Request) on(room Room) bool {
	return !room.Practice || slices.Contains(q.Commons.Practices, room.Word)
}

// hidden is the answer for a commons the asker must not know of: sign in, or
// nothing when that would not help.
func hidden(who auth.Identity) error {
	if who.Account == "" {
		return fault.New(fault.Unauthenticated, "web.sign_in", "", "sign in to see this page")
	}
	return nothing()
}

// lost answers every address that no route answers.
func lost(q *Request) error { return nothing() }

func nothing() error {
	return fault.NotFoundf("web.not_found", "", "there is nothing at this address, or it is not for you")
}

func (s *Shell) findCommons(q *Request, slug string) (bool, error) {
	if slug == "" {
		return false, nil
	}
	c, found, err := s.config.CommonsBySlug(q.R.Context(), slug)
	if err != nil || !found {
		return false, err
	}
	q.Commons = c
	return true, nil
}

// prefer settles language, zone and theme: the person's own setting, then the
// cookie, then what the browser says, then the commons' default.
func (s *Shell) prefer(q *Request, v Visitor) {
	accept, _, _ := language.ParseAcceptLanguage(q.R.Header.Get("Accept-Language"))
	var wish []language.Tag
	for _, text := range s.stated(q, v) {
		if t, err := language.Parse(text); err == nil {
			wish = append(wish, t)
		}
	}
	wish = append(wish, accept...)
	if t, err := language.Parse(q.Commons.Language); err == nil {
		wish = append(wish, t)
	}
	q.Lang = s.messages.match(wish)
	q.setting = v.Language
	for _, name := range []string{v.Zone, cookie(q.R, "zone"), q.Commons.Zone} {
		if zone, ok := zones.find(name); ok {
			q.Zone = zone
			break
		}
	}
	if t := cookie(q.R, "theme"); t == "light" || t == "dark" {
		q.Theme = t
	}
}

// stated lists the languages the person asked for, the strongest first. The
// cookie remembers which setting it was chosen over ("nl.en"), so that the
// menu works for people with a setting, and a later setting wins over it.
func (s *Shell) stated(q *Request, v Visitor) []string {
	choice, over, _ := strings.Cut(cookie(q.R, "lang"), ".")
	if over == v.Language {
		return []string{choice, v.Language}
	}
	return []string{v.Language, choice}
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// signIn is the address of the sign-in page that leads back here.
func (q *Request) signIn() string {
	return q.shell.config.SignIn + "?next=" + url.QueryEscape(q.R.URL.RequestURI())
}
