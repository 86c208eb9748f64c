package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"commonweal/assets"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
)

// Visitor is who asks, and how they like their pages. Empty preferences fall
// back to cookies, then to what the browser says, then to the commons.
type Visitor struct {
	Who      auth.Identity
	Language string // BCP 47
	Zone     string // IANA
}

// Happening is one act of the journal, in words, on a commons' home.
type Happening struct {
	Label, Path, By string
	At              int64 // microseconds UTC
	Seq             int64
}

// Config is what the shell is made of. Store, Rooms, Resolve and
// CommonsBySlug are needed; the rest is optional.
type Config struct {
	Store *store.Store
	Rooms []Room
	// Resolve says who asks, as the commons sees them; store.Host for pages of
	// the host. A bad or expired session is nobody, not an error.
	Resolve func(r *http.Request, commonsID store.ID) (Visitor, error)
	// CommonsBySlug finds a commons by its address; false when there is none.
	CommonsBySlug func(ctx context.Context, slug string) (commons.Commons, bool, error)
	// CommonsOf lists the commons an account belongs to and, for the empty
	// account, those whose books are open.
	CommonsOf func(ctx context.Context, account store.ID) ([]commons.Commons, error)
	// Recent lists the latest acts of the commons, newest first.
	Recent func(q *Request, limit int) ([]Happening, error)
	// Ready reports why the host cannot serve, for /healthz.
	Ready func(ctx context.Context) error
	// SignIn is the page for people who are not signed in; "/sign-in" when empty.
	SignIn string
	// Secret signs short-lived cookies; random when nil, which is right for one process.
	Secret []byte
	Assets assets.Bundle // zero means assets.Built()
	Log    *slog.Logger  // nil means slog.Default()
	// Styleguide serves /styleguide, the page with every component.
	Styleguide bool
}

// Shell serves the pages of all rooms. It is an http.Handler.
type Shell struct {
	config   Config
	rooms    []Room
	messages *catalogue
	engine   *engine
	assets   assets.Bundle
	log      *slog.Logger
	handler  http.Handler
}

// New returns the shell of the rooms. It refuses to start when a route of a
// commons needs no capability, a pattern is taken twice, a template does not
// parse, or a message is missing in English or Dutch.
func New(c Config) (*Shell, error) {
	if c.Store == nil || c.Resolve == nil || c.CommonsBySlug == nil {
		return nil, errors.New("web: Config needs Store, Resolve and CommonsBySlug")
	}
	s := &Shell{config: c, assets: c.Assets, log: c.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.config.SignIn == "" {
		s.config.SignIn = "/sign-in"
	}
	if s.config.Secret == nil {
		s.config.Secret = make([]byte, 32)
		rand.Read(s.config.Secret)
	}
	if s.assets.IsZero() {
		s.assets = assets.Built()
	}
	s.rooms = append([]Room{s.own()}, c.Rooms...)
	var err error
	if s.messages, err = loadMessages(s.rooms); err != nil {
		return nil, err
	}
	if s.engine, err = newEngine(s.rooms); err != nil {
		return nil, err
	}
	if err := errors.Join(s.checkKeys(), s.checkIcons()); err != nil {
		return nil, err
	}
	mux, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.handler = s.outer(mux)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Shell) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// commonsPrefix starts the pattern of every page of a commons.
const commonsPrefix = "/c/{commons}"

// routes registers every route of every room, and what catches the rest.
func (s *Shell) routes() (mux *http.ServeMux, err error) {
	mux = http.NewServeMux()
	defer func() { // ServeMux panics on conflicting patterns; we report them
		if p := recover(); p != nil {
			err = fmt.Errorf("web: %v", p)
		}
	}()
	for _, room := range s.rooms {
		for _, rt := range room.Routes {
			if err := checkRoute(room, rt); err != nil {
				return nil, err
			}
			mux.Handle(rt.Pattern, s.page(room, rt))
		}
	}
	mux.Handle("GET /assets/", s.assets)
	mux.HandleFunc("GET /healthz", s.health)
	mux.Handle("/", s.page(Room{}, Route{Handle: lost}))
	mux.Handle(commonsPrefix+"/", s.page(Room{}, Route{Pattern: commonsPrefix + "/", Needs: CapabilityHome, Handle: lost}))
	return mux, nil
}

func checkRoute(room Room, rt Route) error {
	method, path, ok := strings.Cut(rt.Pattern, " ")
	switch {
	case !ok || !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, method):
		return fmt.Errorf("web: %s: pattern %q must start with its method", room.Word, rt.Pattern)
	case !strings.HasPrefix(path, "/"):
		return fmt.Errorf("web: %s: pattern %q must have no host", room.Word, rt.Pattern)
	case rt.Handle == nil:
		return fmt.Errorf("web: %s: pattern %q has no handler", room.Word, rt.Pattern)
	case rt.Needs == "" && (inCommons(path) || rt.Commons != nil):
		return fmt.Errorf("web: %s: pattern %q is a page of a commons and must say what it Needs", room.Word, rt.Pattern)
	}
	return nil
}

// inCommons reports whether a path or pattern belongs to one commons.
func inCommons(path string) bool { return strings.HasPrefix(path, "/c/") }

// Languages are those in which every page is complete; the first is the
// fallback.
var Languages = []language.Tag{language.English, language.Dutch, language.German, language.French, language.Spanish}

// own is the shell's own room: home, search, preferences, errors.
func (s *Shell) own() Room {
	room := Room{
		Word: "web", Pages: ownFiles, Messages: ownFiles,
		Nav: []NavItem{{Label: "web.nav.home", Path: "", Icon: "house", Needs: CapabilityHome, Order: 0}},
		Routes: []Route{
			{Pattern: "GET /{$}", Handle: s.host},
			{Pattern: "POST /preferences", Handle: s.preferences},
			{Pattern: "GET " + commonsPrefix, Needs: CapabilityHome, Handle: s.home},
			{Pattern: "GET " + commonsPrefix + "/{$}", Needs: CapabilityHome, Handle: s.slashless},
			{Pattern: "GET " + commonsPrefix + "/search", Needs: CapabilityHome, Handle: s.search},
		},
	}
	if s.config.Styleguide {
		room.Routes = append(room.Routes, s.styleguideRoutes()...)
	}
	return room
}

// CapabilityHome is what the home of a commons needs.
const CapabilityHome auth.Capability = "web.home"

// Grants are the capabilities of the shell's own pages.
var Grants = []auth.Grant{{Capability: CapabilityHome, Least: auth.Member, OpenBooks: true,
	Meaning: "see the home of the commons and search what one may see"}}
