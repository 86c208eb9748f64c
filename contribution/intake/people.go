package intake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Mapping is the table that says who an identity of a source is here: identity
// to person. An empty person means "leave this identity out, on purpose".
type Mapping map[string]string

// Person is somebody the commons knows, for suggestions.
type Person struct {
	ID      string
	Name    string
	Aliases []string // identities ("mailto:...") and nicknames known already
}

// Unknown is an identity that the mapping table does not know yet.
type Unknown struct {
	Identity
	Records   int    // how many records name it
	FirstLine int    // where it was met first; 0 when the source has no lines
	Suggest   string // the one person whose name or alias is the same, else empty
}

// Census counts the identities of a source. The zero Census is ready to use;
// it remembers one entry an identity.
type Census struct{ met map[string]*Unknown }

// Meet counts the identities of a record.
func (c *Census) Meet(r Record) {
	if c.met == nil {
		c.met = map[string]*Unknown{}
	}
	for _, id := range r.Identities() {
		u := c.met[id.ID]
		if u == nil {
			u = &Unknown{Identity: id, FirstLine: r.Origin().Line}
			c.met[id.ID] = u
		}
		if u.Name == "" {
			u.Name = id.Name
		}
		u.Records++
	}
}

// Unknown lists what the mapping does not know, the most frequent first, with
// a suggestion where exactly one person matches. A suggestion is never applied
// here, since a name proves nothing: who imports says so, or is told.
func (c *Census) Unknown(m Mapping, people []Person) []Unknown {
	byName := map[string][]string{}
	for _, p := range people {
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			if f := Fold(name); f != "" && !slices.Contains(byName[f], p.ID) {
				byName[f] = append(byName[f], p.ID)
			}
		}
	}
	var out []Unknown
	for id, u := range c.met {
		if _, known := m[id]; known {
			continue
		}
		u := *u
		for _, name := range []string{u.ID, u.Name} {
			if found := byName[Fold(name)]; len(found) == 1 && u.Suggest == "" {
				u.Suggest = found[0]
			}
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b Unknown) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Fold reduces a name to what people mean by it: without case, accents, and
// doubled or surrounding spaces.
func Fold(name string) string {
	if plain(name) { // most are, and the transformer below is dear to set up
		return strings.Join(strings.Fields(strings.ToLower(name)), " ")
	}
	stripped, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		stripped = name
	}
	return strings.Join(strings.Fields(strings.ToLower(stripped)), " ")
}

// ByName is the identity of somebody of whom a source tells no more than a
// name, and ByMail of somebody with an e-mail address, which wins.
func ByName(name string) Identity {
	name = Clean(name, 200)
	if name == "" {
		return Identity{}
	}
	return Identity{ID: "name:" + Fold(name), Name: name}
}

// ByMail returns the identity of an e-mail address.
func ByMail(address, name string) Identity {
	address = strings.ToLower(Clean(address, 320))
	if address == "" {
		return ByName(name)
	}
	return Identity{ID: "mailto:" + address, Name: Clean(name, 200)}
}
