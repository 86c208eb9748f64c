package web

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
)

// Room is what one room brings to the shell.
type Room struct {
	Word     string // "contribution": URL segment, template folder, message prefix
	Practice bool   // one of the ten: shown only in commons that switched it on
	Pages    fs.FS  // pages/*.html
	Messages fs.FS  // messages/*.toml, one file a language: en.toml, nl.toml, ...
	Nav      []NavItem
	Routes   []Route
	// Search answers the palette; nil when the room has nothing to find.
	Search func(q *Request, text string, limit int) ([]Hit, error)
	// Attention lists what needs the reader on a commons' home; nil for none.
	Attention func(q *Request) ([]Attention, error)
	// Figures are the room's figures on a commons' home; nil for none.
	Figures func(q *Request) ([]Figure, error)
	// Begin lists what a reader does first where little has happened yet, the
	// done ones too; nil for none.
	Begin func(q *Request) ([]Beginning, error)
	// Thing says where an act of this room led, as a path below the commons
	// ("contribution", "entries", "4211"), from what the journal holds of it in
	// the open; nothing when the act has no page. Nil for none.
	Thing func(act string, seq int64, body json.RawMessage) []string
}

// NavItem is one entry of the rail.
type NavItem struct {
	Label string // message key
	Path  string // below /c/{commons}
	Icon  string // name of an inline SVG icon
	Needs auth.Capability
	Order int
}

// Route is one page or action. Pattern is a ServeMux pattern with its method:
// "GET /c/{commons}/contribution/log". Patterns under /c/{commons}/ are asked
// with the commons and the identity resolved.
type Route struct {
	Pattern string
	Needs   auth.Capability // empty only for pages of the host that anybody may see
	Handle  Handler
	// Commons names the commons of a request by its address, for routes whose
	// path does not; nil: the path does, or the page is the host's.
	Commons func(r *http.Request) (slug string)
	// Refuse answers an error in the form that the clients of the route expect;
	// nil: as a page or as JSON.
	Refuse func(q *Request, err error) error
	// Open lets pages of other sites read what a GET answers to everybody, where
	// the books of the commons are open (CORS); never with cookies or tokens.
	Open bool
}

// Handler answers a request. An error becomes an error page (or the fault's
// status as JSON when the client asked for JSON); it never writes half a page.
type Handler func(q *Request) error

// Request is a request with everything a page needs to know.
type Request struct {
	W       http.ResponseWriter
	R       *http.Request
	Store   *store.Store
	Who     auth.Identity
	Commons commons.Commons // zero on pages of the host
	Lang    language.Tag
	Zone    *time.Location
	Theme   string // "light", "dark" or "" for the system's
	Route   string // the pattern of the route that answers
	shell   *Shell
	form    *Form
	setting string // the language of the person's account
}

// Page is what a handler renders.
type Page struct {
	Template string // "contribution/mine.html": room word, then the file below pages/
	Title    string // already in the reader's language
	Active   string // Path of the NavItem to mark
	Data     any
	Crumbs   []Crumb
}

// Crumb is one step of the way back.
type Crumb struct{ Label, Path string }

// Hit is one answer of the search palette.
type Hit struct{ Kind, Label, Path, Detail string }

// Attention is one thing that needs the reader.
type Attention struct{ Label, Path, Detail string }

// Beginning is one of the first steps in a young commons.
type Beginning struct {
	Label, Path, Detail string
	Done                bool
}

// Figure is one figure of a commons' home: a label, a value, its trend and where it comes from.
type Figure struct {
	Label, Value, Unit, Path string
	Trend                    []float64 // twelve months, oldest first; drawn, never computed with
}
