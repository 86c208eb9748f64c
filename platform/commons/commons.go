package commons

import (
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
}
