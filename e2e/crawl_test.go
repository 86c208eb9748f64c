package e2e_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A crawl follows the links of a site as one reader.
type crawl struct {
	*caller
	secrets []string        // what no page may show, as it stands in a page
	waiting []hop           // where it has still to go
	known   map[string]bool // addresses it was or will be at
	shapes  map[string]int  // how many addresses of each shape it knows
	wrong   map[string]bool // what was found wrong already
	pages   int
}

// A hop is a link: where it leads, and which page has it.
type hop struct{ to, from string }

func newCrawl(c *caller) *crawl {
	return &crawl{caller: c, known: map[string]bool{}, shapes: map[string]int{}, wrong: map[string]bool{}}
}

// alike is how many addresses of one shape a crawl goes to: enough that pages
// of every sort of thing are seen, whatever there are thousands of.
const alike = 4

// from goes to a page, and to all that it leads to.
func (c *crawl) from(start string) {
	c.t.Helper()
	c.note(start, start)
	for len(c.waiting) > 0 {
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.visit(next)
	}
	c.t.Logf("%d pages of %d shapes", c.pages, len(c.shapes))
}

var (
	href   = regexp.MustCompile(`\s(?:href|src|hx-get)="([^"]*)"`)
	number = regexp.MustCompile(`/(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|[0-9.]+)(/|$)`)
	// torn is what shows that a template, a format or a message is missing.
	torn = regexp.MustCompile(`\{\{|<no value>|%!\w?\(|\b(?:web|auth|commons|job|books|contribution)\.[a-z_]+\.[a-z_.]*[a-z]\b`)
)

// visit reads a page and notes where it leads.
func (c *crawl) visit(at hop) {
	c.t.Helper()
	page := c.get(at.to)
	c.pages++
	if page.status >= 300 && page.status < 400 {
		c.note(page.header.Get("Location"), at.to)
		return
	}
	if page.status != http.StatusOK {
		c.found("answer of "+shape(at.to), "%s has a link to %s, which answers %d: %.300s", at.from, at.to, page.status, visible(page.body))
		return
	}
	for _, secret := range c.secrets {
		if strings.Contains(page.body, secret) {
			c.found("secret of "+shape(at.to), "%s tells an outsider %q", at.to, secret)
		}
	}
	if !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
		return
	}
	if odd := torn.FindString(visible(page.body)); odd != "" {
		c.found("text "+odd, "%s shows %q", at.to, odd)
	}
	for _, link := range href.FindAllStringSubmatch(page.body, -1) {
		c.note(html.UnescapeString(link[1]), at.to)
	}
}

// found fails the test, once for all that is wrong in the same way.
func (c *crawl) found(way, format string, args ...any) {
	c.t.Helper()
	if !c.wrong[way] {
		c.wrong[way] = true
		c.t.Errorf(format, args...)
	}
}

// note puts a link on the list, unless its like was seen often enough.
func (c *crawl) note(link, from string) {
	c.t.Helper()
	base, err := url.Parse(c.host.origin + from)
	if err != nil {
		c.t.Fatal(err)
	}
	to, err := base.Parse(link)
	if err != nil {
		c.found("link "+link, "%s has the link %q: %v", from, link, err)
		return
	}
	address := to.RequestURI()
	if to.Scheme != base.Scheme || to.Host != base.Host || c.known[address] {
		return
	}
	c.known[address] = true
	c.shapes[shape(address)]++
	if c.shapes[shape(address)] <= alike {
		c.waiting = append(c.waiting, hop{address, from})
	}
}

// shape is an address without what makes it one of many.
func shape(address string) string {
	path, query, _ := strings.Cut(address, "?")
	for number.MatchString(path) {
		path = number.ReplaceAllString(path, "/*$1")
	}
	var names []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Sprint(path, names)
}
