package commons

import (
	"embed"
	"encoding/json"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Commons is one commons of the host.
type Commons struct {
	ID        store.ID
	Slug      string // its address: /c/{slug}; lower-case letters, digits and hyphens
	Name      string
	Statement string        // what it is for, one sentence
	Agent     store.ID      // the organization that stands for the commons in events
	Currency  quantity.Unit // what its books are kept in, such as "EUR"
	Language  string        // BCP 47, the default of its pages
	Zone      string        // IANA time zone its days are counted in
	OpenBooks bool          // outsiders may read its open books
	Practices []string      // words of the practices switched on
	Founded   time.Time
	Changed   time.Time // when its settings last changed
}

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of commons; it comes after auth.Schema.
var Schema = store.Schema{Room: "commons", Files: schema}

var (
	insertSelf = store.Into("commons_self", "slug", "name", "statement", "agent", "currency", "language", "zone",
		"open_books", "practices", "founded", "changed")
	selectSelf = store.SQL(`SELECT commons_id, slug, name, statement, agent, currency, language, zone, open_books, practices, founded, changed
		FROM commons_self WHERE commons_id = $1`)
	updateSelf = store.SQL(`UPDATE commons_self SET name = $2, statement = $3, language = $4, zone = $5, open_books = $6, practices = $7, changed = $8
		WHERE commons_id = $1`)
)

func scanSelf(s store.Scanner) (c Commons, err error) {
	var currency, practices string
	var founded, changed int64
	err = s.Scan(&c.ID, &c.Slug, &c.Name, &c.Statement, &c.Agent, &currency, &c.Language, &c.Zone, &c.OpenBooks, &practices, &founded, &changed)
	if err != nil {
		return c, err
	}
	c.Currency, c.Founded, c.Changed = quantity.Unit(currency), store.Time(founded), store.Time(changed)
	err = json.Unmarshal([]byte(practices), &c.Practices)
	return c, err
}

// found is a commons that may not exist.
type found struct {
	Commons
	exists bool
}

var self = store.NewMemo(func(r store.Reader) (found, error) {
	c, ok, err := store.One(r, scanSelf, selectSelf)
	return found{c, ok}, err
})

// Self returns the commons of the reader: what acts and pages ask for its
// currency or zone. Its Practices must not be changed.
func Self(r store.Reader) (Commons, error) {
	c, err := self.Get(r)
	if err == nil && !c.exists {
		err = errNoCommons()
	}
	return c.Commons, err
}

func errNoCommons() error {
	return fault.NotFoundf("commons.none", "commons", "there is no such commons on this host")
}

func practicesJSON(words []string) (string, error) {
	if words == nil {
		words = []string{}
	}
	b, err := json.Marshal(words)
	return string(b), err
}
